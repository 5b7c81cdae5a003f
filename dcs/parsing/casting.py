"""Arrow's own casts from text, which are fast and strict but refuse a whole array for one bad value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cast_all(text: pa.Array, arrow: pa.DataType) -> pa.Array | None:
    """Return the values of a text array, or None when Arrow cannot read every one of them."""
    try:
        return pc.cast(text, arrow)
    except pa.ArrowInvalid:
        return None


def byte_range(text: pa.Array) -> tuple[int, int]:
    """Return the smallest and the largest byte of all values; (0, 0) when there is none."""
    _, _, data = text.buffers()
    if data is None or len(text) == 0:
        return 0, 0
    places = _places(text)
    codes = np.frombuffer(data, np.uint8)[places[0] : places[-1]]
    return (int(codes.min()), int(codes.max())) if len(codes) else (0, 0)


def lengths(text: pa.Array) -> NDArray[np.int32]:
    """Return the length of each value in bytes; a missing value counts as it happens to be stored."""
    return np.diff(_places(text))


def bytes_at(text: pa.Array, place: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.uint8]:
    """Return one byte of each value, or of some; any byte beyond the end of a value."""
    _, _, data = text.buffers()
    codes = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    starts = _places(text)[:-1]
    starts = (starts if rows is None else starts[rows]).astype(np.intp)
    return codes[min(place, len(codes) - 1) :].take(starts, mode="clip")


def starting_with(text: pa.Array, start: bytes) -> NDArray[np.int64]:
    """Return which values start with some bytes."""
    rows = np.flatnonzero(bytes_at(text, 0) == start[0])
    for place, code in enumerate(start[1:], start=1):
        rows = rows[bytes_at(text, place, rows) == code]
    return rows[lengths(text)[rows] >= len(start)]


def _places(text: pa.Array) -> NDArray[np.int32]:
    """Return where each value begins in the data, and where the last one ends."""
    _, offsets, _ = text.buffers()
    if offsets is None or not offsets.size:
        return np.zeros(1, np.int32)
    return np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]


def keep_where(fits: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values, missing where they do not fit."""
    return pc.if_else(fits, values, pa.scalar(None, values.type))


def trim(text: pa.Array) -> pa.Array:
    """Return text without surrounding blanks, those of Unicode included."""
    return pc.utf8_trim_whitespace(text)
