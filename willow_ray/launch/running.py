"""Which Willow serves a store: a locked file in it.

The lock is what counts. It vanishes with the process that holds it, however that one ends, so a file without
a lock is a left-over that says nothing.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from willow_ray.launch.errors import LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "running.json"
_STOP_PATIENCE_S = 30.0
_CLAIM_PATIENCE_S = 0.5
_POLL_S = 0.1


class Running(BaseModel):
    """One running Willow, as it describes itself."""

    model_config = ConfigDict(frozen=True)

    pid: int
    machine: str
    version: str
    link: str | None = None
    """What to open in a browser, with its token; None while Willow is still starting."""
    logs: str | None = None
    """Directory of the log files, on that machine."""

    @property
    def sentence(self) -> str:
        """Say what runs, for a person."""
        process = f"process {self.pid} on {self.machine}"
        if self.link is None:
            return f"Willow {self.version} is starting ({process})."
        return f"Willow {self.version} is running ({process}): {self.link}"


class Claim:
    """The right to serve a store, held as long as the file is open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def publish(self, running: Running) -> None:
        """Say who serves the store; never half written for longer than one system call."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, running.model_dump_json(indent=2).encode(), 0)


@contextmanager
def claim(store: Path) -> Iterator[Claim]:
    """Become the one Willow that serves this store, or raise `LaunchError` naming the other one."""
    descriptor = os.open(store / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # `find` holds the lock for an instant, so one failure proves nothing.
        if not _lock(descriptor, patience_s=_CLAIM_PATIENCE_S):
            other = _read(descriptor)
            who = "Another Willow serves this store." if other is None else other.sentence
            raise LaunchError(
                f"{who}\nStop it with `willow down`, or give this one a --store and a --port of its own."
            )
        yield Claim(descriptor)
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def find(store: Path) -> Running | None:
    """Return the Willow that serves a store now, None when there is none."""
    try:
        descriptor = os.open(store / FILE_NAME, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        if _lock(descriptor, patience_s=0):
            return None
        return _read(descriptor)
    finally:
        os.close(descriptor)


def stop(store: Path, running: Running) -> None:
    """Ask a Willow of this machine to end, and wait until it has."""
    if running.machine != socket.gethostname():
        raise LaunchError(f"{running.sentence}\nIt can be stopped on that machine only.")
    try:
        os.kill(running.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise LaunchError(f"{running.sentence}\nIt belongs to another user, who can stop it.") from None
    deadline = time.monotonic() + _STOP_PATIENCE_S
    while find(store) is not None:
        if time.monotonic() > deadline:
            raise LaunchError(
                f"Process {running.pid} has not ended after {_STOP_PATIENCE_S:.0f} s. "
                f"`kill -9 {running.pid}` is safe: what was acknowledged is on the disk."
            )
        time.sleep(_POLL_S)


def _lock(descriptor: int, *, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)
        else:
            return True


def _read(descriptor: int) -> Running | None:
    size = os.fstat(descriptor).st_size
    try:
        return Running.model_validate_json(os.pread(descriptor, size, 0))
    except ValidationError:
        return None
