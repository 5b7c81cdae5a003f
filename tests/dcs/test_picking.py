"""Picking rows by position, by chance, and one of several equal ones; numbering them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.clean.sampling import sampled
from dcs.errors import InvalidParametersError, NotApplicableError
from dcs.operation import Rows
from dcs.run import run

TEN = pa.table({"n": pa.chunked_array([range(4), range(4, 10)])})


def picked(message: dict[str, Any], table: pa.Table = TEN) -> list[Any]:
    found: list[Any] = run(parse(message), table).table[0].to_pylist()
    return found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([0], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ([[2, 8], 4], [0, 1, 9]),
        ([[0, 9]], []),
        ([9, 3, 3], [0, 1, 2, 4, 5, 6, 7, 8]),
    ],
)
def test_deletes_rows(rows: list[Any], expected: list[int]) -> None:
    assert picked({"op": "delete_rows", "rows": rows}) == expected


def test_deletes_rows_of_a_batch_by_their_position_in_the_table() -> None:
    mask = dcs.DeleteRows(rows=[3, (5, 6)]).select(Rows({}, start=4, count=3), {})
    assert mask.to_pylist() == [True, False, False]


@pytest.mark.parametrize("rows", [[], [-1], [[3, 2]], [[1, 2, 3]], ["1"], [True], [1.5]])
def test_refuses_what_is_no_position(rows: list[Any]) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "delete_rows", "rows": rows})
    assert refused.value.fields[0][0].startswith("rows")


def test_refuses_rows_that_are_not_there() -> None:
    with pytest.raises(NotApplicableError, match="no row 10; the table has 10 rows") as refused:
        picked({"op": "delete_rows", "rows": [0, [9, 10]]})
    assert refused.value.field == "rows.1"


def test_says_which_rows_are_deleted() -> None:
    assert dcs.DeleteRows(rows=[1, (3, 5)]).sentence() == "Delete rows 2, 4 to 6"
    assert dcs.DeleteRows(rows=[1, 2, 3, 4, 5]).sentence() == "Delete rows 2, 3, 4 and 2 more"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [0, 1, 2, 3, 5]),
        ({"columns": ["x"]}, [0, 2, 3]),
        ({"columns": ["x"], "keep": "last"}, [2, 4, 5]),
        ({"columns": ["x"], "keep": "none"}, [2]),
        ({"columns": ["x", "y"], "keep": "last"}, [1, 2, 3, 4, 5]),
    ],
)
def test_deletes_duplicate_rows(parameters: dict[str, Any], expected: list[int]) -> None:
    table = pa.table(
        {
            "x": pa.chunked_array([["a", "a", "b"], [None, "a", None]]),
            "y": pa.chunked_array([[0.0, 1.0, 0.0], [None, -0.0, 2.0]]),
        }
    )
    outcome = run(parse({"op": "delete_duplicate_rows", **parameters}), table)
    assert outcome.table == table.take(expected)


@pytest.mark.parametrize("size", [{"count": 3}, {"fraction": 0.3}, {"fraction": 0.25}])
def test_samples_rows_in_their_order(size: dict[str, Any]) -> None:
    sample = picked({"op": "sample_rows", "seed": 7, **size})
    assert sample == [3, 4, 6]
    assert picked({"op": "sample_rows", "seed": 8, **size}) != sample


@pytest.mark.parametrize(
    ("size", "expected"), [({"count": 20}, 10), ({"fraction": 1}, 10), ({"fraction": 0.01}, 0)]
)
def test_sample_has_the_size_asked_for(size: dict[str, Any], expected: int) -> None:
    assert len(picked({"op": "sample_rows", "seed": 0, **size})) == expected


def test_every_row_is_as_likely_to_be_sampled() -> None:
    times = np.sum([sampled(10, 3, seed=seed) for seed in range(2000)], axis=0)
    assert (abs(times - 600) < 100).all()


@pytest.mark.parametrize("size", [{}, {"count": 1, "fraction": 0.5}, {"count": 0}])
def test_a_sample_has_one_size(size: dict[str, Any]) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "sample_rows", "seed": 0, **size})
    assert [path for path, _ in refused.value.fields] == ["count"]


def test_numbers_rows() -> None:
    numbered = run(dcs.AddRowNumber(to="row", start=5), TEN).table
    assert numbered.column_names == ["row", "n"]
    assert numbered["row"].to_pylist() == [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    with pytest.raises(NotApplicableError, match="already a column 'n'"):
        run(dcs.AddRowNumber(to="n"), TEN)


@pytest.mark.parametrize(
    "message",
    [
        {"op": "delete_rows", "rows": [0]},
        {"op": "delete_duplicate_rows"},
        {"op": "sample_rows", "count": 1, "seed": 1},
        {"op": "add_row_number", "to": "x"},
        {"op": "set_cell", "row": 0, "column": "n", "value": 1},
    ],
)
def test_cannot_be_part_of_a_recipe(message: dict[str, Any]) -> None:
    assert parse(message).recipe_obstacle is not None
