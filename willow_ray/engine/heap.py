"""How much memory of its own a task on whole columns asks for, so that few enough run on one machine.

Columns are mapped from the object store; what is made of them on the way is not. Ray starts a task only where
the memory it asks for is not promised to others, whatever session they belong to. Tasks on single chunks do
not ask: `chunk_bytes` bounds them, and the CPUs how many there are.
"""

from __future__ import annotations

from typing import Any

import ray

BYTES_PER_BYTE = {
    "analyze": 8,
    "chart": 6,
    "count": 6,
    "learn": 4,
    "order": 5,
    "profile": 6,
    "reorder": 5,
    "reshape": 4,
    "select": 7,
    "transform": 4,
}
"""The most that was measured of each kind of task, for each byte of the columns it works on."""

STEP = 256 << 20
"""Memory is asked for in such steps, and what needs less than one does not ask: tasks that ask for different
amounts cannot take over each other's workers, which costs small ones more than it protects."""


def asking_for_memory(task: Any, name: str, size: int) -> Any:
    """Return a task that asks for what work on columns of so many bytes needs."""
    steps = BYTES_PER_BYTE.get(name.rpartition(".")[2], 0) * size // STEP
    if not steps:
        return task
    largest = largest_memory()
    return task.options(memory=min((steps + 1) * STEP, largest)) if largest else task


def object_store_here() -> int:
    """Return the size of the object store of this machine."""
    return int(_resources_here().get("object_store_memory", 0))


def processors_here() -> int:
    """Return how many processors of this machine Ray may use, at least one."""
    return max(1, int(_resources_here().get("CPU", 1)))


def _resources_here() -> dict[str, float]:
    here = ray.get_runtime_context().get_node_id()
    resources: dict[str, float] = next(node["Resources"] for node in ray.nodes() if node["NodeID"] == here)
    return resources


def largest_memory() -> int:
    """Return the memory of the largest machine that runs tasks: what asked for more would wait for ever."""
    able = [
        node["Resources"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
    ]
    return max((int(resources.get("memory", 0)) for resources in able), default=0)
