"""Changing types: what corresponds, what becomes missing, what is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.columns import Kind, arrow_type
from dcs.errors import InvalidExpressionError, NotApplicableError
from dcs.parts import LEAST_ROWS
from dcs.run import Outcome, run

moment = datetime.fromisoformat


def changed(values: Any, kind: Any, **options: Any) -> Outcome:
    column = values if isinstance(values, pa.Array) else pa.array(values)
    return run(dcs.ChangeType(columns=["x"], type=kind, **options), pa.table({"x": column}))


def values(outcome: Outcome) -> list[Any]:
    found: list[Any] = outcome.table["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("text", "kind", "number_format", "expected"),
    [
        (
            ["5", " -5\u00a0", "007", "+5", "-0", "0x1F", "1.0", "", None],
            "integer",
            None,
            [5, -5] + [None] * 7,
        ),
        (["9223372036854775807", "9223372036854775808"], "integer", None, [2**63 - 1, None]),
        (["1,234", "12,34", "-1,234,567"], "integer", "1,234.5", [1234, None, -1234567]),
        (
            ["1.5", ".5", "1e3", "nan", "Infinity", "1e999"],
            "decimal",
            None,
            [1.5, 0.5, 1000.0, None, float("inf"), None],
        ),
        (["0.30000000000000004", "0.300000000000000041"], "decimal", None, [0.30000000000000004, None]),
        (["1.234,5", "1,5", "1.5"], "decimal", "1.234,5", [1234.5, 1.5, None]),
        (["1 234,5", "1\u202f234"], "decimal", "1 234,5", [1234.5, 1234.0]),
        (["1'234.5", "1\u2019234"], "decimal", "1'234.5", [1234.5, 1234.0]),
        (["true", "FALSE", " True ", "1", "yes"], "boolean", None, [True, False, True, None, None]),
    ],
)
def test_reads_text(text: list[Any], kind: str, number_format: str | None, expected: list[Any]) -> None:
    assert values(changed(text, kind, format=number_format)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "date_format", "expected"),
    [
        (
            ["2024-02-29", "2023-02-29", "1500-01-01", "9999-12-31"],
            "date",
            None,
            [date(2024, 2, 29), None, date(1500, 1, 1), date(9999, 12, 31)],
        ),
        (["31/01/2024", "31/02/2024", None], "date", None, [date(2024, 1, 31), None, None]),
        (["5/1/2024"], "date", "%d/%m/%Y", [date(2024, 1, 5)]),
        (["31.01.24", "31.01.1924"], "date", "%d.%m.%y", [date(2024, 1, 31), None]),
        (["3 Mar 2024", "4 may 2024"], "date", None, [date(2024, 3, 3), date(2024, 5, 4)]),
        (
            ["2024-01-31T10:20:30.5", "2024-01-31"],
            "datetime",
            None,
            [moment("2024-01-31T10:20:30.500000"), moment("2024-01-31T00:00:00")],
        ),
        (["31/01/2024 3:05 PM"], "datetime", None, [moment("2024-01-31T15:05:00")]),
        (["2024-01-31 10:20", "2024-01-30"], "date", None, [date(2024, 1, 31), date(2024, 1, 30)]),
        (["2024-01-31T23:30:00-05:00"], "date", None, [date(2024, 1, 31)]),
        (
            ["10:20:30.000001 1600-05-04"],
            "datetime",
            "%H:%M:%S.%f %Y-%m-%d",
            [moment("1600-05-04T10:20:30.000001")],
        ),
        ([20240131, 20240231, None], "date", "%Y%m%d", [date(2024, 1, 31), None, None]),
    ],
)
def test_reads_dates(text: list[Any], kind: str, date_format: str | None, expected: list[Any]) -> None:
    assert values(changed(text, kind, format=date_format)) == expected


def test_reads_offsets_as_utc() -> None:
    outcome = changed(["2024-01-31T09:30:00+02:00", "2024-01-31T09:30:00Z", "2024-01-31"], "datetime")
    assert outcome.table.schema.field("x").type == pa.timestamp("us", "UTC")
    assert outcome.table["x"].cast(pa.string()).to_pylist() == [
        "2024-01-31 07:30:00.000000Z",
        "2024-01-31 09:30:00.000000Z",
        None,
    ]
    given = changed(["09:30 +0200 31.1.2024"], "datetime", format="%H:%M %z %d.%m.%Y")
    assert given.table["x"].cast(pa.string()).to_pylist() == ["2024-01-31 07:30:00.000000Z"]


@pytest.mark.parametrize("date_format", [None, "%Y-%m-%d %H:%M:%S.%f"])
def test_counts_nanoseconds_only_when_a_value_needs_them(date_format: str | None) -> None:
    coarse = changed(["2024-01-31 10:20:30.123456000"], "datetime", format=date_format)
    assert coarse.table["x"].type == pa.timestamp("us")
    fine = changed(["2024-01-31 10:20:30.123456789", "2024-01-31 10:20:30.5"], "datetime", format=date_format)
    assert fine.table["x"].type == pa.timestamp("ns")
    assert fine.table["x"].cast(pa.int64()).to_pylist() == [1706696430123456789, 1706696430500000000]


def test_keeps_the_learned_format_for_new_rows() -> None:
    operation = dcs.ChangeType(columns=["x"], type="date")
    learned = run(operation, pa.table({"x": ["31/01/2024"]})).state
    assert learned == {
        "readings": {"x": {"kind": "datetime", "format": "%d/%m/%Y", "unit": "us", "zone": None}}
    }
    later = run(operation, pa.table({"x": ["02/01/2024", "01/31/2024"]}), state=learned)
    assert values(later) == [date(2024, 1, 2), None]


@pytest.mark.parametrize("text", [["01/02/2024", "03/03/2024"], ["31/01/2024", "01/31/2024"], ["1-2-2024"]])
def test_refuses_to_guess_the_order_of_day_and_month(text: list[str]) -> None:
    with pytest.raises(NotApplicableError, match="please give the format") as refused:
        changed(text, "date")
    assert (refused.value.field, refused.value.column) == ("format", "x")


def test_days_come_before_months_between_points() -> None:
    assert values(changed(["01.02.2024"], "date")) == [date(2024, 2, 1)]


def test_looks_beyond_the_sample() -> None:
    text = [None] * 3000 + ["31/01/2024"] + [None] * 3000
    assert values(changed(text, "date"))[3000] == date(2024, 1, 31)


def test_one_value_in_many_decides_the_order() -> None:
    text = ["01/02/2024"] * 5000 + ["13/02/2024"] + ["01/02/2024"] * 5000
    assert values(changed(text, "date"))[5000] == date(2024, 2, 13)


def test_refuses_dates_of_no_known_format() -> None:
    with pytest.raises(NotApplicableError, match="no known format"):
        changed(["soon", "later"], "date")


def test_reads_most_values_when_some_are_no_dates() -> None:
    assert values(changed(["13.01.2024", "soon", "14.01.2024"], "date")) == [
        date(2024, 1, 13),
        None,
        date(2024, 1, 14),
    ]


@pytest.mark.parametrize("kind", ["integer", "decimal", "boolean", "date", "datetime", "text"])
@pytest.mark.parametrize("nothing", [[], [None, None]])
def test_changes_columns_without_values(kind: Kind, nothing: list[None]) -> None:
    outcome = changed(pa.array(nothing, pa.string()), kind)
    assert outcome.table["x"].type == arrow_type(kind)
    assert values(outcome) == nothing


@pytest.mark.parametrize(
    ("column", "kind", "expected"),
    [
        ([1.0, 2.5, float("inf"), 1e19, -(2.0**63)], "integer", [1, None, None, None, -(2**63)]),
        ([2**53, 2**53 + 1, 2**63 - 1], "decimal", [2.0**53, None, None]),
        ([0, 1, 2, None], "boolean", [False, True, None, None]),
        ([0.0, -0.0, 1.0, 0.5], "boolean", [False, False, True, None]),
        ([True, False, None], "integer", [1, 0, None]),
        ([True, False, None], "decimal", [1.0, 0.0, None]),
        ([1.0, 0.1, 1e21, None], "text", ["1.0", "0.1", "1e+21", None]),
        ([True, None], "text", ["true", None]),
        ([date(1600, 2, 29), None], "datetime", [moment("1600-02-29T00:00:00"), None]),
        ([moment("1969-12-31T23:59:00")], "date", [date(1969, 12, 31)]),
        ([moment("2024-01-31T10:20:00")], "text", ["2024-01-31T10:20:00"]),
        ([date(2024, 1, 31)], "date", [date(2024, 1, 31)]),
    ],
)
def test_converts_between_types(column: list[Any], kind: str, expected: list[Any]) -> None:
    assert values(changed(column, kind)) == expected


def test_takes_the_local_day_of_a_datetime_with_zone() -> None:
    late = (
        pa.array([moment("2024-01-31T23:30:00")])
        .cast(pa.timestamp("us", "UTC"))
        .cast(pa.timestamp("us", "Asia/Tokyo"))
    )
    assert values(changed(late, "date")) == [date(2024, 2, 1)]


def test_days_beyond_datetimes_become_missing() -> None:
    days = pa.array([2**31 - 1, 0], pa.int32()).view(pa.date32())
    assert values(changed(days, "datetime")) == [None, moment("1970-01-01T00:00:00")]


@pytest.mark.parametrize(
    ("column", "kind", "options", "bad"),
    [
        (["1", "", "x"], "integer", {}, "'' in row 1 of column 'x' cannot become integer"),
        ([1.0, 2.5], "integer", {}, "'2.5' in row 1 of column 'x' cannot become integer"),
        (["2024-01-31", "2024-02-31"], "date", {}, "'2024-02-31' in row 1"),
    ],
)
def test_fails_on_request_and_names_the_first_bad_value(
    column: list[Any], kind: str, options: dict[str, Any], bad: str
) -> None:
    with pytest.raises(NotApplicableError, match=bad) as refused:
        changed(column, kind, on_error="fail", **options)
    assert (refused.value.field, refused.value.column) == ("columns", "x")


def test_failing_counts_rows_from_the_start_of_the_table() -> None:
    operation = dcs.ChangeType(columns=["x"], type="integer", on_error="fail")
    rows = dcs.operation.Rows({"x": pa.chunked_array([["1"], ["x"]])}, start=10, count=2)
    with pytest.raises(NotApplicableError, match="in row 11"):
        operation.apply(rows, {})


@pytest.mark.parametrize(
    ("column", "kind", "options", "error", "field"),
    [
        ([1.5], "date", {}, NotApplicableError, "columns.0"),
        ([1], "date", {}, NotApplicableError, "columns.0"),
        ([date(2024, 1, 1)], "integer", {}, NotApplicableError, "columns.0"),
        ([True], "datetime", {}, NotApplicableError, "columns.0"),
        (["1"], "integer", {"format": "1_234"}, InvalidExpressionError, "format"),
        (["1"], "date", {"format": "%Q"}, InvalidExpressionError, "format"),
        (["1"], "date", {"format": "%Y"}, InvalidExpressionError, "format"),
        (["1"], "boolean", {"format": "yes"}, InvalidExpressionError, "format"),
        ([1.5], "integer", {"format": "1,234.5"}, InvalidExpressionError, "format"),
    ],
)
def test_refuses_naming_the_field(
    column: list[Any], kind: str, options: dict[str, Any], error: type[NotApplicableError], field: str
) -> None:
    with pytest.raises(error) as refused:
        changed(column, kind, **options)
    assert refused.value.field == field


def test_a_long_column_is_read_in_parts() -> None:
    texts = ["1.5"] * (2 * LEAST_ROWS) + ["x", "2.5"]
    assert values(changed(texts, "decimal")) == [1.5] * (2 * LEAST_ROWS) + [None, 2.5]
    with pytest.raises(NotApplicableError, match=f"'x' in row {2 * LEAST_ROWS} of column 'x' cannot become"):
        changed(texts, "decimal", on_error="fail")
