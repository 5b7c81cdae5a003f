"""The actor, or a worker, dies at each point where something is half done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.willow_ray.cluster import slowness
from tests.willow_ray.cluster.asking import prepared, until
from tests.willow_ray.cluster.chaos import crashing, killing, leftovers
from tests.willow_ray.cluster.chaos.length import IS_LONG, rounds
from tests.willow_ray.cluster.chaos.lines import Direct
from tests.willow_ray.cluster.chaos.people import Person, work
from tests.willow_ray.cluster.chaos.world import World, write_csv
from willow_ray.config import Settings
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("cluster"), pytest.mark.timeout(7200)]

SHARE = 0.25
FEW = ("epoch taken", "entry synced", "segments written")
POINTS = (*crashing.OPENING_STEPS, *crashing.CHANGING_STEPS, *crashing.SAVING_STEPS) if IS_LONG else FEW
SEGMENT_STEPS = crashing.SEGMENT_STEPS if IS_LONG else ("segment published",)
TASKS = ("apply", "transform", "keep", "take", "reshape") if IS_LONG else ()
ACTS = 3


async def test_something_dies_at_every_point(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", chunk_rows=64, session_memory_bytes=20_000)
    settings.store.mkdir()
    sessions = RaySessions(settings)
    before = leftovers.at_work()
    for chance in rounds(SHARE):
        line = await import_and_die(sessions, write_csv(tmp_path / "table.csv"))
        person = Person("ada", line, World(), chance)
        await person.ready()
        await slowness.gone()
        for step in POINTS:
            await actor_dies(line.session.id, person, step)
            await work([person], ACTS)
        await workers_die(line.session.id, person)
        await exports_die(line.session.id, person)
        await person.check_all()
        await leftovers.expect_no_files(person, settings.store / "sessions" / line.session.id)
        await sessions.delete(line.session.id, user="ada")
        await leftovers.expect_nothing(settings.store, before=before)


async def import_and_die(sessions: RaySessions, file: Path) -> Direct:
    """Let the actor die while the file is read."""
    session_id = prepared(sessions, file)
    slowness.slow_down(session_id, "load")
    session = await sessions.get(session_id, user="ada")
    await session.start()
    await slowness.begun()
    await kill_actor(session_id)
    return Direct(session, "ada")


async def actor_dies(session_id: str, person: Person, step: str) -> None:
    """Let the actor die at a step of opening, changing or saving; then everything is as acknowledged."""
    if step in (*crashing.OPENING_STEPS, "journal deleted"):
        await kill_actor(session_id)
    if step not in crashing.OPENING_STEPS:
        await person.settle()
    pid = await asyncio.to_thread(crashing.crash, session_id, step)
    for _ in range(leftovers.CHECKPOINTS):
        await person.touch()
        await leftovers.saved(person)
    await gone(pid)
    await person.settle()


async def workers_die(session_id: str, person: Person) -> None:
    """Let workers die: while a segment is written, and with the work of an operation done but not told."""
    for step in SEGMENT_STEPS:
        await asyncio.to_thread(crashing.crash_worker, session_id, "write_segment", step)
        await person.touch()
        await person.touch()
        await leftovers.saved(person)
    for task in TASKS:
        await asyncio.to_thread(crashing.crash_worker, session_id, task)
        await work([person], ACTS)


async def exports_die(session_id: str, person: Person) -> None:
    """Let the worker die that writes an export, then the actor that waits for one."""
    await person.touch()
    await person.settle()
    await asyncio.to_thread(crashing.crash_worker, session_id, "export")
    assert await person.line.export(person.world.current) is None
    await person.check_export(person.world.current)
    await person.touch()
    await person.settle()
    slowness.slow_down(session_id, "export")
    exporting = asyncio.ensure_future(person.line.export(person.world.current))
    await slowness.begun()
    await kill_actor(session_id)
    await exporting
    await slowness.gone()
    await person.check_export(person.world.current)


async def kill_actor(session_id: str) -> None:
    """Kill the actor; the one that comes next has opened nothing yet."""
    pid = await asyncio.to_thread(crashing.pid_of, session_id)
    killing.slay(psutil.Process(pid))
    await gone(pid)


async def gone(pid: int) -> None:
    async def is_gone() -> bool:
        return not psutil.pid_exists(pid)

    await until(is_gone)
