"""Whatever dies, and whenever: nothing acknowledged is lost, nothing is done twice, the table is right."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.willow_ray.cluster.chaos import killing, leftovers
from tests.willow_ray.cluster.chaos.length import IS_LONG, rounds
from tests.willow_ray.cluster.chaos.lines import Direct
from tests.willow_ray.cluster.chaos.people import Person, work
from tests.willow_ray.cluster.chaos.world import World, write_csv
from willow_ray.config import Settings
from willow_ray.protocol.imports import ImportOptions
from willow_ray.session.directory import RaySessions
from willow_ray.storage.uploads import UPLOADS, UploadStore

if TYPE_CHECKING:
    import random
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

SHARE = 0.4
NAMES = ("ada", "bob", "cem")
MOST_PARTS = 4
BURSTS, ACTS = (8, 4) if IS_LONG else (1, 4)
VICTIMS = [
    partial(killing.kill, killing.ACTOR),
    partial(killing.kill, killing.ACTOR),
    partial(killing.kill, *killing.WORKING),
    partial(killing.kill, *killing.WORKING, killing.IDLE),
]


@pytest.mark.timeout(7200)
async def test_processes_die_at_any_time(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", chunk_rows=64, session_memory_bytes=20_000)
    sessions = RaySessions(settings)
    deaths = 0
    for chance in rounds(SHARE):
        settings.store.mkdir(exist_ok=True)
        deaths += await live(sessions, tmp_path / "table.csv", chance)
        await leftovers.expect_nothing(settings.store)
        assert list((settings.store / UPLOADS).iterdir()) == []
    assert deaths > 0


async def live(sessions: RaySessions, file: Path, chance: random.Random) -> int:
    """Let people work on one session from its import to its deletion; return how many processes died."""
    killer = killing.Killer(chance, VICTIMS)
    session_id = await receive(sessions, write_csv(file), chance, killer)
    session = await sessions.get(session_id, user="ada")
    world = World(people=NAMES)
    people = [Person(name, Direct(session, name), world, chance, killer) for name in NAMES]
    await people[0].ready()
    for _ in range(BURSTS):
        await work(chance.sample(people, chance.randint(1, len(people))), ACTS)
    await killer.rest()
    while not killer.deaths:  # the moment had come when none of those who were to die was there
        await work(people, 1)
        await killer.rest()
    for person in people:
        person.killer = None
    await people[0].settle()
    await people[0].check_all()
    await leftovers.expect_no_files(people[0], sessions._root.directory(session_id))
    await sessions.delete(session_id, user="ada")
    print(f"{len(world.acknowledged)} changes, {world.refused} refused, {killer.deaths} deaths")  # noqa: T201
    return killer.deaths


async def receive(sessions: RaySessions, file: Path, chance: random.Random, killer: killing.Killer) -> str:
    """Make a session that waits for its file, and send that part by part; something dies after each part."""
    content = await asyncio.to_thread(file.read_bytes)
    uploads = UploadStore(file.parent / "store" / UPLOADS)
    upload = uploads.create(user="ada", name=file.name, length=len(content))
    session_id = await sessions.create_for_upload(
        upload, file_name=file.name, name="table", options=ImportOptions()
    )
    session = await sessions.get(session_id, user="ada")
    sent = 0
    while sent < len(content):
        strike = asyncio.ensure_future(killer.strike())
        await asyncio.sleep(chance.uniform(0, killing.LATEST_S))
        part = content[sent : sent + chance.randint(len(content) // MOST_PARTS, len(content))]
        sent = uploads.append(upload.id, part, user="ada", offset=sent).offset
        await strike
        described = await Direct(session, "ada").ask("session.describe", {})
        assert "error" in described or described["result"]["state"] in ("importing", "ready"), described
    await sessions.start(session_id)
    return session_id
