from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ray.exceptions import ObjectLostError, RayTaskError, TaskCancelledError, WorkerCrashedError

from willow_ray.engine.failures import ChunksGoneError, DiedError, translated
from willow_ray.engine.job import Job
from willow_ray.engine.pace import Guess, Pace, guessed_share
from willow_ray.engine.sharing import Shared
from willow_ray.engine.tasks import TaskRefusedError
from willow_ray.protocol.errors import CancelledError, UnavailableError, WillowError
from willow_ray.storage.errors import StorageFullError


async def forever(job: Job) -> str:
    with job:
        await asyncio.sleep(60)
    return "done"


async def test_a_cancelled_job_is_left_wherever_it_waits_and_its_task_can_go_on() -> None:
    job = Job("work")

    async def work() -> str:
        try:
            await forever(job)
        except CancelledError:
            await asyncio.sleep(0)
            return "went on"
        return "done"

    working = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    job.cancel()
    job.cancel()
    assert await working == "went on"


async def test_a_job_that_was_cancelled_before_it_began_does_not_begin() -> None:
    job = Job("work")
    job.cancel()
    with pytest.raises(CancelledError):
        await forever(job)


async def test_somebody_elses_interruption_is_not_taken_for_ours() -> None:
    working = asyncio.ensure_future(forever(Job("work")))
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_job_that_has_ended_cannot_be_cancelled() -> None:
    job = Job("work")
    with job:
        await asyncio.sleep(0)
    job.cancel()
    await asyncio.sleep(0)
    assert asyncio.current_task() is not None


@pytest.fixture
def cancelled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Return what Ray was asked to cancel, and whether by force; a task's ref is its name here."""
    monkeypatch.setattr("willow_ray.engine.job.asking_for_memory", lambda task, *_: task)
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr("ray.cancel", lambda task, *, force=False: asked.append((task, force)))
    return asked


class NamedTask:
    """A task that is never run."""

    def __init__(self, name: str) -> None:
        self._name = name

    def remote(self) -> str:
        return self._name


async def test_a_task_that_was_just_submitted_is_cancelled_when_ray_has_sent_it(
    monkeypatch: pytest.MonkeyPatch, cancelled: list[tuple[str, bool]]
) -> None:
    monkeypatch.setattr("willow_ray.engine.job.SETTLED_S", 0.1)
    job = Job("work", grace_s=0.15)
    job.submit(NamedTask("old"))
    await asyncio.sleep(0.11)
    job.submit(NamedTask("new"))
    job.cancel()
    assert cancelled == [("old", False)]
    await asyncio.sleep(0.12)
    assert cancelled == [("old", False), ("new", False)]
    await asyncio.sleep(0.1)
    assert cancelled[2:] == [("old", True), ("new", True)]


async def test_when_a_task_has_failed_the_others_are_given_a_moment_to_end(
    monkeypatch: pytest.MonkeyPatch, cancelled: list[tuple[str, bool]]
) -> None:
    monkeypatch.setattr("willow_ray.engine.job.SETTLED_S", 0.1)
    job = Job("work")
    job.submit(NamedTask("old"))
    await asyncio.sleep(0.11)

    async def fail() -> None:
        with job:
            raise DiedError

    with pytest.raises(DiedError):
        await fail()
    assert cancelled == []
    await asyncio.sleep(0.12)
    assert cancelled == [("old", False)]


class Work:
    """Work to be shared; counts how often it was begun, and goes on until it is let."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = False
        self.let = asyncio.Event()

    async def __call__(self, job: Job) -> str:
        self.begun += 1
        job.report(0.5)
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return "found"


async def asked(shared: Shared[str], work: Work, job: Job) -> str:
    with job:
        return await shared.get("key", job, work)


async def test_shared_work_is_done_once_for_all_who_ask_meanwhile() -> None:
    shared, work, jobs = Shared[str](), Work(), [Job("a"), Job("b")]
    asking = [asyncio.ensure_future(asked(shared, work, job)) for job in jobs]
    await asyncio.sleep(0.01)
    assert [job.fraction for job in jobs] == [0.5, 0.5]
    work.let.set()
    assert await asyncio.gather(*asking) == ["found", "found"]
    assert await asked(shared, work, Job("c")) == "found"
    assert work.begun == 2


async def test_one_who_gives_up_leaves_shared_work_to_the_others_and_the_last_one_ends_it() -> None:
    shared, work, jobs = Shared[str](), Work(), [Job("a"), Job("b")]
    first, second = (asyncio.ensure_future(asked(shared, work, job)) for job in jobs)
    await asyncio.sleep(0.01)
    jobs[0].cancel()
    with pytest.raises(CancelledError):
        await first
    assert not work.cancelled
    jobs[1].cancel()
    with pytest.raises(CancelledError):
        await second
    await asyncio.sleep(0.01)
    assert (work.begun, work.cancelled) == (1, True)


async def test_who_asks_while_given_up_work_is_ending_gets_it_done_anew() -> None:
    shared, work, job = Shared[str](), Work(), Job("a")
    first = asyncio.ensure_future(asked(shared, work, job))
    await asyncio.sleep(0.01)
    job.cancel()
    second = asyncio.ensure_future(asked(shared, work, Job("b")))
    with pytest.raises(CancelledError):
        await first
    work.let.set()
    assert await second == "found"


async def test_shared_work_that_fails_fails_for_all() -> None:
    shared = Shared[str]()

    async def fail(_: Job) -> str:
        await asyncio.sleep(0)
        raise ValueError("no")

    answers = await asyncio.gather(
        *(shared.get("key", Job("a"), fail) for _ in range(2)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ValueError, ValueError]


def test_progress_is_guessed_in_proportion_and_never_arrives() -> None:
    assert guessed_share(1.0, 4.0) == 0.25
    assert guessed_share(3.6, 4.0) == 0.9
    assert 0.95 < guessed_share(8.0, 4.0) < 1
    assert guessed_share(8.0, 4.0) < guessed_share(9.0, 4.0)


def test_the_pace_of_work_is_learned_and_what_is_over_at_once_says_nothing() -> None:
    pace = Pace()
    unknown = pace.expected_s("sort", 10**8)
    pace.learn("sort", 10**8, 0.15)
    assert pace.expected_s("sort", 10**8) == unknown
    pace.learn("sort", 10**8, 10.1)
    assert pace.expected_s("sort", 10**8) == pytest.approx(10.1)
    assert pace.expected_s("find", 10**8) == unknown


async def test_a_guess_stays_behind_the_next_task_that_will_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("willow_ray.engine.pace.TICK_S", 0.001)
    shares: list[float] = []
    with Guess(shares.append, Pace(), kind="sort", size=1, parts=4) as guess:
        await asyncio.sleep(0.01)
        guess.done()
        assert shares[-1] == 0.25
        await asyncio.sleep(0.3)
    assert max(shares) == pytest.approx(1.95 / 4)
    seen = len(shares)
    await asyncio.sleep(0.01)
    assert len(shares) == seen


async def test_a_guess_counts_on_parts_that_one_task_does_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("willow_ray.engine.pace.TICK_S", 0.001)
    shares: list[float] = []
    with Guess(shares.append, Pace(), kind="sort", size=1, parts=9, together=4):
        await asyncio.sleep(0.3)
    assert max(shares) == pytest.approx(4 * 0.95 / 9)


def in_task(cause: Exception) -> RayTaskError:
    return RayTaskError("f", "traceback", cause)


@pytest.mark.parametrize(
    ("failure", "kind", "sentence"),
    [
        (WorkerCrashedError(), UnavailableError, "A worker process has ended."),
        (in_task(ObjectLostError("ab", None, "")), ChunksGoneError, "ab"),
        (ObjectLostError("ab", None, ""), ChunksGoneError, "ab"),
        (in_task(StorageFullError("The disk is full.", file="x")), StorageFullError, "The disk is full."),
        (in_task(TaskRefusedError({"code": "too_large", "message": "Too much."})), WillowError, "Too much."),
        (TaskCancelledError(), CancelledError, "This was cancelled"),
        (in_task(ValueError("ours")), RayTaskError, "traceback"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_failures_of_tasks_say_what_they_mean(failure: Any, kind: type[Exception], sentence: str) -> None:
    meaning = translated(failure)
    assert isinstance(meaning, kind)
    assert sentence in str(meaning)
