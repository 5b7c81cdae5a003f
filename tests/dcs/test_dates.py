"""Parts of dates, and dates as text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dcs
from dcs.clean.calendar_parts import Days
from dcs.errors import InvalidExpressionError, NotApplicableError
from dcs.run import run

at = datetime.fromisoformat
EPOCH = date(1970, 1, 1)
ALL_DAY_PARTS = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year")


def parts(values: Any, *wanted: Any) -> list[tuple[int | None, ...]]:
    extract = dcs.ExtractDateParts(column="x", parts=wanted)
    table = run(extract, pa.table({"x": values})).table
    return list(zip(*(table[f"x_{part}"].to_pylist() for part in wanted), strict=True))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 29), (2024, 1, 2, 9, 29, 4, 60)),
        (date(2021, 1, 3), (2021, 1, 1, 53, 3, 7, 3)),
        (date(2020, 12, 31), (2020, 4, 12, 53, 31, 4, 366)),
        (date(2018, 12, 31), (2018, 4, 12, 1, 31, 1, 365)),
        (date(1, 1, 1), (1, 1, 1, 1, 1, 1, 1)),
        (date(1500, 3, 1), (1500, 1, 3, 9, 1, 4, 60)),
        (date(1600, 2, 29), (1600, 1, 2, 9, 29, 2, 60)),
        (date(2400, 10, 31), (2400, 4, 10, 44, 31, 2, 305)),
        (date(9999, 12, 31), (9999, 4, 12, 52, 31, 5, 365)),
        (None, (None,) * 7),
    ],
)
def test_parts_of_days(day: date | None, expected: tuple[int, ...]) -> None:
    assert parts(pa.array([day], pa.date32()), *ALL_DAY_PARTS) == [expected]


@given(st.dates())
def test_days_are_as_in_pythons_calendar(day: date) -> None:
    days = Days(np.array([(day - EPOCH).days]))
    found = [getattr(days, part)[0] for part in ALL_DAY_PARTS]
    week = day.isocalendar()
    of_year = day.timetuple().tm_yday
    assert found == [day.year, (day.month + 2) // 3, day.month, week.week, day.day, week.weekday, of_year]


def test_years_beyond_16_bits() -> None:
    extremes = pa.array([-(2**31), 2**31 - 1], pa.int32()).cast(pa.date32())
    assert parts(extremes, "year", "month", "day") == [(-5877641, 6, 23), (5881580, 7, 11)]


def test_parts_of_many_days_in_no_order() -> None:
    days = [date(2024, 12, 31), None, date(2024, 1, 1), *[date(2024, 5, 5)] * 400]
    assert parts(days, "day_of_year")[:4] == [(366,), (None,), (1,), (126,)]


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_parts_of_time(unit: str) -> None:
    moments = pa.array([at("1960-02-03T23:59:58.999999"), None], pa.timestamp(unit))
    assert parts(moments, "hour", "minute", "second", "day", "year") == [(23, 59, 58, 3, 1960), (None,) * 5]


def test_parts_are_of_local_time() -> None:
    moments = pa.array([at("2023-12-31T23:30")], pa.timestamp("us", "Europe/Paris"))
    assert parts(moments, "year", "month", "day", "hour", "minute") == [(2024, 1, 1, 0, 30)]


def test_new_columns_stand_to_the_right_with_free_names() -> None:
    table = pa.table({"x": [date(2024, 5, 6)], "x_year": ["taken"]})
    after = run(dcs.ExtractDateParts(column="x", parts=["year", "day"]), table).table
    assert after.to_pydict() == {
        "x": [date(2024, 5, 6)],
        "x_year_2": [2024],
        "x_day": [6],
        "x_year": ["taken"],
    }


def test_a_date_has_no_time_of_day() -> None:
    with pytest.raises(NotApplicableError, match="'x' is date, and has no hour") as refused:
        parts([date(2024, 1, 1)], "year", "hour")
    assert refused.value.field == "parts.1"


def written(values: Any, form: str) -> list[str | None]:
    table = run(dcs.FormatDates(columns=["x"], format=form), pa.table({"x": values})).table
    texts: list[str | None] = table["x"].to_pylist()
    return texts


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%d/%m/%Y", "06/05/2024"),
        ("%A %d %B %Y", "Monday 06 May 2024"),
        ("%a %b %y", "Mon May 24"),
        ("%j", "127"),
        ("%F", "2024-05-06"),
        ("%D", "05/06/24"),
        ("100%% on %d.%m.", "100% on 06.05."),
        ("%Y%Y", "20242024"),
    ],
)
def test_writes_dates(form: str, expected: str) -> None:
    assert written([date(2024, 5, 6), None], form) == [expected, None]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%H:%M:%S", ["00:05:09", "13:00:00"]),
        ("%I:%M %p", ["12:05 AM", "01:00 PM"]),
        ("%T.%f", ["00:05:09.000120", "13:00:00.000000"]),
        ("%R on %F at %S,%f", ["00:05 on 1600-12-31 at 09,000120", "13:00 on 2999-01-02 at 00,000000"]),
    ],
)
def test_writes_datetimes_before_1678_and_after_2262(form: str, expected: list[str]) -> None:
    assert written([at("1600-12-31T00:05:09.000120"), at("2999-01-02T13:00")], form) == expected


def test_nanoseconds_have_nine_digits() -> None:
    assert written(pa.array([1, -1], pa.timestamp("ns")), "%S.%f") == ["00.000000001", "59.999999999"]


def test_writes_local_time_with_its_offset() -> None:
    moments = pa.array([0, 1_720_000_000, -3_000_000_000, None], pa.timestamp("us", "Europe/Paris"))
    seconds = pa.array([0, 1_720_000_000, -3_000_000_000, None]).cast(pa.timestamp("s", "UTC"))
    assert written(seconds.cast(moments.type), "%F %T %z") == [
        "1970-01-01 01:00:00 +0100",
        "2024-07-03 11:46:40 +0200",
        "1874-12-07 18:49:21 +000921",
        None,
    ]


def test_writes_years_that_have_not_four_digits() -> None:
    days = pa.array([-719_529, -719_528, 2_932_897, -700_000], pa.int32()).cast(pa.date32())
    assert written(days, "%Y-%m-%d") == ["-000001-12-31", "0000-01-01", "+010000-01-01", "0053-06-19"]


@given(st.datetimes(min_value=at("1000-01-01")))
def test_writes_as_python_does(moment: datetime) -> None:
    form = "%Y %y %m %b %B %d %j %H %I %p %M %S %f %a %A"
    assert written(pa.array([moment], pa.timestamp("us")), form) == [moment.strftime(form)]


def test_what_was_written_can_be_read_again() -> None:
    moments = [at("2024-02-29T12:00") + timedelta(days=40 * day, minutes=7 * day) for day in range(50)]
    form = "%d. %B %Y, %I:%M %p"
    texts = pa.table({"x": written(moments, form)})
    read = run(dcs.ChangeType(columns=["x"], type="datetime", format=form), texts).table["x"]
    assert read.to_pylist() == moments


@pytest.mark.parametrize(
    ("form", "message"), [("%Q", "%Q in '%Q' is not a letter"), ("day", "no letter"), ("%d %", "% in '%d %'")]
)
def test_refuses_what_is_no_form(form: str, message: str) -> None:
    with pytest.raises(InvalidExpressionError, match=message) as refused:
        written([date(2024, 1, 1)], form)
    assert refused.value.field == "format"


@pytest.mark.parametrize(
    ("values", "form", "message"),
    [
        ([date(2024, 1, 1)], "%d %H", "no time of day for %H"),
        ([at("2024-01-01")], "%d %z", "no time zone"),
    ],
)
def test_refuses_letters_that_a_column_cannot_fill(values: Any, form: str, message: str) -> None:
    with pytest.raises(NotApplicableError, match=message) as refused:
        written(values, form)
    assert (refused.value.field, refused.value.column) == ("format", "x")
