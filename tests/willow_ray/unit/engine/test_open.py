"""Packs that are open for windows: as many as fit, and none when nobody looks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from willow_ray.engine import chunks as module
from willow_ray.engine.chunks import ChunkStore
from willow_ray.engine.job import Job
from willow_ray.engine.packs import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from willow_ray.engine.table import ChunkId

SIZE = 80


class Fetching(Job):
    """A job whose objects are at hand; it counts how often they are fetched."""

    def __init__(self) -> None:
        super().__init__("look")
        self.fetched: list[int] = []

    async def fetch(self, ref: Any) -> Any:
        self.fetched.append(ref)
        await asyncio.sleep(0)
        return [array_of(ref)]


def array_of(ref: int) -> pa.Array:
    return pa.array([ref] * 10, pa.int64())


@pytest.fixture
def store() -> ChunkStore:
    return ChunkStore(None, open_bytes=2 * SIZE)  # type: ignore[arg-type] # nothing is loaded


@pytest.fixture
def chunk(store: ChunkStore) -> Callable[[int], ChunkId]:
    made = {ref: store.add(ref, describe(array_of(ref), 0)).id for ref in range(4)}
    return made.__getitem__


async def look(store: ChunkStore, job: Job, *ids: ChunkId) -> list[int]:
    return [array[0].as_py() for array in await store.open(ids, job)]


async def test_as_many_stay_open_as_fit_the_last_ones_seen(
    store: ChunkStore, chunk: Callable[[int], ChunkId]
) -> None:
    job = Fetching()
    for ref in (0, 1, 0, 2, 0, 1):
        assert await look(store, job, chunk(ref)) == [ref]
    assert job.fetched == [0, 1, 2, 1]
    assert await look(store, job, *(chunk(ref) for ref in (3, 0, 2, 1))) == [3, 0, 2, 1]
    assert job.fetched == [0, 1, 2, 1, 3, 2]


async def test_what_two_open_at_a_time_is_there_for_both(
    store: ChunkStore, chunk: Callable[[int], ChunkId]
) -> None:
    job = Fetching()
    both = [look(store, job, chunk(0), chunk(1)), look(store, job, chunk(1), chunk(2))]
    assert await asyncio.gather(*both) == [[0, 1], [1, 2]]


async def test_all_are_closed_when_nobody_looks(
    store: ChunkStore, chunk: Callable[[int], ChunkId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OPEN_S", 0.01)
    job = Fetching()
    await look(store, job, chunk(0))
    await asyncio.sleep(0.1)
    assert not store._open
    assert not store._sizes
    await look(store, job, chunk(0))
    assert job.fetched == [0, 0]
