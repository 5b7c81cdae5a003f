"""Have workers ready: their first imports cost seconds, which nobody should wait for at the first click."""

from __future__ import annotations

import time
from importlib import import_module

import ray

NEEDED = (
    "pandas",  # pyarrow asks for it sooner or later
    "dcs.catalogue",
    "dcs.impact",
    "dcs.analyze.charts",
    "dcs.load",
    "willow_ray.storage.segments",
)
"""What operations, statistics, imports and checkpoints need; it includes whatever views need."""

_STAY_S = 0.5
"""Long enough that every worker gets one of these tasks."""


@ray.remote(num_cpus=1)
def warm() -> None:
    """Import in this worker what nearly every session needs."""
    for module in NEEDED:
        import_module(module)
    time.sleep(_STAY_S)


def warm_workers(*, most: int) -> None:
    """Warm a worker for each CPU, `most` at the most; returns after a round trip, before they are warm.

    To be called in the process that will use them: Ray keeps apart what different detached actors run.
    """
    for _ in range(min(int(ray.cluster_resources().get("CPU", 1)), most)):
        warm.remote()
