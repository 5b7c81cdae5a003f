"""Text as dates and datetimes, strictly: 31 February is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing.casting import cast_all
from dcs.parsing.formats import DATE_FORMATS, DATETIME_FORMATS, MomentFormat
from dcs.parsing.rewriting import read_rearranged
from dcs.values.text import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_ISO_DATE = DATE_FORMATS[0]
_ISO_DATETIME = (
    r"^\s*(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[Tt ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?)?)?"
)
_OFFSET = r"(?P<offset>[Zz]|[-+]\d\d(?::?\d\d)?)"
_CLOCK = ("year", "month", "day", "hour", "minute", "second", "fraction")
_ISO_NAIVE = MomentFormat("ISO 8601", rf"{_ISO_DATETIME}\s*$", _CLOCK)
_ISO_ZONED = MomentFormat("ISO 8601", rf"{_ISO_DATETIME}{_OFFSET}\s*$", (*_CLOCK, "offset"))

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_SECONDS_IN_DAY = 86_400
_FRACTION_DIGITS = 9
_LAST_SHORT_YEAR_OF_2000 = 68
_SAMPLE = 100


def read_dates(text: pa.Array, date_format: MomentFormat | None = None) -> pa.Array:
    """Return text as date32, missing where it is no date in the format; absent, ISO 8601.

    Blanks around a value are allowed.
    """
    if date_format is None:
        values = cast_all(text, pa.date32())
    else:
        values = read_rearranged(text, date_format, pa.date32())
    if values is not None:
        return values
    parts = _Parts(text, date_format or _ISO_DATE)
    days, valid = parts.days()
    return pa.array(days.astype(np.int32), pa.int32(), mask=~valid).view(pa.date32())


def read_datetimes(
    text: pa.Array, arrow_type: pa.DataType, datetime_format: MomentFormat | None = None
) -> pa.Array:
    """Return text as timestamps of a type, missing where a value is none in the format; absent, ISO 8601.

    A type with a zone takes only values with an offset, a type without one only values without. Dates alone
    are midnight. A fraction finer than the unit, or a moment that it cannot count, is missing.
    """
    if datetime_format is None:
        values = cast_all(text, arrow_type)
    else:
        values = None if arrow_type.tz else read_rearranged(text, datetime_format, arrow_type)
    if values is not None:
        return values
    if datetime_format is None:
        datetime_format = _ISO_NAIVE if arrow_type.tz is None else _ISO_ZONED
    parts = _Parts(text, datetime_format)
    ticks, valid = parts.ticks(TICKS_PER_SECOND[arrow_type.unit])
    if datetime_format.has_offset != (arrow_type.tz is not None):
        valid = np.zeros_like(valid)
    return pa.array(ticks, pa.int64(), mask=~valid).view(arrow_type)


def fitting_formats(
    text: pa.Array | pa.ChunkedArray,
    among: Iterable[MomentFormat] = (*DATE_FORMATS, *DATETIME_FORMATS),
) -> tuple[MomentFormat, ...]:
    """Return the formats in which every value reads; two of them differ in the order of day and month.

    When all values are missing, every format fits.
    """
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    fitting = tuple(among)
    for chunk in chunks:
        present = chunk.drop_null()
        for part in (present.slice(0, _SAMPLE), present):
            fitting = tuple(candidate for candidate in fitting if _fits(part, candidate))
    return fitting


def _fits(text: pa.Array, candidate: MomentFormat) -> bool:
    _, valid = _Parts(text, candidate).ticks(TICKS_PER_SECOND["us"])
    return bool(valid.all())


class _Parts:
    """The fields of every value as numbers; a value that does not match has none."""

    def __init__(self, text: pa.Array, moment_format: MomentFormat) -> None:
        self._found = pc.extract_regex(text, moment_format.pattern)
        self._fields = moment_format.fields
        self._matched: NDArray[np.bool_] = self._found.is_valid().to_numpy(zero_copy_only=False)

    def days(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return days since 1970, and where there is such a day."""
        year = self._year()
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        if "day_of_year" in self._fields:
            day = self._number("day_of_year")
            valid = (day >= 1) & (day <= 365 + leap)
            return _days(year, np.ones_like(year), np.ones_like(year)) + day - 1, valid & self._matched
        month, day = self._month(), self._number("day")
        valid = (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
        length = _MONTH_DAYS[np.where(valid, month, 1) - 1] + (leap & (month == 2))  # noqa: PLR2004
        valid &= (day >= 1) & (day <= length)
        return _days(year, month, day), valid & self._matched

    def ticks(self, per_second: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return ticks since 1970 in UTC, and where there is such a moment that fits."""
        days, valid = self.days()
        hour, valid_hour = self._hour()
        minute, second, fraction = self._number("minute"), self._number("second"), self._fraction()
        finer = 10**_FRACTION_DIGITS // per_second
        valid &= valid_hour & (minute < 60) & (second < 60) & (fraction % finer == 0)  # noqa: PLR2004 - a clock
        seconds = days * _SECONDS_IN_DAY + hour * 3600 + minute * 60 + second - self._offset()
        limit = 2**63 // per_second - 1
        valid &= (seconds > -limit) & (seconds < limit)
        return np.where(valid, seconds, 0) * per_second + fraction // finer, valid

    def _number(self, name: str) -> NDArray[np.int64]:
        return _integers(self._text(name)) if name in self._fields else self._zeros()

    def _text(self, name: str) -> pa.Array:
        """Return a field; empty where the value does not match or an optional field is absent."""
        return pc.fill_null(pc.struct_field(self._found, name), "")

    def _zeros(self) -> NDArray[np.int64]:
        return np.zeros(len(self._matched), np.int64)

    def _year(self) -> NDArray[np.int64]:
        if "year" in self._fields:
            return self._number("year")
        short = self._number("short_year")
        return short + np.where(short <= _LAST_SHORT_YEAR_OF_2000, 2000, 1900)

    def _month(self) -> NDArray[np.int64]:
        if "month" in self._fields:
            return self._number("month")
        start = pc.utf8_slice_codeunits(pc.ascii_lower(self._text("month_name")), 0, 3)
        known = pc.fill_null(pc.index_in(start, pa.array(_MONTHS)), -1)
        return np.asarray(known, np.int64) + 1

    def _hour(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if "half" not in self._fields:
            hour = self._number("hour")
            return hour, hour < 24  # noqa: PLR2004 - a clock
        hour = self._number("hour_of_half")
        afternoon = pc.starts_with(pc.ascii_lower(self._text("half")), "p").to_numpy(zero_copy_only=False)
        return hour % 12 + 12 * afternoon, (hour >= 1) & (hour <= 12)  # noqa: PLR2004 - a clock

    def _fraction(self) -> NDArray[np.int64]:
        if "fraction" not in self._fields:
            return self._zeros()
        return _integers(pc.ascii_rpad(self._text("fraction"), _FRACTION_DIGITS, "0"))

    def _offset(self) -> NDArray[np.int64]:
        if "offset" not in self._fields:
            return self._zeros()
        coded = pc.dictionary_encode(self._text("offset"))
        known = np.array([_offset_seconds(offset) for offset in coded.dictionary.to_pylist()], np.int64)
        offsets: NDArray[np.int64] = known[np.asarray(coded.indices)]
        return offsets


def _integers(text: pa.Array) -> NDArray[np.int64]:
    filled = pc.if_else(pc.equal(text, ""), "0", text)
    numbers: NDArray[np.int64] = np.asarray(pc.cast(filled, pa.int64()))
    return numbers


def _offset_seconds(offset: str) -> int:
    if offset in ("", "Z", "z"):
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if offset[0] == "-" else seconds


def _days(year: Any, month: Any, day: Any) -> Any:
    """Return days since 1970-01-01 of the Gregorian calendar, by counting from 1 March as Hinnant does.

    http://howardhinnant.github.io/date_algorithms.html#days_from_civil
    """
    year = year - (month <= 2)  # noqa: PLR2004 - a year that begins in March
    cycle = year // 400
    year_of_cycle = year - cycle * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_cycle = year_of_cycle * 365 + year_of_cycle // 4 - year_of_cycle // 100 + day_of_year
    return cycle * 146_097 + day_of_cycle - 719_468
