"""A table version: an immutable list of columns, each a list of Arrow chunks."""

from __future__ import annotations

import secrets
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

ChunkId = NewType("ChunkId", str)
"""Made once when a chunk is made, and kept in the manifest; two chunks with one id hold the same values."""


@dataclass(frozen=True)
class Chunk:
    """What is known of a run of one column without looking at its values; `bytes` is its size in Arrow."""

    id: ChunkId
    missing: int
    bytes: int


@dataclass(frozen=True)
class Column:
    """A typed column: one chunk per part of the table's partition."""

    type: pa.DataType
    chunks: tuple[Chunk, ...]

    @property
    def missing(self) -> int:
        """Missing values in the whole column."""
        return sum(chunk.missing for chunk in self.chunks)

    @property
    def bytes(self) -> int:
        """Size of the whole column in Arrow."""
        return sum(chunk.bytes for chunk in self.chunks)


@dataclass(frozen=True)
class Table:
    """A version of the data. All columns share one partition: `partition[i]` rows in every i-th chunk."""

    columns: Mapping[str, Column]
    partition: tuple[int, ...]

    def __post_init__(self) -> None:
        assert all(len(column.chunks) == len(self.partition) for column in self.columns.values())

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Position of the first row of each part, and at the end the number of rows."""
        return tuple(accumulate(self.partition, initial=0))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.offsets[-1]

    @property
    def bytes(self) -> int:
        """Size of all columns in Arrow."""
        return sum(column.bytes for column in self.columns.values())

    @property
    def schema(self) -> dict[str, pa.DataType]:
        """Names and types of the columns, in order."""
        return {name: column.type for name, column in self.columns.items()}

    def part_of(self, position: int) -> int:
        """Return the number of the part that holds a row position."""
        return bisect_right(self.offsets, position) - 1

    def parts_in(self, rows: range) -> list[int]:
        """Return the numbers of the parts that hold some of these rows; for all rows, of all parts."""
        if len(rows) == self.rows:
            return list(range(len(self.partition)))
        return [
            part
            for part, count in enumerate(self.partition)
            if max(self.offsets[part], rows.start) < min(self.offsets[part] + count, rows.stop)
        ]

    def cut(self, names: Iterable[str], parts: Sequence[int]) -> Table:
        """Return some parts of some columns as a table of their own."""
        return Table(
            {
                name: Column(
                    self.columns[name].type, tuple(self.columns[name].chunks[part] for part in parts)
                )
                for name in names
            },
            tuple(self.partition[part] for part in parts),
        )

    def chunk_ids(self) -> set[ChunkId]:
        """Return the ids of all chunks."""
        return {chunk.id for column in self.columns.values() for chunk in column.chunks}


def new_chunk_id() -> ChunkId:
    """Make an id that no other chunk has."""
    return ChunkId(secrets.token_hex(8))


def even_partition(rows: int, size: int) -> tuple[int, ...]:
    """Split so many rows into parts of `size` and a rest; a table without rows has one empty part."""
    full, rest = divmod(rows, size)
    return (size,) * full + ((rest,) if rest or not full else ())


def runs(kept: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Join neighbouring parts, of which `kept[i]` rows stay, into runs [first, end) of at most `size` rows.

    A part that alone exceeds `size` is a run of its own; parts of which nothing stays join any run.
    """
    found: list[tuple[int, int]] = []
    first, rows = 0, 0
    for part, count in enumerate(kept):
        if part > first and rows and count and rows + count > size:
            found.append((first, part))
            first, rows = part, 0
        rows += count
    found.append((first, len(kept)))
    return found
