"""Have workers ready: their first imports cost seconds, which nobody should wait for at the first click."""

from __future__ import annotations

import time

import ray

_STAY_S = 0.5
"""Long enough that every worker gets one of these tasks."""


@ray.remote(num_cpus=1)
def warm() -> None:
    """Import what operations need, in this worker."""
    import pandas as pd  # noqa: F401, PLC0415 - that it is loaded is the point

    import willow_ray.storage.segments  # noqa: F401, PLC0415

    time.sleep(_STAY_S)


def warm_workers() -> None:
    """Warm as many workers as there are CPUs; returns at once."""
    for _ in range(int(ray.cluster_resources().get("CPU", 1))):
        warm.remote()
