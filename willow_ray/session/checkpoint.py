"""Saved chunks: writes those of a version into segments, and brings them back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from willow_ray.engine import tasks
from willow_ray.engine.chunks import Place
from willow_ray.engine.failures import ChunksGoneError
from willow_ray.engine.packs import Slot
from willow_ray.engine.table import Chunk, ChunkId, Column, Table
from willow_ray.storage.column_types import arrow_type, type_name
from willow_ray.storage.errors import DamagedError
from willow_ray.storage.manifest import SavedColumn, SavedTable, SegmentInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.session.ledger import Ledger

log = logging.getLogger(__name__)

SEGMENT_BYTES = 256 << 20
"""Bytes in Arrow after which another segment is begun."""

PACK_BYTES = 32 << 20
"""Bytes in Arrow of the chunks that are brought back as one object."""


class Checkpoints:
    """Knows in which segment each saved chunk is.

    `on_damage` is called with the versions that are still completely on disk, when a segment was given up.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.on_damage: Callable[[set[int]], None] | None = None
        self._segment_of: dict[ChunkId, SegmentInfo] = {}
        self._chunk_of: dict[ChunkId, Chunk] = {}
        for segment in ledger.manifest.segments:
            self._know(segment)

    def holds(self, chunk: ChunkId) -> bool:
        """Say whether a chunk is saved."""
        return chunk in self._segment_of

    def tables(self) -> dict[int, Table]:
        """Return the versions that are saved."""
        return {version: self._table(saved) for version, saved in self._ledger.manifest.tables.items()}

    async def save(self, version: int, table: Table, chunks: ChunkStore, job: Job) -> None:
        """Save every chunk of a version that is not saved yet, then make the checkpoint."""
        absent = [
            chunk for column in table.columns.values() for chunk in column.chunks if not self.holds(chunk.id)
        ]
        unique = list({chunk.id: chunk for chunk in absent}.values())
        saved = SavedTable(
            columns={
                name: SavedColumn(type=type_name(column.type), chunks=tuple(one.id for one in column.chunks))
                for name, column in table.columns.items()
            },
            partition=table.partition,
        )
        store = self._ledger.store
        begun: list[Path] = []
        written: list[SegmentInfo] = []
        try:
            batches = list(_batches(unique, SEGMENT_BYTES))
            for number, batch in enumerate(batches):
                begun.append(store.begin_segment())
                with job.within(number / len(batches), (number + 1) / len(batches)):
                    written.append(await self._write(begun[-1], batch, chunks, job))
            self._require_all(table, written)
            await self._ledger.checkpoint(version, saved, written)
        except BaseException:
            for path in begun:
                store.abandon_segment(path)
            raise
        for segment in written:
            self._know(segment)

    async def load(self, chunks: Sequence[ChunkId], job: Job) -> Mapping[ChunkId, Place]:
        """Read chunks back from their segments.

        A damaged segment is given up, and `ChunksGoneError` tells to make what was in it again.
        """
        by_segment: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            if chunk not in self._segment_of:
                raise ChunksGoneError
            by_segment.setdefault(self._segment_of[chunk].file, []).append(self._chunk_of[chunk])
        places: dict[ChunkId, Place] = {}
        for file, wanted in by_segment.items():
            segment = self._segment_of[wanted[0].id]
            groups = [[chunk.id for chunk in batch] for batch in _batches(wanted, PACK_BYTES)]
            path = str(self._ledger.store.segment_path(file))
            read = tasks.read_segment.options(num_returns=len(groups) + 1)
            size = sum(chunk.bytes for chunk in wanted)
            done, *packs = job.submit(read, path, groups, segment.checksum, size=size)
            try:
                await job.result(done)
            except DamagedError as error:
                log.warning("%s What was in it is made again.", error)
                await self._give_up(segment)
                raise ChunksGoneError from error
            for pack, group in zip(packs, groups, strict=True):
                places |= {
                    chunk: Place(pack, index, self._chunk_of[chunk].bytes)
                    for index, chunk in enumerate(group)
                }
        return places

    async def _write(self, path: Path, batch: Sequence[Chunk], chunks: ChunkStore, job: Job) -> SegmentInfo:
        places = await chunks.places([chunk.id for chunk in batch], job)
        packs = list(dict.fromkeys(place.pack for place in places))
        number = {pack: index for index, pack in enumerate(packs)}
        slots = [
            (chunk.id, Slot(number[place.pack], place.index))
            for chunk, place in zip(batch, places, strict=True)
        ]
        size = sum(chunk.bytes for chunk in batch)
        written: SegmentInfo = await job.result(
            job.submit(tasks.write_segment, str(path), slots, *packs, size=size)
        )
        return written

    def _require_all(self, table: Table, written: Sequence[SegmentInfo]) -> None:
        """See that no segment that the table needs was given up meanwhile."""
        new = {ChunkId(chunk.id) for segment in written for chunk in segment.chunks}
        if not all(chunk in new or self.holds(chunk) for chunk in table.chunk_ids()):
            raise ChunksGoneError

    async def _give_up(self, segment: SegmentInfo) -> None:
        await self._ledger.without_segment(segment.file)
        for chunk in segment.chunks:
            self._segment_of.pop(ChunkId(chunk.id), None)
        if self.on_damage is not None:
            self.on_damage(set(self._ledger.manifest.tables))

    def _know(self, segment: SegmentInfo) -> None:
        for saved in segment.chunks:
            chunk = ChunkId(saved.id)
            self._segment_of[chunk] = segment
            self._chunk_of[chunk] = Chunk(chunk, saved.missing, saved.bytes)

    def _table(self, saved: SavedTable) -> Table:
        return Table(
            {
                name: Column(
                    arrow_type(column.type),
                    tuple(self._chunk_of[ChunkId(chunk)] for chunk in column.chunks),
                )
                for name, column in saved.columns.items()
            },
            saved.partition,
        )


def _batches(chunks: Sequence[Chunk], limit: int) -> Iterator[list[Chunk]]:
    """Yield runs of chunks of at most `limit` bytes, or of one larger chunk."""
    batch: list[Chunk] = []
    size = 0
    for chunk in chunks:
        if batch and size + chunk.bytes > limit:
            yield batch
            batch, size = [], 0
        batch.append(chunk)
        size += chunk.bytes
    if batch:
        yield batch
