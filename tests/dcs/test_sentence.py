"""Operations in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dcs

if TYPE_CHECKING:
    from dcs.operation import Operation


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (dcs.KeepColumns(columns=["a", "b", "c", "d", "e"]), "Keep only a, b, c and 2 more"),
        (dcs.MarkMissing(columns=["a"], values=["", " ", -999]), 'Make "", " ", -999 missing in a'),
        (dcs.DeleteColumns(columns=[""]), 'Delete ""'),
        (dcs.RenameColumn(column="a", to="b" * 80), f"Rename a to {'b' * 59}…"),
        (dcs.SetCell(row=0, column="a", value=None), "Set a to missing in row 1"),
        (dcs.SetCell(row=0, column="a", value=True), "Set a to true in row 1"),
        (dcs.Unpivot(keep=[], name_to="n", value_to="v"), "Make rows of all columns but none"),
        (dcs.DeleteMissingRows(), "Delete rows where any value is missing"),
        (dcs.DeleteMissingRows(how="all"), "Delete rows where all values are missing"),
        (dcs.DeleteMissingRows(columns=["a"]), "Delete rows where a is missing"),
        (dcs.DeleteMissingRows(columns=["a", "b"]), "Delete rows where any of a, b is missing"),
        (
            dcs.ReplaceValues(columns=["a"], replacements=[{"find": 1, "replace": 2}, {"find": ""}]),
            'Replace 1 with 2, "" with missing in a',
        ),
        (
            dcs.SortRows(by=[{"column": "a", "descending": True}, {"column": "b"}], missing="first"),
            "Sort rows by a descending, b, missing first",
        ),
    ],
)
def test_says_what_is_done(operation: Operation, sentence: str) -> None:
    assert operation.sentence() == sentence
