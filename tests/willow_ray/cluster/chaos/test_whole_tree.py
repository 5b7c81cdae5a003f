"""`willow up`, used over real WebSockets while any of its processes, or all of them, are killed."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import httpx2 as httpx
import psutil
import pytest

from tests.willow_ray.cluster.chaos import killing, leftovers
from tests.willow_ray.cluster.chaos.length import IS_LONG, rounds
from tests.willow_ray.cluster.chaos.lines import PATIENCE_S, Browser
from tests.willow_ray.cluster.chaos.people import Person, work
from tests.willow_ray.cluster.chaos.world import World, write_csv
from tests.willow_ray.cluster.launched import Up, family, free_port, willow

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator
    from pathlib import Path

SHARE = 0.25
NAMES = ("ada", "bob")
BURSTS, ACTS = (4, 4) if IS_LONG else (1, 2)
GONE_S = 120.0
"""Helpers of Ray that nobody told to end notice within a minute that the others are gone."""


class Willow:
    """`willow up` on one store and port, started again and again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.address = f"127.0.0.1:{free_port()}"
        self.token = ""
        self._up: Up | None = None

    @property
    def store(self) -> Path:
        return self.directory / "store"

    @property
    def pid(self) -> int:
        assert self._up is not None
        return self._up.process.pid

    def start(self) -> None:
        port = self.address.partition(":")[2]
        self._up = Up("--store", str(self.store), "--port", port, cwd=self.directory)
        token = self._up.read_until(r"\?token=(\S+)")[1]
        assert self.token in ("", token)
        self.token = token

    def kill(self, chance: random.Random) -> None:
        """Kill `willow up` alone, whose Ray then ends by itself, or everything at once, in any order."""
        processes = family(self.pid)
        chosen = processes[:1] if chance.random() < 0.5 else chance.sample(processes, len(processes))
        for process in chosen:
            killing.slay(process)
        self._wait_for(processes)
        assert willow("status", "--store", self.store).returncode == 1
        assert willow("down", "--store", self.store).stdout == f"No Willow is running on {self.store}.\n"

    def stop(self) -> None:
        if self._up is not None and self._up.process.poll() is None:
            processes = family(self.pid)
            processes[0].send_signal(signal.SIGINT)
            self._wait_for(processes)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://{self.address}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=PATIENCE_S,
            trust_env=False,
        )

    def _wait_for(self, processes: list[psutil.Process]) -> None:
        assert self._up is not None
        self._up.process.communicate()
        _, alive = psutil.wait_procs(processes, timeout=GONE_S)
        assert alive == [], f"these processes have outlived `willow up`: {alive}"


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[Willow]:
    one = Willow(directory)
    one.store.mkdir()
    await asyncio.to_thread(one.start)
    try:
        yield one
    finally:
        await asyncio.to_thread(one.stop)


@pytest.mark.timeout(7200)
async def test_everything_dies_and_starts_again(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        for chance in rounds(SHARE):
            await live(one, chance)


async def live(one: Willow, chance: random.Random) -> None:
    """Let people work on a session in several lives of the whole, then delete it."""
    content = write_csv(one.directory / "table.csv").read_bytes()
    async with one.client() as client:
        params = {"name": "table.csv", "wait": "1"}
        answer = await client.post("/api/sessions", params=params, content=content)
    assert answer.status_code == 201, answer.text
    session_id = answer.json()["session"]
    lines = [Browser(one.address, one.token, session_id) for _ in NAMES]
    world = World(people=NAMES, name="table.csv")
    people = [Person(name, line, world, chance) for name, line in zip(NAMES, lines, strict=True)]
    for _ in range(BURSTS):
        killer = killing.Killer(chance, _victims(one))
        for person in people:
            person.killer = killer
        await work(people, ACTS)
        await killer.rest()
        working = asyncio.ensure_future(work(people, ACTS)) if chance.random() < 0.5 else None
        await asyncio.sleep(chance.uniform(0, 1))
        await asyncio.to_thread(one.kill, chance)
        await asyncio.to_thread(one.start)
        if working is not None:
            await working
        await people[0].settle()
    for person in people:
        person.killer = None
    await people[0].check_all()
    await leftovers.expect_no_files(people[0], one.store / "sessions" / session_id)
    for line in lines:
        await line.close()
    async with one.client() as client:
        assert (await client.delete(f"/api/sessions/{session_id}")).status_code == 204
    await leftovers.expect_nothing(one.store, root=one.pid)


def _victims(one: Willow) -> list[partial[int]]:
    return [
        partial(killing.kill, *titles, root=one.pid)
        for titles in ((killing.ACTOR,), (killing.REPLICA,), killing.WORKING)
    ]
