"""Years, weeks and hours of dates and datetimes, over the whole range of Arrow's dates.

Arrow keeps years in 16 bits and is wrong beyond ±32,767; here the calendar, Gregorian throughout, is counted
in cycles of 400 years of 146,097 days (Howard Hinnant, "chrono-compatible low-level date algorithms").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.clean.blocks import map_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

DayPart = Literal["year", "quarter", "month", "week", "day", "weekday", "day_of_year"]
TimePart = Literal["hour", "minute", "second"]
Part = Literal[DayPart, TimePart]

Integers: TypeAlias = npt.NDArray[np.int64]

_EPOCH_FROM_MARCH_OF_YEAR_0 = 719_468
_DAYS_IN_CYCLE = 146_097
_YEARS_IN_CYCLE = 400
_MARCH_TO_DECEMBER = 306
_THURSDAY = 3


@dataclass(frozen=True)
class Days:
    """Days since 1970-01-01, and what the calendar says of them."""

    since_1970: Integers

    @cached_property
    def year(self) -> Integers:
        """Years; 0 is the year before 1."""
        return self._year_from_march + (self._day_from_march >= _MARCH_TO_DECEMBER)

    @cached_property
    def quarter(self) -> Integers:
        """1 to 4."""
        return (self.month + 2) // 3

    @cached_property
    def month(self) -> Integers:
        """1 to 12."""
        return (self._month_from_march + 2) % 12 + 1

    @cached_property
    def week(self) -> Integers:
        """Weeks of ISO 8601, 1 to 53: a week belongs to the year of its Thursday."""
        return (Days(self.since_1970 - self.weekday + 1 + _THURSDAY).day_of_year - 1) // 7 + 1

    @cached_property
    def day(self) -> Integers:
        """Days of the month, 1 to 31."""
        return self._day_from_march - (153 * self._month_from_march + 2) // 5 + 1

    @cached_property
    def weekday(self) -> Integers:
        """Days of the week as in ISO 8601: Monday is 1, Sunday 7."""
        return (self.since_1970 + _THURSDAY) % 7 + 1

    @cached_property
    def day_of_year(self) -> Integers:
        """1 to 366."""
        is_before_january = self._day_from_march < _MARCH_TO_DECEMBER
        year = self._year_from_march
        is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        return np.where(
            is_before_january,
            self._day_from_march + 60 + is_leap,
            self._day_from_march - _MARCH_TO_DECEMBER + 1,
        )

    @cached_property
    def _cycle(self) -> Integers:
        return (self.since_1970 + _EPOCH_FROM_MARCH_OF_YEAR_0) // _DAYS_IN_CYCLE

    @cached_property
    def _day_of_cycle(self) -> Integers:
        return self.since_1970 + _EPOCH_FROM_MARCH_OF_YEAR_0 - self._cycle * _DAYS_IN_CYCLE

    @cached_property
    def _year_of_cycle(self) -> Integers:
        day = self._day_of_cycle
        return (day - day // 1460 + day // 36_524 - day // 146_096) // 365

    @cached_property
    def _year_from_march(self) -> Integers:
        """Years that begin on 1 March, so that leap days are the last of their year."""
        return self._year_of_cycle + self._cycle * _YEARS_IN_CYCLE

    @cached_property
    def _day_from_march(self) -> Integers:
        year = self._year_of_cycle
        return self._day_of_cycle - (365 * year + year // 4 - year // 100)

    @cached_property
    def _month_from_march(self) -> Integers:
        return (5 * self._day_from_march + 2) // 153


def part_of_days(days: pa.ChunkedArray, part: DayPart) -> pa.ChunkedArray:
    """Return what the calendar says of each day (int32); of days that repeat it is asked once."""
    bounds = pc.min_max(days).as_py()
    first, last = bounds["min"], bounds["max"]
    if first is None or last - first >= len(days):
        return map_numbers(days, lambda block: getattr(Days(block.astype(np.int64)), part), pa.int64())
    found: Integers = getattr(Days(np.arange(first, last + 1)), part)
    # What stands where a day is missing may be beyond the first and the last.
    return map_numbers(
        days, lambda block: found.take(block.astype(np.int64) - first, mode="clip"), pa.int64()
    )


def part_of_time(values: pa.ChunkedArray, part: TimePart) -> pa.ChunkedArray:
    """Return hours, minutes or whole seconds of datetimes (int64), in local time where they have a zone."""
    return _TIME_PARTS[part](values)


def days_of(values: pa.Array) -> pa.Array:
    """Return dates or datetimes as days since 1970 (int32), local ones where they have a zone."""
    if pa.types.is_timestamp(values.type):
        local = values if values.type.tz is None else pc.local_timestamp(values)
        values = local.cast(pa.date32())
    return values.view(pa.int32())


_TIME_PARTS: dict[TimePart, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "hour": pc.hour,
    "minute": pc.minute,
    "second": pc.second,
}
