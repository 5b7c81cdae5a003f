"""How often a session is asked again that goes to sleep instead of answering."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from willow_ray import __version__
from willow_ray.config import Settings
from willow_ray.protocol.errors import UnavailableError
from willow_ray.session import directory
from willow_ray.session.actor import AsleepError
from willow_ray.session.directory import ATTEMPTS, RaySession

if TYPE_CHECKING:
    from pathlib import Path

LIVED_S = 0.02


class Remote:
    """A method of an actor."""

    def __init__(self, answer: Any) -> None:
        self.remote = answer


class Sleepy:
    """An actor whose every life ends before the import does, but for the last one."""

    def __init__(self, *, lives: int, lived_s: float) -> None:
        self._lives = lives
        self._lived_s = lived_s
        self.version = Remote(self._version)
        self.wait_ready = Remote(self._wait_ready)

    async def _version(self) -> str:
        await asyncio.sleep(2 * LIVED_S)  # as an actor that starts
        return __version__

    async def _wait_ready(self) -> None:
        self._lives -= 1
        if self._lives:
            await asyncio.sleep(self._lived_s)
            raise AsleepError


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what waits for the import of a session with such an actor."""
    monkeypatch.setattr(directory, "LIVED_S", LIVED_S)
    monkeypatch.setattr(directory, "PAUSE_S", 0.0)

    async def wait(actor: Sleepy) -> None:
        monkeypatch.setattr(directory, "wake", lambda *_: actor)
        await RaySession("s", tmp_path, Settings(store=tmp_path)).wait_ready()

    return wait


async def test_who_waits_for_an_import_does_so_however_often_the_session_sleeps(waiting: Any) -> None:
    await waiting(Sleepy(lives=3 * ATTEMPTS, lived_s=2 * LIVED_S))


async def test_a_session_that_sleeps_whenever_it_is_woken_is_given_up(waiting: Any) -> None:
    with pytest.raises(UnavailableError, match="being restarted"):
        await waiting(Sleepy(lives=3 * ATTEMPTS, lived_s=0))
