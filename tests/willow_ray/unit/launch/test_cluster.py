from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psutil
import pytest

from willow_ray.launch import cluster

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024
GIB = 1024 * MIB


class Memory(NamedTuple):
    total: int


class Usage(NamedTuple):
    free: int


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """16 GiB of memory and no control group; returns where one would say its limit."""
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(16 * GIB))
    monkeypatch.setattr(cluster, "_CGROUP_LIMITS", (str(limit),))
    monkeypatch.setattr(cluster, "_SHARED_MEMORY", tmp_path)
    return limit


def test_memory_is_that_of_the_machine(machine: Path) -> None:
    assert cluster.memory_bytes() == 16 * GIB
    machine.write_text("max\n")
    assert cluster.memory_bytes() == 16 * GIB


def test_memory_is_that_of_the_container_when_it_is_less(machine: Path) -> None:
    machine.write_text(f"{4 * GIB}\n")
    assert cluster.memory_bytes() == 4 * GIB


@pytest.mark.parametrize(
    ("shared_memory", "object_store"),
    [
        (16 * GIB, 4 * GIB),  # a quarter of the memory, as asked for
        (2 * GIB, int(1.9 * GIB)),  # what fits
        (64 * MIB, 4 * GIB),  # too little to be of use: in files
    ],
)
def test_the_object_store_fits_into_shared_memory(
    shared_memory: int, object_store: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "disk_usage", lambda _: Usage(shared_memory))
    assert cluster.object_store_bytes(0.25) == pytest.approx(object_store, abs=MIB)


def test_the_object_store_is_in_files_where_there_is_no_shared_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "_SHARED_MEMORY", tmp_path / "none")
    assert cluster.object_store_bytes(0.5) == 8 * GIB
