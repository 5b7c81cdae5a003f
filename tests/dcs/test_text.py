"""Changing case, removing characters, splitting, combining and extracting text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import InvalidParametersError, NotApplicableError, TooLargeError
from dcs.run import run


def texts(operation: Any, *values: str | None) -> list[Any]:
    found: list[Any] = run(operation, pa.table({"x": pa.array(values, pa.string())})).table["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("upper", ["ÉCOLE DE PARIS", "ẞ", "O'NEIL 3RD", None, "", "¿QUÉ?"]),
        ("lower", ["école de paris", "ß", "o'neil 3rd", None, "", "¿qué?"]),
        ("title", ["École De Paris", "ẞ", "O'Neil 3Rd", None, "", "¿Qué?"]),
        ("sentence", ["École de paris", "ẞ", "O'neil 3rd", None, "", "¿Qué?"]),
    ],
)
def test_changes_case(case: Any, expected: list[Any]) -> None:
    changed = texts(
        dcs.ChangeCase(columns=["x"], case=case), "école DE paris", "ß", "o'neil 3rd", None, "", "¿qué?"
    )
    assert changed == expected


@pytest.mark.parametrize(
    ("kinds", "text", "expected"),
    [
        (["punctuation"], "a.b, (c) \u2013 «d» €5", "ab c  d €5"),
        (["digits"], "a1٣b²", "ab²"),
        (["symbols"], "1+1=2 € ✓ 👍", "112   "),
        (["whitespace"], " a\u00a0b\tc\u3000\n", "abc"),
        (["control"], "a\0b\u200bc\u00add", "abcd"),
        (["accents"], "Éléonore Ñandú Ångström ế", "Eleonore Nandu Angstrom e"),
        (["accents"], "ø ł й が हिन्दी 한국", "ø ł й が हिन्दी 한국"),
        (["accents"], "Ἀθῆναι", "Αθηναι"),
        (["accents"], "e\u0301", "e"),
        (["accents", "digits", "whitespace"], "é 1", "e"),
    ],
)
def test_removes_characters(kinds: Any, text: str, expected: str) -> None:
    assert texts(dcs.RemoveCharacters(columns=["x"], kinds=kinds), text, None, "") == [expected, None, ""]


def test_text_without_accents_keeps_its_code_points() -> None:
    ligature = "ﬁ ²\u212b\u0915\u093c"
    assert texts(dcs.RemoveCharacters(columns=["x"], kinds=["accents"]), "é", "ﬁ ²\u0915\u093c") == [
        "e",
        ligature.replace("\u212b", ""),
    ]


def columns(message: dict[str, Any], **table: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = run(parse(message), pa.table(table)).table.to_pydict()
    return made


def split(values: list[Any], **parameters: Any) -> dict[str, Any]:
    return columns({"op": "split_column", "column": "x", "keep_original": False, **parameters}, x=values)


@pytest.mark.parametrize(
    ("values", "parameters", "expected"),
    [
        (["a,b", "", None], {"separator": ","}, {"x_1": ["a", "", None], "x_2": ["b", None, None]}),
        (["a,b,c", ",d"], {"separator": ",", "limit": 2}, {"x_1": ["a", ""], "x_2": ["b,c", "d"]}),
        (["a,b"], {"separator": ",", "limit": 5}, {"x_1": ["a"], "x_2": ["b"]}),
        (["a,b"], {"separator": ",", "limit": 1}, {"x_1": ["a,b"]}),
        (["a1b22c", "d"], {"pattern": r"\d+"}, {"x_1": ["a", "d"], "x_2": ["b", None], "x_3": ["c", None]}),
        (["a1b22c"], {"pattern": r"\d+", "limit": 2}, {"x_1": ["a"], "x_2": ["b22c"]}),
        (["202401", "2024", ""], {"widths": [4, 2]}, {"x_1": ["2024"] * 2 + [""], "x_2": ["01", None, None]}),
        (["éa👍c"], {"widths": [1, 2]}, {"x_1": ["é"], "x_2": ["a👍"], "x_3": ["c"]}),
        (["abcd"], {"widths": [1, 1, 1], "limit": 2}, {"x_1": ["a"], "x_2": ["bcd"]}),
        (["a-b-c", "d"], {"separator": "-", "into": ["p", "x"]}, {"p": ["a", "d"], "x": ["b-c", None]}),
        (["ab"], {"widths": [1], "into": ["p", "q", "r"]}, {"p": ["a"], "q": ["b"], "r": [None]}),
        ([None, None], {"separator": ","}, {"x_1": [None, None]}),
    ],
)  # fmt: skip
def test_splits_a_column(values: list[Any], parameters: dict[str, Any], expected: dict[str, Any]) -> None:
    table: Any = pa.table({"x": pa.array(values, pa.string())})
    operation = parse({"op": "split_column", "column": "x", "keep_original": False, **parameters})
    assert run(operation, table).table.to_pydict() == expected


def test_split_of_no_rows_has_one_part() -> None:
    empty = pa.table({"x": pa.array([], pa.string())})
    assert run(dcs.SplitColumn(column="x", separator=","), empty).table.column_names == ["x", "x_1"]


def test_parts_go_right_of_the_original_under_free_names() -> None:
    made = columns({"op": "split_column", "column": "x", "separator": "-"}, x=["a-b"], x_1=["taken"])
    assert made == {"x": ["a-b"], "x_1_2": ["a"], "x_2": ["b"], "x_1": ["taken"]}
    assert list(made) == ["x", "x_1_2", "x_2", "x_1"]


def test_new_rows_have_the_parts_that_were_learned() -> None:
    operation = dcs.SplitColumn(column="x", separator=",")
    state = run(operation, pa.table({"x": ["a,b"]})).state
    assert state == {"parts": {"x": 2}, "names": {"x": ["x_1", "x_2"]}}
    later = run(operation, pa.table({"x": ["a,b,c"]}), state=state).table
    assert later.to_pydict() == {"x": ["a,b,c"], "x_1": ["a"], "x_2": ["b,c"]}
    with pytest.raises(NotApplicableError, match="already a column 'x_1'"):
        run(operation, pa.table({"x": ["a,b"], "x_1": [1]}), state=state)


def test_refuses_to_make_thousands_of_columns() -> None:
    with pytest.raises(TooLargeError, match="has 1001 parts") as refused:
        split(["," * 1000], separator=",")
    assert refused.value.field == "limit"
    assert len(split(["," * 1000], separator=",", limit=1000)) == 1000


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "widths"),
        ({"separator": ",", "pattern": ","}, "widths"),
        ({"pattern": ",", "widths": [1]}, "widths"),
        ({"separator": ""}, "separator"),
        ({"widths": [0]}, "widths.0"),
        ({"separator": ",", "limit": 0}, "limit"),
    ],
)
def test_splits_in_exactly_one_way(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        split(["a"], **parameters)
    assert refused.value.fields[0][0] == field


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"pattern": "x*"}, "pattern"),
        ({"pattern": "("}, "pattern"),
        ({"separator": ",", "into": ["p", "p"]}, "into.1"),
        ({"separator": ",", "into": ["x"], "keep_original": True}, "into.0"),
        ({"separator": ",", "into": ["p", "q"], "limit": 1}, "into"),
    ],
)
def test_refuses_a_split_naming_the_field(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(NotApplicableError) as refused:
        split(["a"], **parameters)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["a12024-01-311.0", None, None]),
        ({"separator": "|"}, ["a|1|2024-01-31|1.0", None, None]),
        ({"separator": "|", "skip_missing": True}, ["a|1|2024-01-31|1.0", "b|2.5", None]),
    ],
)
def test_combines_columns(parameters: dict[str, Any], expected: list[Any]) -> None:
    made = columns(
        {"op": "combine_columns", "columns": ["t", "i", "d", "n"], "to": "all", **parameters},
        t=["a", "b", None],
        i=[1, None, None],
        d=[date(2024, 1, 31), None, None],
        n=[1.0, 2.5, None],
    )
    assert made["all"] == expected
    assert list(made) == ["t", "i", "d", "n", "all"]


def test_combined_column_may_take_the_place_and_name_of_an_original() -> None:
    made = columns(
        {"op": "combine_columns", "columns": ["c", "a"], "to": "a", "drop_originals": True},
        a=["x"], b=["y"], c=["z"], d=["w"],
    )  # fmt: skip
    assert made == {"b": ["y"], "a": ["zx"], "d": ["w"]}
    assert list(made) == ["b", "a", "d"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"columns": ["a", "b"], "to": "a"}, "to"),
        ({"columns": ["a", "b"], "to": "c", "drop_originals": True}, "to"),
        ({"columns": ["a", "a"], "to": "d"}, "columns"),
    ],
)
def test_refuses_to_combine_naming_the_field(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(NotApplicableError) as refused:
        columns({"op": "combine_columns", **parameters}, a=["x"], b=["y"], c=["z"])
    assert refused.value.field == field


def test_extracts_a_column_per_group() -> None:
    made = columns(
        {"op": "extract_text", "column": "x", "pattern": r"(\d+)(?:\.(\d+))? ?(?P<unit>\p{L}+)?"},
        x=["12.5 oz, 3 kg", "7", "none", None],
        y=[1, 2, 3, 4],
    )
    assert made == {
        "x": ["12.5 oz, 3 kg", "7", "none", None],
        "x_1": ["12", "7", None, None],
        "x_2": ["5", None, None, None],
        "x_3": ["oz", None, None, None],
        "y": [1, 2, 3, 4],
    }
    assert list(made) == ["x", "x_1", "x_2", "x_3", "y"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"pattern": "a"}, "pattern"),
        ({"pattern": "(a"}, "pattern"),
        ({"pattern": "(a)", "into": ["p", "q"]}, "into"),
        ({"pattern": "(a)", "into": ["x"]}, "into.0"),
    ],
)
def test_refuses_to_extract_naming_the_field(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(NotApplicableError) as refused:
        columns({"op": "extract_text", "column": "x", **parameters}, x=["a"])
    assert refused.value.field == field
