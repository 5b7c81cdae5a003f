"""Work that several wait for: done once, and given up only when nobody waits any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from willow_ray.engine.job import Job

T = TypeVar("T")


@dataclass(eq=False)
class _Work(Generic[T]):
    """A piece of work, its own job, and the jobs of those who wait for it."""

    job: Job
    task: asyncio.Task[T]
    askers: list[Job] = field(default_factory=list)


class Shared(Generic[T]):
    """Work that is going on, by what it is known by."""

    def __init__(self) -> None:
        self._going_on: dict[Hashable, _Work[T]] = {}

    async def get(self, key: Hashable, job: Job, work: Callable[[Job], Awaitable[T]]) -> T:
        """Return what the work of this key gives, beginning it unless it is going on already.

        The work has a job of its own, whose progress is told to the jobs of all who wait. One of them that
        is cancelled leaves the others waiting; with the last one the work is cancelled too.
        """
        one = self._going_on.get(key) or self._begin(key, job, work)
        one.askers.append(job)
        try:
            return await asyncio.shield(one.task)
        finally:
            one.askers.remove(job)
            if not one.askers and not one.task.done():
                self._forget(key, one)
                one.job.cancel()

    def _begin(self, key: Hashable, asker: Job, work: Callable[[Job], Awaitable[T]]) -> _Work[T]:
        askers: list[Job] = []

        def tell(part: Job) -> None:
            for one in askers:
                one.report(part.fraction)

        job = asker.part(tell)

        async def done_once() -> T:
            with job:
                return await work(job)

        one = _Work(job, asyncio.ensure_future(done_once()), askers)
        self._going_on[key] = one
        one.task.add_done_callback(lambda _: self._end(key, one))
        return one

    def _end(self, key: Hashable, one: _Work[T]) -> None:
        self._forget(key, one)
        if not one.task.cancelled():
            one.task.exception()  # seen, so that asyncio does not complain when nobody waits any more

    def _forget(self, key: Hashable, one: _Work[T]) -> None:
        if self._going_on.get(key) is one:
            del self._going_on[key]
