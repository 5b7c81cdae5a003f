"""Columns that tasks have written, part by part: what becomes of a table, and what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from willow_ray.engine.impact import ColumnImpact
from willow_ray.engine.table import Chunk, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from ray import ObjectRef

    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.engine.tasks import Written

WrittenPart: TypeAlias = "Mapping[str, tuple[Chunk, Written] | None]"
"""What was written of one part: for each column its new chunk; None for a column that stays as it was."""


def taken_in(
    found: Mapping[str, Written | None], pack: ObjectRef, *, chunks: ChunkStore, job: Job
) -> WrittenPart:
    """Give ids to the chunks that a task has made; the job knows of them from now on."""
    part: dict[str, tuple[Chunk, Written] | None] = {}
    for name, written in found.items():
        part[name] = None
        if written is not None:
            chunk = chunks.add(pack, written.made)
            job.made.append(chunk.id)
            part[name] = chunk, written
    return part


def columns_of(table: Table, parts: Sequence[int], written: Mapping[int, WrittenPart]) -> dict[str, Column]:
    """Return the columns of some parts that were written; where none was, there is the chunk of `table`."""
    chunks: dict[str, dict[int, Chunk]] = {}
    types: dict[str, pa.DataType] = {}
    for part in parts:
        for name, made in written.get(part, {}).items():
            if made is not None:
                chunk, task_made = made
                types[name] = task_made.made.type
                chunks.setdefault(name, {})[part] = chunk
    return {
        name: Column(
            types[name],
            tuple(found[part] if part in found else table.columns[name].chunks[part] for part in parts),
        )
        for name, found in chunks.items()
    }


def impact_of(table: Table, written: Mapping[int, WrittenPart]) -> dict[str, ColumnImpact]:
    """Sum up what happened to the cells of the columns that were there before."""
    impact: dict[str, ColumnImpact] = {}
    for part in written.values():
        for name, made in part.items():
            if made is not None and name in table.columns:
                change = ColumnImpact(made[1].changed, made[1].became_missing)
                impact[name] = impact.get(name, ColumnImpact(0, 0)) + change
    return impact
