"""Rowwise operations under way: a table is written span by span, parts that somebody waits for first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ray

from willow_ray.engine import tasks
from willow_ray.engine.chunks import replace_columns
from willow_ray.engine.impact import Impact
from willow_ray.engine.outcome import Outcome
from willow_ray.engine.spans import parts_of_span
from willow_ray.engine.table import Table
from willow_ray.engine.written import columns_of, impact_of, taken_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    import pyarrow as pa

    from dcs.operation import RowwiseOperation, State
    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.engine.written import WrittenPart


@dataclass(frozen=True)
class Width:
    """How many spans of one operation are under way at a time, and how many of them run.

    The others wait in a queue, so that no worker waits.
    """

    at_a_time: int = 4
    running: int = 2

    @classmethod
    def of_cluster(cls, limit: int) -> Self:
        """Return that of this cluster: a span for each CPU runs, one waits; `limit` in all, if not 0."""
        cpus = max(1, int(ray.cluster_resources().get("CPU", 1)))
        at_a_time = limit or 2 * cpus
        return cls(at_a_time, min(at_a_time, cpus))


class Rowwise:
    """One operation on one table, after learning.

    Args:
        operation: what to do to each part.
        state: what was learned.
        table: the version before.
        chunks: where chunks are, and where new ones are put.
        job: the tasks are its.
        width: spans that are written at a time. They are few, so that a part somebody waits for is next.
        part_by_part: whether each part is a span, so that it is there soon after somebody asks for it; else
            neighbouring parts are, as each task costs some milliseconds.

    """

    def __init__(
        self,
        operation: RowwiseOperation,
        state: State,
        table: Table,
        *,
        chunks: ChunkStore,
        job: Job,
        width: Width,
        part_by_part: bool = False,
    ) -> None:
        self.before = table
        self.schema: dict[str, pa.DataType] = dict(operation.output(table.schema, state))
        self._operation = operation
        self._state = state
        self._chunks = chunks
        self._job = job
        self._width = width
        self._reads = operation.reads(table.schema)
        self._parts = table.parts_in(operation.touches(table.rows))
        self._queue = dict.fromkeys(self._parts)
        self._together = 1 if part_by_part else self._parts_of_span()
        self._coming: dict[int, asyncio.Task[None]] = {}
        self._written: dict[int, WrittenPart] = {}
        self._given_up = False
        self.failed = asyncio.Event()
        """Set when a part could not be written: the whole will not be, either."""
        self._tell: Callable[[int], None] | None = None

    def may_write(self, name: str) -> bool:
        """Say whether the operation may change a column, or makes it; all others are as they were."""
        return name in self._reads or name not in self.before.columns

    async def finish(self) -> Outcome:
        """Write every part, and put the next version together."""
        with self._job.guess(
            tasks.apply, size=self._size(self._parts), parts=len(self._parts), together=self._together
        ) as guess:
            self._tell = guess.done
            if self._written:
                guess.done(len(self._written))
            await self._all_written()
        columns = columns_of(self.before, range(len(self.before.partition)), self._written)
        after = replace_columns(tuple(self.schema), self.before, columns, self.before.partition)
        impact = Impact.between(self.before, after, impact_of(self.before, self._written))
        return Outcome(after, self._state, impact)

    async def look(self, names: Sequence[str], parts: Sequence[int]) -> Table | None:
        """Return some columns of some parts, writing these before all others; None if that came to an end."""
        if any(self.may_write(name) for name in names):
            for part in parts:
                if part in self._queue:
                    self._begin(range(part, part + 1))
            awaited = [self._coming[part] for part in parts if part in self._coming]
            if awaited:
                await asyncio.wait(awaited)
            if self._given_up or any(part in self._coming and part not in self._written for part in parts):
                return None
        before = self.before.cut([name for name in names if name in self.before.columns], parts)
        written = columns_of(self.before, parts, self._written)
        return Table({name: written.get(name) or before.columns[name] for name in names}, before.partition)

    async def _all_written(self) -> None:
        workers: list[asyncio.Task[None]] = []
        try:
            await asyncio.gather(*(part for part in self._coming.values() if part.done()))
            at_a_time = min(self._width.at_a_time, len(self._queue))
            workers += (asyncio.ensure_future(self._work()) for _ in range(at_a_time))
            await asyncio.gather(*workers)
            await asyncio.gather(*self._coming.values())
        except BaseException:
            await self.give_up(*workers)
            raise

    async def give_up(self, *workers: asyncio.Task[None]) -> None:
        """Write nothing more; who waits for a part is told that there will be none."""
        self._given_up = True
        self._queue.clear()
        unfinished = (*workers, *self._coming.values())
        for one in unfinished:
            one.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _work(self) -> None:
        while self._queue:
            await self._begin(self._next_span())

    def _next_span(self) -> range:
        first = end = next(iter(self._queue))
        while end in self._queue and end - first < self._together:
            end += 1
        return range(first, end)

    def _begin(self, span: range) -> asyncio.Task[None]:
        writing = asyncio.ensure_future(self._write(span))
        for part in span:
            del self._queue[part]
            self._coming[part] = writing
        return writing

    async def _write(self, span: range) -> None:
        slots, packs = await self._chunks.arguments(self.before, self._reads, self._job, span)
        described, pack = self._job.submit(
            tasks.apply, self._operation, self._state, self.before.offsets[span.start], slots, *packs
        )
        try:
            found: list[dict[str, tasks.Written | None]] = await self._job.wait(described)
        except Exception:
            self.failed.set()
            raise
        for part, written in zip(span, found, strict=True):
            self._written[part] = taken_in(written, pack, chunks=self._chunks, job=self._job)
        if self._tell is not None:
            self._tell(len(span))

    def _parts_of_span(self) -> int:
        made = len(self._reads) + sum(name not in self.before.columns for name in self.schema)
        sizes = [self._size([part]) for part in self._parts]
        return parts_of_span(sizes, made=made, running=self._width.running)

    def _size(self, parts: Sequence[int]) -> int:
        return sum(self.before.columns[name].chunks[part].bytes for name in self._reads for part in parts)
