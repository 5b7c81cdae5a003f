"""Groups that Arrow makes are those of the exact way, and what it cannot make as well goes that way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import dcs
from dcs.clean import arrow_groups, arrow_ways
from dcs.clean.arrow_groups import grouped_by_arrow
from dcs.run import run

INF = float("inf")
FUNCTIONS: Any = ("count", "sum", "mean", "std", "min", "max", "first", "last")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_groups, "PART_ROWS", 8)
    monkeypatch.setattr(arrow_groups, "SAMPLES", 1)
    monkeypatch.setattr(arrow_ways, "SAMPLED", 1)


def by_arrow(keys: Any, values: Any, function: Any) -> list[Any] | None:
    """What Arrow makes of each group, in the order of the keys; None where it is not asked."""
    columns = [pa.chunked_array([column], None) for column in (keys, values)]
    found = grouped_by_arrow(columns[:1], [(function, columns[1])])
    return None if found is None else found[1].to_pylist()


def in_both_ways(
    table: pa.Table, by: list[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[pa.Table, pa.Table]:
    items: Any = [
        *({"column": "v", "function": function, "to": function} for function in FUNCTIONS),
        {"function": "count", "to": "rows"},
    ]
    operation = dcs.GroupRows(by=by, aggregates=items)
    wanted = [(item["function"], table["v"] if "column" in item else None) for item in items]
    assert grouped_by_arrow([table[name] for name in by], wanted) is not None
    quick = run(operation, table).table
    with monkeypatch.context() as patch:
        patch.setattr(arrow_groups, "PART_ROWS", 2**40)
        return quick, run(operation, table).table


@pytest.mark.parametrize("arrow", [pa.int64(), pa.float64()])
def test_both_ways_agree(arrow: pa.DataType, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    values = pa.array(random.integers(-999, 2000, 1000)).cast(arrow)
    table = pa.table(
        {
            "text": pa.array(["b", "é", None, "", "B"]).take(pa.array(random.integers(0, 5, 1000))),
            "flag": pa.array([True, False, None]).take(pa.array(random.integers(0, 3, 1000))),
            "v": pa.array([None if one % 7 == 0 else one for one in values.to_pylist()], arrow),
        }
    )
    quick, exact = in_both_ways(table, ["text", "flag"], monkeypatch)
    assert quick.schema == exact.schema
    for name in quick.column_names:
        if name in ("mean", "std"):
            assert quick[name].to_pylist() == pytest.approx(exact[name].to_pylist(), rel=1e-14)
        else:
            assert quick[name].to_pylist() == exact[name].to_pylist()


def test_groups_without_values_and_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ["none", "one", "two", "two", None, "none"] * 2
    values = [None, 1.5, -1.0, 1.5, -0.0, None, None, None, None, None, 0.5, None]
    quick, exact = in_both_ways(pa.table({"k": keys, "v": values}), ["k"], monkeypatch)
    assert quick.equals(exact)
    assert quick.to_pydict() == {
        "k": ["none", "one", "two", None],
        "count": [0, 1, 2, 2],
        "sum": [0.0, 1.5, 0.5, 0.5],
        "mean": [None, 1.5, 0.25, 0.25],
        "std": [None, None, math.sqrt(3.125), math.sqrt(0.125)],
        "min": [None, 1.5, -1.0, 0.0],
        "max": [None, 1.5, 1.5, 0.5],
        "first": [None, 1.5, -1.0, 0.0],
        "last": [None, 1.5, 1.5, 0.5],
        "rows": [4, 2, 4, 2],
    }
    assert math.copysign(1, quick["min"][3].as_py()) == 1


@pytest.mark.parametrize("values", [["b", None, "é", "a"], [True, None, False, True]])
def test_ends_of_other_types(values: Any) -> None:
    keys = [1] * 12
    column = pa.array(values * 3)
    found = {
        function: by_arrow(keys, column, function) for function in ("min", "max", "first", "last", "count")
    }
    there = [value for value in values if value is not None]
    assert found == {
        "min": [min(there)],
        "max": [max(there)],
        "first": [there[0]],
        "last": [there[-1]],
        "count": [9],
    }


@pytest.mark.parametrize(
    ("function", "sure", "unsure"),
    [
        ("sum", [2**60 - 1], [2**60]),  # eight of them
        ("sum", [-(2**60) + 1], [-(2**60)]),
        ("mean", [2**50 - 1], [2**50]),
        ("std", [2**53 - 1, 0], [2**53, 0]),
        ("sum", [2.0**299], [2.0**300]),
        ("sum", [1.0], [INF]),
        ("mean", [1.0], [-INF]),
        ("std", [2.0**510, 0.0], [-(2.0**515), 0.0]),  # squares overflow
        ("std", [1.0, 2.0], [1.0, INF]),
        ("std", [2.0**-298, 0.0], [2.0**-303, 0.0]),  # squares vanish
        ("std", [0.1, 0.2], [0.1, 0.1]),  # constant
        ("sum", [1e16, 1.0], [1e16, -1e16]),  # nothing is left
        ("sum", [1e16, 1.0], [0.0]),
    ],
)
def test_what_is_not_sure_is_left_to_the_exact_way(function: str, sure: Any, unsure: Any) -> None:
    for values, is_sure in ((sure, True), (unsure, False)):
        column = values * (8 // len(values))
        assert (by_arrow([1] * 8, column, function) is not None) is is_sure


@pytest.mark.parametrize("function", ["sum", "mean"])
def test_a_small_group_beside_a_large_number(function: str) -> None:
    keys = ["large"] * 8 + ["small"] * 8
    assert by_arrow(keys, [1e10] * 8 + [1.0] * 8, function) is not None
    assert by_arrow(keys, [1e300] * 8 + [0.1] * 8, function) is None
    assert by_arrow(keys, [1e20] * 8 + [1e-20] * 8, function) is None


def test_deviations_of_groups_that_are_far_apart() -> None:
    keys = [True] * 8 + [False] * 8
    near = [0.0, 2.0] * 4 + [1.0, 3.0] * 4
    assert by_arrow(keys, near, "std") == pytest.approx([math.sqrt(8 / 7)] * 2, rel=1e-15)
    far = [0.0, 2.0] * 4 + [1e9, 1e9 + 2] * 4
    assert by_arrow(keys, far, "std") is None
    table = pa.table({"k": keys, "v": far})
    after = run(dcs.GroupRows(by=["k"], aggregates=[{"column": "v", "function": "std"}]), table).table
    assert after["v_std"].to_pylist() == pytest.approx([math.sqrt(8 / 7)] * 2, rel=1e-15)


@pytest.mark.parametrize(
    ("keys", "values", "function"),
    [
        ([0.5] * 8, [1] * 8, "sum"),  # keys with two zeros
        ([*range(8)], [1] * 8, "sum"),  # many groups
        ([1] * 7, [1] * 7, "sum"),  # few rows
        ([1] * 8, pa.nulls(8, pa.float64()), "mean"),
        ([1] * 8, [1] * 8, "median"),
        ([1] * 8, [1] * 8, "distinct"),
    ],
)
def test_what_arrow_is_not_asked(keys: Any, values: Any, function: str) -> None:
    assert by_arrow(keys, values, function) is None


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        ("sum", [1e16, 1.0, -1e16] * 4, 4.0),
        ("sum", [0.1] * 10, 1.0),
        ("sum", [2**62, -(2**62), 3] * 4, 12),
        ("mean", [2**62, 2**62, 2**62] * 4, float(2**62)),
        ("std", [0.1] * 12, 0.0),
        ("sum", [INF, -INF] * 6, None),
    ],
)
def test_one_exact_answer_either_way(function: str, values: Any, expected: Any) -> None:
    table = pa.table({"k": ["a"] * len(values), "v": values})
    item: Any = {"column": "v", "function": function, "to": "it"}
    assert run(dcs.GroupRows(by=["k"], aggregates=[item]), table).table["it"].to_pylist() == [expected]


def test_neither_chunks_nor_processors_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_groups, "PART_ROWS", 1000)
    random = np.random.default_rng(1)
    keys, values = random.integers(0, 9, 9999), random.normal(10, 3, 9999)
    wanted: Any = ["sum", "mean", "std", "first", "last"]
    found = []
    before = pa.cpu_count()
    try:
        for cuts, processors in (([9999], 1), ([1, 4998, 5000], 3), ([2500, 2500, 4999], 2)):
            pa.set_cpu_count(processors)
            k, v = (pa.chunked_array(np.split(numbers, np.cumsum(cuts)[:-1])) for numbers in (keys, values))
            made = grouped_by_arrow([k], [(function, v) for function in wanted])
            assert made is not None
            found.append([column.to_pylist() for column in made])
    finally:
        pa.set_cpu_count(before)
    assert found[0] == found[1] == found[2]
    assert found[0][1] == pytest.approx([math.fsum(values[keys == key]) for key in range(9)], rel=1e-15)


@pytest.mark.parametrize(("groups", "by_arrow"), [(20_000, 20_000), (1_000_000, None)])
def test_groups_are_few_beside_the_rows_that_are_grouped_at_a_time(
    monkeypatch: pytest.MonkeyPatch, groups: int, by_arrow: int | None
) -> None:
    monkeypatch.setattr(arrow_groups, "PART_ROWS", 1 << 18)
    monkeypatch.setattr(arrow_groups, "SAMPLES", 16)
    keys = pa.chunked_array([np.random.default_rng(1).integers(0, groups, 1_000_000)])
    found = grouped_by_arrow([keys], [("count", None)])
    assert (None if found is None else len(found[0])) == by_arrow
