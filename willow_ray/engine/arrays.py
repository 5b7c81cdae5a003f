"""Small pieces of Arrow that tasks and the session actor share; pandas is never imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

Positions = npt.NDArray[np.int64]
"""Row positions."""


def compact(array: pa.Array) -> pa.Array:
    """Return an equal array whose buffers hold its own values only: serialising a slice ships its parent."""
    if array.offset == 0 and array.nbytes >= sum(buffer.size for buffer in array.buffers() if buffer) * 0.8:
        return array
    return pa.concat_arrays([array, array.slice(0, 0)])


def split(column: pa.ChunkedArray, partition: Sequence[int]) -> list[pa.Array]:
    """Cut a column into compact arrays of the given lengths."""
    parts: list[pa.Array] = []
    start = 0
    for rows in partition:
        parts.append(one_array(column.slice(start, rows)))
        start += rows
    return parts


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """Join the pieces of a column into one compact array."""
    if column.num_chunks == 0:
        return pa.nulls(0, column.type)
    if column.num_chunks == 1:
        return compact(column.chunk(0))
    return pa.concat_arrays(column.chunks)


def gather(chunks: Sequence[pa.Array], offsets: Sequence[int], positions: Positions) -> pa.Array:
    """Take the values at `positions` of a column without joining its chunks.

    `offsets[i]` is the position of the first value of `chunks[i]`. Costs no more than the values taken,
    whatever the size of the column (`ChunkedArray.take` joins the whole column at each call).
    """
    if len(chunks) == 1:
        return chunks[0].take(indices(positions - offsets[0]))
    part = np.searchsorted(np.asarray(offsets[1:-1]), positions, side="right").astype(np.int32)
    in_order = bool(np.all(part[1:] >= part[:-1]))
    order = None if in_order else np.argsort(part, kind="stable")
    sorted_positions = positions if order is None else positions[order]
    bounds = np.searchsorted(
        part if order is None else part[order], np.arange(len(chunks) + 1, dtype=np.int32)
    )
    pieces = [
        chunk.take(indices(sorted_positions[bounds[number] : bounds[number + 1]] - offsets[number]))
        for number, chunk in enumerate(chunks)
        if bounds[number] < bounds[number + 1]
    ]
    joined = pa.concat_arrays(pieces) if pieces else chunks[0].slice(0, 0)
    if order is None:
        return joined
    inverse = np.empty(len(order), np.int64)
    inverse[order] = np.arange(len(order))
    return joined.take(indices(inverse))


def indices(positions: Positions) -> pa.Array:
    """Return positions as an Arrow array over the same memory (`pa.array` would import pandas)."""
    contiguous = np.ascontiguousarray(positions, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(contiguous), [None, pa.py_buffer(contiguous)])


def positions_of(mask: pa.Array) -> Positions:
    """Return the positions at which a mask without nulls is true."""
    found: Positions = pc.indices_nonzero(mask).to_numpy().astype(np.int64)
    return found
