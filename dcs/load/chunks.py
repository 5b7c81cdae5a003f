"""Gathers what is read block by block into chunks of the size that a table wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class PartSize:
    """Where a part of a table ends.

    Attributes:
        rows: it has never more rows.
        column_bytes: it ends once one of its columns has so many bytes,
        bytes: or all of them together: a wide table is read in parts that memory has room for.

    """

    rows: int = 1_000_000
    column_bytes: int = 64 << 20
    bytes: int = 512 << 20


PART_SIZE = PartSize()


class ChunkBuilder:
    """Collects rows; no chunk shares memory with another, so that each may be sent alone."""

    def __init__(self, names: Sequence[str], types: Sequence[pa.DataType], *, size: PartSize) -> None:
        self._names = list(names)
        self._empty = [pa.array([], arrow) for arrow in types]
        self._size = size
        self._pending: list[list[pa.Array]] = [[] for _ in names]
        self._bytes = [0] * len(names)
        self._rows = 0
        self._emitted = False

    def add(self, columns: Sequence[pa.Array]) -> Iterator[pa.RecordBatch]:
        """Take more rows, and yield the chunks that are full."""
        count = len(columns[0])
        start = 0
        while self._rows + count - start >= self._size.rows:
            room = self._size.rows - self._rows
            self._append([column.slice(start, room) for column in columns])
            yield self._take()
            start += room
        if start < count:
            self._append([column.slice(start) for column in columns])
        if max(self._bytes) >= self._size.column_bytes or sum(self._bytes) >= self._size.bytes:
            yield self._take()

    def finish(self) -> Iterator[pa.RecordBatch]:
        """Yield the rest; an empty chunk when there was no row at all."""
        if self._rows or not self._emitted:
            yield self._take()

    def _append(self, columns: Sequence[pa.Array]) -> None:
        for place, column in enumerate(columns):
            self._pending[place].append(column)
            self._bytes[place] += column.nbytes
        self._rows += len(columns[0])

    def _take(self) -> pa.RecordBatch:
        arrays = []
        for pieces, empty in zip(self._pending, self._empty, strict=True):
            arrays.append(pa.concat_arrays([*pieces, empty]))
            pieces.clear()  # so that there is never much more than one chunk in memory
        self._bytes = [0] * len(self._bytes)
        self._rows = 0
        self._emitted = True
        return pa.RecordBatch.from_arrays(arrays, self._names)
