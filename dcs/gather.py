"""Values taken from columns that are cut into chunks. pandas is never imported here."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

Positions: TypeAlias = npt.NDArray[np.int64]
"""Positions of rows."""


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


def take_rows(column: pa.ChunkedArray, positions: Positions) -> pa.ChunkedArray:
    """Take the values at `positions` of a whole column, as one chunk for each of the column's length."""
    if not column.num_chunks:
        return column
    offsets = [*accumulate(map(len, column.chunks), initial=0)]
    size = max(len(column), 1)
    runs = range(0, max(len(positions), 1), size)
    return pa.chunked_array(
        [gather(column.chunks, offsets, positions[start : start + size]) for start in runs], column.type
    )


def indices(positions: Positions) -> pa.Array:
    """Return positions as an Arrow array over the same memory (`pa.array` would import pandas)."""
    contiguous = np.ascontiguousarray(positions, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(contiguous), [None, pa.py_buffer(contiguous)])
