"""Tasks that take their time, put in the place of real ones inside the actor of a session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import ray

from tests.willow_ray.cluster.asking import inside, until
from tests.willow_ray.cluster.chaos import killing
from willow_ray.engine import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = "ray::slowly"
"""What the process of a slow task is called."""


def slow_down(session_id: str, *names: str, seconds: float = 60.0, stubborn: bool = False) -> None:
    """Let tasks of a session wait before they begin; a stubborn one cannot be asked to stop."""
    inside(session_id, _slow_down, names, seconds, stubborn)


def back_to_normal(session_id: str) -> None:
    """Let new tasks of a session be as they are."""
    inside(session_id, _back_to_normal)


async def running() -> bool:
    """Say whether a slow task is running."""
    return bool(killing.processes(SLOW))


async def begun() -> None:
    """Wait until a slow task is running."""
    await until(running)


async def gone() -> None:
    """Wait until no slow task is running any more."""

    async def none() -> bool:
        return not killing.processes(SLOW)

    await until(none)


def _slow_down(_: object, names: tuple[str, ...], seconds: float, stubborn: bool) -> None:  # noqa: FBT001
    for name in names:
        setattr(tasks, name, _slow(getattr(tasks, name), seconds, stubborn=stubborn))


def _slow(task: Any, seconds: float, *, stubborn: bool) -> Any:
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
    remote = ray.remote(**{**options, "num_cpus": 0})(slow)  # who only sleeps keeps no worker from the others
    remote.normal = task
    return remote


def _back_to_normal(_: object) -> None:
    for name in tasks.__all__:
        task = getattr(tasks, name)
        if hasattr(task, "normal"):
            setattr(tasks, name, task.normal)
