"""Conditions as messages: what is understood, what is refused and where, and how they read."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter, ValidationError

from dcs.columns import references, rename_references
from dcs.errors import (
    ColumnNotFoundError,
    DcsError,
    InvalidExpressionError,
    InvalidParametersError,
    NotApplicableError,
)
from dcs.operation import Parameters
from dcs.view.condition import Condition, by_row, check, learns_from, reads
from dcs.view.words import in_words

SCHEMA = {
    "age": pa.int64(),
    "name": pa.string(),
    "born": pa.date32(),
    "seen": pa.timestamp("us", "UTC"),
    "size": pa.float64(),
    "ok": pa.bool_(),
}
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)

EVERY_FORM: list[dict[str, Any]] = [
    {"column": "age", "is": "missing"},
    {"column": "age", "is": "present"},
    {"column": "age", "is": "at_most", "value": 3},
    {"column": "size", "is": "between", "low": 0.5, "high": "Infinity"},
    {"column": "name", "is": "one_of", "values": ["a", None]},
    {"column": "name", "is": "contains", "text": "an", "case_sensitive": True},
    {"column": "born", "is": "matches", "text": "^20"},
    {"columns": ["age", "name"], "is": "duplicate"},
    {"column": "age", "is": "outlier", "deviations": 3.0, "trim": 0.1},
    {"search": "x", "columns": ["name"], "regex": True, "case_sensitive": True},
    {"all": [{"column": "ok", "is": "equal", "value": True}, {"not": {"search": "x"}}]},
    {"any": [{"column": "seen", "is": "less", "value": "2024-01-31T09:30:00Z"}]},
]


class Holder(Parameters):
    where: Condition


@pytest.mark.parametrize("message", EVERY_FORM, ids=str)
def test_every_form_survives_the_wire(message: dict[str, Any]) -> None:
    condition = CONDITION.validate_python(message)
    check(condition, SCHEMA, field="where")
    assert CONDITION.dump_python(condition, mode="json", exclude_defaults=True) == message
    assert CONDITION.validate_json(CONDITION.dump_json(condition)) == condition


@pytest.mark.parametrize(
    ("message", "path", "fault"),
    [
        ({"column": "a", "is": "bigger"}, "where", "A condition needs a known `is`"),
        ({"column": "a", "is": "atleast"}, "where", "no condition 'atleast'; did you mean at_least?"),
        ({"not": {"column": "a", "is": "Equals"}}, "where.not", "did you mean equal or not_equal?"),
        ({"column": "a", "is": ["less"]}, "where", "A condition needs a known `is`"),
        ("age > 3", "where", "A condition needs a known `is`"),
        ({}, "where", "A condition needs a known `is`"),
        ({"column": "a", "is": "less"}, "where.value", "Field required"),
        ({"column": "a", "is": "less", "value": None}, "where.value", "This needs a text, a number"),
        ({"column": "a", "is": "less", "value": [1]}, "where.value", "This needs a text, a number"),
        ({"column": "a", "is": "equal", "value": "\ud800"}, "where.value", "This needs a text, a number"),
        ({"column": "a", "is": "missing", "value": 1}, "where.value", "Extra inputs"),
        ({"column": "a", "is": "outlier", "trim": 0.5}, "where.trim", "less than 0.5"),
        ({"column": "a", "is": "outlier", "deviations": -1}, "where.deviations", "greater than"),
        ({"columns": [], "is": "duplicate"}, "where.columns", "at least 1"),
        ({"search": ""}, "where.search", "at least 1"),
        ({"all": []}, "where.all", "at least 1"),
        ({"not": {"any": [{"column": "a", "is": "less"}]}}, "where.not.any.0.value", "Field required"),
    ],
)
def test_refuses_what_is_no_condition(message: object, path: str, fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Holder.model_validate({"where": message})
    found = InvalidParametersError.from_validation(caught.value).fields[0]
    assert found[0] == path
    assert fault in found[1]


@pytest.mark.parametrize("depth", [21, 300, 5_000])
def test_refuses_deep_nesting(depth: int) -> None:
    message: dict[str, Any] = {"column": "a", "is": "missing"}
    for _ in range(depth):
        message = {"not": message}
    with pytest.raises(ValidationError, match=r"nested 20 deep at most|maximum validation depth"):
        CONDITION.validate_python(message)


def test_nests_twenty_deep() -> None:
    message: dict[str, Any] = {"column": "age", "is": "missing"}
    for _ in range(10):
        message = {"not": {"all": [message]}}
    assert reads(CONDITION.validate_python(message), SCHEMA) == ("age",)


@pytest.mark.parametrize(
    ("message", "error", "path"),
    [
        ({"column": "aeg", "is": "missing"}, ColumnNotFoundError, "where.column"),
        ({"columns": ["age", "x"], "is": "duplicate"}, ColumnNotFoundError, "where.columns.1"),
        ({"search": "x", "columns": ["x"]}, ColumnNotFoundError, "where.columns.0"),
        ({"column": "name", "is": "outlier"}, NotApplicableError, "where.column"),
        ({"column": "age", "is": "less", "value": "3"}, None, None),
        ({"column": "age", "is": "less", "value": 2.5}, None, None),
        ({"column": "age", "is": "less", "value": "Infinity"}, None, None),
        ({"column": "age", "is": "less", "value": 10**30}, None, None),
        ({"column": "age", "is": "less", "value": "three"}, NotApplicableError, "where.value"),
        ({"column": "age", "is": "less", "value": True}, NotApplicableError, "where.value"),
        ({"column": "name", "is": "equal", "value": 3}, NotApplicableError, "where.value"),
        ({"column": "ok", "is": "equal", "value": 1}, NotApplicableError, "where.value"),
        (
            {"column": "born", "is": "between", "low": "2024-01-01", "high": "x"},
            NotApplicableError,
            "where.high",
        ),
        ({"column": "seen", "is": "less", "value": "2024-01-31"}, NotApplicableError, "where.value"),
        ({"column": "age", "is": "one_of", "values": [1, None, "x"]}, NotApplicableError, "where.values.2"),
        ({"column": "name", "is": "matches", "text": "(?=a)"}, InvalidExpressionError, "where.text"),
        ({"search": "(a", "regex": True}, InvalidExpressionError, "where.search"),
        (
            {"all": [{"column": "age", "is": "missing"}, {"not": {"column": "x", "is": "missing"}}]},
            ColumnNotFoundError,
            "where.all.1.not.column",
        ),
    ],
)
def test_checks_columns_values_and_patterns(
    message: Any, error: type[DcsError] | None, path: str | None
) -> None:
    condition = CONDITION.validate_python(message)
    if error is None:
        check(condition, SCHEMA, field="where")
        return
    with pytest.raises(error) as caught:
        check(condition, SCHEMA, field="where")
    fields: Any = caught.value.data()["fields"]
    assert [fault["path"] for fault in fields] == [path]


def test_names_the_columns_it_reads_in_table_order() -> None:
    message = {"any": [{"columns": ["name", "age"], "is": "duplicate"}, {"column": "age", "is": "missing"}]}
    assert reads(CONDITION.validate_python(message), SCHEMA) == ("age", "name")
    assert reads(CONDITION.validate_python({"search": "x"}), SCHEMA) == tuple(SCHEMA)


def test_knows_what_it_learns_from_and_what_is_judged_by_row() -> None:
    outliers = {"all": [{"column": "size", "is": "outlier"}, {"not": {"column": "age", "is": "outlier"}}]}
    assert learns_from(CONDITION.validate_python(outliers)) == ("size", "age")
    assert by_row(CONDITION.validate_python(outliers))
    assert not by_row(CONDITION.validate_python({"not": {"columns": ["age"], "is": "duplicate"}}))


def test_columns_can_be_found_and_renamed_at_any_depth() -> None:
    holder = Holder.model_validate(
        {
            "where": {
                "all": [
                    {"column": "age", "is": "missing"},
                    {"not": {"search": "x", "columns": ["age", "ok"]}},
                ]
            }
        }
    )
    assert [(found.path, found.column) for found in references(holder)] == [
        ("where.all.0.column", "age"),
        ("where.all.1.not.columns.0", "age"),
        ("where.all.1.not.columns.1", "ok"),
    ]
    assert rename_references(holder, {"age": "years"}).model_dump(mode="json", exclude_defaults=True) == {
        "where": {
            "all": [
                {"column": "years", "is": "missing"},
                {"not": {"search": "x", "columns": ["years", "ok"]}},
            ]
        }
    }


def test_a_form_leaves_conditions_to_their_own_editor() -> None:
    assert Holder.model_json_schema()["properties"]["where"] == {
        "title": "Where",
        "type": "object",
        "x-widget": "condition",
    }


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"column": "age", "is": "missing"}, "age is missing"),
        ({"column": "age", "is": "greater", "value": 3}, "age is more than 3"),
        ({"column": "age", "is": "outlier"}, "age is more than 2 deviations from the mean"),
        ({"column": "name", "is": "not_equal", "value": "Ann"}, 'name is not "Ann"'),
        ({"column": "size", "is": "between", "low": 0.5, "high": 2}, "size is between 0.5 and 2"),
        (
            {"column": "ok", "is": "one_of", "values": [True, None]},
            "ok is one of true, missing",
        ),
        (
            {"column": "age", "is": "one_of", "values": [1, 2, 3, 4, 5]},
            "age is one of 1, 2, 3 and 2 more",
        ),
        ({"column": "name", "is": "starts_with", "text": "a" * 61}, f'name starts with "{"a" * 59}…"'),
        ({"columns": ["age", "name"], "is": "duplicate"}, "age, name occurs more than once"),
        (
            {"column": "age", "is": "outlier", "deviations": 2.5, "trim": 0.1},
            "age is more than 2.5 deviations from the mean trimmed by 0.1",
        ),
        ({"search": "x"}, 'any column contains "x"'),
        ({"search": "x+", "regex": True, "columns": ["age", "name"]}, 'age, name matches "x+"'),
        (
            {
                "all": [
                    {"any": [{"column": "age", "is": "missing"}, {"column": "ok", "is": "present"}]},
                    {"not": {"search": "x"}},
                ]
            },
            '(age is missing or ok is present) and not (any column contains "x")',
        ),
    ],
)
def test_reads_as_english(message: Any, words: str) -> None:
    assert in_words(CONDITION.validate_python(message)) == words


def test_checking_needs_no_pandas() -> None:
    program = """
import sys
import pyarrow as pa
from pydantic import TypeAdapter
from dcs.analyze.charts import parse_chart
from dcs.view.condition import Condition, check
from dcs.view.view import View

where = {"all": [{"column": "a", "is": "less", "value": 2.5}, {"search": "a+", "regex": True}]}
schema = {"a": pa.int64()}
check(TypeAdapter(Condition).validate_python(where), schema, field="where")
View.model_validate({"where": where, "sort": [{"column": "a"}]}).check(schema)
parse_chart({"type": "histogram", "columns": ["a"], "low": 1}).check(schema)
print([name for name in ("pandas", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
