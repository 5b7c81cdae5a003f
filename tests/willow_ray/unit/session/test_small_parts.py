from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from willow_ray.protocol.errors import CancelledError, UnknownVersionError, WillowError
from willow_ray.session.finding import nearest
from willow_ray.session.history import History, Version
from willow_ray.session.notices import KEPT, Notices
from willow_ray.session.progress import Jobs
from willow_ray.session.results import Results

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def tree(*parents: int | None) -> History:
    """A history whose n-th version has the n-th of these parents."""
    history = History()
    for number, parent in enumerate(parents):
        if parent is not None:
            history.go(parent)
        history.add(Version(number, parent, None, {}, f"v{number}", "ada", NOON, None))
    return history


def test_redo_goes_to_the_child_visited_last() -> None:
    history = tree(None, 0, 0, 1)
    assert (history.current, history.undo_target, history.redo_target) == (3, 1, None)
    history.go(0)
    assert history.redo_target == 1
    history.go(2)
    history.go(0)
    assert history.redo_target == 2


def test_the_path_leads_from_the_import() -> None:
    assert [version.number for version in tree(None, 0, 0, 1).path(3)] == [0, 1, 3]


def test_what_cannot_be_gone_to_is_said() -> None:
    history = tree(None)
    with pytest.raises(WillowError, match=r"There is nothing to undo\."):
        history.require_undo()
    with pytest.raises(WillowError, match=r"There is nothing to redo\."):
        history.require_redo()
    with pytest.raises(UnknownVersionError, match=r"There is no version 9\."):
        history.go(9)


def test_an_empty_note_removes_the_note() -> None:
    history = tree(None)
    history.annotate(0, "raw")
    assert history[0].note == "raw"
    history.annotate(0, "")
    assert history[0].note is None


async def test_notices_come_once_each_and_in_order() -> None:
    notices = Notices()
    start = (await notices.since(None)).next
    waiting = asyncio.ensure_future(notices.since(start))
    await asyncio.sleep(0)
    notices.add("a", {"n": 1})
    notices.add("b", {}, to="s1")
    first = await waiting
    assert [event.method for event in first.items] == ["a", "b"]
    assert [event.to for event in first.items] == [None, "s1"]
    notices.add("c", {}, but="s1")
    assert [event.method for event in (await notices.since(first.next)).items] == ["c"]


async def test_a_reader_too_far_behind_is_told_so() -> None:
    notices = Notices()
    start = (await notices.since(None)).next
    for _ in range(KEPT + 1):
        notices.add("x", {})
    late = await notices.since(start)
    assert (len(late.items), late.lost) == (KEPT, True)
    assert (await notices.since(start + 10**12)).lost


async def test_short_jobs_are_not_shown_and_long_ones_end_with_a_notice() -> None:
    notices = Notices()
    start = (await notices.since(None)).next
    jobs = Jobs(notices)
    with jobs.start("short") as job:
        job.report(0.5)
        assert jobs.describe() == []
    notices.add("marker", {})
    assert [event.method for event in (await notices.since(start)).items] == ["marker"]
    with suppress(ValueError), jobs.start("long", socket="s", request=7, shown=True) as job:
        await asyncio.sleep(0.01)
        job.report(0.25)
        raise ValueError
    events = (await notices.since(start)).items[1:]
    told = [event for event in events if event.to == "s"]
    assert told[-1].method == "job.ended"
    assert told[-1].params == {"job": job.id, "outcome": "failed", "request": 7}
    others = [event for event in events if event.but == "s"]
    assert others[-1].params == {"job": job.id, "outcome": "failed"}


async def held(jobs: Jobs, **options: Any) -> str:
    """A job that goes on until it is cancelled."""
    try:
        with jobs.start("work", socket="s", request=1, **options):
            await asyncio.sleep(60)
    except CancelledError:
        return "cancelled"
    return "done"


async def test_the_reads_of_a_socket_end_with_it_and_its_changes_go_on() -> None:
    jobs = Jobs(Notices())
    read = asyncio.ensure_future(held(jobs, is_read=True))
    change = asyncio.ensure_future(held(jobs))
    await asyncio.sleep(0)
    jobs.cancel_request("s", 2)
    jobs.cancel_socket("s")
    assert await read == "cancelled"
    jobs.cancel_request("s", 1)
    await asyncio.sleep(0)
    assert not change.done()
    change.cancel()


async def test_progress_never_goes_back_and_parts_share_the_whole() -> None:
    with Jobs(Notices()).start("work") as job:
        with job.within(0, 0.5):
            job.report(0.5)
            assert job.fraction == 0.25
            job.report(0.1)
            assert job.fraction == 0.25
        with job.within(0.5, 1):
            with job.within(0, 0.5):
                job.report(1)
                assert job.fraction == 0.75
            job.report(1)
            assert job.fraction == 1


def test_results_forget_the_least_recently_used() -> None:
    results = Results(bytes_kept=10)
    results["a"], results["b"] = "12", "34"
    assert results["a"] == "12"
    results["c"] = "56"
    assert ("a" in results, "b" in results, "c" in results) == (True, False, True)
    results["huge"] = "x" * 100
    assert "huge" not in results


FOUND = {"a": np.array([2, 5]), "b": np.array([2, 3])}


@pytest.mark.parametrize(
    ("start", "backwards", "expected"),
    [
        ((0, 0), False, (2, 0)),
        ((2, 0), False, (2, 0)),
        ((2, 1), False, (2, 1)),
        ((3, 0), False, (3, 1)),
        ((4, 0), False, (5, 0)),
        ((6, 0), False, None),
        ((9, 1), True, (5, 0)),
        ((4, 0), True, (3, 1)),
        ((2, 0), True, (2, 0)),
        ((1, 1), True, None),
    ],
)
def test_find_goes_row_by_row_then_column_by_column(
    start: tuple[int, int],
    backwards: bool,  # noqa: FBT001 - a parameter of the test
    expected: tuple[int, int] | None,
) -> None:
    assert nearest(FOUND, ["a", "b"], start, backwards=backwards) == expected
