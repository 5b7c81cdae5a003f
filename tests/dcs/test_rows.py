"""Filtering and ordering rows, and setting one cell."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.errors import NotApplicableError
from dcs.run import run

TABLE = pa.table({"x": pa.chunked_array([[3, None], [1, 3, 2]]), "y": ["a", "b", "c", "d", None]})


@pytest.mark.parametrize(
    ("where", "keep", "expected"),
    [
        ({"column": "x", "is": "at_least", "value": 2}, True, ["a", "d", None]),
        ({"column": "x", "is": "at_least", "value": 2}, False, ["b", "c"]),
        ({"columns": ["x"], "is": "duplicate"}, True, ["a", "d"]),
        ({"search": "C"}, True, ["c"]),
        ({"column": "x", "is": "outlier", "deviations": 1}, True, ["c"]),
    ],
)
def test_filters_rows(where: Any, *, keep: bool, expected: list[Any]) -> None:
    outcome = run(dcs.FilterRows(where=where, keep=keep), TABLE)
    assert outcome.table["y"].to_pylist() == expected
    assert outcome.origin == pa.array([TABLE["y"].to_pylist().index(value) for value in expected])


def test_filter_of_duplicates_cannot_be_judged_by_row() -> None:
    duplicates = dcs.FilterRows(where={"columns": ["x"], "is": "duplicate"})
    assert (duplicates.chunkwise, duplicates.by_row) == (False, False)
    assert duplicates.recipe_obstacle == "Which rows are duplicates depends on the other rows."
    missing = dcs.FilterRows(where={"column": "x", "is": "missing"}, keep=False)
    assert (missing.chunkwise, missing.by_row, missing.recipe_obstacle) == (True, True, None)
    assert missing.sentence() == "Delete rows where x is missing"


@pytest.mark.parametrize(
    ("by", "missing", "expected"),
    [
        ([{"column": "x"}], "last", ["c", None, "a", "d", "b"]),
        ([{"column": "x", "descending": True}], "first", ["b", "a", "d", None, "c"]),
        ([{"column": "x"}, {"column": "y", "descending": True}], "last", ["c", None, "d", "a", "b"]),
    ],
)
def test_sorts_rows(by: Any, missing: Any, expected: list[Any]) -> None:
    operation = dcs.SortRows(by=by, missing=missing)
    assert run(operation, TABLE).table["y"].to_pylist() == expected
    assert not operation.chunkwise
    assert operation.recipe_obstacle == "The order of rows depends on all of them."


def test_says_how_rows_are_sorted() -> None:
    by: Any = [{"column": "x"}, {"column": "y", "descending": True}]
    assert dcs.SortRows(by=by).sentence() == "Sort rows by x, y descending"


@pytest.mark.parametrize(
    ("row", "column", "value", "expected"),
    [
        (0, "x", 7, [7, None, 1, 3, 2]),
        (1, "x", 5.0, [3, 5, 1, 3, 2]),
        (4, "x", None, [3, None, 1, 3, None]),
        (4, "y", "é", ["a", "b", "c", "d", "é"]),
    ],
)
def test_sets_one_cell(row: int, column: str, value: Any, expected: list[Any]) -> None:
    operation = dcs.SetCell(row=row, column=column, value=value)
    assert run(operation, TABLE).table[column].to_pylist() == expected
    assert operation.touches(5) == range(row, row + 1)


def test_sets_a_cell_only_in_the_batch_that_has_it() -> None:
    operation = dcs.SetCell(row=10, column="x", value=0)
    column = pa.chunked_array([[1, 2, 3]])
    assert operation.apply(dcs.operation.Rows({"x": column}, start=8, count=3), {})["x"].to_pylist() == [
        1,
        2,
        0,
    ]
    assert operation.apply(dcs.operation.Rows({"x": column}, start=11, count=3), {})["x"] == column


def test_refuses_a_row_that_is_not_there() -> None:
    with pytest.raises(NotApplicableError, match="no row 5; the table has 5 rows") as refused:
        run(dcs.SetCell(row=5, column="x", value=1), TABLE)
    assert refused.value.field == "row"


def test_refuses_a_value_that_does_not_fit() -> None:
    with pytest.raises(NotApplicableError, match="is not an integer") as refused:
        run(dcs.SetCell(row=0, column="x", value=1.5), TABLE)
    assert refused.value.field == "value"
