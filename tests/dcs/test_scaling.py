"""Standardizing, normalizing and scaling robustly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import InvalidParametersError, NotApplicableError, NothingToLearnError
from dcs.run import run

if TYPE_CHECKING:
    from dcs.operation import Operation

INF = float("inf")
SCALING = [dcs.Standardize, dcs.Normalize, dcs.RobustScale]


def done(operation: Operation, values: Any) -> pa.ChunkedArray:
    return run(operation, pa.table({"x": values})).table["x"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3], [-1.0, 0.0, 1.0]),
        ([1.0, 3.0, 5.0], [-1.0, 0.0, 1.0]),
        ([10**15, 10**15 + 1, 10**15 + 2], [-1.0, 0.0, 1.0]),
        ([-8e307, 0.0, 8e307], [-1.0, 0.0, 1.0]),
        ([0.0, 1e-320, 2e-320], [-1.0, 0.0, 1.0]),
    ],
)
def test_standardizes(values: Any, expected: Any) -> None:
    assert done(dcs.Standardize(columns=["x"]), values).to_pylist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("parameters", "values", "expected"),
    [
        ({}, [50, 75, None, 100], [0.0, 0.5, None, 1.0]),
        ({"low": -1, "high": 1}, [0.5, 1.0, 1.5], [-1.0, 0.0, 1.0]),
        ({"low": 0.1, "high": 0.7}, [-5.0, 5.0], [0.1, 0.7]),
        ({"low": -1e308, "high": 1e308}, [1, 2], [-1e308, 1e308]),
        ({}, [-8e307, 8e307], [0.0, 1.0]),
    ],
)
def test_normalizes_and_hits_both_ends(parameters: Any, values: Any, expected: Any) -> None:
    assert done(dcs.Normalize(columns=["x"], **parameters), values).to_pylist() == expected


@pytest.mark.parametrize("operation", SCALING)
def test_missing_values_stay_missing(operation: Any) -> None:
    scaled = done(operation(columns=["x"]), [None, 1.0, 2.0, None, 3.0])
    assert [value is None for value in scaled.to_pylist()] == [True, False, False, True, False]


def test_normalize_places_later_values_beyond_the_ends() -> None:
    operation = dcs.Normalize(columns=["x"], low=1, high=3)
    later = pa.table({"x": [0, 30, None]})
    assert run(operation, later, state={"center": {"x": 10.0}, "spread": {"x": 10.0}}).table[
        "x"
    ].to_pylist() == [-1.0, 5.0, None]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 1000], [-1.0, -0.5, 0.0, 0.5, 498.5]),
        ([1.0, 2.0, 3.0, 4.0], [-1.0, -1 / 3, 1 / 3, 1.0]),
    ],
)
def test_scales_by_median_and_quartiles(values: Any, expected: Any) -> None:
    assert done(dcs.RobustScale(columns=["x"]), values).to_pylist() == expected


@pytest.mark.parametrize("operation", SCALING)
@pytest.mark.parametrize("values", [[7, None, 7], [0.1, 0.1, 0.1], [5]])
def test_values_that_are_all_equal_stay_with_their_type(operation: Any, values: Any) -> None:
    assert done(operation(columns=["x"]), values).equals(pa.chunked_array([values]))


def test_a_middle_half_that_is_all_equal_has_no_range() -> None:
    assert done(dcs.RobustScale(columns=["x"]), [0, 5, 5, 5, 100]).to_pylist() == [0, 5, 5, 5, 100]


@pytest.mark.parametrize("operation", SCALING)
@pytest.mark.parametrize("values", [[], [None, None]])
def test_refuses_to_learn_from_nothing(operation: Any, values: Any) -> None:
    with pytest.raises(NothingToLearnError, match="'x' has no values") as refused:
        done(operation(columns=["x"]), pa.array(values, pa.int64()))
    assert (refused.value.field, refused.value.column) == ("columns", "x")


@pytest.mark.parametrize("operation", SCALING)
@pytest.mark.parametrize("values", [[1.0, INF], [INF, -INF], [-1.5e308, 1.5e308]])
def test_refuses_what_has_no_finite_range(operation: Any, values: Any) -> None:
    with pytest.raises(NotApplicableError, match="infinite values, or values too far apart"):
        done(operation(columns=["x"]), values)


@pytest.mark.parametrize("operation", SCALING)
def test_refuses_integers_that_no_decimal_holds(operation: Any) -> None:
    with pytest.raises(NotApplicableError, match="integers too large"):
        done(operation(columns=["x"]), [2**53 + 1, 1])


def test_learns_numbers_by_column() -> None:
    state = run(dcs.Standardize(columns=["x", "y"]), pa.table({"x": [1, 3], "y": [4.0, 4.0]})).state
    assert state == {"center": {"x": 2.0, "y": 4.0}, "spread": {"x": 2**0.5, "y": 0.0}}


@pytest.mark.parametrize("parameters", [{"low": 1}, {"low": 2, "high": 2}, {"high": -1.0}])
def test_low_is_below_high(parameters: dict[str, Any]) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "normalize", "columns": ["x"], **parameters})
    assert [path for path, _ in refused.value.fields] == ["high"]
