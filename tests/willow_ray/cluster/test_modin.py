"""Frames go through Modin and come back, inside tasks of a cluster with two CPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import ray

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("cluster")

SALES = pa.table(
    {
        "city": pa.array(["Rome", "Oslo", None, "Rome", "Oslo", "Rome"]),
        "year": pa.array([2023, 2023, 2024, 2024, None, 2024], pa.int64()),
        "paid": pa.array([1.5, None, 2.5, 4.0, 8.0, 16.0]),
    }
)


@ray.remote(num_cpus=0)  # type: ignore[untyped-decorator] # ray is not typed
def with_modin(parts: list[pa.Table], work: Callable[[Any], Any]) -> list[pa.Table]:
    from willow_ray.engine.modin import collected, spread  # noqa: PLC0415 - in the worker

    return list(collected(work(spread(parts))))


def reshaped(work: Callable[[Any], Any], *, parts: int = 3) -> list[dict[str, Any]]:
    rows = SALES.num_rows // parts
    pieces = [SALES.slice(first, rows) for first in range(0, SALES.num_rows, rows)]
    tables: list[pa.Table] = ray.get(with_modin.remote(pieces, work), timeout=120)
    found: list[dict[str, Any]] = pa.concat_tables(tables).to_pylist()
    return found


def test_rows_come_back_as_they_were() -> None:
    assert reshaped(lambda frame: frame) == SALES.to_pylist()


def test_melt_goes_partition_by_partition() -> None:
    found = reshaped(lambda frame: frame.melt(id_vars=["city"], value_vars=["year", "paid"]))
    assert [(row["city"], row["variable"], row["value"]) for row in found[:8]] == [
        ("Rome", "year", 2023.0),
        ("Oslo", "year", 2023.0),
        ("Rome", "paid", 1.5),
        ("Oslo", "paid", None),
        (None, "year", 2024.0),
        ("Rome", "year", 2024.0),
        (None, "paid", 2.5),
        ("Rome", "paid", 4.0),
    ]


def test_groups_are_summed() -> None:
    found = reshaped(lambda frame: frame.groupby("city", as_index=False, dropna=False)[["paid"]].sum())
    assert found == [
        {"city": "Oslo", "paid": 8.0},
        {"city": "Rome", "paid": 21.5},
        {"city": None, "paid": 2.5},
    ]


def test_more_tasks_than_cpus_do_not_wait_for_each_other() -> None:
    parts = [SALES.slice(0, 3), SALES.slice(3)]
    running = [with_modin.remote(parts, lambda frame: frame.dropna(subset=["year"])) for _ in range(4)]
    counts = [sum(table.num_rows for table in tables) for tables in ray.get(running, timeout=120)]
    assert counts == [5, 5, 5, 5]
