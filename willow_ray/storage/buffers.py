"""An Arrow array as plain numpy arrays, and back: the one layout that segments know.

Layout: validity bitmap (None when nothing is missing), then the values (a bitmap for booleans); for text the
offsets, from 0, and the utf-8. Slices give the part they show, never their parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from willow_ray.storage.column_types import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

Buffer: TypeAlias = "np.ndarray[tuple[int], np.dtype[Any]]"

_VALUES = {"int64": np.int64, "float64": np.float64, "date32": np.int32}


def to_buffers(array: pa.Array) -> list[Buffer | None]:
    """Return the buffers of an array of a canonical type, over its memory wherever that is possible."""
    kind = type_name(array.type)
    start, count = array.offset, len(array)
    buffers = array.buffers()
    validity = _bits(buffers[0], start, count) if array.null_count else None
    if kind == "string":
        return [validity, *_text(buffers[1], buffers[2], start, count)]
    if kind == "bool":
        return [validity, _bits(buffers[1], start, count)]
    return [validity, _view(buffers[1], _VALUES.get(kind, np.int64))[start : start + count]]


def from_buffers(arrow: pa.DataType, rows: int, nulls: int, buffers: Sequence[Buffer | None]) -> pa.Array:
    """Return the array over the memory of its buffers; sizes that do not fit raise `pa.ArrowInvalid`."""
    wrapped = [None if buffer is None else pa.py_buffer(buffer) for buffer in buffers]
    array = pa.Array.from_buffers(arrow, rows, wrapped, null_count=nulls)
    array.validate()
    return array


def _text(offsets: pa.Buffer | None, utf8: pa.Buffer | None, start: int, count: int) -> tuple[Buffer, Buffer]:
    if count == 0:
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    bounds = _view(offsets, np.int32)[start : start + count + 1]
    text = _view(utf8, np.uint8)[bounds[0] : bounds[-1]]
    return (bounds if bounds[0] == 0 else bounds - bounds[0]), text


def _bits(buffer: pa.Buffer, start: int, count: int) -> Buffer:
    """Return a bitmap that begins with the bit at `start`."""
    first, shift = divmod(start, 8)
    packed = _view(buffer, np.uint8)[first : first + (shift + count + 7) // 8]
    if shift == 0:
        return packed
    bits = np.unpackbits(packed, bitorder="little")
    return np.packbits(bits[shift : shift + count], bitorder="little")


def _view(buffer: pa.Buffer | None, dtype: Any) -> Buffer:
    if buffer is None or buffer.size == 0:
        return np.zeros(0, dtype)
    return np.frombuffer(buffer, dtype, count=buffer.size // np.dtype(dtype).itemsize)
