"""Text as numbers, booleans, dates and datetimes: what reads, and what must not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from dcs.errors import InvalidExpressionError
from dcs.parsing import (
    MomentFormat,
    Reading,
    fitting_formats,
    read_booleans,
    read_dates,
    read_datetimes,
    read_decimals,
    read_integers,
)
from dcs.parsing.numbers import BLOCK

US = pa.timestamp("us")
INF = float("inf")


def one(array: pa.Array) -> Any:
    return array.to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "exact", "tolerant"),
    [
        ("0", 0, 0),
        ("-17", -17, -17),
        ("  5 ", 5, 5),
        ("\u00a05", 5, 5),
        ("9223372036854775807", 2**63 - 1, 2**63 - 1),
        ("-9223372036854775808", -(2**63), -(2**63)),
        ("9223372036854775808", None, None),
        ("00000000000000000000007", None, 7),
        ("007", None, 7),
        ("00", None, 0),
        ("-0", None, 0),
        ("-05", None, -5),
        ("+1", None, 1),
        ("0x1F", None, None),
        ("1.0", None, None),
        ("1e3", None, None),
        ("1_000", None, None),
        ("", None, None),
        ("\u0661", None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("company", ["1", "abc"])
def test_integers(text: str | None, exact: int | None, tolerant: int | None, company: str) -> None:
    """`company` decides between the fast path, where all values read, and the slow one."""
    column = pa.array([text, company], pa.string())
    assert one(read_integers(column)) == exact
    assert one(read_integers(column, exact=False)) == tolerant


@pytest.mark.parametrize(
    ("text", "exact", "tolerant"),
    [
        ("1.5", 1.5, 1.5),
        (" -2 ", -2.0, -2.0),
        ("0", 0.0, 0.0),
        ("0.5", 0.5, 0.5),
        ("-0.5", -0.5, -0.5),
        (".5", 0.5, 0.5),
        ("5.", 5.0, 5.0),
        ("1E5", 1e5, 1e5),
        ("1.5e-3", 0.0015, 0.0015),
        ("0e0", 0.0, 0.0),
        ("12345678901234567", 12345678901234567.0, 12345678901234567.0),
        ("0.12345678901234567", 0.12345678901234567, 0.12345678901234567),
        ("-1234567.8901234567", -1234567.8901234567, -1234567.8901234567),
        ("1.50000000000000000000", 1.5, 1.5),
        ("123456789012345678", None, 123456789012345678.0),
        ("100000000000000000000", None, 1e20),
        ("0.123456789012345678", None, 0.123456789012345678),
        ("Infinity", INF, INF),
        ("-inf", -INF, -INF),
        ("1e400", None, INF),
        ("1e-400", None, 0.0),
        ("007.5", None, 7.5),
        ("-01", None, -1.0),
        ("+1.5", None, 1.5),
        ("nan", None, None),
        ("NaN", None, None),
        ("1,5", None, None),
        ("0x1F", None, None),
        (".", None, None),
        ("1e", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("company", ["1.5", "abc"])
def test_decimals(text: str | None, exact: float | None, tolerant: float | None, company: str) -> None:
    column = pa.array([text, company], pa.string())
    assert one(read_decimals(column)) == exact
    assert one(read_decimals(column, exact=False)) == tolerant


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["0", "1", "-0", "7"], [0.0, 1.0, -0.0, 7.0]),  # what follows a zero is another value
        (["0.", "-0.", ".5", "-.5"], [0.0, -0.0, 0.5, -0.5]),
        (["0.5", "-0.5", "10", "-10"], [0.5, -0.5, 10.0, -10.0]),
        (["1", "00", "2"], [1.0, None, 2.0]),
        (["1", "-00", "2"], [1.0, None, 2.0]),
        (["1", "-01.5"], [1.0, None]),
        (["-1", "01.5"], [-1.0, None]),
    ],
)
def test_zeros_that_start_decimals(texts: list[str], expected: list[float | None]) -> None:
    assert read_decimals(pa.array(texts)).to_pylist() == expected
    assert read_decimals(pa.array(["05", *texts, "05"]).slice(1, len(texts))).to_pylist() == expected


def test_a_zero_that_starts_a_decimal_far_down() -> None:
    found = read_decimals(pa.array(["0.25"] * (2 * BLOCK) + ["-07"]))
    assert found.null_count == 1
    assert found[2 * BLOCK - 1 :].to_pylist() == [0.25, None]


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("1,234,567.5", "1,234.5", 1234567.5),
        ("1234.5", "1,234.5", 1234.5),
        ("-999", "1,234.5", -999.0),
        ("1,23", "1,234.5", None),
        ("12,34,567", "1,234.5", None),
        ("1.234,5", "1.234,5", 1234.5),
        ("0,5", "1.234,5", 0.5),
        ("1.5", "1.234,5", None),
        ("1 234,5", "1 234,5", 1234.5),
        ("1\u00a0234\u202f567", "1 234,5", 1234567.0),
        ("1'234.5", "1'234.5", 1234.5),
        ("1\u2019234", "1'234.5", 1234.0),
        ("", "1,234.5", None),
        ("-", "1,234.5", None),
    ],
)
def test_number_formats(text: str, style: Any, expected: float | None) -> None:
    assert one(read_decimals(pa.array([text]), number_format=style)) == expected


def test_integers_in_a_format_keep_all_digits() -> None:
    column = pa.array(["9,007,199,254,740,993", "1,5", "0,123"])
    assert read_integers(column, number_format="1,234.5").to_pylist() == [9007199254740993, None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("FALSE", False),
        (" True ", True),
        ("1", None),
        ("yes", None),
        ("", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("company", ["true", "abc"])
def test_booleans(text: str | None, expected: bool | None, company: str) -> None:  # noqa: FBT001
    assert one(read_booleans(pa.array([text, company], pa.string()))) is expected


@pytest.mark.parametrize(
    ("text", "date_format", "expected"),
    [
        ("2024-01-31", None, date(2024, 1, 31)),
        ("0001-01-01", None, date(1, 1, 1)),
        (" 2024-01-31 ", None, date(2024, 1, 31)),
        ("2023-02-29", None, None),
        ("2024-02-29", None, date(2024, 2, 29)),
        ("1900-02-29", None, None),
        ("2000-02-29", None, date(2000, 2, 29)),
        ("2024-13-01", None, None),
        ("2024-01-31T00:00:00", None, None),
        ("31/02/2024", "%d/%m/%Y", None),
        ("31/1/2024", "%d/%m/%Y", date(2024, 1, 31)),
        ("1/31/2024", "%m/%d/%Y", date(2024, 1, 31)),
        ("31.01.24", "%d.%m.%y", date(2024, 1, 31)),
        ("31.01.69", "%d.%m.%y", date(1969, 1, 31)),
        ("31 January 2024", "%d %b %Y", date(2024, 1, 31)),
        ("sept 5,  1600", "%b %d, %Y", date(1600, 9, 5)),
        ("Wed, 31 Jan 2024", "%a, %d %b %Y", date(2024, 1, 31)),
        ("2024-366", "%Y-%j", date(2024, 12, 31)),
        ("2023-366", "%Y-%j", None),
        (None, "%d/%m/%Y", None),
    ],
)
def test_dates(text: str | None, date_format: str | None, expected: date | None) -> None:
    parsed = None if date_format is None else MomentFormat.parse(date_format)
    for column in (pa.array([text], pa.string()), pa.array([text, "x"], pa.string())):
        assert one(read_dates(column, parsed)) == expected


@pytest.mark.parametrize(
    ("text", "moment_format", "expected"),
    [
        ("2024-01-31T09:30:00", None, datetime(2024, 1, 31, 9, 30)),  # noqa: DTZ001
        ("2024-01-31 09:30:00.123456", None, datetime(2024, 1, 31, 9, 30, 0, 123456)),  # noqa: DTZ001
        ("2024-01-31", None, datetime(2024, 1, 31)),  # noqa: DTZ001
        ("1500-01-31 00:00", None, datetime(1500, 1, 31)),  # noqa: DTZ001
        ("2024-01-31 24:00:00", None, None),
        ("2024-01-31 09:60", None, None),
        ("2024-01-31 09:30:00.1234567", None, None),
        ("2024-01-31T09:30:00Z", None, None),
        ("31/01/2024 9:05 pm", "%d/%m/%Y %I:%M %p", datetime(2024, 1, 31, 21, 5)),  # noqa: DTZ001
        ("31/01/2024 12:05 AM", "%d/%m/%Y %I:%M %p", datetime(2024, 1, 31, 0, 5)),  # noqa: DTZ001
        ("31/01/2024 13:05 AM", "%d/%m/%Y %I:%M %p", None),
        ("Jan 31 2024 09:30:15.25", "%b %d %Y %T.%f", datetime(2024, 1, 31, 9, 30, 15, 250000)),  # noqa: DTZ001
    ],
)
def test_datetimes(text: str, moment_format: str | None, expected: datetime | None) -> None:
    parsed = None if moment_format is None else MomentFormat.parse(moment_format)
    for column in (pa.array([text]), pa.array([text, "x"])):
        assert one(read_datetimes(column, US, parsed)) == expected


def test_datetimes_with_offsets_become_moments() -> None:
    column = pa.array(["2024-01-31T09:30:00+02:00", "2024-01-31T09:30Z", "2024-01-31T09:30:00", "x"])
    nine, half = datetime(2024, 1, 31, 9, 30, tzinfo=UTC), timedelta(hours=2)
    assert read_datetimes(column, pa.timestamp("us", "UTC")).to_pylist() == [nine - half, nine, None, None]
    zoned = MomentFormat.parse("%d/%m/%Y %H:%M %z")
    column = pa.array(["31/01/2024 09:30 +0200"])
    assert read_datetimes(column, pa.timestamp("us", "UTC"), zoned).to_pylist() == [nine - half]
    assert read_datetimes(column, US, zoned).to_pylist() == [None]


def test_nanoseconds_fit_their_unit_only_from_1677_to_2262() -> None:
    column = pa.array(["2024-01-31 00:00:00.123456789", "1600-01-01", "2300-01-01"])
    ticks = read_datetimes(column, pa.timestamp("ns")).view(pa.int64())
    assert ticks.to_pylist() == [1706659200123456789, None, None]


def test_every_day_of_four_centuries() -> None:
    first = date(1880, 1, 1)
    days = [first + timedelta(days=offset) for offset in range(146_097)]
    column = pa.array([f"{day.day}/{day.month}/{day.year}" for day in days])
    assert read_dates(column, MomentFormat.parse("%d/%m/%Y")).equals(pa.array(days))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["31/01/2024", "01/02/2024"], ["%d/%m/%Y"]),
        (["1/31/2024", None], ["%m/%d/%Y"]),
        (["01/02/2024", "03/04/2024"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["31/01/2024", "01/31/2024"], []),
        (["31.1.2024"], ["%d.%m.%Y"]),
        (["2024/01/31 10:20"], ["%Y/%m/%d %H:%M"]),
        (["Mar 5, 2024", "December 31, 1999"], ["%b %d, %Y"]),
        (["1/31/2024 1:05 PM"], ["%m/%d/%Y %I:%M %p"]),
        (["12345", "x"], []),
    ],
)
def test_fitting_formats(values: list[str | None], expected: list[str]) -> None:
    for column in (pa.array(values), pa.chunked_array([[value] for value in values], pa.string())):
        assert [found.text for found in fitting_formats(column)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("%d/%m", "does not say year, month and day"),
        ("%d/%m/%Y %Q", "%Q in .* is not a letter"),
        ("%d/%d/%Y", "has its day twice"),
        ("%d/%m/%Y %I:%M", "%I and %p need each other"),
    ],
)
def test_formats_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidExpressionError, match=message) as caught:
        Reading("date", text).check(field="columns.x.format")
    assert caught.value.field == "columns.x.format"


def test_a_reading_has_a_type_and_reads() -> None:
    assert Reading("integer").read(pa.array(["7", "x"])).to_pylist() == [7, None]
    assert Reading("datetime", unit="ns", zone="UTC").type == pa.timestamp("ns", "UTC")
    assert Reading("text").read(pa.array(["007"])).to_pylist() == ["007"]
    with pytest.raises(InvalidExpressionError, match="no formats of boolean"):
        Reading("boolean", "x").check(field="format")
    with pytest.raises(InvalidExpressionError, match="is not a number format"):
        Reading("decimal", "1.5").check(field="format")


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "boolean", "date", "datetime"])
def test_empty_and_all_missing(kind: Any) -> None:
    reading = Reading(kind)
    assert reading.read(pa.array([], pa.string())).to_pylist() == []
    missing = reading.read(pa.nulls(2, pa.string()))
    assert (missing.type, missing.to_pylist()) == (reading.type, [None, None])
