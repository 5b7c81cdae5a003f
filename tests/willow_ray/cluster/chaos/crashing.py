"""Crash points, put into the actor of a session from outside: it dies there as in a power cut, once."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import ActorUnavailableError

from tests.willow_ray.cluster.asking import inside
from willow_ray.engine import tasks
from willow_ray.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPENING_STEPS = ("epoch taken", "journal begun")
"""Between the creation of the journal and its first line; and after that line, before anything is read."""

CHANGING_STEPS = ("line written", "entry synced")
"""The line is in the file; it is durable, and nobody has been answered."""

SAVING_STEPS = (
    "segments written",
    "manifest written",
    "manifest published",
    "garbage removed",
    "journal deleted",
)
"""Segments have their names, and no manifest names them; the manifest has no name yet; it has; tidying."""

SEGMENT_STEPS = ("segment written", "segment synced", "segment published")
"""In the worker that writes a segment."""


PATIENCE_S = 60.0


def crash(session_id: str, step: str) -> int:
    """Let the actor die after a step; return the id of its process."""
    pid: int = reach(session_id, _crash, step)
    return pid


def crash_worker(session_id: str, task: str, step: str | None = None) -> None:
    """Let the worker of the next such task die: after a step, or with the work done and nothing told."""
    reach(session_id, _crash_worker, task, step)


def pid_of(session_id: str) -> int:
    """Return the id of the actor's process; an actor that restarts is waited for."""
    pid: int = reach(session_id, _pid)
    return pid


def reach(session_id: str, look: Callable[..., Any], *args: Any) -> Any:
    """Call a function in the actor; one that restarts is waited for, and has opened nothing yet."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return inside(session_id, look, *args)
        except ActorUnavailableError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _pid(_: object) -> int:
    return os.getpid()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(step: str) -> Callable[[str], None]:
    def die_after(reached: str) -> None:
        if reached == step:
            _die()

    return die_after


def _crash(session: Any, step: str) -> int:
    if step in OPENING_STEPS:
        assert session._opening is None, "the session is open already"
        session._store = lambda: LocalStore(session._directory, after=_after(step))
    elif step == "segments written":
        session._ledger.store.commit = lambda _: _die()
    else:
        session._ledger.store._after = _after(step)
        session._ledger.store._journal._after = _after(step)
    return os.getpid()


def _crash_worker(_: object, name: str, step: str | None) -> None:
    task = getattr(tasks, name)
    function = task._function

    def die(*args: Any) -> Any:
        if step is None:
            function(*args)
        else:
            _write_segment(step, *args)
        _die()

    def die_streaming(*args: Any) -> Iterator[Any]:
        stream = function(*args)
        yield next(stream)
        _die()

    streams = task._default_options.get("num_returns") == "streaming"
    dying = ray.remote(**task._default_options)(die_streaming if streams else die)

    class Once:
        """Is in the place of the task until it is used."""

        _function_name = name

        def remote(self, *args: Any) -> Any:
            setattr(tasks, name, task)
            return dying.remote(*args)

    setattr(tasks, name, Once())


def _write_segment(step: str, path: str, chunks: Any, *packs: Any) -> None:
    from willow_ray.storage.segments import write_segment  # noqa: PLC0415 - HDF5 only in workers

    arrays = [(chunk, packs[slot.pack][slot.index]) for chunk, slot in chunks]
    write_segment(path, arrays, after=_after(step))
