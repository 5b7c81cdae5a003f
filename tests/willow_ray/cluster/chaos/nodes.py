"""A cluster of two machines, of which one is cut off; run as a program, because it needs a Ray of its own.

They share the directory of the sessions. Whatever is on the second machine dies with its raylet: the actor in
one case, workers and the chunks they made in the other.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import ray
from ray.cluster_utils import Cluster

from tests.willow_ray.cluster.chaos import killing, leftovers
from tests.willow_ray.cluster.chaos.length import IS_LONG, rounds
from tests.willow_ray.cluster.chaos.lines import Direct
from tests.willow_ray.cluster.chaos.people import Person, work
from tests.willow_ray.cluster.chaos.world import World, write_csv
from willow_ray.config import Settings
from willow_ray.protocol.imports import ImportOptions
from willow_ray.session.directory import RaySessions
from willow_ray.session.remote import SESSION_RESOURCE

if TYPE_CHECKING:
    import random

SHARE = 0.1
STORE_BYTES = 200 << 20
BURSTS, ACTS = (3, 3) if IS_LONG else (1, 2)
NAMES = ("ada", "bob")

GONE_S = 120.0
"""Helpers of Ray that nobody told to end notice within a minute that the others are gone."""


class Machines:
    """A head that stays, and a second machine that dies and comes back. Sessions live on one of them."""

    def __init__(self, *, sessions_on_second: bool) -> None:
        resources: list[dict[str, int]] = [{SESSION_RESOURCE: 5}, {}]
        head, self._second = reversed(resources) if sessions_on_second else resources
        self._cluster = Cluster(initialize_head=True, head_node_args=_machine(head))
        ray.init(address=self._cluster.address, log_to_driver=False)
        self.add()

    def add(self) -> None:
        """Start the second machine."""
        self._node = self._cluster.add_node(**_machine(self._second))
        self._cluster.wait_for_nodes()

    def kill(self) -> None:
        """Kill the raylet of the second machine; what it has started ends by itself."""
        (raylet,) = self._node.all_processes["raylet"]
        processes = psutil.Process(raylet.process.pid).children(recursive=True)
        killing.slay(psutil.Process(raylet.process.pid))
        self._cluster.remove_node(self._node, allow_graceful=False)
        _, alive = psutil.wait_procs(processes, timeout=GONE_S)
        assert alive == [], "these processes have outlived their raylet"

    def shutdown(self) -> None:
        """End everything."""
        ray.shutdown()
        self._cluster.shutdown()


def _machine(resources: dict[str, int]) -> dict[str, object]:
    return {"num_cpus": 1, "object_store_memory": STORE_BYTES, "resources": resources}


async def live(machines: Machines, directory: Path, chance: random.Random) -> None:
    """Let people work on a session while the second machine dies, perhaps in the middle of a request."""
    settings = Settings(store=directory / "store", chunk_rows=64, session_memory_bytes=20_000)
    settings.store.mkdir(exist_ok=True)
    sessions = RaySessions(settings)
    session_id = await sessions.create(
        user="ada",
        name="table",
        file_name="table.csv",
        source=write_csv(directory / "table.csv"),
        options=ImportOptions(),
    )
    session = await sessions.get(session_id, user="ada")
    world = World(people=NAMES)
    people = [Person(name, Direct(session, name), world, chance) for name in NAMES]
    await people[0].ready()
    for _ in range(BURSTS):
        await work(people, ACTS)
        working = asyncio.ensure_future(work(people, ACTS))
        await asyncio.sleep(chance.uniform(0, 0.5))
        await asyncio.to_thread(machines.kill)
        machines.add()  # Ray sets a signal handler, which only the main thread may do
        await working
    await people[0].check_all()
    await leftovers.expect_no_files(people[0], settings.store / "sessions" / session_id)
    await sessions.delete(session_id, user="ada")
    await leftovers.expect_nothing(settings.store)


def main() -> None:
    """Do rounds in the directory given, each with new machines."""
    for chance in rounds(SHARE):
        for sessions_on_second in (True, False):
            machines = Machines(sessions_on_second=sessions_on_second)
            try:
                asyncio.run(live(machines, Path(sys.argv[1]), chance))
            finally:
                machines.shutdown()


if __name__ == "__main__":
    main()
