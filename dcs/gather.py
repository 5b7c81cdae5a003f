"""Values taken from columns that are cut into chunks. pandas is never imported here."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.parts import at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

Positions: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.uint32]
"""Positions of rows; who keeps many of them may keep them in four bytes each."""


class Gathering:
    """What is needed to take the values at some positions out of chunks; found once, used for many columns.

    All columns are cut at the same places: `offsets[i]` is the position of the first value of part `i`, and
    at the end stands the number of rows. A column costs no more than the values taken, whatever its size
    (`ChunkedArray.take` joins the whole column at each call).

    Attributes:
        parts: the parts that hold some of the positions, in order; one part when there are no positions.

    """

    def __init__(self, offsets: Sequence[int], positions: Positions) -> None:
        self._back: pa.Array | None = None
        self.parts: list[int] = [0]
        inner = np.asarray(offsets[1:-1], positions.dtype)
        if not len(inner):
            self._rows = [indices(positions)]
            return
        part_of: npt.NDArray[np.integer] = np.searchsorted(inner, positions, side="right")
        if len(inner) < np.iinfo(np.uint16).max:
            part_of = part_of.astype(np.uint16)  # these are put in order in linear time
        if not np.all(part_of[1:] >= part_of[:-1]):
            order = np.argsort(part_of, kind="stable")
            part_of, positions = part_of[order], positions[order]
            back = np.empty(len(order), np.int64)
            back[order] = np.arange(len(order))
            self._back = indices(back)
        bounds = np.flatnonzero(np.diff(part_of)) + 1
        if len(positions):
            self.parts = part_of[np.concatenate([[0], bounds])].tolist()
        ends = [0, *bounds.tolist(), len(positions)]
        self._rows = [
            indices(positions[first:end] - offsets[part])
            for part, (first, end) in zip(self.parts, pairwise(ends), strict=True)
        ]

    def take(self, chunks: Sequence[pa.Array]) -> pa.Array:
        """Take the values out of the chunks of one column, given for each of `parts`."""
        pieces = [chunk.take(rows) for chunk, rows in zip(chunks, self._rows, strict=True)]
        joined = pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces)
        return joined if self._back is None else joined.take(self._back)

    def take_from(self, column: Sequence[pa.Array]) -> pa.Array:
        """Take the values out of a column, given with all its chunks."""
        return self.take([column[part] for part in self.parts])


def take_rows(column: pa.ChunkedArray, positions: Positions) -> pa.ChunkedArray:
    """Take the values at `positions` of a whole column, as one chunk for each of the column's length."""
    return take_rows_of([column], positions)[0]


def take_rows_of(columns: Sequence[pa.ChunkedArray], positions: Positions) -> list[pa.ChunkedArray]:
    """Take the values at `positions` of whole columns, of several at a time (see `take_rows`)."""
    cuts = [tuple(accumulate(map(len, column.chunks), initial=0)) for column in columns]
    gatherings = {offsets: _gatherings(offsets, positions) for offsets in dict.fromkeys(cuts)}

    def take(place: int) -> pa.ChunkedArray:
        column, runs = columns[place], gatherings[cuts[place]]
        return pa.chunked_array([run.take_from(column.chunks) for run in runs], column.type)

    return at_once(take, range(len(columns)))


def _gatherings(offsets: Sequence[int], positions: Positions) -> list[Gathering]:
    """Return what takes so many values at a time as there are rows; nothing where there are no chunks."""
    if len(offsets) == 1:
        return []
    size = max(offsets[-1], 1)
    starts = range(0, max(len(positions), 1), size)
    return [Gathering(offsets, positions[start : start + size]) for start in starts]


def indices(positions: Positions) -> pa.Array:
    """Return positions as an Arrow array over the same memory (`pa.array` would import pandas)."""
    narrow = positions.dtype == np.uint32
    contiguous = np.ascontiguousarray(positions, np.uint32 if narrow else np.int64)
    arrow_type = pa.uint32() if narrow else pa.int64()
    return pa.Array.from_buffers(arrow_type, len(contiguous), [None, pa.py_buffer(contiguous)])
