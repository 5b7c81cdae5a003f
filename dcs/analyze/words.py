"""Words and lengths of the texts in a column.

A word is a run of characters that are not Unicode blanks; lengths are in code points. Everything is computed
once per distinct text and weighted by how often it occurs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.counting import Counts
from dcs.view.groups import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

_BYTES_AT_ONCE = 64 * 2**20


def text_statistics(texts: Counts) -> dict[str, JsonValue]:
    """Return statistics of words and lengths; extremes and means of nothing are None."""
    words, words_in_text = count_words(texts)
    word_lengths, text_lengths = _lengths(words.values), _lengths(texts.values)
    return {
        "words_min": _smallest(words_in_text),
        "words_max": _largest(words_in_text),
        "words_mean": _mean(words_in_text, texts.counts),
        "word_length_min": _smallest(word_lengths),
        "word_length_max": _largest(word_lengths),
        "word_length_mean": _mean(word_lengths, words.counts),
        "words_total": int(words.counts.sum()),
        "words_distinct": len(words),
        "word_frequencies": words.most_frequent(),
        "length_min": _smallest(text_lengths),
        "length_max": _largest(text_lengths),
        "empty": int(texts.counts[text_lengths == 0].sum()),
    }


def count_words(texts: Counts) -> tuple[Counts, npt.NDArray[np.int64]]:
    """Return how often each word occurs, and the number of words in each of the distinct texts."""
    dictionaries: list[pa.Array] = []
    weights: list[npt.NDArray[np.int64]] = []
    numbers: list[npt.NDArray[np.int64]] = []
    for values, counts in _batches(texts):
        words, in_each = _words(values)
        numbers.append(in_each)
        if words.equals(values):  # each text is one word, so these are distinct already
            found = Counts(values, counts)
        else:
            found = _weighed(pa.chunked_array([words]), np.repeat(counts, in_each))
        dictionaries.append(found.values)
        weights.append(found.counts)
    if len(dictionaries) == 1:
        return Counts(dictionaries[0], weights[0]), numbers[0]
    return _weighed(pa.chunked_array(dictionaries), np.concatenate(weights)), np.concatenate(numbers)


def _batches(texts: Counts) -> Iterator[tuple[pa.Array, npt.NDArray[np.int64]]]:
    """Yield runs of texts, at least one: all words at once would need the memory of the column again."""
    batches = texts.values.nbytes // _BYTES_AT_ONCE + 1
    size = len(texts) // batches + 1
    for start in range(0, max(len(texts), 1), size):
        yield texts.values.slice(start, size), texts.counts[start : start + size]


def _words(values: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """Return all words of some texts, one after the other, and the number in each text."""
    trimmed = pc.utf8_trim_whitespace(values)
    filled = pc.not_equal(trimmed, "")  # Arrow splits "" into one empty word
    words = pc.utf8_split_whitespace(trimmed.filter(filled))
    numbers = np.zeros(len(values), np.int64)
    numbers[np.asarray(filled)] = np.asarray(pc.list_value_length(words))
    return words.flatten(), numbers


def _weighed(words: pa.ChunkedArray, weights: npt.NDArray[np.int64]) -> Counts:
    distinct, codes = encoded(words)
    sums = np.bincount(codes, weights, minlength=len(distinct))
    return Counts(distinct, sums.astype(np.int64))


def _lengths(texts: pa.Array) -> npt.NDArray[Any]:
    return np.asarray(pc.utf8_length(texts))


def _smallest(numbers: npt.NDArray[Any]) -> int | None:
    return int(numbers.min()) if len(numbers) else None


def _largest(numbers: npt.NDArray[Any]) -> int | None:
    return int(numbers.max()) if len(numbers) else None


def _mean(numbers: npt.NDArray[Any], counts: npt.NDArray[np.int64]) -> float | None:
    return int(np.dot(numbers.astype(np.int64), counts)) / int(counts.sum()) if len(numbers) else None
