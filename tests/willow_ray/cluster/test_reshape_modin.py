"""Each reshape gives on a Modin frame what it gives on Arrow columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
import ray

from dcs.catalogue import OPERATIONS
from dcs.clean.explode import ExplodeRows
from dcs.clean.group import GroupRows
from dcs.clean.pivot import Pivot
from dcs.clean.unpivot import Unpivot
from dcs.run import run

if TYPE_CHECKING:
    from dcs.operation import ReshapeOperation, State

pytestmark = pytest.mark.usefixtures("cluster")

SALES = pa.table(
    {
        "city": pa.array(["Rome", "Oslo", None, "Rome", "Ås|Bø", ""]),
        "year": pa.array([2023, 2023, 2024, None, 2024, 2024], pa.int64()),
        "id": pa.array([2**60 + 1, 2, 2**60 + 3, 4, None, 6], pa.int64()),
        "paid": pa.array([1.5, None, float("inf"), -0.0, 8.0, 1e300]),
        "member": pa.array([True, False, None, True, False, True]),
        "born": pa.array([date(1500, 1, 2), None, date(2400, 1, 1), date(2024, 5, 6), None, date(1, 1, 1)]),
        "a.b ?": pa.array(["x|y|z", None, "", "|", "é|é", "x"]),
    }
)

CASES: list[ReshapeOperation] = [
    Unpivot(keep=("city", "year", "born"), name_to="what", value_to="paid"),
    Unpivot(keep=("city", "id", "paid", "member", "born", "a.b ?"), name_to="name", value_to="value"),
    Unpivot(keep=("id", "member", "city", "born", "a.b ?"), name_to="name", value_to="value"),
    ExplodeRows(column="a.b ?", separator="|"),
    ExplodeRows(column="city", separator="os"),
    GroupRows(
        by=("city", "year"),
        aggregates=(
            {"function": "count"},
            {"column": "id", "function": "sum"},
            {"column": "paid", "function": "mean"},
            {"column": "a.b ?", "function": "max"},
        ),
    ),
    Pivot(rows=("member",), columns="year", values="born", aggregate="last"),
    Pivot(rows=("year",), columns="member", values="paid", aggregate="sum"),
]


@ray.remote(num_cpus=0)  # type: ignore[untyped-decorator] # ray is not typed
def with_modin(parts: list[pa.Table], operation: ReshapeOperation, state: State) -> list[pa.Table]:
    from willow_ray.engine.modin import collected, spread  # noqa: PLC0415 - in the worker

    frames = operation.reshape_frame(spread(parts), state)
    return [table for frame in frames for table in collected(frame)]


def test_there_is_a_case_of_every_reshape() -> None:
    declared = {declaration for declaration in OPERATIONS if declaration.shape == "reshape"}
    assert {type(operation) for operation in CASES} == declared


@pytest.mark.parametrize("operation", CASES, ids=lambda operation: operation.sentence())
def test_modin_gives_what_columns_give(operation: ReshapeOperation) -> None:
    expected = run(operation, SALES)
    parts = [SALES.slice(0, 2), SALES.slice(2, 3), SALES.slice(5)]
    tables = ray.get(with_modin.remote(parts, operation, expected.state), timeout=120)
    found = pa.concat_tables([table.cast(expected.table.schema) for table in tables])
    assert found.combine_chunks().equals(expected.table.combine_chunks())
