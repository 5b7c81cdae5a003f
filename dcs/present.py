"""Which values of a column are there, as numpy arrays, and those that are. pandas is never imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Truths: TypeAlias = npt.NDArray[np.bool_]
NumberT = TypeVar("NumberT", bound=np.generic)

INT32_BYTES = 4

BLOCK = 1 << 15
"""So many numbers at a time stay in the processor's cache; a multiple of 8, so that their bits fill bytes."""

_STORED: dict[pa.DataType, Any] = {
    pa.int64(): np.dtype(np.int64),
    pa.int32(): np.dtype(np.int32),
    pa.float64(): np.dtype(np.float64),
}


def is_present(column: pa.Array | pa.ChunkedArray) -> Truths:
    """Return for each row whether it has a value."""
    return _of_chunks(column, _is_present, np.bool_)


def truths(flags: pa.Array | pa.ChunkedArray) -> Truths:
    """Return the values of a boolean column that has no missing ones."""
    return _of_chunks(flags, lambda chunk: _bits(chunk.buffers()[1], chunk), np.bool_)


def stored_numbers(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return the numbers of an int64, int32 or float64 column; any where one is missing."""
    return _of_chunks(column, _stored, _STORED[column.type])


def stored_blocks(column: pa.ChunkedArray) -> Iterator[npt.NDArray[Any]]:
    """Yield the numbers of an int64, int32 or float64 column, some at a time; any where one is missing."""
    for chunk in column.chunks:
        numbers = _stored(chunk)
        for start in range(0, len(numbers), BLOCK):
            yield numbers[start : start + BLOCK]


def present_numbers(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return the numbers of an int64, int32 or float64 column that are not missing."""
    return _of_chunks(column, _present, _STORED[column.type])


def present_of(values: npt.NDArray[NumberT], column: pa.ChunkedArray) -> npt.NDArray[NumberT]:
    """Return those of some numbers, one for each row of a column, where the column has a value."""
    if not column.null_count:
        return values
    parts, end = [], 0
    for chunk in column.chunks:
        begin, end = end, end + len(chunk)
        part = values[begin:end]
        parts.append(_filtered(part, chunk) if chunk.null_count else part)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def only_where(
    is_kept: Callable[[npt.NDArray[Any]], Truths], column: pa.Array | pa.ChunkedArray
) -> pa.ChunkedArray:
    """Return a column of int64 or float64, of which only some numbers stay; it shares their memory."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return pa.chunked_array([_only_where(is_kept, chunk) for chunk in chunks], column.type)


def _only_where(is_kept: Callable[[npt.NDArray[Any]], Truths], chunk: pa.Array) -> pa.Array:
    numbers = _stored(chunk)
    blocks, all_stay = [np.zeros(0, np.uint8)], True
    for start in range(0, len(numbers), BLOCK):
        stays = is_kept(numbers[start : start + BLOCK])
        all_stay = all_stay and bool(stays.all())
        blocks.append(np.packbits(stays, bitorder="little"))
    if all_stay:
        return chunk
    bits = np.concatenate(blocks)
    bits &= np.packbits(_is_present(chunk), bitorder="little")
    return pa.Array.from_buffers(chunk.type, len(chunk), [pa.py_buffer(bits), pa.py_buffer(numbers)])


def _of_chunks(
    column: pa.Array | pa.ChunkedArray, values: Callable[[pa.Array], npt.NDArray[Any]], dtype: Any
) -> npt.NDArray[Any]:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [values(chunk) for chunk in chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])


def _is_present(chunk: pa.Array) -> Truths:
    return _bits(chunk.buffers()[0], chunk) if chunk.null_count else np.ones(len(chunk), np.bool_)


def _stored(chunk: pa.Array) -> npt.NDArray[Any]:
    dtype = _STORED[chunk.type]
    if not len(chunk):
        return np.empty(0, dtype)
    stored: npt.NDArray[Any] = np.frombuffer(chunk.buffers()[1], dtype)
    return stored[chunk.offset : chunk.offset + len(chunk)]


def _present(chunk: pa.Array) -> npt.NDArray[Any]:
    return _filtered(_stored(chunk), chunk) if chunk.null_count else _stored(chunk)


def _filtered(values: npt.NDArray[NumberT], chunk: pa.Array) -> npt.NDArray[NumberT]:
    """Return the values where an array has one; Arrow's filter takes the bits of its bitmap as they are."""
    arrow = pa.int32() if values.itemsize == INT32_BYTES else pa.int64()
    is_there = pa.Array.from_buffers(pa.bool_(), len(chunk), [None, chunk.buffers()[0]], offset=chunk.offset)
    bits = pa.Array.from_buffers(arrow, len(values), [None, pa.py_buffer(values)])
    found = bits.filter(is_there)
    return np.frombuffer(found.buffers()[1], values.dtype, len(found))


def room(count: int, dtype: np.dtype[NumberT]) -> npt.NDArray[NumberT]:
    """Return an array with anything in it.

    Its memory is from Arrow's pool, which keeps what it is given back; each large array of numpy's own is new
    memory to the system, which is cleared page by page: a third of the time of simple arithmetic.
    """
    return np.frombuffer(pa.allocate_buffer(count * dtype.itemsize), dtype, count)


def _bits(bitmap: pa.Buffer | None, chunk: pa.Array) -> Truths:
    """Unpack the bits of an array; numpy does that an order of magnitude faster than Arrow's `to_numpy`."""
    if bitmap is None:  # of an empty array
        return np.zeros(len(chunk), np.bool_)
    first_byte, first = divmod(chunk.offset, 8)
    bytes_ = np.frombuffer(bitmap, np.uint8)[first_byte:]
    return np.unpackbits(bytes_, count=first + len(chunk), bitorder="little")[first:].view(np.bool_)
