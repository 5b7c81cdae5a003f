"""Which rows meet a condition: by example and against a model in plain Python."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dcs.errors import InvalidExpressionError
from dcs.view.condition import Condition, check, learns_from
from dcs.view.matching import learn, mask

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
INFINITY = float("inf")
LARGEST = 2**63 - 1


def in_chunks(values: list[Any], arrow: pa.DataType) -> pa.ChunkedArray:
    array = pa.array(values, arrow)
    return pa.chunked_array([array.slice(0, 2), array.slice(2)], arrow)


def rows_meeting(message: Any, columns: dict[str, pa.ChunkedArray]) -> list[int]:
    condition = CONDITION.validate_python(message)
    check(condition, {name: column.type for name, column in columns.items()}, field="where")
    met = mask(condition, columns, learn(condition, {name: columns[name] for name in learns_from(condition)}))
    assert isinstance(met, pa.BooleanArray)
    assert met.null_count == 0
    return [row for row, meets in enumerate(met.to_pylist()) if meets]


NUMBERS = {"n": in_chunks([1, 2, None, 2, LARGEST, -5], pa.int64())}
DECIMALS = {"f": in_chunks([0.0, -0.0, None, INFINITY, 1.5, -3.0], pa.float64())}
TEXTS = {"t": in_chunks(["Éa\nb", "straße", None, "", "a.b*", "K\0x"], pa.string())}
TRUTHS = {"b": in_chunks([True, None, False], pa.bool_())}
DATES = {"d": in_chunks([-719_162, None, 0, 19_753], pa.int32()).cast(pa.date32())}
TIMES = {"s": in_chunks([0, None, 1_500_000_000], pa.int64()).cast(pa.timestamp("us", "+01:00"))}


@pytest.mark.parametrize(
    ("columns", "message", "rows"),
    [
        (NUMBERS, {"column": "n", "is": "missing"}, [2]),
        (NUMBERS, {"column": "n", "is": "present"}, [0, 1, 3, 4, 5]),
        (NUMBERS, {"column": "n", "is": "equal", "value": 2}, [1, 3]),
        (NUMBERS, {"column": "n", "is": "equal", "value": 2.0}, [1, 3]),
        (NUMBERS, {"column": "n", "is": "not_equal", "value": 2}, [0, 4, 5]),
        (NUMBERS, {"not": {"column": "n", "is": "equal", "value": 2}}, [0, 2, 4, 5]),
        (NUMBERS, {"column": "n", "is": "equal", "value": str(LARGEST)}, [4]),
        (NUMBERS, {"column": "n", "is": "equal", "value": LARGEST - 1}, []),
        (NUMBERS, {"column": "n", "is": "equal", "value": 1.5}, []),
        (NUMBERS, {"column": "n", "is": "not_equal", "value": 1.5}, [0, 1, 3, 4, 5]),
        (NUMBERS, {"column": "n", "is": "less", "value": 1.5}, [0, 5]),
        (NUMBERS, {"column": "n", "is": "at_most", "value": -5.5}, []),
        (NUMBERS, {"column": "n", "is": "greater", "value": 1.5}, [1, 3, 4]),
        (NUMBERS, {"column": "n", "is": "at_least", "value": -4.5}, [0, 1, 3, 4]),
        (NUMBERS, {"column": "n", "is": "less", "value": 1e300}, [0, 1, 3, 4, 5]),
        (NUMBERS, {"column": "n", "is": "less", "value": 2.0**63}, [0, 1, 3, 4, 5]),
        (NUMBERS, {"column": "n", "is": "greater", "value": 10**30}, []),
        (NUMBERS, {"column": "n", "is": "at_least", "value": "-Infinity"}, [0, 1, 3, 4, 5]),
        (NUMBERS, {"column": "n", "is": "between", "low": 0.5, "high": 2}, [0, 1, 3]),
        (NUMBERS, {"column": "n", "is": "one_of", "values": [1.5, -5, None]}, [2, 5]),
        (NUMBERS, {"column": "n", "is": "one_of", "values": []}, []),
        (NUMBERS, {"column": "n", "is": "contains", "text": "2"}, [1, 3, 4]),
        (NUMBERS, {"column": "n", "is": "starts_with", "text": "-"}, [5]),
        (DECIMALS, {"column": "f", "is": "equal", "value": 0}, [0, 1]),
        (DECIMALS, {"column": "f", "is": "one_of", "values": [0, "Infinity"]}, [0, 1, 3]),
        (DECIMALS, {"column": "f", "is": "one_of", "values": [-0.0]}, [0, 1]),
        (DECIMALS, {"column": "f", "is": "greater", "value": 1}, [3, 4]),
        (DECIMALS, {"column": "f", "is": "ends_with", "text": ".0"}, [0, 1, 5]),
        (DECIMALS, {"columns": ["f"], "is": "duplicate"}, [0, 1]),
        (TEXTS, {"column": "t", "is": "less", "value": "b"}, [3, 4, 5]),
        (TEXTS, {"column": "t", "is": "one_of", "values": ["", None]}, [2, 3]),
        (TEXTS, {"column": "t", "is": "contains", "text": "é"}, [0]),
        (TEXTS, {"column": "t", "is": "contains", "text": "é", "case_sensitive": True}, []),
        (TEXTS, {"column": "t", "is": "contains", "text": ""}, [0, 1, 3, 4, 5]),
        (TEXTS, {"column": "t", "is": "contains", "text": ".B*"}, [4]),
        (TEXTS, {"column": "t", "is": "contains", "text": "k\0X"}, [5]),
        (TEXTS, {"column": "t", "is": "contains", "text": "SS"}, []),
        (TEXTS, {"column": "t", "is": "starts_with", "text": "STRA"}, [1]),
        (TEXTS, {"column": "t", "is": "ends_with", "text": "B"}, [0]),
        (TEXTS, {"column": "t", "is": "ends_with", "text": "éa"}, []),
        (TEXTS, {"column": "t", "is": "matches", "text": "^s"}, [1]),
        (TEXTS, {"column": "t", "is": "matches", "text": "^É\\w"}, [0]),
        (TRUTHS, {"column": "b", "is": "equal", "value": False}, [2]),
        (TRUTHS, {"column": "b", "is": "less", "value": True}, [2]),
        (TRUTHS, {"column": "b", "is": "contains", "text": "RU"}, [0]),
        (DATES, {"column": "d", "is": "at_least", "value": "1970-01-01"}, [2, 3]),
        (DATES, {"column": "d", "is": "equal", "value": "0001-01-01"}, [0]),
        (DATES, {"column": "d", "is": "matches", "text": "-31$"}, [3]),
        (TIMES, {"column": "s", "is": "greater", "value": "1970-01-01T00:24:59Z"}, [2]),
        (TIMES, {"column": "s", "is": "contains", "text": "t01:25:00+01"}, [2]),
    ],
)
def test_finds_rows(columns: dict[str, pa.ChunkedArray], message: Any, rows: list[int]) -> None:
    assert rows_meeting(message, columns) == rows


SEARCHED = {
    "t": in_chunks(["Infant", "x", None, "2024"], pa.string()),
    "n": in_chunks([7, 2024, None, 1], pa.int64()),
    "f": in_chunks([INFINITY, None, 1e21, 0.5], pa.float64()),
    "b": in_chunks([True, True, False, None], pa.bool_()),
    "d": in_chunks([0, None, 19_753, 0], pa.int32()).cast(pa.date32()),
}


@pytest.mark.parametrize(
    ("message", "rows"),
    [
        ({"search": "INF"}, [0]),
        ({"search": "2024"}, [1, 2, 3]),
        ({"search": "2024", "columns": ["n", "b"]}, [1]),
        ({"search": "FAL\u017fE"}, [2]),  # a long s
        ({"search": "e+2"}, [2]),
        ({"search": "True", "case_sensitive": True}, []),
        ({"search": "0.5"}, [3]),
        ({"search": "^(x|true)$", "regex": True}, [0, 1]),
        ({"search": "no such thing"}, []),
    ],
)
def test_searches_all_columns(message: Any, rows: list[int]) -> None:
    assert rows_meeting(message, SEARCHED) == rows


def test_duplicates_are_all_copies_and_missing_equals_missing() -> None:
    columns = {
        "a": in_chunks([1, 1, None, None, 1, 2], pa.int64()),
        "b": in_chunks(["x", "y", "x", "x", "x", None], pa.string()),
    }
    assert rows_meeting({"columns": ["a", "b"], "is": "duplicate"}, columns) == [0, 2, 3, 4]
    assert rows_meeting({"columns": ["b"], "is": "duplicate"}, columns) == [0, 2, 3, 4]
    assert rows_meeting({"columns": ["a"], "is": "duplicate"}, columns) == [0, 1, 2, 3, 4]


def test_duplicates_of_columns_with_many_values() -> None:
    columns = {
        "n": in_chunks([2**62, None, -(2**62), 2**62, -(2**62), 0], pa.int64()),
        "f": in_chunks([0.0, 1e308, -0.0, -0.0, 1.0, 0.0], pa.float64()),
        "d": in_chunks([0, 1, 2, 0, 2, None], pa.int32()).cast(pa.date32()),
    }
    assert rows_meeting({"columns": ["n"], "is": "duplicate"}, columns) == [0, 2, 3, 4]
    assert rows_meeting({"columns": ["d", "n"], "is": "duplicate"}, columns) == [0, 2, 3, 4]
    assert rows_meeting({"columns": ["n", "f", "d"], "is": "duplicate"}, columns) == [0, 3]


def test_outliers_are_beyond_deviations_from_the_mean() -> None:
    # mean 4, squared distances 4, 0, 0, 0, 4, 16, 16 of 7 values
    columns = {"n": in_chunks([2, 4, 4, 4, 6, None, 8, 0], pa.int64())}
    condition = CONDITION.validate_python({"column": "n", "is": "outlier", "deviations": 1})
    state = learn(condition, columns)
    ranges: Any = state["ranges"]
    assert ranges == [[pytest.approx(4 - (20 / 3) ** 0.5), pytest.approx(4 + (20 / 3) ** 0.5)]]
    assert mask(condition, columns, state).to_pylist() == [False] * 6 + [True, True]
    assert mask(condition, {"n": in_chunks([100, 4], pa.int64())}, state).to_pylist() == [True, False]


def test_trimming_cuts_a_share_from_either_end_first() -> None:
    columns = {"f": in_chunks([1.0, 2.0, 3.0, 1e6, -1e6, None, 2.0, 2.0, 2.0, 2.0, 2.0], pa.float64())}
    assert rows_meeting({"column": "f", "is": "outlier", "deviations": 3}, columns) == []
    trimmed = {"column": "f", "is": "outlier", "deviations": 3, "trim": 0.1}
    assert rows_meeting(trimmed, columns) == [3, 4]


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([], []),
        ([None, None], []),
        ([5.0, None], []),
        ([1.0, 1.0, 1.0], []),
        ([INFINITY, 1.0, 2.0, -INFINITY], [0, 3]),
        ([INFINITY], []),
        ([1e308, -1e308, INFINITY], [2]),
    ],
)
def test_outliers_of_odd_columns(values: list[float | None], rows: list[int]) -> None:
    columns = {"f": in_chunks(values, pa.float64())}
    assert rows_meeting({"column": "f", "is": "outlier", "deviations": 2}, columns) == rows


def test_several_outlier_conditions_keep_their_own_ranges() -> None:
    columns = {
        "a": in_chunks([1, 2, 3, 100], pa.int64()),
        "b": in_chunks([-100, 2, 3, 4], pa.int64()),
    }
    wide, narrow = (
        {"column": name, "is": "outlier", "deviations": deviations}
        for name, deviations in (("a", 9), ("b", 1))
    )
    assert rows_meeting({"any": [wide, narrow]}, columns) == [0]
    assert rows_meeting({"any": [narrow, wide]}, columns) == [0]
    assert rows_meeting({"not": {"any": [wide, narrow]}}, columns) == [1, 2, 3]


@pytest.mark.parametrize("message", [{"search": "a"}, {"columns": ["n"], "is": "duplicate"}], ids=str)
def test_nothing_meets_a_condition_in_an_empty_table(message: Any) -> None:
    for column in (pa.chunked_array([], pa.int64()), pa.chunked_array([pa.array([], pa.int64())])):
        assert rows_meeting(message, {"n": column}) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(?=a)",
        "(?<!a)b",
        r"(a)\1",
        "a{1001}",
        "((a{100}){100}){100}",
        "(",
        "[",
        "*",
        r"\C",
        r"\p{L}{900}",
    ],
)
def test_refuses_what_re2_cannot_do(pattern: str) -> None:
    condition = CONDITION.validate_python({"column": "t", "is": "matches", "text": pattern})
    with pytest.raises(InvalidExpressionError):
        check(condition, {"t": pa.string()}, field="where")


# A model of conditions in plain Python, row by row.

COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "n": (pa.int64(), st.integers(-3, 3) | st.sampled_from([LARGEST, -LARGEST - 1])),
    "f": (pa.float64(), st.sampled_from([0.0, -0.0, 0.5, 2.0, -2.5, INFINITY, -INFINITY])),
    "t": (pa.string(), st.text(alphabet="abA é\n.", max_size=3)),
    "b": (pa.bool_(), st.booleans()),
}
COMPARE: dict[str, Any] = {
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "less": lambda a, b: a < b,
    "at_most": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "at_least": lambda a, b: a >= b,
}
FIND: dict[str, Any] = {
    "contains": lambda value, text: text in value,
    "starts_with": lambda value, text: value.startswith(text),
    "ends_with": lambda value, text: value.endswith(text),
    "matches": lambda value, text: re.search(text, value) is not None,
}


def as_json(value: Any) -> Any:
    return {INFINITY: "Infinity", -INFINITY: "-Infinity"}.get(value, value)


@st.composite
def leaves(draw: st.DrawFn) -> tuple[Any, Any]:
    """A condition, and the same as a function of a row."""
    name = draw(st.sampled_from(sorted(COLUMNS)))
    values = COLUMNS[name][1]
    if name == "n":
        values |= COLUMNS["f"][1]
    match draw(st.sampled_from(["missing", "compare", "between", "one_of", "text"])):
        case "missing":
            return {"column": name, "is": "missing"}, lambda row: row[name] is None
        case "compare":
            word, value = draw(st.sampled_from(sorted(COMPARE))), draw(values)
            return (
                {"column": name, "is": word, "value": as_json(value)},
                lambda row: row[name] is not None and COMPARE[word](row[name], value),
            )
        case "between":
            low, high = draw(values), draw(values)
            return (
                {"column": name, "is": "between", "low": as_json(low), "high": as_json(high)},
                lambda row: row[name] is not None and low <= row[name] <= high,
            )
        case "one_of":
            listed = draw(st.lists(values | st.none(), max_size=3))
            return (
                {"column": name, "is": "one_of", "values": [as_json(value) for value in listed]},
                lambda row: row[name] in listed,
            )
        case _:
            word, text = (
                draw(st.sampled_from(sorted(FIND))),
                draw(st.sampled_from(["a", "A", "é", "b\n", "^a"])),
            )
            sensitive = draw(st.booleans())

            def found(row: dict[str, Any]) -> bool:
                if row["t"] is None:
                    return False
                fold = (lambda spelled: spelled) if sensitive else str.lower
                return bool(FIND[word](fold(row["t"]), fold(text)))

            return {"column": "t", "is": word, "text": text, "case_sensitive": sensitive}, found


def groups(parts: st.SearchStrategy[tuple[Any, Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
    lists = st.lists(parts, min_size=1, max_size=3)
    return (
        lists.map(
            lambda some: ({"all": [part[0] for part in some]}, lambda row: all(part[1](row) for part in some))
        )
        | lists.map(
            lambda some: ({"any": [part[0] for part in some]}, lambda row: any(part[1](row) for part in some))
        )
        | parts.map(lambda part: ({"not": part[0]}, lambda row: not part[1](row)))
    )


@settings(max_examples=300, deadline=None)
@given(
    condition=st.recursive(leaves(), groups, max_leaves=5),
    rows=st.lists(
        st.fixed_dictionaries({name: st.none() | values for name, (_, values) in COLUMNS.items()}), max_size=8
    ),
)
def test_agrees_with_the_model(condition: tuple[Any, Any], rows: list[dict[str, Any]]) -> None:
    message, meets = condition
    columns = {name: in_chunks([row[name] for row in rows], arrow) for name, (arrow, _) in COLUMNS.items()}
    assert rows_meeting(message, columns) == [place for place, row in enumerate(rows) if meets(row)]
