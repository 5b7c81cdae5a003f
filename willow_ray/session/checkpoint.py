"""Saved chunks: writes those of a version into segments, and brings them back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ray.exceptions import RayTaskError

from willow_ray.engine import tasks
from willow_ray.engine.chunks import ChunksGoneError, Place
from willow_ray.engine.packs import Slot
from willow_ray.engine.table import Chunk, ChunkId, Column, Table
from willow_ray.storage.column_types import arrow_type, type_name
from willow_ray.storage.errors import DamagedError
from willow_ray.storage.manifest import SavedColumn, SavedTable, SegmentInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.session.ledger import Ledger

log = logging.getLogger(__name__)

SEGMENT_BYTES = 256 << 20
"""Bytes in Arrow after which another segment is begun."""

PACK_BYTES = 32 << 20
"""Bytes in Arrow of the chunks that are brought back as one object."""


class Checkpoints:
    """Knows in which segment each saved chunk is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
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

    async def save(self, version: int, table: Table, chunks: ChunkStore) -> None:
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
            for batch in _batches(unique, SEGMENT_BYTES):
                begun.append(store.begin_segment())
                written.append(await self._write(begun[-1], batch, chunks))
            await self._ledger.checkpoint(version, saved, written)
        except BaseException:
            for path in begun:
                store.abandon_segment(path)
            raise
        for segment in written:
            self._know(segment)

    async def load(self, chunks: Sequence[ChunkId]) -> Mapping[ChunkId, Place]:
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
            read = tasks.read_segment.options(num_returns=len(groups))
            returned = read.remote(path, groups, segment.sha256)
            packs = [returned] if len(groups) == 1 else returned
            try:
                await packs[0]
            except RayTaskError as error:
                if not isinstance(error.cause, DamagedError):
                    raise
                log.warning("%s; what was in it is made again", error.cause)
                await self._give_up(segment)
                raise ChunksGoneError from error
            for pack, group in zip(packs, groups, strict=True):
                places |= {
                    chunk: Place(pack, index, self._chunk_of[chunk].bytes)
                    for index, chunk in enumerate(group)
                }
        return places

    async def _write(self, path: Path, batch: Sequence[Chunk], chunks: ChunkStore) -> SegmentInfo:
        places = await chunks.places([chunk.id for chunk in batch])
        packs = list(dict.fromkeys(place.pack for place in places))
        number = {pack: index for index, pack in enumerate(packs)}
        slots = [
            (chunk.id, Slot(number[place.pack], place.index))
            for chunk, place in zip(batch, places, strict=True)
        ]
        written: SegmentInfo = await tasks.write_segment.remote(str(path), slots, *packs)
        return written

    async def _give_up(self, segment: SegmentInfo) -> None:
        await self._ledger.without_segment(segment.file)
        for chunk in segment.chunks:
            self._segment_of.pop(ChunkId(chunk.id), None)

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
