"""Where chunks are: in the object store while they are used, in segments on disk when they are saved."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from willow_ray.engine.failures import ChunksGoneError
from willow_ray.engine.packs import Pack, Slot, Slots
from willow_ray.engine.sharing import Shared
from willow_ray.engine.table import Chunk, ChunkId, Column, Table, new_chunk_id

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    import pyarrow as pa
    from ray import ObjectRef

    from willow_ray.engine.job import Job
    from willow_ray.engine.packs import Made


OPEN_S = 60.0
"""When nobody has looked at any pack for so long, all are closed: what is open stays in memory."""


@dataclass(frozen=True)
class Place:
    """Where a chunk is in memory: its pack, its index in it, and its bytes."""

    pack: ObjectRef
    index: int
    bytes: int


class Shelf(Protocol):
    """Brings saved chunks back from disk."""

    async def load(self, chunks: Sequence[ChunkId], job: Job) -> Mapping[ChunkId, Place]:
        """Return the place of every chunk after loading; raise `ChunksGoneError` if one cannot be."""

    def holds(self, chunk: ChunkId) -> bool:
        """Say whether a chunk is saved."""


class ChunkStore:
    """Knows the pack of every chunk that is in memory, and keeps a few packs open for cutting windows.

    Args:
        shelf: where chunks that are not in memory come from.
        open_bytes: how many bytes of opened packs to keep; the least recently used are closed first.

    """

    def __init__(self, shelf: Shelf, *, open_bytes: int = 1 << 30) -> None:
        self._shelf = shelf
        self._places: dict[ChunkId, Place] = {}
        self._coming: Shared[None] = Shared()
        self._open: OrderedDict[ObjectRef, Pack] = OrderedDict()
        self._sizes: dict[ObjectRef, int] = {}
        self._open_bytes = open_bytes
        self._closing: asyncio.TimerHandle | None = None
        self.bytes = 0
        """Bytes of all chunks in memory."""

    def __contains__(self, chunk: ChunkId) -> bool:
        return chunk in self._places

    def within_reach(self, table: Table) -> bool:
        """Say whether every chunk of a table is in memory or saved."""
        return all(chunk in self._places or self._shelf.holds(chunk) for chunk in table.chunk_ids())

    def add(self, pack: ObjectRef, made: Made) -> Chunk:
        """Give a chunk that a task made its id, and remember its place."""
        chunk = Chunk(new_chunk_id(), made.missing, made.bytes)
        self._put(chunk.id, Place(pack, made.index, made.bytes))
        return chunk

    def forget_all_but(self, keep: Iterable[ChunkId]) -> None:
        """Drop from memory the chunks that are saved and not in `keep`."""
        kept = set(keep)
        self.discard([chunk for chunk in self._places if chunk not in kept and self._shelf.holds(chunk)])

    def discard(self, chunks: Iterable[ChunkId]) -> None:
        """Drop chunks from memory; those that are not saved are gone."""
        for chunk in chunks:
            place = self._places.pop(chunk, None)
            self.bytes -= 0 if place is None else place.bytes
        used = {place.pack for place in self._places.values()} if self._open else set()
        for pack in [pack for pack in self._open if pack not in used]:
            self._close(pack)

    def lost(self, object_id: str) -> bool:
        """Forget a pack that the object store has lost; say whether it held any chunks.

        They come back from disk if they were saved.
        """
        in_it = [chunk for chunk, place in self._places.items() if place.pack.hex() == object_id]
        self.discard(in_it)
        return bool(in_it)

    async def places(self, chunks: Sequence[ChunkId], job: Job) -> list[Place]:
        """Return the place of each chunk, loading those that are not in memory."""
        absent = tuple(chunk for chunk in dict.fromkeys(chunks) if chunk not in self._places)
        if absent:
            await self._coming.get(absent, job, lambda loading: self._load(absent, loading))
        if not all(chunk in self._places for chunk in chunks):
            raise ChunksGoneError
        return [self._places[chunk] for chunk in chunks]

    async def arguments(
        self, table: Table, names: Iterable[str], job: Job, parts: range | None = None
    ) -> tuple[Slots, list[ObjectRef]]:
        """Return what a task needs to see some parts (all, if None) of some columns: slots and packs."""
        parts = range(len(table.partition)) if parts is None else parts
        columns = {name: table.columns[name] for name in names}
        wanted = [column.chunks[part].id for column in columns.values() for part in parts]
        found = await self.places(wanted, job)
        places = iter(found)
        numbers: dict[ObjectRef, int] = {}
        slots = {
            name: tuple(
                Slot(numbers.setdefault(place.pack, len(numbers)), place.index)
                for place in (next(places) for _ in parts)
            )
            for name in columns
        }
        types = {name: column.type for name, column in columns.items()}
        partition = tuple(table.partition[part] for part in parts)
        return Slots(slots, types, partition, sum(place.bytes for place in found)), list(numbers)

    async def open(self, chunks: Sequence[ChunkId], job: Job) -> list[pa.Array]:
        """Return chunks as Arrow arrays, mapped from the object store and kept open for the next window."""
        while True:
            places = await self.places(chunks, job)
            try:
                opened = await self._opened(tuple(dict.fromkeys(place.pack for place in places)), job)
            except ChunksGoneError as gone:
                if gone.object_id is None or not self.lost(gone.object_id):
                    raise
                continue
            self._close_least_used(keep=opened)
            self._close_all_later()
            return [opened[place.pack][place.index] for place in places]

    async def _load(self, chunks: Sequence[ChunkId], job: Job) -> None:
        for chunk, place in (await self._shelf.load(chunks, job)).items():
            self._put(chunk, place)

    def _put(self, chunk: ChunkId, place: Place) -> None:
        before = self._places.get(chunk)
        self._places[chunk] = place
        self.bytes += place.bytes - (0 if before is None else before.bytes)

    async def _opened(self, packs: Sequence[ObjectRef], job: Job) -> dict[ObjectRef, Pack]:
        opened = {pack: self._open[pack] for pack in packs if pack in self._open}
        closed = [pack for pack in packs if pack not in opened]
        opened |= zip(closed, await asyncio.gather(*map(job.fetch, closed)), strict=True)
        for pack in packs:
            if pack not in self._open:
                self._open[pack] = opened[pack]
                self._sizes[pack] = sum(array.nbytes for array in opened[pack])
            self._open.move_to_end(pack)
        return opened

    def _close_least_used(self, keep: Container[ObjectRef]) -> None:
        total = sum(self._sizes.values())
        for pack in list(self._open):
            if total <= self._open_bytes:
                return
            if pack not in keep:
                total -= self._sizes[pack]
                self._close(pack)

    def _close_all_later(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(OPEN_S, self._close_all)

    def _close_all(self) -> None:
        for pack in list(self._open):
            self._close(pack)

    def _close(self, pack: ObjectRef) -> None:
        if self._open.pop(pack, None) is not None:
            del self._sizes[pack]


def replace_columns(
    order: Sequence[str], old: Table, written: Mapping[str, Column], partition: tuple[int, ...]
) -> Table:
    """Make the next version: written columns, and where none was written the old ones, in this order."""
    return Table({name: written.get(name) or old.columns[name] for name in order}, partition)
