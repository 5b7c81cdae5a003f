"""Encoding categories."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.errors import NotApplicableError, NothingToLearnError, TooLargeError
from dcs.run import run


def one_hot(values: Any, **parameters: Any) -> dict[str, list[bool]]:
    table = pa.table({"x": values, "end": pa.nulls(len(values))})
    encoded = run(dcs.OneHotEncode(column="x", drop_original=True, **parameters), table).table
    columns: dict[str, list[bool]] = encoded.drop_columns("end").to_pydict()
    return columns


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["b", "a", None, "b"], {"x_a": [False, True, False, False], "x_b": [True, False, False, True]}),
        ([10, 9, 10], {"x_9": [False, True, False], "x_10": [True, False, True]}),
        ([0.0, -0.0, 2.5], {"x_0.0": [True, True, False], "x_2.5": [False, False, True]}),
        ([True, False], {"x_false": [False, True], "x_true": [True, False]}),
        ([date(1500, 1, 2)], {"x_1500-01-02": [True]}),
        ([""], {"x_": [True]}),
    ],
)
def test_one_column_per_value_in_order(values: Any, expected: Any) -> None:
    encoded = one_hot(values)
    assert encoded == expected
    assert list(encoded) == list(expected)


def test_keeps_the_original_and_finds_free_names() -> None:
    table = pa.table({"x": ["a"], "x_a": [1]})
    outcome = run(dcs.OneHotEncode(column="x"), table)
    assert outcome.table.to_pydict() == {"x": ["a"], "x_a_2": [True], "x_a": [1]}
    assert outcome.state == {"values": {"x": ["a"]}, "texts": {"x": ["a"]}, "names": {"x": ["x_a_2"]}}


def test_a_value_that_was_not_learned_is_false_everywhere() -> None:
    operation = dcs.OneHotEncode(column="x")
    state = run(operation, pa.table({"x": ["a", "b"]})).state
    later = run(operation, pa.table({"x": ["c", "b", None]}), state=state).table
    assert later.to_pydict() == {
        "x": ["c", "b", None],
        "x_a": [False, False, False],
        "x_b": [False, True, False],
    }


def test_more_values_than_the_limit_are_refused() -> None:
    assert len(one_hot(list(range(50)))) == 50
    with pytest.raises(TooLargeError, match="51 different values; the limit is 50"):
        one_hot(list(range(51)))
    assert len(one_hot(list(range(51)), limit=51)) == 51


@pytest.mark.parametrize("operation", [dcs.OneHotEncode(column="x"), dcs.OrdinalEncode(columns=["x"])])
def test_refuses_to_learn_from_nothing(operation: Any) -> None:
    with pytest.raises(NothingToLearnError, match="'x' has no values"):
        run(operation, pa.table({"x": pa.nulls(2, pa.string())}))


@pytest.mark.parametrize(
    ("order", "values", "expected"),
    [
        (None, ["b", "a", None, "b", "é"], [1, 0, None, 1, 2]),
        (None, [30, 4, 30], [1, 0, 1]),
        (None, [-0.0, 0.0, -1.5], [1, 1, 0]),
        (None, [True, False], [1, 0]),
        (None, [date(2024, 1, 1), date(1500, 1, 1)], [1, 0]),
        (["S", "M", "L"], ["L", "S", "XL", None], [2, 0, None, None]),
        ([3, 1.0, "2"], [1, 2, 3, 4], [1, 2, 0, None]),
        (["+012024-05-01", "2024-05-01"], [date(2024, 5, 1)], [1]),
    ],
)
def test_numbers_values_in_order(order: Any, values: Any, expected: Any) -> None:
    encoded = run(dcs.OrdinalEncode(columns=["x"], order=order), pa.table({"x": values})).table["x"]
    assert encoded.to_pylist() == expected
    assert encoded.type == pa.int64()


def test_categories_are_learned_by_column_in_wire_form() -> None:
    moments = pa.array([10**6, 0], pa.timestamp("us", "Europe/Paris"))
    operation = dcs.OrdinalEncode(columns=["x", "y"])
    outcome = run(operation, pa.table({"x": moments, "y": [2**60, None]}))
    assert outcome.state == {
        "values": {
            "x": ["1970-01-01T01:00:00+01:00", "1970-01-01T01:00:01+01:00"],
            "y": ["1152921504606846976"],
        }
    }
    assert outcome.table.to_pydict() == {"x": [1, 0], "y": [0, None]}


def test_more_than_10_000_categories_are_refused() -> None:
    with pytest.raises(TooLargeError, match="10001 different values"):
        run(dcs.OrdinalEncode(columns=["x"]), pa.table({"x": list(range(10_001))}))


@pytest.mark.parametrize(
    ("order", "message", "field"),
    [(["a", "b", "a"], "'a' is twice", "order.2"), ([1], "1 is not text", "order.0")],
)
def test_an_order_has_each_value_once_and_of_the_columns_type(order: Any, message: str, field: str) -> None:
    with pytest.raises(NotApplicableError, match=message) as refused:
        run(dcs.OrdinalEncode(columns=["x"], order=order), pa.table({"x": ["a"]}))
    assert refused.value.field == field
