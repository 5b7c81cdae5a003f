"""Filling missing values, and deleting the rows that have them."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.clean.averages import mean
from dcs.errors import InvalidParametersError, NotApplicableError, NothingToLearnError
from dcs.parts import LEAST_ROWS
from dcs.run import run

if TYPE_CHECKING:
    from dcs.operation import Operation

BIG = 2**53 + 1


def done(operation: Operation, **columns: Any) -> pa.Table:
    arrays = {
        name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()
    }
    return run(operation, pa.table(arrays)).table


def fill(using: Any, column: Any) -> pa.ChunkedArray:
    return done(dcs.FillMissing(columns=["x"], using=using), x=column)["x"]


@pytest.mark.parametrize(
    ("values", "value", "expected"),
    [
        (["a", None, ""], "b", ["a", "b", ""]),
        ([1, None], 2, [1, 2]),
        ([1, None], 2.5, [1.0, 2.5]),
        ([1, None], "9007199254740993", [1, 9007199254740993]),
        ([1.5, None], 2, [1.5, 2.0]),
        ([1.5, None], float("inf"), [1.5, float("inf")]),
        ([True, None], False, [True, False]),
        ([date(2024, 1, 31), None], date(1500, 2, 28), [date(2024, 1, 31), date(1500, 2, 28)]),
    ],
)
def test_fills_with_a_value_of_the_columns_type(values: list[Any], value: Any, expected: list[Any]) -> None:
    assert done(dcs.FillMissing(columns=["x"], value=value), x=values)["x"].to_pylist() == expected


@pytest.mark.parametrize(
    ("using", "values", "expected"),
    [
        ("mean", [1, None, 3], [1, 2, 3]),
        ("mean", [1, None, 2], [1.0, 1.5, 2.0]),
        ("mean", [2**62, 2**62, None], [2**62, 2**62, 2**62]),
        ("mean", [1e308, 1e308, None], [1e308, 1e308, 1e308]),
        ("mean", [float("inf"), 1.0, None], [float("inf"), 1.0, float("inf")]),
        ("median", [5, None, 1, 2], [5, 2, 1, 2]),
        ("median", [BIG, BIG + 2, None], [BIG, BIG + 2, BIG + 1]),
        ("median", [1.0, 2.0, None], [1.0, 2.0, 1.5]),
        ("median", [-1e308, -1.5e308, None], [-1e308, -1.5e308, -1.25e308]),
        ("mode", [3, 1, 3, 1, 2, None], [3, 1, 3, 1, 2, 1]),
        ("mode", ["b", "a", None, "b", "a"], ["b", "a", "a", "b", "a"]),
        ("mode", ["a", None, None, None], ["a", "a", "a", "a"]),
        ("mode", [0.0, -0.0, 1.0, None], [0.0, -0.0, 1.0, 0.0]),
        ("mode", [True, False, False, None], [True, False, False, False]),
        ("mode", [date(1500, 1, 1), None], [date(1500, 1, 1), date(1500, 1, 1)]),
    ],
)
def test_fills_with_what_was_learned(using: str, values: list[Any], expected: list[Any]) -> None:
    assert fill(using, values).to_pylist() == expected


def test_mode_keeps_every_kind_of_datetime() -> None:
    moments = pa.array([1, 1, None], pa.timestamp("ns", "Europe/Paris"))
    assert fill("mode", moments).cast(pa.int64()).to_pylist() == [1, 1, 1]


@pytest.mark.parametrize("using", ["mean", "median", "mode"])
@pytest.mark.parametrize("values", [[None, None], []])
def test_refuses_to_learn_from_nothing(using: str, values: list[None]) -> None:
    with pytest.raises(NothingToLearnError, match="'x' has no values"):
        fill(using, pa.array(values, pa.float64()))


@pytest.mark.parametrize("using", ["mean", "median"])
def test_refuses_infinities_of_both_signs(using: str) -> None:
    with pytest.raises(NotApplicableError, match="both signs"):
        fill(using, [float("inf"), float("-inf"), None])


def test_refuses_to_round_large_integers() -> None:
    with pytest.raises(NotApplicableError, match="too large"):
        done(dcs.FillMissing(columns=["x"], value=0.5), x=[BIG, None])


@pytest.mark.parametrize(
    ("value", "column"), [("a", 1), (1, "a"), (True, 1), ("2024-02-30", date(2024, 1, 1))]
)
def test_refuses_a_value_of_another_type(value: Any, column: Any) -> None:
    with pytest.raises(NotApplicableError, match="Column 'x' is") as refused:
        done(dcs.FillMissing(columns=["x"], value=value), x=[column])
    assert (refused.value.field, refused.value.column) == ("value", "x")


def test_refuses_a_mean_of_text() -> None:
    with pytest.raises(NotApplicableError, match="needs numbers") as refused:
        fill("mean", ["a"])
    assert refused.value.field == "columns.0"


@pytest.mark.parametrize(
    "parameters", [{}, {"using": "mean", "value": 1}, {"value": [1]}, {"value": float("nan")}]
)
def test_value_is_given_exactly_when_it_is_used(parameters: dict[str, Any]) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "fill_missing", "columns": ["x"], **parameters})
    assert [path for path, _ in refused.value.fields] == ["value"]


def test_says_what_was_filled_with() -> None:
    assert dcs.FillMissing(columns=["a", "b"], value=0).sentence() == "Fill missing a, b with 0"
    assert dcs.FillMissing(columns=["a"], using="mode").sentence() == "Fill missing a with the mode"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [0]),
        ({"how": "all"}, [0, 1, 2]),
        ({"columns": ["x"]}, [0, 1]),
        ({"columns": ["x", "y"], "how": "all"}, [0, 1, 2]),
    ],
)
def test_deletes_rows_with_missing_values(parameters: dict[str, Any], expected: list[int]) -> None:
    columns: dict[str, Any] = {"x": [1, 2, None, None], "y": ["a", None, "c", None], "row": [0, 1, 2, 3]}
    if not parameters.get("columns"):
        del columns["row"]
    table = pa.table(columns)
    assert run(dcs.DeleteMissingRows(**parameters), table).table == table.take(expected)


@pytest.mark.parametrize(
    ("column", "marks", "expected"),
    [
        (["", "N/A", "n/a", "a", None], ["", "N/A"], [None, None, "n/a", "a", None]),
        ([-999, 1, None], [-999], [None, 1, None]),
        ([-999.0, 1.0, float("inf")], [-999, "Infinity"], [None, 1.0, None]),
        ([0.0, -0.0, 1.0], [0], [None, None, 1.0]),
        ([0.0, -0.0, 1.0], [-0.0], [None, None, 1.0]),
        ([0.0, -0.0, 1.0, 5.0], [-0.0, 2, 3, 4, 5], [None, None, 1.0, None]),
        ([True, False], [False], [True, None]),
        ([date(1900, 1, 1)], ["1900-01-01"], [None]),
    ],
)
def test_marks_values_as_missing(column: list[Any], marks: list[Any], expected: list[Any]) -> None:
    assert done(dcs.MarkMissing(columns=["x"], values=marks), x=column)["x"].to_pylist() == expected


def test_marks_each_value_in_the_columns_it_fits() -> None:
    table = done(dcs.MarkMissing(columns=["x", "y"], values=["-", -1]), x=["-", "-1"], y=[-1, 2])
    assert table.to_pydict() == {"x": [None, "-1"], "y": [None, 2]}


def test_refuses_a_mark_that_fits_no_column() -> None:
    with pytest.raises(NotApplicableError, match="fits the type of none") as refused:
        done(dcs.MarkMissing(columns=["x"], values=["", 5]), x=["a"])
    assert refused.value.field == "values.1"


def test_flags_missing_values_to_the_right() -> None:
    table = done(dcs.FlagMissing(columns=["b", "a"]), a=[1, None], a_missing=["taken", "too"], b=[None, "x"])
    assert table.to_pydict() == {
        "a": [1, None],
        "a_missing_2": [False, True],
        "a_missing": ["taken", "too"],
        "b": [None, "x"],
        "b_missing": [True, False],
    }
    assert table.column_names == ["a", "a_missing_2", "a_missing", "b", "b_missing"]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_mean_does_not_depend_on_chunks_or_threads(threads: int) -> None:
    rows = 3 * LEAST_ROWS + 100
    numbers = np.random.default_rng(1).lognormal(0, 5, rows)
    whole = pa.array(numbers, mask=np.arange(rows) % 7 == 0)
    cuts = [0, 1, 1000, LEAST_ROWS - 1, LEAST_ROWS, 2 * LEAST_ROWS + 5, rows]
    pieces = pa.chunked_array([whole[low:high] for low, high in pairwise(cuts)])
    before = pa.cpu_count()
    pa.set_cpu_count(threads)
    try:
        means = [mean(column, field="columns", name="x") for column in (pa.chunked_array([whole]), pieces)]
    finally:
        pa.set_cpu_count(before)
    present = whole.drop_null().to_pylist()
    assert means[0] == means[1] == pytest.approx(math.fsum(present) / len(present), rel=1e-15)
