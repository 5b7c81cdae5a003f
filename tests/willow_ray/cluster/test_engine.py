"""The engine gives what dcs gives on the whole table, whatever the partition, and shares what it can."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import ray

from dcs.clean.cells import SetCell
from dcs.clean.columns import DeleteColumns, RenameColumn
from dcs.clean.explode import ExplodeRows
from dcs.clean.group import GroupRows
from dcs.clean.missing import FillMissing
from dcs.clean.neighbours import FillFromNeighbours
from dcs.clean.pivot import Pivot
from dcs.clean.rounding import RoundNumbers
from dcs.clean.rows import FilterRows, SortRows
from dcs.clean.unpivot import Unpivot
from dcs.run import run
from willow_ray.engine import tasks
from willow_ray.engine.chunks import ChunkStore
from willow_ray.engine.engine import Engine, Sizes
from willow_ray.engine.failures import ChunksGoneError, DiedError
from willow_ray.engine.job import Job
from willow_ray.engine.packs import MOST_CHUNKS, describe
from willow_ray.engine.rowwise import Width
from willow_ray.engine.table import Chunk, Column, Table
from willow_ray.protocol.errors import CancelledError, WillowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dcs.operation import Operation
    from willow_ray.engine.chunks import Place
    from willow_ray.engine.table import ChunkId

pytestmark = pytest.mark.usefixtures("cluster")


class EmptyShelf:
    async def load(self, chunks: Sequence[ChunkId], job: Job) -> Mapping[ChunkId, Place]:
        raise ChunksGoneError

    def holds(self, chunk: ChunkId) -> bool:
        return False


@pytest.fixture
def engine() -> Engine:
    return Engine(ChunkStore(EmptyShelf()), Sizes(chunk_rows=3, chunk_bytes=1 << 20, group_bytes=64))


PEOPLE = pa.table(
    {
        "name": pa.array(["Ada", "Bob", None, "Dan", "Eve", "Fay", "Gus"]),
        "age": pa.array([36, None, 41, 28, None, 50, 28], pa.int64()),
        "paid": pa.array([1.5, None, 2.5, None, 4.0, 5.0, None]),
        "born": pa.array([date(1988, 1, 2), None, date(1500, 3, 4), None, None, date(2400, 1, 1), None]),
        "member": pa.array([True, False, None, True, True, None, False]),
    }
)


def put(engine: Engine, arrow: pa.Table, partition: tuple[int, ...]) -> Table:
    chunks: dict[str, list[Chunk]] = {name: [] for name in arrow.column_names}
    start = 0
    for rows in partition:
        arrays = [
            pa.concat_arrays(arrow[name].slice(start, rows).chunks or [pa.nulls(0, arrow[name].type)])
            for name in arrow.column_names
        ]
        pack = ray.put(arrays)
        for index, (name, array) in enumerate(zip(arrow.column_names, arrays, strict=True)):
            chunks[name].append(engine.chunks.add(pack, describe(array, index)))
        start += rows
    columns = {name: Column(arrow[name].type, tuple(chunks[name])) for name in arrow.column_names}
    return Table(columns, partition)


async def fetch(engine: Engine, table: Table) -> pa.Table:
    columns = {}
    for name, column in table.columns.items():
        arrays = await engine.chunks.open([chunk.id for chunk in column.chunks], Job("look"))
        assert [len(array) for array in arrays] == list(table.partition)
        assert [array.null_count for array in arrays] == [chunk.missing for chunk in column.chunks]
        columns[name] = pa.chunked_array(arrays, column.type)
    return pa.table(columns)


OPERATIONS: list[Operation] = [
    RenameColumn(column="age", to="years"),
    DeleteColumns(columns=("paid", "born")),
    FillMissing(columns=("age", "paid"), using="mean"),
    FillMissing(columns=("name",), using="value", value="?"),
    FilterRows(where={"column": "age", "is": "present"}),
    FilterRows(where={"columns": ["age"], "is": "duplicate"}),
    FilterRows(where={"column": "name", "is": "equal", "value": "nobody"}),
    SortRows(by=({"column": "age", "descending": True}, {"column": "name"})),
    Unpivot(keep=("name", "born"), name_to="what", value_to="value"),
    ExplodeRows(column="name", separator="a"),
    GroupRows(
        by=("member",),
        aggregates=({"function": "count"}, {"column": "paid", "function": "mean"}),
    ),
    Pivot(rows=("member",), columns="age", values="name", aggregate="first"),
]


@pytest.mark.parametrize("partition", [(7,), (3, 3, 1), (1, 0, 5, 1), (1, 1, 1, 0, 1, 2, 1)], ids=str)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.sentence())
async def test_any_partition_gives_what_dcs_gives_on_the_whole_table(
    engine: Engine, operation: Operation, partition: tuple[int, ...]
) -> None:
    table = put(engine, PEOPLE, partition)
    outcome = await engine.run(operation, table, Job("test"))
    expected = run(operation, PEOPLE)
    assert (await fetch(engine, outcome.table)).equals(expected.table)
    assert outcome.state == expected.state
    assert (await fetch(engine, table)).equals(PEOPLE)


@pytest.mark.parametrize(
    ("operation", "written"),
    [
        (FillMissing(columns=("name", "age"), using="mode"), {("name", 0), ("age", 0), ("age", 1)}),
        (
            FillFromNeighbours(columns=("age", "born"), direction="previous"),
            {
                ("age", 0),
                ("age", 1),
                ("born", 0),
                ("born", 1),
                ("born", 2),
            },
        ),
        (SetCell(row=6, column="age", value=1), {("age", 2)}),
        (SetCell(row=6, column="age", value=28), set()),
        (RoundNumbers(columns=("age",), digits=0), set()),
        (RenameColumn(column="age", to="years"), set()),
    ],
    ids=lambda value: value.sentence() if hasattr(value, "sentence") else "",
)
async def test_an_operation_shares_every_chunk_it_does_not_change(
    engine: Engine, operation: Operation, written: set[tuple[str, int]]
) -> None:
    table = put(engine, PEOPLE, (3, 3, 1))
    before = table.chunk_ids()
    after = (await engine.run(operation, table, Job("test"))).table
    new = {
        (name, part)
        for name, column in after.columns.items()
        for part, chunk in enumerate(column.chunks)
        if chunk.id not in before
    }
    assert new == written


class CountingJob(Job):
    """A job that counts its tasks."""

    tasks = 0

    def submit(self, task: Any, *args: Any, size: int = 0) -> Any:
        self.tasks += 1
        return super().submit(task, *args, size=size)


@pytest.mark.parametrize(
    "operation",
    [
        FillMissing(columns=("age",), value=7),
        FillMissing(columns=("age", "paid"), using="mean"),
        FillFromNeighbours(columns=("age", "paid"), direction="previous"),
        FilterRows(where={"column": "age", "is": "present"}),
        SortRows(by=({"column": "age"},)),
        Unpivot(keep=("name", "born"), name_to="what", value_to="value"),
    ],
    ids=lambda operation: operation.sentence(),
)
async def test_a_small_table_takes_one_task(engine: Engine, operation: Operation) -> None:
    job = CountingJob("test")
    await engine.run(operation, put(engine, PEOPLE, (7,)), job)
    assert job.tasks == 1


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (FillMissing(columns=("age",), using="mean"), 1),
        (FillMissing(columns=("age", "paid"), using="mean"), 2),
        (FillFromNeighbours(columns=("age", "paid"), direction="previous"), 2),
        (FilterRows(where={"column": "age", "is": "present"}), 1 + 3),
    ],
    ids=["one column read", "two columns read", "columns one by one", "rows taken along"],
)
async def test_one_task_does_what_needs_few_bytes(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, operation: Operation, expected: int
) -> None:
    table = put(engine, PEOPLE, (7,))
    monkeypatch.setattr("willow_ray.engine.at_once.ONE_TASK_BYTES", table.columns["age"].bytes)
    job = CountingJob("test")
    await engine.run(operation, table, job)
    assert job.tasks == expected


@pytest.mark.parametrize(
    ("span_bytes", "expected"), [(1 << 20, 2), (2 * 9, 4), (1, 7)], ids=["a share", "two parts", "one part"]
)
async def test_neighbouring_parts_are_written_by_one_task_up_to_a_size(
    monkeypatch: pytest.MonkeyPatch, span_bytes: int, expected: int
) -> None:
    monkeypatch.setattr("willow_ray.engine.spans.SPAN_BYTES", span_bytes)
    engine = Engine(ChunkStore(EmptyShelf()), Sizes(3, 1 << 20, 64), width=Width(4, 2))
    job = CountingJob("test")
    table = put(engine, PEOPLE, (1,) * 7)
    outcome = await engine.run(FillMissing(columns=("age",), value=7), table, job)
    assert (await fetch(engine, outcome.table))["age"].to_pylist() == [36, 7, 41, 28, 7, 50, 28]
    changed = [
        part
        for part, (old, new) in enumerate(
            zip(table.columns["age"].chunks, outcome.table.columns["age"].chunks, strict=True)
        )
        if old.id != new.id
    ]
    assert changed == [1, 4]
    assert job.tasks == expected
    judging = CountingJob("test")
    rule = FilterRows(where={"column": "age", "is": "present"})
    masks = await engine.masks(rule, table, judging, {})
    assert (masks.kept, judging.tasks) == ([1, 0, 1, 1, 0, 1, 1], expected)


async def test_rows_of_a_very_wide_table_are_kept_in_packs_of_some_columns() -> None:
    engine = Engine(ChunkStore(EmptyShelf()), Sizes(9, 1 << 20, 1 << 20))
    columns = 2 * MOST_CHUNKS + 10
    wide = pa.table({f"c{place}": [place, place + 1, None] for place in range(columns)})
    operation = FilterRows(where={"column": "c0", "is": "present"})
    outcome = await engine.run(operation, put(engine, wide, (3,)), Job("test"))
    assert (await fetch(engine, outcome.table)).equals(run(operation, wide).table)
    places = await engine.chunks.places(
        [column.chunks[0].id for column in outcome.table.columns.values()], Job("test")
    )
    assert Counter(Counter(place.pack for place in places).values()) == {MOST_CHUNKS: 2, 10: 1}


async def test_impact_counts_every_changed_cell(engine: Engine) -> None:
    table = put(engine, PEOPLE, (3, 3, 1))
    outcome = await engine.run(FillMissing(columns=("age", "name"), using="mode"), table, Job("test"))
    assert outcome.impact.to_wire() == {
        "rows_before": 7,
        "rows_after": 7,
        "cells_changed": 3,
        "columns": {
            "age": {"changed": 2, "became_missing": 0},
            "name": {"changed": 1, "became_missing": 0},
        },
        "columns_added": [],
        "columns_removed": [],
    }


async def test_rows_that_all_stay_keep_their_chunks(engine: Engine) -> None:
    table = put(engine, PEOPLE, (3, 3, 1))
    where = {"column": "name", "is": "not_equal", "value": "Gus"}
    after = (
        await engine.run(
            FilterRows(where={"any": [where, {"column": "age", "is": "missing"}]}), table, Job("t")
        )
    ).table
    assert after.rows == 5
    assert (await fetch(engine, after))["name"].to_pylist() == ["Ada", "Bob", "Dan", "Eve", "Fay"]
    assert after.columns["age"].chunks[1] == table.columns["age"].chunks[1]


async def test_what_dcs_refuses_comes_back_typed_and_leaves_no_chunks(engine: Engine) -> None:
    empty = pa.table({"x": pa.nulls(4, pa.float64())})
    table = put(engine, empty, (2, 2))
    job = Job("test")
    with pytest.raises(WillowError, match="no values to take the mean of") as refusal:
        await engine.run(FillMissing(columns=("x",), using="mean"), table, job)
    assert refusal.value.code == "nothing_to_learn"
    assert not any(chunk in engine.chunks for chunk in job.made)


async def test_a_stream_that_has_refused_is_not_cancelled_besides(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray ends the process when a task is cancelled at the moment in which it takes note of its end."""
    cancelled: list[Any] = []
    monkeypatch.setattr(ray, "cancel", lambda task, **_: cancelled.append(task))
    numbers = pa.table({"x": pa.array([2**63 - 1, 1], pa.int64()), "y": ["a", "a"]})
    operation = GroupRows(by=("y",), aggregates=({"column": "x", "function": "sum"},))
    with pytest.raises(WillowError, match="64 bits"):
        await engine.run(operation, put(engine, numbers, (2,)), Job("test"))
    assert cancelled == []


@pytest.mark.parametrize("items", range(6))
async def test_a_table_whose_maker_dies_is_none(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, items: int
) -> None:
    function = tasks.reshape._function

    def die(*args: Any) -> Iterator[Any]:
        yield from islice(function(*args), items)
        os.kill(os.getpid(), signal.SIGKILL)

    dying = ray.remote(**tasks.reshape._default_options)(die)
    monkeypatch.setattr(tasks, "reshape", dying)
    explode = ExplodeRows(column="name", separator="b")
    table = put(engine, PEOPLE.select(["name"]), (7,))
    bytes_before = engine.chunks.bytes
    with pytest.raises(DiedError):
        await engine.run(explode, table, Job("test"))
    assert engine.chunks.bytes == bytes_before
    monkeypatch.undo()
    outcome = await engine.run(explode, table, Job("test"))
    assert len(outcome.table.partition) == 3  # so two items each, and the report
    assert (await fetch(engine, outcome.table)).equals(run(explode, PEOPLE.select(["name"])).table)


async def test_a_cancelled_job_ends_at_once(engine: Engine) -> None:
    table = put(engine, PEOPLE, (3, 3, 1))
    job = Job("test")

    async def sort() -> None:
        with job:
            await engine.run(SortRows(by=({"column": "name"},)), table, job)

    running = asyncio.ensure_future(sort())
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(CancelledError):
        await asyncio.wait_for(running, 5)
    assert not any(chunk in engine.chunks for chunk in job.made)
