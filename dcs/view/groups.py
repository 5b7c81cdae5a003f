"""Rows that are equal in some columns, numbered by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.parts import map_parts
from dcs.present import is_present, present_of, room, stored_numbers
from dcs.values.zero import with_one_zero
from dcs.view.order import codes_of, stable_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dcs.view.order import Codes

Indices: TypeAlias = npt.NDArray[np.int64]

NumberT = TypeVar("NumberT", bound=np.generic)

BLOCK = 1 << 15
"""So many rows at a time are looked up; what is needed for them stays in the processor's cache."""

TEXT_BYTES_PER_DICTIONARY = 2**30
"""Above this much text, offsets of 64 bits are used: a dictionary of distinct values might need them."""

SPAN_PER_ROW = 4
"""Numbers that span less than this many times their count are looked up in a table."""


@dataclass(frozen=True)
class Groups:
    """For each row the number of its group, from 0 on, and how many groups there are."""

    codes: Indices
    count: int

    def sizes(self) -> Indices:
        """Return the number of rows of each group."""
        return np.bincount(self.codes, minlength=self.count)


def group_rows(
    columns: Sequence[pa.ChunkedArray], *, text: Callable[[pa.ChunkedArray], Groups] | None = None
) -> Groups:
    """Group rows by equal values; missing values equal one another, and 0.0 equals -0.0.

    Groups are in the order of the values, missing last. Those of texts are in any order, unless `text` groups
    a column of texts in order.
    """
    first, *others = columns
    groups = groups_of(first, text=text)
    for column in others:
        groups = pairs_of(groups, groups_of(column, text=text))
    return groups


def pairs_of(groups: Groups, others: Groups) -> Groups:
    """Group rows by the pairs of their groups, in order."""
    # Both counts are at most the number of rows, so their product fits 63 bits up to 3·10⁹ rows.
    return groups_of_codes((groups.codes * others.count + others.codes).view(np.uint64))


@dataclass(frozen=True)
class _Part:
    """Consecutive rows: the place of each in a dictionary, and of that dictionary's values in the whole."""

    chunks: list[npt.NDArray[np.int32]]
    places: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Encoding:
    """The distinct values of a column, as they first appear, null last, and each row's place among them."""

    values: pa.Array
    parts: list[_Part]

    def rows(self, numbers: npt.NDArray[NumberT]) -> npt.NDArray[NumberT]:
        """Return for each row the number of its value, given one for each distinct value."""
        found = room(sum(len(chunk) for part in self.parts for chunk in part.chunks), numbers.dtype)
        end = 0
        for part in self.parts:
            own = numbers[part.places]
            for chunk in part.chunks:
                for start in range(0, len(chunk), BLOCK):
                    block = chunk[start : start + BLOCK]
                    begin, end = end, end + len(block)
                    # Nothing is out of bounds; where numpy clips, it needs no copy to write to first.
                    own.take(block, out=found[begin:end], mode="clip")
        return found


def encoding_of(column: pa.ChunkedArray) -> Encoding:
    """Find the distinct values of a column by hashing; 0.0 equals -0.0."""
    parts = map_parts(with_one_zero(with_wide_offsets(column)), _with_dictionary)
    dictionaries = [part.chunk(0).dictionary for part in parts if part.num_chunks]
    if not dictionaries:
        return Encoding(pa.array([], column.type), [])
    whole = pa.concat_arrays(dictionaries).dictionary_encode()
    values, places = whole.dictionary, whole.indices
    if column.null_count:
        places = places.fill_null(len(values))
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    own_places = np.split(stored_numbers(places), np.cumsum([*map(len, dictionaries)])[:-1])
    chunks = [[stored_numbers(chunk.indices) for chunk in part.chunks] for part in parts]
    return Encoding(values, [_Part(*part) for part in zip(chunks, own_places, strict=True)])


def _with_dictionary(part: pa.ChunkedArray) -> pa.ChunkedArray:
    return part.dictionary_encode(null_encoding="encode")


def encoded(column: pa.ChunkedArray) -> tuple[pa.Array, Indices]:
    """Return the distinct values, as they first appear, null last, and each row's place among them."""
    encoding = encoding_of(column)
    return encoding.values, encoding.rows(np.arange(len(encoding.values)))


def groups_of(column: pa.ChunkedArray, *, text: Callable[[pa.ChunkedArray], Groups] | None = None) -> Groups:
    """Group rows by the values of one column (see `group_rows`)."""
    if pa.types.is_string(column.type):
        return _groups_of_text(column) if text is None else text(column)
    if not column.null_count:
        return groups_of_codes(codes_of(column))
    groups = groups_of_codes(present_of(codes_of(column), column))
    codes = np.full(len(column), groups.count, np.int64)
    codes[is_present(column)] = groups.codes
    return Groups(codes, groups.count + 1)


def _groups_of_text(column: pa.ChunkedArray) -> Groups:
    values, codes = encoded(column)
    return Groups(codes, len(values))


def groups_of_codes(codes: Codes) -> Groups:
    """Group equal numbers, in their order; sorting them is several times faster than hashing.

    Numbers that are near to one another need no sorting either.
    """
    if not len(codes):
        return Groups(np.zeros(0, np.int64), 0)
    lowest = codes.min()
    span = int(codes.max() - lowest) + 1
    if span <= SPAN_PER_ROW * len(codes):
        offsets = (codes - lowest).view(np.int64)
        occurs = np.zeros(span, bool)
        occurs[offsets] = True
        numbers = np.cumsum(occurs) - 1
        return Groups(numbers[offsets], int(numbers[-1]) + 1)
    order = stable_order(codes)
    ordered = codes[order]
    numbers = np.cumsum(np.concatenate([[False], ordered[1:] != ordered[:-1]]))
    groups = np.empty(len(codes), np.int64)
    groups[order] = numbers
    return Groups(groups, int(numbers[-1]) + 1)


def with_wide_offsets(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with offsets of 64 bits if its distinct values might need them, else the column itself."""
    if pa.types.is_string(column.type) and column.nbytes > TEXT_BYTES_PER_DICTIONARY:
        return column.cast(pa.large_string())
    return column
