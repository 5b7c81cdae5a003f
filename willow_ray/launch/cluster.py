"""Start a Ray on this machine that lives as long as this process, or join one that runs already."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from willow_ray.config import NAMESPACE
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.progress import step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from willow_ray.config import Settings

MIB = 1024 * 1024
GIB = 1024 * MIB

SESSION_RESOURCE = "willow_session"
"""Custom resource of a Ray started here: each awake session takes one."""

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Ray's object store lives, not a temporary file
_LEAST_STORE_BYTES = 512 * MIB
_SHARED_MEMORY_SHARE = 0.95
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")

ENVIRONMENT = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    # Ray makes all its workers nice, actors and tasks alike; here only tasks are (`engine.tasks.politeness`).
    "RAY_worker_niceness": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Ray counts its actors as workers, and ends an idle worker after a second once there are more than CPUs.
    # The next operation would wait for a new process and its imports, so it may be idle for five minutes.
    "RAY_idle_worker_killing_time_threshold_ms": "300000",
    # Arrow gives memory back when it is asked for some a second later, which is when the next task needs it.
    # It is kept as long as a worker may be idle, up to a limit (`engine.tasks.own_memory`).
    "MIMALLOC_PURGE_DELAY": "300000",
}
"""What Ray and its workers read when they start, unless it is set already."""


@dataclass(frozen=True)
class Cluster:
    """The Ray this process is connected to.

    Attributes:
        logs: directory of the log files on this machine.
        raylet: the daemon started here, on whose life everything depends; None for a joined cluster.

    """

    logs: Path
    raylet: psutil.Process | None

    @property
    def is_alive(self) -> bool:
        """Say whether the Ray started here still runs; a joined one is taken to be."""
        if self.raylet is None:
            return True
        return self.raylet.is_running() and self.raylet.status() != psutil.STATUS_ZOMBIE


@contextmanager
def connected(settings: Settings) -> Iterator[Cluster]:
    """Be connected to Ray; on the way out, what was started here is stopped, a joined cluster just left.

    The daemons die with this process even when it is killed. Raises `LaunchError` when Ray cannot be had.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with step("Starting Ray" if settings.cluster is None else f"Joining Ray at {settings.cluster}"):
        import ray  # noqa: PLC0415 - takes a second, and reads the environment set above

        logging.getLogger("ray").setLevel(logging.ERROR)
        try:
            context = ray.init(
                namespace=NAMESPACE,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **(_own(settings) if settings.cluster is None else {"address": settings.cluster}),
            )
        except (OSError, RuntimeError, ValueError) as error:
            ray.shutdown()
            raise LaunchError(_why(settings, error)) from error
    try:
        yield Cluster(
            logs=Path(context.address_info["session_dir"]) / "logs",
            raylet=_raylet() if settings.cluster is None else None,
        )
    finally:
        ray.shutdown()


def object_store_bytes(share: float) -> int:
    """Return how much memory Ray's object store gets: a share of what this machine or container has.

    It is kept within the shared memory there is, unless that is too little to be of use (64 MiB is usual in
    containers); then Ray keeps objects in files, which is slower.
    """
    wanted = int(share * memory_bytes())
    if not _SHARED_MEMORY.is_dir():
        return wanted
    available = int(psutil.disk_usage(str(_SHARED_MEMORY)).free * _SHARED_MEMORY_SHARE)
    return min(wanted, available) if available >= _LEAST_STORE_BYTES else wanted


def first_table_bytes(share: float) -> int:
    """Return how much of the object store is made ready for the first table: a sixteenth, at most 512 MiB.

    Nothing, where Ray keeps objects in files.
    """
    size = object_store_bytes(share)
    in_memory = _SHARED_MEMORY.is_dir() and size < psutil.disk_usage(str(_SHARED_MEMORY)).free
    return min(size // 16, GIB // 2) if in_memory else 0


def memory_bytes() -> int:
    """Return the memory of this machine, or the limit of the container if that is lower."""
    limits = [psutil.virtual_memory().total]
    for name in _CGROUP_LIMITS:
        try:
            limits.append(int(Path(name).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such control group, or "max"
            continue
    return min(limits)


def _own(settings: Settings) -> dict[str, Any]:
    os.environ.setdefault("RAY_OBJECT_STORE_ALLOW_SLOW_STORAGE", "1")
    return {
        "address": "local",
        "num_cpus": settings.cpus,
        "include_dashboard": False,
        "object_store_memory": object_store_bytes(settings.object_store_share),
        "resources": {SESSION_RESOURCE: settings.max_sessions},
    }


def _raylet() -> psutil.Process | None:
    return next((child for child in psutil.Process().children() if child.name() == "raylet"), None)


def _why(settings: Settings, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if settings.cluster is None:
        return f"Ray could not be started: {reason}"
    return f"No Ray cluster could be joined at {settings.cluster!r}: {reason}"
