"""Gathers what is read block by block into chunks of the size that a table wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHUNK_ROWS = 1_000_000
CHUNK_BYTES = 64 << 20
"""Chunks end when they have so many rows, or one column so many bytes."""


class ChunkBuilder:
    """Collects rows; no chunk shares memory with another, so that each may be sent alone."""

    def __init__(self, names: Sequence[str], types: Sequence[pa.DataType], *, rows_per_chunk: int) -> None:
        self._names = list(names)
        self._empty = [pa.array([], arrow) for arrow in types]
        self._rows_per_chunk = rows_per_chunk
        self._pending: list[list[pa.Array]] = [[] for _ in names]
        self._rows = 0
        self._emitted = False

    def add(self, columns: Sequence[pa.Array]) -> Iterator[pa.RecordBatch]:
        """Take more rows, and yield the chunks that are full."""
        count = len(columns[0])
        start = 0
        while self._rows + count - start >= self._rows_per_chunk:
            room = self._rows_per_chunk - self._rows
            self._append([column.slice(start, room) for column in columns])
            yield self._take()
            start += room
        if start < count:
            self._append([column.slice(start) for column in columns])
        if max(sum(piece.nbytes for piece in pieces) for pieces in self._pending) >= CHUNK_BYTES:
            yield self._take()

    def finish(self) -> Iterator[pa.RecordBatch]:
        """Yield the rest; an empty chunk when there was no row at all."""
        if self._rows or not self._emitted:
            yield self._take()

    def _append(self, columns: Sequence[pa.Array]) -> None:
        for pieces, column in zip(self._pending, columns, strict=True):
            pieces.append(column)
        self._rows += len(columns[0])

    def _take(self) -> pa.RecordBatch:
        arrays = []
        for pieces, empty in zip(self._pending, self._empty, strict=True):
            arrays.append(pa.concat_arrays([*pieces, empty]))
            pieces.clear()  # so that there is never much more than one chunk in memory
        self._rows = 0
        self._emitted = True
        return pa.RecordBatch.from_arrays(arrays, self._names)
