"""Replacing values, parts of text and matches; trimming blanks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.errors import InvalidExpressionError, NotApplicableError
from dcs.run import run


def replaced(values: list[Any], *pairs: tuple[Any, Any], **options: Any) -> list[Any]:
    replacements = [{"find": find, "replace": replace} for find, replace in pairs]
    operation = dcs.ReplaceValues(columns=["x"], replacements=replacements, **options)
    outcome: list[Any] = run(operation, pa.table({"x": values})).table["x"].to_pylist()
    return outcome


@pytest.mark.parametrize(
    ("values", "pairs", "expected"),
    [
        (["a", "A", "ab", None], [("a", "b")], ["b", "A", "ab", None]),
        (["a", "b"], [("a", "b"), ("b", "c")], ["c", "c"]),
        (["a", "b"], [("b", "c"), ("a", "b")], ["b", "c"]),
        (["", "a"], [("", None)], [None, "a"]),
        ([1, 2], [(1, 3)], [3, 2]),
        ([1, 2], [(1, 0.5)], [0.5, 2.0]),
        ([1, 2], [(1, 0.5), (0.5, 7)], [7.0, 2.0]),
        ([0.0, -0.0, 1.0], [(0, 5)], [5.0, 5.0, 1.0]),
        ([float("inf"), 1.0], [("Infinity", None)], [None, 1.0]),
        ([-999, 1], [(-999, None)], [None, 1]),
        ([True, None], [(True, False)], [False, None]),
        ([date(1600, 1, 1)], [("1600-01-01", "2000-01-01")], [date(2000, 1, 1)]),
    ],
)
def test_replaces_whole_values(values: list[Any], pairs: list[Any], expected: list[Any]) -> None:
    assert replaced(values, *pairs) == expected


def test_whole_values_without_case() -> None:
    found = replaced(["N/A", "n/a", "n/a ", "É", None], ("n/a", None), ("é", "e"), case_sensitive=False)
    assert found == [None, None, "n/a ", "e", None]


@pytest.mark.parametrize(
    ("match", "case_sensitive", "pairs", "expected"),
    [
        ("part", True, [("a", "o")], ["bonono", "A.o", None]),
        ("part", True, [("an", None)], [None, "A.a", None]),
        ("part", False, [("A.", r"\1")], ["banana", r"\1a", None]),
        ("part", False, [("a", None)], [None, None, None]),
        ("regex", True, [("a(.)", r"\1a")], ["bnanaa", "A.a", None]),
        ("regex", False, [(r"a\.(a)", r"[\0]")], ["banana", "[A.a]", None]),
        ("regex", True, [("^A", None)], ["banana", None, None]),
        ("regex", True, [("an", ""), ("b", "B")], ["Ba", "A.a", None]),
    ],
)
def test_replaces_parts(match: str, *, case_sensitive: bool, pairs: list[Any], expected: list[Any]) -> None:
    found = replaced(["banana", "A.a", None], *pairs, match=match, case_sensitive=case_sensitive)
    assert found == expected


@pytest.mark.parametrize(
    ("pairs", "options", "field"),
    [
        ([("a", "b"), (1, "b")], {}, "replacements.1.find"),
        ([("a", 1)], {}, "replacements.0.replace"),
        ([("", "b")], {"match": "part"}, "replacements.0.find"),
        ([("", "b")], {"match": "regex"}, "replacements.0.find"),
        ([("(", "b")], {"match": "regex"}, "replacements.0.find"),
        ([("a", r"\1")], {"match": "regex"}, "replacements.0.replace"),
        ([("a", 1)], {"match": "part"}, "replacements.0.replace"),
        ([(True, "a")], {"match": "regex"}, "replacements.0.find"),
    ],
)
def test_refuses_naming_the_field(pairs: list[Any], options: dict[str, Any], field: str) -> None:
    with pytest.raises((NotApplicableError, InvalidExpressionError)) as refused:
        replaced(["a"], *pairs, **options)
    assert refused.value.field == field


def test_refuses_parts_of_numbers() -> None:
    with pytest.raises(NotApplicableError, match="in text only") as refused:
        replaced([1], ("1", "2"), match="part")
    assert refused.value.field == "columns.0"


def test_trims_what_unicode_takes_for_blank() -> None:
    values = ["\u3000 a \t b\u2003\n", "\x85\x1c", None, "a\u200b", "x\u00a0\u00a0y"]
    table = pa.table({"x": values})
    trimmed = run(dcs.TrimWhitespace(columns=["x"]), table).table["x"].to_pylist()
    assert trimmed == ["a \t b", "", None, "a\u200b", "x\u00a0\u00a0y"]
    collapsed = run(dcs.TrimWhitespace(columns=["x"], collapse=True), table).table["x"].to_pylist()
    assert collapsed == ["a b", "", None, "a\u200b", "x y"]


def test_collapses_the_same_blanks_as_it_trims() -> None:
    blanks = [chr(code) for code in range(0x110000) if chr(code).isspace()]
    table = pa.table({"x": [f"a{blank}{blank}b" for blank in blanks]})
    collapsed = run(dcs.TrimWhitespace(columns=["x"], collapse=True), table).table["x"].to_pylist()
    assert set(collapsed) == {"a b"}
