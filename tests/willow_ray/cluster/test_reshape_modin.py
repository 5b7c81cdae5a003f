"""The engine gives the same for each reshape, whether Modin does it or one task."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
import ray
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from dcs.catalogue import OPERATIONS
from dcs.clean.explode import ExplodeRows
from dcs.clean.group import GroupRows
from dcs.clean.pivot import Pivot
from dcs.clean.unpivot import Unpivot
from dcs.run import Outcome, run
from dcs.testing import cases
from tests.willow_ray.cluster.test_engine import EmptyShelf, fetch, put
from willow_ray.engine.chunks import ChunkStore
from willow_ray.engine.engine import Engine, Sizes
from willow_ray.engine.job import Job
from willow_ray.engine.reshaping import Reshaping
from willow_ray.protocol.errors import WillowError

if TYPE_CHECKING:
    from dcs.operation import Operation, ReshapeOperation, State

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

RESHAPES = [declaration for declaration in OPERATIONS if declaration.shape == "reshape"]
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


def found_by_modin(operation: Operation, table: pa.Table, cuts: list[int], outcome: Outcome) -> pa.Table:
    """Return what a reshape makes of a table in parts, cut at some rows."""
    bounds = [0, *cuts, table.num_rows]
    parts = [table.slice(low, high - low) for low, high in pairwise(bounds)]
    tables = ray.get(with_modin.remote(parts, operation, outcome.state), timeout=120)
    schema = outcome.table.schema
    return pa.concat_tables([schema.empty_table(), *(found.cast(schema) for found in tables)])


def python_can_say(table: pa.Table) -> bool:
    """Say whether no moment is in the year 10000 of its zone: pandas' `concat` makes datetimes of some."""
    try:
        table.to_pylist()
    except OverflowError:
        return False
    return True


def test_there_is_a_case_of_every_reshape() -> None:
    assert {type(operation) for operation in CASES} == set(RESHAPES)


@pytest.mark.parametrize("partition", [(6,), (2, 0, 3, 1)], ids=str)
@pytest.mark.parametrize("operation", CASES, ids=lambda operation: operation.sentence())
async def test_modin_gives_what_columns_give(operation: ReshapeOperation, partition: tuple[int, ...]) -> None:
    sizes = Sizes(chunk_rows=4, chunk_bytes=1 << 20, group_bytes=64)
    engine = Engine(ChunkStore(EmptyShelf()), sizes, reshaping=Reshaping("modin"))
    outcome = await engine.run(operation, put(engine, SALES, partition), Job("test"))
    expected = run(operation, SALES)
    assert (await fetch(engine, outcome.table)).equals(expected.table)
    assert outcome.state == expected.state
    assert set(outcome.table.partition[:-1]) <= {4}


async def test_a_refusal_of_modin_is_told_as_any_other() -> None:
    engine = Engine(ChunkStore(EmptyShelf()), Sizes(9, 9, 9), reshaping=Reshaping("modin"))
    numbers = pa.table({"x": pa.array([2**63 - 1, 1], pa.int64()), "y": ["a", "a"]})
    operation = GroupRows(by=("y",), aggregates=({"column": "x", "function": "sum"},))
    job = Job("test")
    with pytest.raises(WillowError, match="64 bits") as refusal:
        await engine.run(operation, put(engine, numbers, (2,)), job)
    assert refusal.value.code == "not_applicable"
    assert not any(chunk in engine.chunks for chunk in job.made)


@pytest.mark.parametrize("kind", [pa.timestamp("us", "Pacific/Auckland"), pa.timestamp("us")], ids=str)
async def test_moments_that_pandas_cannot_join_are_reshaped_all_the_same(kind: pa.DataType) -> None:
    late = 253402300799 * 10**6 + (0 if kind.tz else 10**6)  # in New Zealand it is the year 10000
    table = pa.table({"at": pa.array([late, 0, late, None], kind), "x": [1, 2, 3, 4], "y": [5, 6, 7, 8]})
    operation = Unpivot(keep=("at",), name_to="name", value_to="value")
    engine = Engine(ChunkStore(EmptyShelf()), Sizes(9, 9, 9), reshaping=Reshaping("modin"))
    outcome = await engine.run(operation, put(engine, table, (2, 2)), Job("test"))
    assert (await fetch(engine, outcome.table)).equals(run(operation, table).table)


@pytest.mark.parametrize("operation", CASES, ids=lambda operation: operation.sentence())
@pytest.mark.parametrize("rows", [0, 1])
def test_tables_of_hardly_any_rows(operation: ReshapeOperation, rows: int) -> None:
    table = SALES.slice(0, rows)
    expected = run(operation, table)
    found = found_by_modin(operation, table, [0, 0, rows], expected)
    assert found.combine_chunks().equals(expected.table.combine_chunks())


@pytest.mark.parametrize("declaration", RESHAPES, ids=lambda declaration: declaration.__name__)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_odd_tables(declaration: type[Operation], data: st.DataObject) -> None:
    case = data.draw(cases(declaration))
    assume(python_can_say(case.table))
    cuts = sorted(data.draw(st.lists(st.integers(0, case.table.num_rows), max_size=3)))
    found = found_by_modin(case.operation, case.table, cuts, case.outcome)
    assert found.combine_chunks().equals(case.outcome.table.combine_chunks())
