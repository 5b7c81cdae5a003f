"""Texts that stand for a missing value, when the other values of a column are numbers, dates or booleans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING_MARKS = ("NA", "N/A", "NaN", "null", "None", "-", "?", "#N/A")
"""The usual marks; in any case, and with blanks around them."""


def is_mark(text: pa.Array, marks: Sequence[str] = MISSING_MARKS) -> pa.Array:
    """Say which texts are marks; the empty text and blanks alone are among them, what is missing is not."""
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    return pc.is_in(folded, pa.array(["", *(mark.lower() for mark in marks)]))


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
