"""How each shape of operation runs: which tasks, on which parts of which columns, and what comes of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dcs.operation import (
    ColumnwiseOperation,
    Operation,
    ReshapeOperation,
    RowwiseOperation,
    SchemaOperation,
    SelectionOperation,
    State,
)
from willow_ray.engine import tasks
from willow_ray.engine.at_once import at_once, fits_one_task
from willow_ray.engine.chunks import ChunkStore, replace_columns
from willow_ray.engine.failures import DiedError
from willow_ray.engine.impact import Impact
from willow_ray.engine.masks import Masks
from willow_ray.engine.outcome import Outcome
from willow_ray.engine.packs import MOST_CHUNKS, ChunkSize
from willow_ray.engine.reshaping import Reshaping
from willow_ray.engine.rowwise import Rowwise, Width
from willow_ray.engine.spans import parts_of_span, spans
from willow_ray.engine.table import Column, Table, even_partition, runs
from willow_ray.engine.written import columns_of, impact_of, taken_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    import pyarrow as pa
    from ray import ObjectRef

    from willow_ray.engine.impact import ColumnImpact
    from willow_ray.engine.job import Job
    from willow_ray.engine.packs import Made
    from willow_ray.engine.table import Chunk

USUAL_WIDTH = Width()

WITHOUT_MODIN = Reshaping()


@dataclass(frozen=True)
class Sizes:
    """How large chunks and the packs that hold several of them may be."""

    chunk_rows: int
    chunk_bytes: int
    group_bytes: int

    def rows_for(self, table: Table) -> int:
        """Return the rows of a new chunk so that the widest column stays below `chunk_bytes`."""
        widest = max((column.bytes for column in table.columns.values()), default=0)
        if table.rows == 0 or widest == 0:
            return self.chunk_rows
        return max(1, min(self.chunk_rows, self.chunk_bytes * table.rows // widest))

    def groups(self, table: Table, names: Sequence[str], rows: int) -> list[list[str]]:
        """Join neighbouring columns whose chunks of so many rows fit one pack; a wide column is alone."""
        groups: list[list[str]] = []
        filled = self.group_bytes + 1
        for name in names:
            size = table.columns[name].bytes * rows // table.rows if table.rows else 0
            if filled + size > self.group_bytes or len(groups[-1]) == MOST_CHUNKS:
                groups.append([])
                filled = 0
            groups[-1].append(name)
            filled += size
        return groups


class Engine:
    """Runs operations of dcs on tables of chunks.

    Args:
        chunks: where chunks are, and where new ones are put.
        sizes: how large new chunks may be.
        width: how many spans of a table one rowwise operation writes at a time.
        reshaping: with what tables are reshaped.

    """

    def __init__(
        self,
        chunks: ChunkStore,
        sizes: Sizes,
        *,
        width: Width = USUAL_WIDTH,
        reshaping: Reshaping = WITHOUT_MODIN,
    ) -> None:
        self.chunks = chunks
        self.sizes = sizes
        self._reshaping = reshaping
        self._width = width

    async def run(
        self, operation: Operation, table: Table, job: Job, *, state: State | None = None
    ) -> Outcome:
        """Learn (unless `state` is given) and do an operation, after checking it against the table's schema.

        When it fails or is cancelled, its tasks are stopped and the chunks that the job made are dropped.
        """
        self.check(operation, table)
        with self._undone_if_it_fails(job):
            return await self._run(operation, table, job, state)

    def check(self, operation: Operation, table: Table) -> None:
        """Refuse what cannot be done to a table with these columns and so many rows."""
        operation.check(table.schema)
        operation.check_rows(table.rows)

    async def give_up(self, run: Rowwise, job: Job) -> None:
        """Let go of a rowwise operation that is not to be finished, as if it had failed."""
        await run.give_up()
        job.stop_tasks()
        self.chunks.discard(job.made)

    @contextmanager
    def _undone_if_it_fails(self, job: Job) -> Iterator[None]:
        try:
            yield
        except BaseException:
            job.stop_tasks()
            self.chunks.discard(job.made)
            raise

    async def _run(self, operation: Operation, table: Table, job: Job, state: State | None) -> Outcome:
        match operation:
            case SchemaOperation():
                return self._schema(operation, table)
            case RowwiseOperation() | ColumnwiseOperation() | SelectionOperation() if fits_one_task(
                operation, table
            ):
                return await at_once(operation, table, state, chunks=self.chunks, job=job)
            case RowwiseOperation():
                return await self._rowwise(operation, table, job, state)
            case ColumnwiseOperation():
                return await self._columnwise(operation, table, job)
            case SelectionOperation():
                return await self._selection(operation, table, job, state)
            case ReshapeOperation():
                return await self._reshape(operation, table, job, state)
            case _:
                raise TypeError(f"{type(operation).__name__} has none of the five shapes")

    def _schema(self, operation: SchemaOperation, table: Table) -> Outcome:
        arrangement = operation.arrange(tuple(table.columns))
        new = Table({name: table.columns[old] for name, old in arrangement}, table.partition)
        return Outcome(new, {}, Impact.between(table, new))

    async def _rowwise(
        self, operation: RowwiseOperation, table: Table, job: Job, state: State | None
    ) -> Outcome:
        with job.within(0, 0.3):
            state = await self.learned(operation, table, job) if state is None else state
        with job.within(0.3 if state else 0, 1):
            return await self.rowwise(operation, table, state, job).finish()

    def rowwise(
        self,
        operation: RowwiseOperation,
        table: Table,
        state: State,
        job: Job,
        *,
        part_by_part: bool = False,
    ) -> Rowwise:
        """Return a rowwise operation that is yet to write anything."""
        return Rowwise(
            operation,
            state,
            table,
            chunks=self.chunks,
            job=job,
            width=self._width,
            part_by_part=part_by_part,
        )

    async def _columnwise(self, operation: ColumnwiseOperation, table: Table, job: Job) -> Outcome:
        names = operation.reads(table.schema)
        returns = []
        for name in names:
            slots, packs = await self.chunks.arguments(table, [name], job)
            returns.append(job.submit(tasks.transform, operation, name, slots, *packs))
        results: list[list[tasks.Written | None]] = await job.results(returns)
        columns: dict[str, Column] = {}
        changes: dict[str, ColumnImpact] = {}
        for name, found, (_, pack) in zip(names, results, returns, strict=True):
            parts = {
                part: taken_in({name: written}, pack, chunks=self.chunks, job=job)
                for part, written in enumerate(found)
            }
            columns |= columns_of(table, range(len(table.partition)), parts)
            changes |= impact_of(table, parts)
        new = replace_columns(tuple(operation.output(table.schema, {})), table, columns, table.partition)
        return Outcome(new, {}, Impact.between(table, new, changes))

    async def _selection(
        self, operation: SelectionOperation, table: Table, job: Job, state: State | None
    ) -> Outcome:
        with job.within(0, 0.1):
            state = await self.learned(operation, table, job) if state is None else state
        choosing, taking = job.within(0.1, 0.4), job.within(0.4, 1)
        if operation.chunkwise:
            with choosing:
                masks = await self.masks(operation, table, job, state)
            with taking:
                new = await self._keep(table, masks, job)
        else:
            with choosing:
                count, positions = await self.positions(operation, table, job, state)
            with taking:
                new = await self.take(table, positions, count, job)
        return Outcome(new, state, Impact.between(table, new))

    async def masks(self, operation: SelectionOperation, table: Table, job: Job, state: State) -> Masks:
        """Judge the rows of every part, of neighbouring ones in one task."""
        names = operation.reads(table.schema)
        sizes = [table.cut(names, [part]).bytes for part in range(len(table.partition))]
        together = parts_of_span(sizes, made=1, running=self._width.running)
        returns, counts = [], []
        for span in spans(len(sizes), together):
            slots, packs = await self.chunks.arguments(table, names, job, span)
            returns.append(job.submit(tasks.mask, operation, state, table.offsets[span.start], slots, *packs))
            counts.append(len(span))
        found: list[list[int]] = await job.results(returns)
        return Masks(
            [kept for counted in found for kept in counted],
            [
                (pack, index)
                for (_, pack), count in zip(returns, counts, strict=True)
                for index in range(count)
            ],
        )

    async def positions(
        self, operation: SelectionOperation, table: Table, job: Job, state: State
    ) -> tuple[int, ObjectRef]:
        """Choose among all rows at once: how many, and their positions in the new order."""
        slots, packs = await self.chunks.arguments(table, operation.reads(table.schema), job)
        returns = job.submit(tasks.select, operation, state, slots, *packs)
        (count,) = await job.results([returns])
        return count, returns[1]

    async def take(self, table: Table, positions: ObjectRef, count: int, job: Job) -> Table:
        """Make a table of the rows at some positions, part by part and a few columns at a time."""
        partition = even_partition(count, self.sizes.rows_for(table))
        groups = self.sizes.groups(table, tuple(table.columns), max(partition))
        returns, made_of = [], []
        for group in groups:
            slots, packs = await self.chunks.arguments(table, group, job)
            first = 0
            for part, rows in enumerate(partition):
                returns.append(job.submit(tasks.take, slots, first, first + rows, positions, *packs))
                made_of.append(part)
                first += rows
        return await self._made(table, partition, returns, made_of, job)

    async def _keep(self, table: Table, masks: Masks, job: Job) -> Table:
        """Make a table of the rows that masks keep; parts of which all rows stay are shared."""
        kept = masks.kept
        joined = runs(kept, self.sizes.rows_for(table))
        partition = tuple(sum(kept[first:end]) for first, end in joined)
        untouched: dict[int, int] = {}
        for part, (first, end) in enumerate(joined):
            staying = [old for old in range(first, end) if kept[old]]
            if len(staying) == 1 and kept[staying[0]] == table.partition[staying[0]]:
                untouched[part] = staying[0]
        returns, made_of = [], []
        for part, (first, end) in enumerate(joined):
            if part in untouched:
                continue
            for group in self.sizes.groups(table, tuple(table.columns), max(partition[part], 1)):
                slots, packs = await self.chunks.arguments(table, group, job, range(first, end))
                places, packs = masks.arguments(first, end, packs)
                returns.append(job.submit(tasks.keep, slots, places, *packs))
                made_of.append(part)
        return await self._made(table, partition, returns, made_of, job, untouched=untouched)

    async def _made(
        self,
        table: Table,
        partition: tuple[int, ...],
        returns: Sequence[Sequence[ObjectRef]],
        made_of: Sequence[int],
        job: Job,
        *,
        untouched: Mapping[int, int] | None = None,
    ) -> Table:
        """Put a table together from tasks that each made one part of some columns."""
        results: list[dict[str, Made]] = await job.results(returns)
        chunks: dict[str, dict[int, Chunk]] = {
            name: {part: column.chunks[old] for part, old in (untouched or {}).items()}
            for name, column in table.columns.items()
        }
        for part, found, (_, pack) in zip(made_of, results, returns, strict=True):
            for name, made in found.items():
                chunks[name][part] = self._add(job, pack, made)
        return Table(
            {
                name: Column(column.type, tuple(chunks[name][part] for part in range(len(partition))))
                for name, column in table.columns.items()
            },
            partition,
        )

    async def _reshape(
        self, operation: ReshapeOperation, table: Table, job: Job, state: State | None
    ) -> Outcome:
        state = await self.learned(operation, table, job) if state is None else state
        along = (name for name in operation.output(table.schema, state) if name in table.columns)
        names = tuple(dict.fromkeys((*operation.reads(table.schema), *along)))
        slots, packs = await self.chunks.arguments(table, names, job)
        size = ChunkSize(self.sizes.rows_for(table), self.sizes.group_bytes)
        by_modin = self._reshaping.by_modin(rows=table.rows, size=slots.bytes)
        task = tasks.reshape_by_modin if by_modin else tasks.reshape
        stream = job.stream(job.submit(task, operation, state, table.schema, size, slots, *packs))
        new, _ = await self.collect(stream, job)
        return Outcome(new, state, Impact.between(table, new, reshaped=True))

    async def collect(self, stream: AsyncIterator[ObjectRef], job: Job) -> tuple[Table, dict[str, Any]]:
        """Put a table together from a stream; return it with the report that ends it.

        The stream brings parts, each followed by its packs, fractions of the work, and at last a report.
        After None it starts again, and what came before is void. A stream without a report has broken off:
        the last pack may be none, but the news that its worker has died.
        """
        partition: list[int] = []
        chunks: dict[str, list[Chunk]] = {}
        types: dict[str, pa.DataType] = {}
        report: dict[str, Any] | None = None
        async for ref in stream:
            item: tasks.StreamedPart | float | dict[str, Any] | None = await job.fetch(ref)
            match item:
                case float():
                    job.report(item)
                case None:
                    self.chunks.discard(job.made)
                    partition, chunks, types = [], {}, {}
                case tasks.StreamedPart():
                    partition.append(item.rows)
                    for group in item.groups:
                        pack = await anext(stream)
                        for name, made in group.items():
                            types[name] = made.type
                            chunks.setdefault(name, []).append(self._add(job, pack, made))
                    job.report(item.fraction)
                case dict():
                    report = item
        if report is None:
            raise DiedError
        table = Table({name: Column(types[name], tuple(chunks[name])) for name in types}, tuple(partition))
        return table, report

    async def learned(
        self,
        operation: RowwiseOperation | SelectionOperation | ReshapeOperation,
        table: Table,
        job: Job,
    ) -> State:
        """Learn from whole columns, and choose the names of new ones; without a task where none is needed."""
        names = operation.learns_from(table.schema)
        state: State = {}
        if names:
            slots, packs = await self.chunks.arguments(table, names, job)
            state = await job.result(job.submit(tasks.learn, operation, slots, *packs))
        if isinstance(operation, RowwiseOperation):
            state = operation.name_new(table.schema, state)
        return state

    def _add(self, job: Job, pack: ObjectRef, made: Made) -> Chunk:
        chunk = self.chunks.add(pack, made)
        job.made.append(chunk.id)
        return chunk
