"""Operations on few bytes: all of one is done by one task, for to send a task costs more than the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from dcs.operation import ColumnwiseOperation, RowwiseOperation, SelectionOperation
from willow_ray.engine import tasks
from willow_ray.engine.chunks import replace_columns
from willow_ray.engine.impact import Impact
from willow_ray.engine.outcome import Outcome
from willow_ray.engine.packs import MOST_CHUNKS
from willow_ray.engine.written import columns_of, impact_of, taken_in

if TYPE_CHECKING:
    from dcs.operation import State
    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table

SMALL_BYTES = 1 << 20
"""Tables up to this size are worked on in milliseconds."""

ONE_TASK_BYTES = 8 << 20
"""Up to so much that is read or taken along, several tasks would not be done sooner than one."""

DoneByOneTask: TypeAlias = RowwiseOperation | ColumnwiseOperation | SelectionOperation


def is_done_at_once(table: Table) -> bool:
    """Say whether a table is so small that whatever is done to it takes no time worth showing."""
    return len(table.partition) == 1 and table.bytes <= SMALL_BYTES


def fits_one_task(operation: DoneByOneTask, table: Table) -> bool:
    """Say whether one task does an operation best: to one part and few bytes, of not very many columns."""
    needed = _needed(operation, table)
    many = isinstance(operation, SelectionOperation) and len(needed) > MOST_CHUNKS
    few_bytes = sum(table.columns[name].bytes for name in needed) <= ONE_TASK_BYTES
    return len(table.partition) == 1 and few_bytes and not many


async def at_once(
    operation: DoneByOneTask, table: Table, state: State | None, *, chunks: ChunkStore, job: Job
) -> Outcome:
    """Learn, unless `state` is given, and do an operation, in one task."""
    slots, packs = await chunks.arguments(table, _needed(operation, table), job)
    described, pack = job.submit(tasks.at_once, operation, state, table.schema, slots, *packs)
    done: tasks.DoneAtOnce = await job.result(described)
    written = {0: taken_in(done.columns, pack, chunks=chunks, job=job)}
    columns = columns_of(table, [0], written)
    after = replace_columns(tuple(operation.output(table.schema, done.state)), table, columns, (done.rows,))
    changes = {} if isinstance(operation, SelectionOperation) else impact_of(table, written)
    return Outcome(after, done.state, Impact.between(table, after, changes))


def _needed(operation: DoneByOneTask, table: Table) -> tuple[str, ...]:
    """Return the columns that one task reads, learns from or takes along, each once."""
    if isinstance(operation, SelectionOperation):
        return tuple(table.columns)
    learns = operation.learns_from(table.schema) if isinstance(operation, RowwiseOperation) else ()
    return tuple(dict.fromkeys((*operation.reads(table.schema), *learns)))
