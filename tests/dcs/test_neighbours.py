"""Filling gaps from the rows around them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import InvalidParametersError, NotApplicableError, NothingToLearnError
from dcs.run import run

INF = float("inf")


def filled(values: list[Any], kind: Any, **parameters: Any) -> list[Any]:
    column = pa.chunked_array([values[:2], values[2:]], kind)
    operation = dcs.FillFromNeighbours(columns=["x"], **parameters)
    found: list[Any] = run(operation, pa.table({"x": column})).table["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"direction": "previous"}, [None, "a", "a", "a", "a", "b", "b"]),
        ({"direction": "previous", "limit": 1}, [None, "a", "a", None, None, "b", "b"]),
        ({"direction": "previous", "limit": 2}, [None, "a", "a", "a", None, "b", "b"]),
        ({"direction": "next"}, ["a", "a", "b", "b", "b", "b", None]),
        ({"direction": "next", "limit": 1}, ["a", "a", None, None, "b", "b", None]),
    ],
)
def test_fills_from_neighbours(parameters: dict[str, Any], expected: list[Any]) -> None:
    assert filled([None, "a", None, None, None, "b", None], pa.string(), **parameters) == expected


@pytest.mark.parametrize("direction", ["previous", "next"])
def test_fills_nothing_from_nothing(direction: str) -> None:
    assert filled([None, None, None], pa.bool_(), direction=direction, limit=1) == [None, None, None]
    assert filled([], pa.date32(), direction=direction, limit=1) == []


def curve(values: list[Any], method: str, order: int | None = None) -> pa.ChunkedArray:
    message: dict[str, Any] = {"op": "interpolate", "columns": ["x"], "method": method}
    operation = parse(message if order is None else {**message, "order": order})
    return run(operation, pa.table({"x": pa.array(values, pa.float64())})).table["x"]


# Powers of the position, so that curves of their degree pass through them exactly.
LINE = [None, 1.0, None, None, 4.0, 5.0, None]
SQUARES = [0.0, 1.0, None, 9.0, 16.0, None, 36.0]
CUBES = [0.0, 1.0, None, 27.0, 64.0, None, 216.0]


@pytest.mark.parametrize(
    ("values", "method", "order", "expected"),
    [
        (LINE, "linear", None, [None, 1.0, 2.0, 3.0, 4.0, 5.0, None]),
        (LINE, "nearest", None, [None, 1.0, 1.0, 4.0, 4.0, 5.0, None]),
        ([1.0, None, 2.0], "nearest", None, [1.0, 1.0, 2.0]),
        (LINE, "pchip", None, [None, 1.0, 2.0, 3.0, 4.0, 5.0, None]),
        (LINE, "akima", None, [None, 1.0, 2.0, 3.0, 4.0, 5.0, None]),
        (SQUARES, "quadratic", None, [0, 1, 4, 9, 16, 25, 36]),
        (SQUARES, "polynomial", 2, [0, 1, 4, 9, 16, 25, 36]),
        (SQUARES, "spline", 2, [0, 1, 4, 9, 16, 25, 36]),
        (CUBES, "cubic", None, [0, 1, 8, 27, 64, 125, 216]),
        (CUBES, "polynomial", 3, [0, 1, 8, 27, 64, 125, 216]),
        ([0.0, None, INF, None, 4.0], "linear", None, [0.0, 1.0, INF, 3.0, 4.0]),
        ([None, INF, None], "cubic", None, [None, INF, None]),
        ([None, 1.0, None], "cubic", None, [None, 1.0, None]),
        ([None, None], "linear", None, [None, None]),
    ],
)
def test_interpolates(values: list[Any], method: str, order: int | None, expected: list[Any]) -> None:
    found = curve(values, method, order).to_pylist()
    assert [None if value is None else pytest.approx(value, abs=1e-9) for value in expected] == found


@pytest.mark.parametrize("method", ["quadratic", "cubic", "pchip", "akima", "linear", "nearest"])
def test_agrees_with_pandas(method: Any) -> None:
    values = [3.0, None, 1.5, 7.25, None, None, -2.0, 0.5, None, 4.0]
    frame = dcs.table({"x": values})
    expected = frame["x"].astype("float64").interpolate(method=method).tolist()
    assert curve(values, method).to_pylist() == pytest.approx(expected)


def test_integers_stay_integer_when_all_results_are_whole() -> None:
    def linear(values: list[int | None]) -> pa.ChunkedArray:
        return run(dcs.Interpolate(columns=["x"], method="linear"), pa.table({"x": values})).table["x"]

    assert linear([1, None, 3]).type == pa.int64()
    assert linear([1, None, 3]).to_pylist() == [1, 2, 3]
    assert linear([1, None, 2]).to_pylist() == [1.0, 1.5, 2.0]
    assert linear([2**60, 1, None, 3]).to_pylist() == [2**60, 1, 2, 3]
    with pytest.raises(NotApplicableError, match="too large"):
        linear([2**60 + 1, 1, None, 2])


def test_refuses_a_curve_through_too_few_numbers() -> None:
    with pytest.raises(NothingToLearnError, match="A cubic curve needs 4 numbers; there are 3") as refused:
        curve([1.0, None, 2.0, 3.0], "cubic")
    assert refused.value.field == "method"


@pytest.mark.parametrize(
    ("method", "order"), [("spline", None), ("polynomial", None), ("linear", 2), ("spline", 6)]
)
def test_order_is_given_exactly_when_it_is_used(method: str, order: int | None) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        curve([1.0], method, order)
    assert [path for path, _ in refused.value.fields] == ["order"]


def test_cannot_be_part_of_a_recipe() -> None:
    operation = dcs.FillFromNeighbours(columns=["x"], direction="next")
    assert operation.recipe_obstacle == "What is filled in depends on the rows around it."
