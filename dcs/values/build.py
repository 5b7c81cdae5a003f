"""Arrow arrays from a few Python values, without the import of pandas that `pa.array` brings."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTER = {pa.int64(): "q", pa.int32(): "i", pa.float64(): "d"}


def numbers(values: Iterable[float], arrow: pa.DataType) -> pa.Array:
    """Return an array of int64, int32 or float64 without missing values."""
    stored = array(_LETTER[arrow], values)
    return pa.Array.from_buffers(arrow, len(stored), [None, pa.py_buffer(stored)])


def number(value: float, arrow: pa.DataType) -> Any:
    """Return a scalar of int64, int32 or float64."""
    return numbers([value], arrow)[0]


def texts(values: Iterable[str]) -> pa.Array:
    """Return an array of text without missing values."""
    builder = pa.lib.StringBuilder()
    for value in values:
        builder.append(value)
    return builder.finish()


def text(value: str) -> Any:
    """Return a scalar of text."""
    return texts([value])[0]
