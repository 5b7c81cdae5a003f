"""A piece of work that a person waits for: its tasks, its progress, and how it is cancelled."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectStoreFullError,
    OutOfMemoryError,
    RayTaskError,
    TaskCancelledError,
    WorkerCrashedError,
)

from willow_ray.protocol.errors import CancelledError, UnavailableError, WillowError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from ray import ObjectRef, ObjectRefGenerator

    from willow_ray.engine.table import ChunkId

FORCE_AFTER_S = 2.0
"""How long a cancelled task may take to stop by itself; code in C only stops when it returns."""


class Job:
    """Tracks the Ray tasks of one piece of work.

    Every result is awaited through the job, so that cancelling it ends the waiting at once with
    `CancelledError`, whatever the tasks are doing.

    `made` lists the chunks made so far, to be dropped if it fails.

    Args:
        label: what is being done, for the status bar.
        on_progress: called after each report.

    """

    def __init__(self, label: str, *, on_progress: Callable[[Job], None] | None = None) -> None:
        self.id = secrets.token_hex(6)
        self.label = label
        self.fraction = 0.0
        self.started = time.monotonic()
        self.cancelled = False
        self.made: list[ChunkId] = []
        self._on_progress = on_progress
        self._running: set[Any] = set()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._span = (0.0, 1.0)

    @property
    def remaining_s(self) -> float | None:
        """Estimate the seconds left from the pace so far; None before there is one."""
        elapsed = time.monotonic() - self.started
        return elapsed * (1 - self.fraction) / self.fraction if self.fraction > 0 else None

    def report(self, fraction: float) -> None:
        """Tell how much of the current phase is done, from 0 to 1."""
        low, high = self._span
        self.fraction = max(self.fraction, low + (high - low) * min(max(fraction, 0.0), 1.0))
        if self._on_progress is not None:
            self._on_progress(self)

    def phase(self, low: float, high: float) -> None:
        """Let the next reports fill the part of the whole from `low` to `high`."""
        self._span = (low, high)

    async def result(self, ref: ObjectRef) -> Any:
        """Wait for one task and return its (small) result."""
        return (await self.results([[ref]]))[0]

    async def results(self, returns: Sequence[Sequence[ObjectRef]]) -> list[Any]:
        """Wait for tasks, reporting progress; of each, given by its returns, the first one is fetched."""
        waiting = [asyncio.ensure_future(self._watch(refs[0])) for refs in returns]
        self._waiting.update(waiting)
        try:
            for done, next_done in enumerate(asyncio.as_completed(waiting), start=1):
                await next_done
                self.report(done / len(waiting))
            return [future.result() for future in waiting]
        except BaseException as error:
            self._stop_tasks()
            for future in waiting:
                future.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            raise self._translate(error) from error
        finally:
            self._waiting.difference_update(waiting)

    async def stream(self, generator: ObjectRefGenerator) -> AsyncIterator[ObjectRef]:
        """Yield the refs a streaming task makes, as they come."""
        self._running.add(generator)
        try:
            while True:
                step = asyncio.ensure_future(anext(generator))
                self._waiting.add(step)
                try:
                    yield await step
                except StopAsyncIteration:
                    return
                finally:
                    self._waiting.discard(step)
        except BaseException as error:
            self._stop_tasks()
            raise self._translate(error) from error
        finally:
            self._running.discard(generator)

    async def fetch(self, ref: ObjectRef) -> Any:
        """Return what a streaming task has made; also where its refusal is raised."""
        try:
            return await ref
        except Exception as error:
            raise self._translate(error) from error

    def cancel(self) -> None:
        """Stop every task, first softly and after a while by force, and end the waiting at once."""
        if self.cancelled:
            return
        self.cancelled = True
        self._stop_tasks()
        for future in list(self._waiting):
            future.cancel()

    def check(self) -> None:
        """Raise `CancelledError` if the job was cancelled."""
        if self.cancelled:
            raise CancelledError

    async def _watch(self, ref: ObjectRef) -> Any:
        self.check()
        self._running.add(ref)
        try:
            return await ref
        finally:
            self._running.discard(ref)

    def _stop_tasks(self) -> None:
        running = list(self._running)
        for task in running:
            ray.cancel(task, force=False)
        if running:
            asyncio.get_running_loop().call_later(FORCE_AFTER_S, _force, running)

    def _translate(self, error: BaseException) -> BaseException:
        if self.cancelled and isinstance(
            error, asyncio.CancelledError | TaskCancelledError | WorkerCrashedError
        ):
            return CancelledError()
        if isinstance(error, RayTaskError):
            refused = getattr(error.cause, "error", None)
            return WillowError.from_wire(refused) if isinstance(refused, dict) else error
        for lost, sentence in _LOST.items():
            if isinstance(error, lost):
                return UnavailableError(f"{sentence} Nothing was changed; it can be tried again.")
        return error


_LOST: dict[type[BaseException], str] = {
    WorkerCrashedError: "A worker process has ended.",
    NodeDiedError: "A machine of the cluster has gone.",
    OutOfMemoryError: "There was not enough memory.",
    ObjectStoreFullError: "There was not enough memory.",
}


def _force(tasks: list[Any]) -> None:
    for task in tasks:
        ray.cancel(task, force=True)
