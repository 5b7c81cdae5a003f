"""Regular expressions: what is refused and why, and what the kernels make of the rest."""

from __future__ import annotations

import pyarrow as pa
import pytest

from dcs import regex
from dcs.errors import InvalidExpressionError


def texts(*values: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([list(values)], pa.string())


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "is empty"),
        ("(", "missing"),
        ("[a", "missing"),
        ("a(?=b)", "look-ahead"),
        ("a(?!b)", "look-ahead"),
        ("(?<=a)b", "look-behind"),
        ("(?<!a)b", "look-behind"),
        (r"(a)\1", "backreferences"),
        ("a{1001}", "at most 1000"),
        ("(?:a{100}){100}", "at most 1000"),
        (r"\p{L}{1,100}", "too large"),
        ("x" * 400_000, "too large"),
        (r"\C", "cut characters"),
        ("a++", "bad repetition"),
    ],
)
def test_refuses_what_it_cannot_do_safely(pattern: str, reason: str) -> None:
    with pytest.raises(InvalidExpressionError, match=reason) as refused:
        regex.check_pattern(pattern, field="pattern")
    assert refused.value.field == "pattern"


@pytest.mark.parametrize("pattern", ["x*", "^", "$", r"\b", r"\B", "(?m)^", "(?m)$", r"a|\b", r"\z", "(?:)"])
def test_refuses_to_split_at_the_empty_text(pattern: str) -> None:
    assert regex.check_pattern(pattern, field="pattern") == 0
    with pytest.raises(InvalidExpressionError, match="can match the empty text"):
        regex.check_pattern(pattern, field="pattern", splits=True)


@pytest.mark.parametrize("pattern", ["^a", r"\band\b", r"a|\Bb", r"\A,"])
def test_refuses_to_split_by_what_is_before(pattern: str) -> None:
    assert regex.check_pattern(pattern, field="pattern") == 0
    with pytest.raises(InvalidExpressionError, match="cannot be used to split"):
        regex.check_pattern(pattern, field="pattern", splits=True)


@pytest.mark.parametrize("pattern", ["[^^]", r"\^", r"\Q^\E", "a$"])
def test_splits_by_what_only_looks_like_an_anchor(pattern: str) -> None:
    assert regex.check_pattern(pattern, field="pattern", splits=True) == 0


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [("abc", 0), ("(a)(?:b)(?P<name>c)", 2), (r"\(a\)[(]", 0), (r"\Q(a)\E", 0), ("((a)b)", 2)],
)
def test_counts_groups(pattern: str, groups: int) -> None:
    assert regex.check_pattern(pattern, field="pattern", splits=True) == groups


@pytest.mark.parametrize("text", ["plain", r"\0\1", r"\\n", "$1"])
def test_accepts_replacements(text: str) -> None:
    regex.check_replacement(text, 1, field="replace")


@pytest.mark.parametrize(
    ("text", "reason"),
    [(r"\n", "backslash"), ("\\", "backslash"), (r"\2", r"uses group \\2"), (r"\²", "back")],
)
def test_refuses_replacements(text: str, reason: str) -> None:
    with pytest.raises(InvalidExpressionError, match=reason):
        regex.check_replacement(text, 1, field="replace")


def test_matches_anywhere_and_folds_case_simply() -> None:
    column = texts("école", "ÉCOLE", "strasse", None, "")
    assert regex.matches(column, "É", case_sensitive=False).to_pylist() == [True, True, False, None, False]
    assert regex.matches(column, "É", case_sensitive=True).to_pylist() == [False, True, False, None, False]
    assert regex.matches(column, "ß", case_sensitive=False).to_pylist() == [False, False, False, None, False]


def test_replaces_with_groups() -> None:
    column = texts("Ada Lovelace", "ada x", None)
    swapped = regex.replace(column, r"(\w+) (\w+)", r"\2, \1", case_sensitive=True)
    assert swapped.to_pylist() == ["Lovelace, Ada", "x, ada", None]
    assert regex.replace(column, "A", "-", case_sensitive=False).to_pylist() == [
        "-d- Lovel-ce",
        "-d- x",
        None,
    ]


def test_ignores_case_in_every_alternative() -> None:
    assert regex.replace(texts("A B"), "a|b", "-", case_sensitive=False).to_pylist() == ["- -"]


def test_literal_text_has_no_special_characters() -> None:
    pattern, replacement = regex.literal("a.b"), regex.literal_replacement(r"\1")
    replaced = regex.replace(texts("a.b axb"), pattern, replacement, case_sensitive=True)
    assert replaced.to_pylist() == [r"\1 axb"]


def test_splits_into_lists() -> None:
    column = texts("a1b22c", "", None)
    assert regex.split(column, r"\d+").to_pylist() == [["a", "b", "c"], [""], None]
    assert regex.split(column, r"\d+", max_splits=1).to_pylist() == [["a", "b22c"], [""], None]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(\d+)", [["12", None, None, "7"]]),
        (r"(?P<unit>[a-z])?(\d)", [[None, None, None, "x"], ["1", None, None, "7"]]),
        (r"(?:x)([[:digit:](]+)", [[None, None, None, "7"]]),
        (r"\Q(\E(\))?(1)?", [[None] * 4, [None] * 4]),
    ],
)
def test_extracts_the_first_match_of_each_group(pattern: str, expected: list[list[str | None]]) -> None:
    found = regex.extract(texts("12 34", "none", None, "(x7)"), pattern)
    assert [column.to_pylist() for column in found] == expected
