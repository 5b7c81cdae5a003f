"""Files: segments, imports, exports. Each appears by one final rename: a task may die at any moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import ray

from dcs.gather import Gathering
from willow_ray.engine.arrays import compact
from willow_ray.engine.tasks.operations import streamed
from willow_ray.engine.tasks.refusing import refusing, refusing_stream
from willow_ray.storage.durable import sync_directory
from willow_ray.storage.errors import told_as_storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pydantic import JsonValue

    from dcs.gather import Positions
    from dcs.save import ExportFormat
    from willow_ray.engine.packs import ChunkSize, Pack, Slot, Slots
    from willow_ray.engine.table import ChunkId
    from willow_ray.engine.tasks.operations import StreamedPart
    from willow_ray.storage.manifest import SegmentInfo


BATCH_ROWS = 100_000
"""Rows that are written at a time."""


@ray.remote(max_retries=0, num_returns="streaming")
@refusing_stream
def load(
    path: str, name: str, options: dict[str, JsonValue], size: ChunkSize, column_bytes: int
) -> Iterator[StreamedPart | Pack | float | dict[str, JsonValue] | None]:
    """Read a file: how far it is, each part and its packs, at last the report; None: from the start again."""
    from dcs import load as loading  # noqa: PLC0415 - parsers only in workers that read

    parsed = loading.ImportOptions.parse(options)
    part = loading.PartSize(size.rows, column_bytes)
    for event in loading.load(Path(path), parsed, name=name, size=part):
        match event:
            case loading.Part(rows=rows, fraction=fraction):
                columns = {name: compact(rows.column(name)) for name in rows.schema.names}
                yield from streamed(columns, rows.num_rows, fraction, group_bytes=size.group_bytes)
                del event, rows, columns  # before the next part is read, which takes as much memory
            case loading.ImportReport():
                yield event.to_wire()
            case loading.Progress(fraction=fraction):
                yield float(fraction)
            case loading.StartAgain():
                yield None
            case _:
                assert_never(event)


@ray.remote(max_retries=1)
@refusing
def preview(path: str, name: str, options: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return what was detected in a file, and its first rows."""
    from dcs.load import ImportOptions  # noqa: PLC0415 - parsers only in workers that read
    from dcs.load import preview as look  # noqa: PLC0415

    return look(Path(path), ImportOptions.parse(options), name=name).to_wire()


@ray.remote(max_retries=0)
@refusing
def write_segment(path: str, chunks: Sequence[tuple[ChunkId, Slot]], *packs: Pack) -> SegmentInfo:
    """Write chunks into a new segment."""
    from willow_ray.storage.segments import write_segment as write  # noqa: PLC0415 - HDF5 only in workers

    return write(Path(path), [(chunk, packs[slot.pack][slot.index]) for chunk, slot in chunks])


@ray.remote(max_retries=3)
@refusing
def read_segment(path: str, groups: Sequence[Sequence[ChunkId]], checksum: str) -> tuple[Pack | None, ...]:
    """Read chunks from a segment: nothing, and one pack for each group (asked for with as many returns)."""
    from willow_ray.storage.segments import read_chunks  # noqa: PLC0415 - HDF5 only in workers

    found = read_chunks(Path(path), [chunk for group in groups for chunk in group], expect=checksum)
    return None, *([found[chunk] for chunk in group] for group in groups)


@ray.remote(max_retries=0, num_returns="streaming")
@refusing_stream
def export(
    path: str,
    workshop: str,
    form: ExportFormat,
    slots: Slots,
    positions: Positions | None,
    *packs: Pack,
) -> Iterator[float]:
    """Write a table, or the rows of it at `positions`, to a file; tell how much of it is done.

    Until it is whole it is in the directory `workshop`, as is whatever else is needed for writing it.
    """
    from dcs.save import writer  # noqa: PLC0415 - only workers write

    target = Path(path)
    unfinished = Path(workshop) / target.name
    with told_as_storage_error(target):
        with unfinished.open("wb") as file:
            rows = slots.rows if positions is None else len(positions)
            out = writer(file, slots.types, form=form, rows=rows, scratch=unfinished.parent)
            done = 0
            for columns in _batches(slots, positions, packs):
                out.write(columns)
                done += len(columns[0])
                yield done / rows
            out.close()
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
        sync_directory(target.parent)


def _batches(slots: Slots, positions: Positions | None, packs: Sequence[Pack]) -> Iterator[list[pa.Array]]:
    """Yield the rows of a table, or those at `positions`, a hundred thousand or fewer at a time."""
    chunks = [slots.chunks(name, packs) for name in slots.columns]
    if positions is not None:
        for first in range(0, len(positions), BATCH_ROWS):
            gathering = Gathering(slots.offsets, positions[first : first + BATCH_ROWS])
            yield [gathering.take_from(column) for column in chunks]
        return
    for part, rows_of_part in enumerate(slots.partition):
        for first in range(0, rows_of_part, BATCH_ROWS):
            yield [column[part].slice(first, BATCH_ROWS) for column in chunks]
