"""Tasks that need much memory of their own do not run on one machine at the same time, and always run."""

from __future__ import annotations

import shutil
import sys
import time
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
import ray

from willow_ray.engine import tasks
from willow_ray.engine.heap import BYTES_PER_BYTE, STEP, asking_for_memory, largest_memory
from willow_ray.engine.job import Job
from willow_ray.engine.tasks.pages import Pages
from willow_ray.engine.tasks.processors import several_processors

pytestmark = pytest.mark.usefixtures("cluster")


@ray.remote  # type: ignore[untyped-decorator] # ray is not typed
def learn() -> tuple[float, float]:
    began = time.monotonic()
    time.sleep(0.5)
    return began, time.monotonic()


def test_every_kind_of_task_that_is_named_is_there() -> None:
    for name in BYTES_PER_BYTE:
        assert getattr(tasks, name)._function_name.endswith(f".{name}")


def test_small_work_asks_for_nothing() -> None:
    assert asking_for_memory(learn, "learn", STEP // 4 - 1) is learn
    assert asking_for_memory(tasks.take, tasks.take._function_name, 1 << 60) is tasks.take


async def test_what_needs_all_memory_runs_one_after_another() -> None:
    job = Job("test")
    running = [[job.submit(learn, size=largest_memory())] for _ in range(3)]
    times = sorted(await job.results(running))
    assert all(before[1] <= after[0] for before, after in pairwise(times))


async def test_what_needs_more_memory_than_there_is_runs_all_the_same() -> None:
    job = Job("test")
    began, ended = await job.result(job.submit(learn, size=1 << 60))
    assert began < ended


async def test_what_needs_little_runs_at_the_same_time() -> None:
    job = Job("test")
    first, second = sorted(await job.results([[job.submit(learn, size=1)] for _ in range(2)]))
    assert second[0] < first[1]


@ray.remote  # type: ignore[untyped-decorator] # ray is not typed
def processors_used() -> tuple[int, int]:
    with several_processors():
        inside = pa.cpu_count()
    return inside, pa.cpu_count()


def test_a_task_may_use_the_processors_that_ray_has_and_no_others() -> None:
    assert ray.get(processors_used.remote()) == (2, 1)


@ray.remote(num_cpus=0)  # type: ignore[untyped-decorator] # ray is not typed
def map_store() -> int | None:
    """Use the store, and count the pieces of it that are mapped then."""
    held = ray.put(np.ones(4 << 20, np.uint8))
    pages = Pages.of_object_store()
    mapped = None if pages is None else sum(1 for _ in pages.make_ready())
    del held
    return mapped


@pytest.mark.skipif(sys.platform != "linux", reason="memory is made ready ahead on Linux only")
def test_a_worker_finds_the_pages_of_the_object_store() -> None:
    if shutil.disk_usage("/dev/shm").total < 4 << 30:  # noqa: S108 - not a file of ours
        pytest.skip("Ray keeps objects in files here")
    try:
        mapped = ray.get(map_store.remote())
    except OSError as error:
        pytest.skip(f"this system cannot make memory ready: {error}")
    assert mapped is not None
    assert mapped >= 3
