"""Grouping rows: exact sums, missing values, infinities, order."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from statistics import stdev
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dcs
from dcs.catalogue import parse
from dcs.errors import DcsError, InvalidParametersError, NotApplicableError
from dcs.run import run

INF = float("inf")
BIG = 2**62


def group(table: Any, *by: str, **aggregates: Any) -> dict[str, Any]:
    items = [{"column": "v", "function": function, "to": to} for to, function in aggregates.items()]
    after = run(dcs.GroupRows(by=by, aggregates=items), pa.table(table)).table
    found: dict[str, Any] = after.to_pydict()
    return found


def of_one(function: str, values: Any) -> Any:
    """What a function makes of the values of the only group."""
    column = values if isinstance(values, pa.Array) else pa.array(values)
    return group({"k": [True] * len(column), "v": column}, "k", it=function)["it"][0]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["b", None, "a", "é", "B", ""], ["", "B", "a", "b", "é", None]),
        ([2, None, -1, 2**63 - 1, -(2**63)], [-(2**63), -1, 2, 2**63 - 1, None]),
        ([0.5, None, -0.0, 0.0, INF, -INF], [-INF, 0.0, 0.5, INF, None]),
        ([True, None, False], [False, True, None]),
        ([date(2024, 1, 1), None, date(1500, 1, 1)], [date(1500, 1, 1), date(2024, 1, 1), None]),
    ],
)
def test_groups_are_in_order_with_missing_last(keys: Any, order: Any) -> None:
    assert group({"v": keys}, "v", n="count")["v"] == order


def test_groups_by_several_columns() -> None:
    table = {"a": ["y", "x", None, "x", "y"], "b": [1, None, 2, 0, 1], "v": [1, 2, 3, 4, 5]}
    assert group(table, "a", "b", total="sum") == {
        "a": ["x", "x", "y", None],
        "b": [0, None, 1, 2],
        "total": [4, 2, 6, 3],
    }


def test_keys_far_apart_are_grouped_too() -> None:
    table = {"k": [10**18, -(10**18), 10**18], "v": [1, 2, 3]}
    assert group(table, "k", total="sum") == {"k": [-(10**18), 10**18], "total": [2, 4]}


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        ("count", [1, None, 3], 2),
        ("count", ["a", None], 1),
        ("distinct", [1, None, 1, 2], 2),
        ("distinct", [0.0, -0.0, None], 1),
        ("distinct", ["a", "b", "a", None], 2),
        ("sum", [1, None, 3], 4),
        ("sum", [0.1] * 10, 1.0),
        ("sum", [1e16, 1.0, -1e16], 1.0),
        ("sum", [1e308, 1e308, -1e308], 1e308),
        ("sum", [1e308, 1e308], INF),
        ("sum", [INF, 1.0], INF),
        ("sum", [INF, -INF], None),
        ("sum", [2**62, 2**62, -(2**62)], 2**62),
        ("mean", [1, 2, None], 1.5),
        ("mean", [BIG, BIG], float(BIG)),
        ("mean", [2**63 - 1, 2**63 - 1, 2**63 - 1], float(2**63 - 1)),
        ("mean", [1e308, 1e308], 1e308),
        ("mean", [INF, -INF], None),
        ("median", [5, 1, None, 2], 2.0),
        ("median", [1, 2], 1.5),
        ("median", [BIG, BIG + 1024], float(BIG + 512)),
        ("median", [-1e308, -1.5e308], -1.25e308),
        ("median", [INF, 1.0], INF),
        ("median", [INF, -INF], None),
        ("min", [3, 1, None], 1),
        ("max", [3, 1, None], 3),
        ("min", ["b", "a", None, "é"], "a"),
        ("max", ["b", "a", None, "é"], "é"),
        ("max", [False, True], True),
        ("min", [date(2024, 1, 1), date(1500, 1, 1)], date(1500, 1, 1)),
        ("max", [-INF, None], -INF),
        ("std", [1.0, 3.0], math.sqrt(2)),
        ("std", [BIG, BIG + 2], math.sqrt(2)),
        ("std", [0.1, 0.1, 0.1], 0.0),
        ("std", [1e308, -1e308], math.sqrt(2) * 1e308),
        ("std", [1e-200, 3e-200], math.sqrt(2) * 1e-200),
        ("std", [5], None),
        ("std", [INF, 1.0, 2.0], None),
        ("first", [None, 3, 1], 3),
        ("last", [3, 1, None], 1),
        ("first", [None, "b", "a"], "b"),
        ("last", [True, False, None], False),
    ],
)
def test_takes_values_together(function: str, values: Any, expected: Any) -> None:
    found = of_one(function, values)
    assert found == pytest.approx(expected, rel=1e-15) if isinstance(expected, float) else found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("count", 0),
        ("distinct", 0),
        ("sum", 0),
        ("mean", None),
        ("median", None),
        ("min", None),
        ("max", None),
        ("std", None),
        ("first", None),
        ("last", None),
    ],
)
def test_a_group_without_values(function: str, expected: Any) -> None:
    table = {"k": ["a", "b", "b"], "v": pa.array([None, 7, 7], pa.int64())}
    found = group(table, "k", it=function)["it"]
    assert found[0] == expected
    assert found[1] is not None
    assert of_one(function, pa.nulls(3, pa.int64())) == expected


def test_distinct_values_are_counted_in_a_table_or_by_sorting() -> None:
    few = {"k": ["a", "b", "a", None] * 4, "v": [1, 1, 2, None] * 4}
    assert group(few, "k", n="distinct") == {"k": ["a", "b", None], "n": [2, 1, 0]}
    many = {"k": list(range(9)) * 2, "v": [*range(9), *range(8), 17]}  # 90 pairs might be, of 18 rows
    assert group(many, "k", n="distinct")["n"] == [1] * 8 + [2]


def test_a_datetime_keeps_its_unit_and_zone() -> None:
    moments = pa.array([5, 3, None], pa.timestamp("ns", "Europe/Paris"))
    table = pa.table({"k": [1, 1, 1], "v": moments})
    after = run(dcs.GroupRows(by=["k"], aggregates=[{"column": "v", "function": "min"}]), table).table
    assert after["v_min"].type == moments.type
    assert after["v_min"].cast(pa.int64()).to_pylist() == [3]


def test_refuses_a_sum_that_leaves_64_bits() -> None:
    with pytest.raises(NotApplicableError, match="sum of column 'v' does not fit 64 bits") as refused:
        of_one("sum", [BIG, BIG])
    assert (refused.value.field, refused.value.column) == ("aggregates.0", "v")


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(allow_nan=False, allow_infinity=False)),
        min_size=1,
        max_size=30,
    )
)
@example([(0, 4.1e31), (1, -7.0), (1, -1.2e16), (1, -4.2e16), (1, 2.1e16), (1, 2.7e16)])
def test_sums_of_decimals_are_almost_exact(rows: list[tuple[int, float]]) -> None:
    keys, values = zip(*rows, strict=True)
    found = group({"k": keys, "v": values}, "k", total="sum")
    for key, total in zip(found["k"], found["total"], strict=True):
        members = [Fraction(value) for value, own in zip(values, keys, strict=True) if own == key]
        exact, size = sum(members, Fraction(0)), sum(map(abs, members), Fraction(0))
        if abs(total) != INF:
            assert abs(Fraction(total) - exact) <= abs(exact) / 2**50 + size / 2**80 + Fraction(1, 2**1074)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=20))
def test_means_and_deviations_of_integers_are_close(rows: list[tuple[int, int]]) -> None:
    keys, values = zip(*rows, strict=True)
    found = group({"k": keys, "v": pa.array(values, pa.int64())}, "k", mean="mean", std="std")
    for key, mean, std in zip(found["k"], found["mean"], found["std"], strict=True):
        members = [value for value, own in zip(values, keys, strict=True) if own == key]
        assert mean == pytest.approx(float(Fraction(sum(members), len(members))), rel=1e-15)
        if len(members) > 1:
            assert std == pytest.approx(float(stdev(map(Fraction, members))), rel=1e-9, abs=3000)


def test_many_rows_as_numpy_has_them() -> None:
    random = np.random.default_rng(0)
    keys, values = random.integers(0, 100, 20_000), random.normal(1e6, 1, 20_000)
    found = group(
        {"k": keys, "v": values},
        "k",
        total="sum",
        mean="mean",
        median="median",
        std="std",
        low="min",
        n="count",
    )
    members = [values[keys == key] for key in range(100)]
    assert found["total"] == pytest.approx([math.fsum(own) for own in members], rel=1e-15)
    assert found["mean"] == pytest.approx([own.mean() for own in members], rel=1e-14)
    assert found["median"] == [np.median(own) for own in members]
    assert found["std"] == pytest.approx([own.std(ddof=1) for own in members], rel=1e-9)
    assert found["low"] == [own.min() for own in members]
    assert found["n"] == [len(own) for own in members]


def test_large_and_small_groups_have_their_own_medians() -> None:
    keys = ["odd"] * 301 + ["even"] * 300 + ["small"] * 3 + ["none"]
    values = [*range(301), *range(300), 7, 9, 8, None]
    table = {"k": keys[::-1], "v": pa.array(values[::-1], pa.int64())}
    assert group(table, "k", it="median") == {
        "k": ["even", "none", "odd", "small"],
        "it": [149.5, None, 150.0, 8.0],
    }


@pytest.mark.parametrize("unit", [1.0, 2.0**-600, 2.0**600])
def test_deviations_of_nearly_constant_and_of_very_different_groups(unit: float) -> None:
    table = {
        "k": ["near"] * 3 + ["same"] * 3 + ["tiny"] * 2,
        "v": [1e9 * unit, (1e9 + 1) * unit, (1e9 + 2) * unit, *[0.1 * unit] * 3, 1e-300, 3e-300],
    }
    found = group(table, "k", std="std")["std"]
    assert found == [unit, 0.0, pytest.approx(math.sqrt(2) * 1e-300, rel=1e-15)]


def test_new_columns_are_called_after_column_and_function() -> None:
    table = pa.table({"k": [1, 1], "v": [2, 3], "v_sum": ["a", "b"]})
    items: Any = [
        {"function": "count"},
        {"column": "v", "function": "sum"},
        {"column": "v", "function": "sum"},
        {"column": "v", "function": "max", "to": "v_sum_2"},
    ]
    after = run(dcs.GroupRows(by=["k"], aggregates=items), table).table
    assert after.to_pydict() == {"k": [1], "count": [2], "v_sum": [5], "v_sum_3": [5], "v_sum_2": [3]}


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([{"function": "count", "to": "k"}], "aggregates.0.to"),
        ([{"function": "count", "to": "n"}, {"function": "count", "to": "n"}], "aggregates.1.to"),
        ([{"column": "t", "function": "mean"}], "aggregates.0.function"),
        ([{"column": "nowhere", "function": "count"}], "aggregates.0.column"),
    ],
)
def test_refuses_what_cannot_be(items: Any, field: str) -> None:
    table = pa.table({"k": [1], "t": ["x"]})
    with pytest.raises(DcsError) as refused:
        run(dcs.GroupRows(by=["k"], aggregates=items), table)
    fields: Any = refused.value.data()["fields"]
    assert [fault["path"] for fault in fields] == [field]


@pytest.mark.parametrize(
    ("aggregates", "field"),
    [
        ([], "aggregates"),
        ([{"function": "sum"}], "aggregates.0.function"),
        ([{"column": "v", "function": "mode"}], "aggregates.0.function"),
    ],
)
def test_faults_are_named(aggregates: Any, field: str) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "group_rows", "by": ["k"], "aggregates": aggregates})
    assert field in [path for path, _ in refused.value.fields]
