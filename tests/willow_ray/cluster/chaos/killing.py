"""Processes die as in a power cut: at random moments while somebody waits for an answer."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from willow_ray.engine import tasks

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

ACTOR = "ray::SessionActor"
REPLICA = "ray::ServeReplica"
WORKING = tuple(f"ray::{task}" for task in tasks.__all__ if task.islower())
"""What workers are called while they do a task for a session."""

IDLE = "ray::IDLE"

LATEST_S = 0.4
"""A kill comes at most so long after a request: most are being worked on until then."""

MOST_ANSWERS_BETWEEN = 6


def processes(*titles: str, root: int | None = None) -> list[psutil.Process]:
    """Return the processes below this one (or `root`) whose title begins so: `ray::SessionActor`."""
    found = []
    try:
        below = psutil.Process(root).children(recursive=True)
    except psutil.NoSuchProcess:  # all of them have died already
        return []
    for process in below:
        with suppress(psutil.NoSuchProcess):
            if (process.cmdline() or [""])[0].startswith(titles):
                found.append(process)
    return found


def kill(*titles: str, root: int | None = None) -> int:
    """Kill such processes at once; return how many there were."""
    return sum(slay(process) for process in processes(*titles, root=root))


def slay(process: psutil.Process) -> bool:
    """Kill one process, unless it has ended."""
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return False
    return True


class Killer:
    """Kills something at a random moment after a request, but never twice without an answer in between.

    So nobody waits for ever: an actor takes seconds to start, and is let live until it has answered.

    Args:
        chance: decides when and what.
        victims: each kills something when called, and says how many died.

    """

    def __init__(self, chance: random.Random, victims: Sequence[Callable[[], int]]) -> None:
        self.deaths = 0
        self._chance = chance
        self._victims = victims
        self._answers_left = 0
        self._striking: asyncio.Task[None] | None = None

    def asked(self) -> None:
        """Perhaps begin to wait for the moment to kill."""
        if self._answers_left <= 0 and (self._striking is None or self._striking.done()):
            self._answers_left = self._chance.randint(1, MOST_ANSWERS_BETWEEN)
            self._striking = asyncio.ensure_future(self.strike())

    def answered(self) -> None:
        """Come closer to the next kill."""
        self._answers_left -= 1

    async def rest(self) -> None:
        """Let what is planned happen; nothing dies afterwards until somebody asks."""
        if self._striking is not None:
            await self._striking
        self._answers_left = MOST_ANSWERS_BETWEEN

    async def strike(self, *, within_s: float = LATEST_S) -> None:
        """Wait for some moment, and kill something."""
        await asyncio.sleep(self._chance.uniform(0, within_s))
        self.deaths += await asyncio.to_thread(self._chance.choice(self._victims))
