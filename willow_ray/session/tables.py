"""The tables of versions: at hand, or made again from the nearest ancestor that is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dcs.catalogue import parse
from willow_ray.engine.sharing import Shared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import ChunkId, Table
    from willow_ray.session.history import History


class Tables:
    """Knows the chunks of versions.

    Args:
        engine: makes versions again.
        history: how each version came about.
        source: imports the file again, for when nothing else is left.

    """

    def __init__(self, engine: Engine, history: History, source: Callable[[Job], Awaitable[Table]]) -> None:
        self._engine = engine
        self._history = history
        self._source = source
        self._tables: dict[int, Table] = {}
        self._coming: Shared[Table] = Shared()
        self._one_at_a_time = asyncio.Lock()

    def __contains__(self, version: int) -> bool:
        table = self._tables.get(version)
        return table is not None and self._engine.chunks.within_reach(table)

    def known(self, version: int) -> Table | None:
        """Return the table of a version if its chunks are in memory or on disk."""
        return self._tables[version] if version in self else None

    def items(self) -> Iterable[tuple[int, Table]]:
        """Return versions with their tables, those that have one."""
        return self._tables.items()

    def add(self, version: int, table: Table) -> None:
        """Remember the table of a version."""
        self._tables[version] = table

    def chunk_ids(self, versions: Iterable[int]) -> set[ChunkId]:
        """Return the ids of all chunks of some versions."""
        return {
            chunk
            for version in versions
            if version in self._tables
            for chunk in self._tables[version].chunk_ids()
        }

    async def get(self, version: int, job: Job) -> Table:
        """Return the table of a version, doing again what leads to it from what is at hand."""
        table = self.known(version)
        if table is not None:
            return table
        return await self._coming.get(version, job, lambda making: self._make(version, making))

    async def _make(self, version: int, job: Job) -> Table:
        async with self._one_at_a_time:
            path = self._history.path(version)
            start = next((index for index in reversed(range(len(path))) if path[index].number in self), None)
            if start is None:
                self._tables[0] = await self._source(job)
                start = 0
            table = self._tables[path[start].number]
            steps = path[start + 1 :]
            for index, step in enumerate(steps):
                assert step.operation is not None
                with job.within(index / len(steps), (index + 1) / len(steps)):
                    outcome = await self._engine.run(parse(step.operation), table, job, state=step.state)
                job.made.clear()  # from here on these are chunks of a version
                table = outcome.table
                self._tables[step.number] = table
            return table
