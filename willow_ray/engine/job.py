"""A piece of work that a person waits for: its tasks, its progress, and how it is cancelled."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import ray
from ray import ObjectRefGenerator
from ray.exceptions import RayTaskError

from willow_ray.engine.failures import translated
from willow_ray.engine.heap import asking_for_memory
from willow_ray.engine.pace import Guess, Pace
from willow_ray.engine.packs import Slots
from willow_ray.protocol.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from types import TracebackType

    from ray import ObjectRef

    from willow_ray.engine.table import ChunkId

GRACE_S = 2.0
"""How long a cancelled task may take to stop by itself; code in C only stops when it returns."""

SETTLED_S = 0.2
"""How long Ray is given to send a task before it is cancelled, or to take note of its end.

Ray 2.60 may end this process when it is asked to cancel a task at one of these moments: `CancelTask` takes it
for one that waits for its arguments and lets go of it; a check fails where the other thread goes on with it
(`submitted_task_ref_count > 0`, or `Tried to complete task that was not pending`).
"""


class Job:
    """Tracks the Ray tasks of one piece of work.

    The asyncio task that does the work enters the job as a context manager. Cancelling the job interrupts it
    wherever it waits, and it leaves the job with `CancelledError`. When the work fails in any way, tasks that
    were submitted and have not ended are stopped: softly at first, after a while by force.

    `made` lists the chunks made so far, to be dropped if it fails.

    Args:
        label: what is being done, for the status bar.
        on_progress: called after each report.
        pace: how fast such work was before.
        grace_s: how long tasks may go on when they are to stop.

    """

    def __init__(
        self,
        label: str,
        *,
        on_progress: Callable[[Job], object] | None = None,
        pace: Pace | None = None,
        grace_s: float = GRACE_S,
    ) -> None:
        self.id = secrets.token_hex(6)
        self.label = label
        self.fraction = 0.0
        self.started = time.monotonic()
        self._went_on = (self.started, 0.0)
        self.cancelled = False
        self.made: list[ChunkId] = []
        self.on_progress = on_progress
        self._pace = Pace() if pace is None else pace
        self._grace_s = grace_s
        self._worker: asyncio.Task[Any] | None = None
        self._interruptions = 0
        self._running: dict[Any, float] = {}
        self._submitted: dict[Any, tuple[str, int]] = {}
        self._span = (0.0, 1.0)

    def part(self, on_progress: Callable[[Job], object]) -> Job:
        """Return a job for work that this one and others wait for; it is cancelled on its own."""
        return Job(self.label, on_progress=on_progress, pace=self._pace, grace_s=self._grace_s)

    def __enter__(self) -> Self:
        if self.cancelled:
            raise CancelledError
        self._worker = asyncio.current_task()
        assert self._worker is not None
        self._interruptions = self._worker.cancelling()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        worker, self._worker = self._worker, None
        assert worker is not None
        if error is not None:
            self.stop_tasks()
        if self.cancelled and worker.uncancel() <= self._interruptions and kind is asyncio.CancelledError:
            raise CancelledError from error

    def cancel(self) -> None:
        """Stop every task, and interrupt who does the work."""
        if self.cancelled:
            return
        self.cancelled = True
        self.stop_tasks()
        if self._worker is not None:
            self._worker.cancel()

    @property
    def remaining_s(self) -> float | None:
        """Estimate the seconds left from the pace so far, or since it went on; None before there is one."""
        since, from_fraction = self._went_on
        done = self.fraction - from_fraction
        return (time.monotonic() - since) * (1 - self.fraction) / done if done > 0 else None

    def goes_on(self) -> None:
        """Note that it works after it has waited, or again: its pace is reckoned from here."""
        self._went_on = (time.monotonic(), self.fraction)

    def report(self, fraction: float) -> None:
        """Tell how much is done, from 0 to 1; telling less than before has no effect."""
        low, high = self._span
        self.fraction = max(self.fraction, low + (high - low) * min(max(fraction, 0.0), 1.0))
        if self.on_progress is not None:
            self.on_progress(self)

    @contextmanager
    def within(self, low: float, high: float) -> Iterator[None]:
        """Let reports fill the part from `low` to `high` of what they would fill otherwise."""
        outer_low, outer_high = self._span
        width = outer_high - outer_low
        self._span = (outer_low + width * low, outer_low + width * high)
        try:
            yield
        finally:
            self._span = (outer_low, outer_high)

    def submit(self, task: Any, *args: Any, size: int = 0) -> Any:
        """Start a Ray task as part of this job; return its ref, its refs, or the generator of its refs.

        `size` is the bytes that it works on, apart from those of the slots it is given.
        """
        size += sum(argument.bytes for argument in args if isinstance(argument, Slots))
        returned = asking_for_memory(task, _name(task), size).remote(*args)
        first = returned[0] if isinstance(returned, list) else returned
        self._running[first] = time.monotonic()
        self._submitted[first] = (_name(task), size)
        return returned

    async def result(self, ref: ObjectRef) -> Any:
        """Wait for one task and return its (small) result."""
        return (await self.results([[ref]]))[0]

    async def wait(self, ref: ObjectRef) -> Any:
        """Wait for one of several tasks whose progress is told elsewhere, and return its (small) result."""
        self._submitted.pop(ref, None)
        return await self._watch(ref)

    def guess(self, task: Any, *, size: int, parts: int, together: int) -> Guess:
        """Return what tells the progress of tasks that are yet to be submitted, of `together` parts each."""
        return Guess(self.report, self._pace, kind=_name(task), size=size, parts=parts, together=together)

    async def results(self, returns: Sequence[Sequence[ObjectRef]]) -> list[Any]:
        """Wait for tasks, reporting progress; of each, given by its returns, the first one is fetched."""
        waiting = [asyncio.ensure_future(self._watch(refs[0])) for refs in returns]
        try:
            with self._guess([refs[0] for refs in returns]) as guess:
                for next_done in asyncio.as_completed(waiting):
                    await next_done
                    guess.done()
            return [future.result() for future in waiting]
        except BaseException:
            for future in waiting:
                future.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            raise

    async def stream(self, generator: ObjectRefGenerator) -> AsyncIterator[ObjectRef]:
        """Yield the refs a streaming task makes, as they come; until the first one, progress is guessed."""
        with self._guess([generator]):
            ref = await self._next(generator)
        while ref is not None:
            yield ref
            ref = await self._next(generator)

    async def fetch(self, ref: ObjectRef) -> Any:
        """Return what a streaming task has made; also where its refusal is raised.

        Then the task has ended: to cancel it while Ray takes note of that may end this process.
        """
        try:
            return await ref
        except Exception as error:
            if isinstance(error, RayTaskError):
                for one in [one for one in self._running if isinstance(one, ObjectRefGenerator)]:
                    del self._running[one]
            raise translated(error) from error

    async def _next(self, generator: ObjectRefGenerator) -> ObjectRef | None:
        try:
            return await anext(generator)
        except StopAsyncIteration:
            self._running.pop(generator, None)
            return None
        except Exception as error:
            self._running.pop(generator, None)
            raise translated(error) from error

    async def _watch(self, ref: ObjectRef) -> Any:
        try:
            found = await ref
        except Exception as error:
            self._running.pop(ref, None)
            raise translated(error) from error
        self._running.pop(ref, None)
        return found

    def _guess(self, tasks: Sequence[Any]) -> Guess:
        known = [self._submitted.pop(task, ("", 0)) for task in tasks]
        kind = known[0][0] if known else ""
        size = sum(size for _, size in known)
        return Guess(self.report, self._pace, kind=kind, size=size, parts=len(tasks))

    def stop_tasks(self) -> None:
        """Stop the tasks that have not ended; those that have just been submitted, a moment later.

        Unless somebody cancels, all of them a moment later: when one has failed, others may be about to, too.
        """
        running, self._running = self._running, {}
        loop = asyncio.get_running_loop()
        for task, submitted in running.items():
            age = time.monotonic() - submitted if self.cancelled else 0.0
            if age < SETTLED_S:
                loop.call_later(SETTLED_S - age, ray.cancel, task)
            else:
                ray.cancel(task)
        if running:
            loop.call_later(max(self._grace_s, SETTLED_S), _force, list(running))


def _name(task: Any) -> str:
    return getattr(task, "_function_name", "")


def _force(tasks: list[Any]) -> None:
    for task in tasks:
        ray.cancel(task, force=True)
