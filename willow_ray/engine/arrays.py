"""Small pieces of Arrow that tasks and the session actor share; pandas is never imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dcs.gather import Positions

NARROW_ROWS = 1 << 32
"""The most rows whose positions fit into four bytes."""


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


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Join the pieces of a column into one compact array; kernels return either."""
    if isinstance(column, pa.Array):
        return compact(column)
    if column.num_chunks == 0:
        return pa.nulls(0, column.type)
    if column.num_chunks == 1:
        return compact(column.chunk(0))
    return pa.concat_arrays(column.chunks)


def narrowed(positions: Positions, rows: int) -> Positions:
    """Return positions in a table of so many rows as they are kept: in four bytes each if these suffice."""
    return positions.astype(np.uint32, copy=False) if rows <= NARROW_ROWS else positions


def positions_of(mask: pa.Array) -> npt.NDArray[np.int64]:
    """Return the positions at which a mask without nulls is true."""
    found: npt.NDArray[np.uint64] = pc.indices_nonzero(mask).to_numpy()
    return found.view(np.int64)  # they are far below 2^63


def kept_rows(masks: Sequence[pa.Array]) -> Positions:
    """Return the positions of the rows that masks of neighbouring parts keep; see `narrowed`."""
    rows = sum(len(mask) for mask in masks)
    kept = np.empty(sum(mask.true_count for mask in masks), np.uint32 if rows <= NARROW_ROWS else np.int64)
    start = end = 0
    for mask in masks:
        found = positions_of(mask)
        np.add(found, start, out=kept[end : end + len(found)], casting="unsafe")
        start, end = start + len(mask), end + len(found)
    return kept
