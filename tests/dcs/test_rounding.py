"""Rounding numbers, and putting them through functions."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dcs
from dcs.catalogue import parse
from dcs.clean.blocks import BLOCK, map_numbers
from dcs.clean.rounding import rounded
from dcs.errors import InvalidParametersError, NotApplicableError
from dcs.run import run

if TYPE_CHECKING:
    from dcs.operation import Operation

INF = float("inf")
MODES = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


def done(operation: Operation, values: Any) -> pa.ChunkedArray:
    return run(operation, pa.table({"x": values})).table["x"]


@pytest.mark.parametrize(
    ("digits", "mode", "values", "expected"),
    [
        (2, "nearest", [2.675, 1.005, 0.285, -2.675], [2.68, 1.01, 0.29, -2.68]),
        (0, "nearest", [0.5, 1.5, 2.5, -0.5, -2.5], [1.0, 2.0, 3.0, -1.0, -3.0]),
        (1, "nearest", [0.25, 0.35, 0.45, 0.05], [0.3, 0.4, 0.5, 0.1]),
        (2, "up", [0.29, 0.291, -0.299], [0.29, 0.3, -0.29]),
        (2, "down", [0.29, 0.299, -0.291], [0.29, 0.29, -0.3]),
        (1, "up", [0.1 + 0.2], [0.4]),
        (-2, "nearest", [1250.0, 149.9, -1250.0], [1300.0, 100.0, -1300.0]),
        (3, "nearest", [1e300, 5e-324, INF, -INF, None], [1e300, 0.0, INF, -INF, None]),
        (1, "up", [5e-324, -5e-324], [0.1, 0.0]),
        (15, "nearest", [0.1, 123.456], [0.1, 123.456]),
        (2, "nearest", [383266632394367.44], [383266632394367.44]),
        (1, "nearest", [383266632394367.44], [383266632394367.4]),
    ],
)
def test_rounds_what_is_printed(digits: int, mode: Any, values: Any, expected: Any) -> None:
    assert done(dcs.RoundNumbers(columns=["x"], digits=digits, mode=mode), values).to_pylist() == expected


def test_negative_zero_does_not_come_of_rounding() -> None:
    assert str(done(dcs.RoundNumbers(columns=["x"]), [-0.4])[0].as_py()) == "0.0"


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-(10**6), 10**6, places=4).map(float),
    st.integers(-15, 15),
    st.sampled_from(sorted(MODES)),
)
def test_rounds_as_decimal_arithmetic_does(value: float, digits: int, mode: Any) -> None:
    with np.errstate(all="ignore"):
        found = rounded(np.array([value]), digits, mode)[0]
    unit = Decimal(1).scaleb(-digits)
    assert found == float(Decimal(repr(value)).quantize(unit, MODES[mode], Context(prec=800)))


@pytest.mark.parametrize(
    ("digits", "mode", "values", "expected"),
    [
        (2, "up", [1, None], [1, None]),
        (-1, "nearest", [15, 14, -15, None], [20, 10, -20, None]),
        (-1, "up", [11, -19], [20, -10]),
        (-1, "down", [19, -11], [10, -20]),
        (-3, "nearest", [2**53 + 1], [9007199254741000]),
    ],
)
def test_integers_stay_integers(digits: int, mode: Any, values: Any, expected: Any) -> None:
    rounded_ = done(dcs.RoundNumbers(columns=["x"], digits=digits, mode=mode), values)
    assert rounded_.type == pa.int64()
    assert rounded_.to_pylist() == expected


def test_refuses_integers_that_leave_64_bits() -> None:
    with pytest.raises(NotApplicableError, match="do not fit 64 bits"):
        done(dcs.RoundNumbers(columns=["x"], digits=-1), [2**63 - 1])


def test_digits_have_a_limit() -> None:
    with pytest.raises(InvalidParametersError, match="digits"):
        parse({"op": "round_numbers", "columns": ["x"], "digits": 16})


def test_a_column_longer_than_a_block_with_missing_values_in_a_slice() -> None:
    values = [None if row % 7 == 0 else row + 0.25 for row in range(BLOCK + 30)]
    column = pa.chunked_array([pa.array(values)]).slice(11)
    doubled = map_numbers(column, lambda numbers: numbers * 2)
    assert doubled.to_pylist() == [None if value is None else value * 2 for value in values[11:]]
    assert doubled.null_count == column.null_count


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        ("log", [1.0, 0.0, -1.0, None, INF], [0.0, None, None, None, INF]),
        ("log1p", [0.0, -1.0, 1e-300], [0.0, None, 1e-300]),
        ("sqrt", [4, 0, -1], [2.0, 0.0, None]),
        ("sqrt", [-0.0, -5e-324], [-0.0, None]),
        ("exp", [0, 1000, -1000], [1.0, INF, 0.0]),
        ("reciprocal", [4, 0], [0.25, None]),
        ("reciprocal", [-0.0, INF, 5e-324], [None, 0.0, INF]),
        ("abs", [-1.5, None, -INF], [1.5, None, INF]),
        ("abs", [-3, 3, None], [3, 3, None]),
        ("negate", [2**63 - 1, -3], [-(2**63) + 1, 3]),
        ("negate", [1.5, -INF], [-1.5, INF]),
    ],
)
def test_transforms(function: Any, values: Any, expected: Any) -> None:
    transformed = done(dcs.TransformNumbers(columns=["x"], function=function), values)
    assert transformed.to_pylist() == expected
    is_decimal = any(isinstance(value, float) for value in expected)
    assert transformed.type == (pa.float64() if is_decimal else pa.int64())


@pytest.mark.parametrize("function", ["abs", "negate"])
def test_refuses_the_integer_without_a_counterpart(function: Any) -> None:
    with pytest.raises(NotApplicableError, match="does not fit 64 bits") as refused:
        done(dcs.TransformNumbers(columns=["x"], function=function), [-(2**63)])
    assert refused.value.field == "columns"


@pytest.mark.parametrize("function", ["log", "log1p"])
def test_a_logarithm_is_the_same_in_any_batch(function: Any) -> None:
    numbers = np.random.default_rng(0).lognormal(0, 9, 300)
    operation = dcs.TransformNumbers(columns=["x"], function=function)
    whole = run(operation, pa.table({"x": numbers})).table["x"].to_pylist()
    alone = [run(operation, pa.table({"x": [number]})).table["x"][0].as_py() for number in numbers.tolist()]
    assert whole == alone
