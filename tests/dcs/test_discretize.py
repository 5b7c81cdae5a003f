"""Putting numbers into bins."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import InvalidParametersError, NotApplicableError, NothingToLearnError
from dcs.run import run

INF = float("inf")


def bins(values: Any, **parameters: Any) -> list[Any]:
    table = run(dcs.Discretize(column="x", **parameters), pa.table({"x": values})).table
    found: list[Any] = table["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("parameters", "values", "expected"),
    [
        ({"bins": 2}, [0, 5, 6, None, 10], ["[0.0, 5.0]", "[0.0, 5.0]", "(5.0, 10.0]", None, "(5.0, 10.0]"]),
        ({"bins": 10}, [0.0, 0.3, 0.31, 1.0], ["[0.0, 0.1]", "(0.2, 0.3]", "(0.3, 0.4]", "(0.9, 1.0]"]),
        ({"bins": 2}, [-1e308, 1e308], ["[-1e+308, 0.0]", "(0.0, 1e+308]"]),
        ({"bins": 3}, [7, 7], ["[7.0, 7.0]", "[7.0, 7.0]"]),
        (
            {"method": "quantile", "bins": 2},
            [1, 2, 3, 100],
            ["[1.0, 2.5]", "[1.0, 2.5]", "(2.5, 100.0]", "(2.5, 100.0]"],
        ),
        (
            {"method": "quantile", "bins": 4},
            [1, 1, 1, 1, 5],
            ["[1.0, 5.0]", "[1.0, 5.0]", "[1.0, 5.0]", "[1.0, 5.0]", "[1.0, 5.0]"],
        ),
        (
            {"method": "edges", "edges": [0, 18, 65.5]},
            [-1, 0, 18, 19, 65, 66, None],
            [None, "[0.0, 18.0]", "[0.0, 18.0]", "(18.0, 65.5]", "(18.0, 65.5]", None, None],
        ),
        ({"method": "edges", "edges": [0, 1]}, [INF, -INF, 1.0], [None, None, "[0.0, 1.0]"]),
        ({"bins": 2, "labels": "number"}, [0, 5, 6, None], [0, 1, 1, None]),
        ({"labels": "number"}, [0.0, 0.55, 1.0], [0, 5, 9]),
    ],
)
def test_puts_numbers_into_bins(parameters: Any, values: Any, expected: Any) -> None:
    assert bins(values, **parameters) == expected


def test_compares_large_integers_exactly() -> None:
    edges = [-1e300, float(2**53), 1e300]
    numbers = [-(2**63), 2**53, 2**53 + 1, 2**63 - 1]
    assert bins(numbers, method="edges", edges=edges, labels="number") == [0, 0, 1, 1]


def test_later_values_beyond_learned_edges_belong_to_the_outer_bins() -> None:
    operation = dcs.Discretize(column="x", bins=2, labels="number")
    assert run(operation, pa.table({"x": [0, 10]})).state == {"edges": [0.0, 5.0, 10.0]}
    later = pa.table({"x": [-5, 5, 99]})
    assert run(operation, later, state={"edges": [0.0, 5.0, 10.0]}).table["x"].to_pylist() == [0, 0, 1]


def test_new_column_stands_to_the_right() -> None:
    table = pa.table({"x": [1, 2], "y": ["a", "b"]})
    after = run(dcs.Discretize(column="x", bins=1, to="bin"), table).table
    assert after.column_names == ["x", "bin", "y"]
    assert after["x"].to_pylist() == [1, 2]
    with pytest.raises(NotApplicableError, match="already a column 'y'"):
        run(dcs.Discretize(column="x", to="y"), table)


def test_refuses_to_learn_from_nothing() -> None:
    with pytest.raises(NothingToLearnError, match="'x' has no values"):
        bins(pa.nulls(1, pa.float64()))


@pytest.mark.parametrize(
    ("method", "values"), [("width", [0.0, INF]), ("quantile", [0.0, INF]), ("quantile", [-INF, INF])]
)
def test_refuses_infinite_edges(method: Any, values: Any) -> None:
    with pytest.raises(NotApplicableError, match="infinite values"):
        bins(values, method=method)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"method": "edges"}, "edges"),
        ({"method": "edges", "edges": [1]}, "edges"),
        ({"method": "edges", "edges": [1, 1]}, "edges"),
        ({"method": "edges", "edges": [0, 1], "bins": 3}, "bins"),
        ({"method": "width", "edges": [0, 1]}, "edges"),
        ({"edges": [0, 1]}, "edges"),
        ({"bins": 0}, "bins"),
    ],
)
def test_parameters_fit_the_method(parameters: Any, field: str) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "discretize", "column": "x", **parameters})
    assert [path for path, _ in refused.value.fields] == [field]
