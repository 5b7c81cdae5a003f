"""Arrow's own casts from text, which are fast and strict but refuse a whole array for one bad value."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def cast_all(text: pa.Array, arrow: pa.DataType) -> pa.Array | None:
    """Return the values of a text array, or None when Arrow cannot read every one of them."""
    try:
        return pc.cast(text, arrow)
    except pa.ArrowInvalid:
        return None


def byte_range(text: pa.Array) -> tuple[int, int]:
    """Return the smallest and the largest byte of all values; (0, 0) when there is none."""
    _, offsets, data = text.buffers()
    if data is None or len(text) == 0:
        return 0, 0
    places = np.frombuffer(offsets, np.int32)
    first, end = int(places[text.offset]), int(places[text.offset + len(text)])
    codes = np.frombuffer(data, np.uint8)[first:end]
    return (int(codes.min()), int(codes.max())) if len(codes) else (0, 0)


def keep_where(fits: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values, missing where they do not fit."""
    return pc.if_else(fits, values, pa.scalar(None, values.type))


def trim(text: pa.Array) -> pa.Array:
    """Return text without surrounding blanks, those of Unicode included."""
    return pc.utf8_trim_whitespace(text)
