"""Operations on names and order of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import ColumnNotFoundError, NotApplicableError
from dcs.run import run

if TYPE_CHECKING:
    from dcs.errors import DcsError

TABLE = pa.table({"a": [1], "b": ["x"], "a_copy": [2.5]})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"op": "rename_column", "column": "b", "to": "c"}, {"a": [1], "c": ["x"], "a_copy": [2.5]}),
        ({"op": "delete_columns", "columns": ["b", "a"]}, {"a_copy": [2.5]}),
        ({"op": "keep_columns", "columns": ["b", "a"]}, {"b": ["x"], "a": [1]}),
        ({"op": "duplicate_column", "column": "b"}, {"a": [1], "b": ["x"], "b_copy": ["x"], "a_copy": [2.5]}),
        (
            {"op": "duplicate_column", "column": "a"},
            {"a": [1], "a_copy_2": [1], "b": ["x"], "a_copy": [2.5]},
        ),
        (
            {"op": "duplicate_column", "column": "a_copy", "to": "c"},
            {"a": [1], "b": ["x"], "a_copy": [2.5], "c": [2.5]},
        ),
        ({"op": "move_column", "column": "a", "position": 2}, {"b": ["x"], "a_copy": [2.5], "a": [1]}),
        ({"op": "move_column", "column": "a_copy", "position": 1}, {"a": [1], "a_copy": [2.5], "b": ["x"]}),
        ({"op": "move_column", "column": "b", "position": 1}, {"a": [1], "b": ["x"], "a_copy": [2.5]}),
    ],
)
def test_arranges_columns(message: dict[str, Any], expected: dict[str, Any]) -> None:
    outcome = run(parse(message), TABLE).table
    assert outcome.to_pydict() == expected
    assert outcome.column_names == list(expected)


@pytest.mark.parametrize(
    ("message", "error", "field"),
    [
        ({"op": "rename_column", "column": "a", "to": "b"}, NotApplicableError, "to"),
        ({"op": "rename_column", "column": "a", "to": "a"}, NotApplicableError, "to"),
        ({"op": "rename_column", "column": "A", "to": "c"}, ColumnNotFoundError, "column"),
        ({"op": "delete_columns", "columns": ["a", "b", "a_copy"]}, NotApplicableError, "columns"),
        ({"op": "duplicate_column", "column": "a", "to": "b"}, NotApplicableError, "to"),
        ({"op": "move_column", "column": "a", "position": 3}, NotApplicableError, "position"),
    ],
)
def test_refuses_naming_the_field(message: dict[str, Any], error: Any, field: str) -> None:
    with pytest.raises(error) as refused:
        run(parse(message), TABLE)
    assert refused.value.field == field


def test_offers_names_that_are_near() -> None:
    with pytest.raises(ColumnNotFoundError, match="did you mean 'a_copy'"):
        run(dcs.DeleteColumns(columns=["a_cpoy"]), TABLE)


def test_index_of_a_frame_stays() -> None:
    frame = dcs.table({"a": [1, 2]})
    frame.index = frame.index + 7
    copied = frame.pipe(dcs.DuplicateColumn(column="a"))
    assert copied.index.tolist() == [7, 8]


def refusal(error: DcsError) -> Any:
    return error.to_wire()


def test_refusals_have_one_shape_on_the_wire() -> None:
    with pytest.raises(ColumnNotFoundError) as refused:
        run(dcs.KeepColumns(columns=["b", "aa"]), TABLE)
    assert refusal(refused.value) == {
        "code": "column_not_found",
        "message": "There is no column 'aa'; did you mean 'a'?",
        "data": {
            "column": "aa",
            "near": ["a"],
            "fields": [{"path": "columns.1", "message": "There is no column 'aa'; did you mean 'a'?"}],
        },
    }
