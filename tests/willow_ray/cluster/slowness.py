"""Tasks that take their time, put in the place of real ones inside the actor of a session."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import ray

from tests.willow_ray.cluster.asking import inside, until
from tests.willow_ray.cluster.chaos import killing
from willow_ray.engine import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = "ray::slowly"
"""What the process of a slow task is called; a number follows."""

_numbers = itertools.count(1)
_latest = SLOW


def slow_down(
    session_id: str, *names: str, seconds: float = 60.0, stubborn: bool = False, aside: bool = False
) -> None:
    """Let tasks of a session wait before they begin.

    A stubborn one cannot be asked to stop; one that waits aside keeps no worker from the others.
    """
    global _latest  # noqa: PLW0603 - so that tests need not carry it about
    title = f"slowly_{next(_numbers)}_"
    _latest = f"ray::{title}"
    inside(session_id, _slow_down, names, title, seconds, stubborn, aside)


def back_to_normal(session_id: str) -> None:
    """Let new tasks of a session be as they are."""
    inside(session_id, _back_to_normal)


async def begun() -> None:
    """Wait until a task is running that was slowed down by the latest call."""

    async def running() -> bool:
        return bool(killing.processes(_latest))

    await until(running)


async def gone() -> None:
    """Wait until no slow task is running any more."""

    async def none() -> bool:
        return not killing.processes(SLOW)

    await until(none)


def _slow_down(
    _: object,
    names: tuple[str, ...],
    title: str,
    seconds: float,
    stubborn: bool,  # noqa: FBT001
    aside: bool,  # noqa: FBT001
) -> None:
    for name in names:
        setattr(tasks, name, _slow(getattr(tasks, name), title, seconds, stubborn=stubborn, aside=aside))


def _slow(task: Any, title: str, seconds: float, *, stubborn: bool, aside: bool) -> Any:
    function, options = task._function, task._default_options

    def wait() -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                time.sleep(0.05)
            except BaseException:
                if not stubborn:
                    raise

    def slowly(*args: Any) -> Any:
        wait()
        return function(*args)

    def slowly_streaming(*args: Any) -> Iterator[Any]:
        wait()
        yield from function(*args)

    slow = slowly_streaming if options.get("num_returns") == "streaming" else slowly
    slow.__name__ = slow.__qualname__ = title
    remote = ray.remote(**options | ({"num_cpus": 0} if aside else {}))(slow)
    remote.normal = task
    return remote


def _back_to_normal(_: object) -> None:
    for name in tasks.__all__:
        task = getattr(tasks, name)
        if hasattr(task, "normal"):
            setattr(tasks, name, task.normal)
