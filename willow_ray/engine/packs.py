"""Packs: the objects in the store, each holding one or more chunks; and how tasks find columns in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pack: TypeAlias = list[pa.Array]
"""One object of the store: a group of chunks, so that narrow columns do not make thousands of objects."""


MOST_CHUNKS = 256
"""Of one pack: it is opened as a whole, at some microseconds for each chunk."""


@dataclass(frozen=True)
class Slot:
    """Where a chunk is among the packs a task was given."""

    pack: int
    index: int


@dataclass(frozen=True)
class Slots:
    """Where the chunks of some columns are among the packs of a task, in the order of the partition.

    `bytes` is the size of these chunks in Arrow.
    """

    columns: Mapping[str, tuple[Slot, ...]]
    types: Mapping[str, pa.DataType]
    partition: tuple[int, ...]
    bytes: int = 0

    @property
    def rows(self) -> int:
        """Number of rows in these parts."""
        return sum(self.partition)

    @property
    def offsets(self) -> list[int]:
        """Number of the first row of each part, and at the end the number of rows."""
        return list(accumulate(self.partition, initial=0))

    def chunks(self, name: str, packs: Sequence[Pack]) -> list[pa.Array]:
        """Return the chunks of a column."""
        return [packs[slot.pack][slot.index] for slot in self.columns[name]]

    def column(self, name: str, packs: Sequence[Pack]) -> pa.ChunkedArray:
        """Return a column over the same memory."""
        return pa.chunked_array(self.chunks(name, packs), self.types[name])

    def part(self, number: int, packs: Sequence[Pack]) -> dict[str, pa.ChunkedArray]:
        """Return one part of all columns, by name."""
        return {
            name: pa.chunked_array([packs[slots[number].pack][slots[number].index]], self.types[name])
            for name, slots in self.columns.items()
        }

    def table(self, packs: Sequence[Pack]) -> dict[str, pa.ChunkedArray]:
        """Return all columns, by name."""
        return {name: self.column(name, packs) for name in self.columns}


@dataclass(frozen=True)
class Made:
    """What a task says of a chunk it made: its type, missing values, bytes, and place in the task's pack."""

    type: pa.DataType
    missing: int
    bytes: int
    index: int


@dataclass(frozen=True)
class ChunkSize:
    """How large what a task makes of itself may be: rows of a chunk, and bytes of a pack of several."""

    rows: int
    group_bytes: int


def describe(array: pa.Array, index: int) -> Made:
    """Describe a chunk for the actor, which never opens it."""
    return Made(array.type, array.null_count, array.nbytes, index)


def packed(columns: Mapping[str, pa.Array], *, group_bytes: int) -> list[tuple[dict[str, Made], Pack]]:
    """Join neighbouring columns into packs of at most so many bytes; a wide column is alone.

    A task that needs one column of many need not have all of them on its machine, nor open them.
    """
    packs: list[tuple[dict[str, Made], Pack]] = []
    filled = group_bytes + 1
    for name, array in columns.items():
        if filled + array.nbytes > group_bytes or len(packs[-1][1]) == MOST_CHUNKS:
            packs.append(({}, []))
            filled = 0
        described, pack = packs[-1]
        described[name] = describe(array, len(pack))
        pack.append(array)
        filled += array.nbytes
    return packs
