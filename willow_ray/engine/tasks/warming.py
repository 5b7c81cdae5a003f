"""Have workers and memory ready: what costs seconds the first time, and nobody should wait for at a click."""

from __future__ import annotations

import time
from importlib import import_module

import numpy as np
import ray

from willow_ray.engine.tasks.politeness import be_polite

NEEDED = (
    "pandas",  # pyarrow asks for it sooner or later
    "dcs.catalogue",
    "dcs.impact",
    "dcs.analyze.charts",
    "dcs.load",
    "willow_ray.storage.segments",
)
"""What operations, statistics, imports and checkpoints need; it includes whatever views need."""

MOST = 4
"""Workers that are ready on machines with so many CPUs; more are started when they are needed."""

_STAY_S = 0.5
"""Long enough that every worker gets one of these tasks."""

_PIECE_BYTES = 64 << 20
"""Of the object store, to be filled at a time."""


@ray.remote(num_cpus=0)  # so that nothing that somebody asked for waits for it
def warm(polite: bool) -> None:  # noqa: FBT001 - Ray passes it
    """Import in this worker what nearly every session needs."""
    if polite:
        be_polite()
    for module in NEEDED:
        import_module(module)
    time.sleep(_STAY_S)


def warm_workers(*, spare: int = 0, for_anybody: bool = False) -> None:
    """Warm a worker for each CPU, four at the most, and some to spare; returns before they are warm.

    To be called by who will use them, or by the driver of the job, whose workers anybody may take over: Ray
    keeps apart what different detached actors have run. One that anybody takes may become the actor of a
    session, so it is not polite yet.
    """
    for _ in range(min(int(ray.cluster_resources().get("CPU", 1)), MOST) + spare):
        warm.remote(not for_anybody)


@ray.remote(num_cpus=0)
def touch(size: int) -> None:
    """Fill a part of the object store of this machine, and leave it empty."""
    piece = np.zeros(_PIECE_BYTES, np.uint8)
    held = [ray.put(piece[: size - start]) for start in range(0, size, _PIECE_BYTES)]
    del held


def touch_memory(size: int) -> None:
    """Let the system find so much memory for the object store; returns before that is done.

    The first use of a page of shared memory takes ten times as long as the next one, and whoever makes the
    first table would wait for it.
    """
    touch.remote(size)
