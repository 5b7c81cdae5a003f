"""Whatever dies, and whenever: nothing acknowledged is lost, nothing is done twice, the table is right."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.willow_ray.cluster import chaos
from willow_ray.config import Settings
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

STEPS = int(os.environ.get("WILLOW_CHAOS_STEPS", "10"))
SEEDS = range(int(os.environ.get("WILLOW_CHAOS_SEEDS", "1")))


@pytest.fixture
def sessions(tmp_path: Path) -> RaySessions:
    return RaySessions(Settings(store=tmp_path, chunk_rows=64, session_memory_bytes=20_000))


async def killing(chance: random.Random, titles: tuple[str, ...], deaths: list[int]) -> None:
    """Kill something every now and then, until cancelled."""
    while True:
        await asyncio.sleep(chance.uniform(0.05, 1.5))
        deaths.append(await asyncio.to_thread(chaos.kill, chance.choice(titles)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.timeout(1200)
async def test_processes_die_at_any_time(sessions: RaySessions, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - so that a failure comes again
    session_id = await chaos.begin(sessions, tmp_path)
    person = chaos.Person(await sessions.get(session_id, user="ada"), chance)
    deaths: list[int] = []
    titles = ("ray::SessionActor", "ray::SessionActor", "ray::apply", "ray::keep", "ray::IDLE")
    killer = asyncio.ensure_future(killing(random.Random(seed + 1000), titles, deaths))  # noqa: S311
    try:
        for _ in range(STEPS):
            await person.act()
            await person.check()
    finally:
        killer.cancel()
    await person.check_history()
    assert sum(deaths) > 0
    for version in person.model.tables:
        await person.go(version)
        await person.check()
    await sessions.delete(session_id, user="ada")
    assert list((tmp_path / "sessions").iterdir()) == []
