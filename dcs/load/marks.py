"""Texts that stand for a missing value, when the other values of a column are numbers, dates or booleans."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing.casting import bytes_at, lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING_MARKS = ("NA", "N/A", "NaN", "null", "None", "-", "?", "#N/A")
"""The usual marks; in any case, and with blanks around them."""

_LONGEST_MARK = 6
_ASCII_END = 0x80


def is_mark(text: pa.Array, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """Say which texts are marks; the empty text and blanks alone are among them, what is missing is not."""
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    return pc.is_in(folded, pa.array(["", *(mark.lower() for mark in marks)]))


def count_marks(text: pa.Array, marks: Sequence[str] = MISSING_MARKS) -> Counter[str]:
    """Count the marks among texts, each as it is spelled."""
    found = text.filter(is_mark(text, marks))
    return Counter({item["values"]: item["counts"] for item in found.value_counts().to_pylist()})


def perhaps_marks(text: pa.Array, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """Return the texts that are short, and begin as a mark does: a cheap look, for in most columns few do."""
    first = np.zeros(256, np.bool_)
    first[: ord(" ") + 1] = first[_ASCII_END:] = True  # blanks, and letters that lower case makes ASCII
    first[[ord(case) for mark in marks for case in mark[0].lower() + mark[0].upper()]] = True
    sizes = lengths(text)
    rows = np.flatnonzero(sizes <= _LONGEST_MARK)
    rows = rows[first[bytes_at(text, 0, rows)] | (sizes[rows] == 0)]
    return text.take(pa.array(rows)).drop_null()


def without_marks(text: pa.Array, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """Return the texts that are neither missing nor a mark for it."""
    present = text.drop_null()
    return present.filter(pc.invert(is_mark(present, marks)))


def mark_missing(text: pa.Array, missing_values: Sequence[str] | None) -> pa.Array:
    """Return text with the given values missing."""
    if not missing_values:
        return text
    found = pc.is_in(text, pa.array(missing_values, pa.string()))
    return pc.if_else(found, pa.scalar(None, pa.string()), text)
