"""Counted values of columns: counted once, then paged, searched and put in another order from the counts."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from willow_ray.engine import tasks
from willow_ray.engine.sharing import Shared

if TYPE_CHECKING:
    from pydantic import JsonValue
    from ray import ObjectRef

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import ChunkId, Table
    from willow_ray.session.views import Seen

Counted: TypeAlias = "tuple[tuple[ChunkId, ...], str | None]"
"""The chunks whose values were counted, and the object that holds the rows of the view."""


class Facets:
    """Counts in the object store, those used last up to a number of bytes; always the last one.

    Args:
        engine: runs the tasks.
        remembered_bytes: how much of the object store they may take.

    """

    def __init__(self, engine: Engine, *, remembered_bytes: int) -> None:
        self._engine = engine
        self._remembered_bytes = remembered_bytes
        self._known: OrderedDict[Counted, tuple[ObjectRef, int]] = OrderedDict()
        self._coming: Shared[ObjectRef] = Shared()

    async def page(
        self, page: tasks.FacetPage, name: str, table: Table, seen: Seen, job: Job
    ) -> dict[str, JsonValue]:
        """Return a page of the values of a column, in the rows that a view shows."""
        chunks = tuple(chunk.id for chunk in table.columns[name].chunks)
        key = (chunks, None if seen.ref is None else seen.ref.hex())

        async def count(counting: Job) -> ObjectRef:
            slots, packs = await self._engine.chunks.arguments(table, [name], counting)
            size, counted = counting.submit(tasks.count, name, slots, seen.ref, *packs)
            self._remember(key, counted, await counting.result(size))
            return counted

        if key in self._known:
            self._known.move_to_end(key)
            counted, _ = self._known[key]
        else:
            with job.within(0, 0.9):
                counted = await self._coming.get(key, job, count)
        with job.within(0.9, 1):
            found: dict[str, JsonValue] = await job.result(job.submit(tasks.facet, page, counted))
        return found

    def lost(self, object_id: str) -> None:
        """Forget counts that the object store has lost."""
        for key, (counted, _) in list(self._known.items()):
            if counted.hex() == object_id:
                del self._known[key]

    def _remember(self, key: Counted, counted: ObjectRef, size: int) -> None:
        self._known[key] = (counted, size)
        kept = sum(size for _, size in self._known.values())
        while kept > self._remembered_bytes and len(self._known) > 1:
            _, (_, freed) = self._known.popitem(last=False)
            kept -= freed
