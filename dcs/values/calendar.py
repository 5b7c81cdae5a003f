"""Days, years and ISO 8601 over the whole range of Arrow's dates, which is wider than Python's.

Years outside 0 to 9999 are spelled as JavaScript does, with a sign and at least six digits: `+012024-05-01`.
"""

from __future__ import annotations

import re
from datetime import date

_EPOCH = date(1970, 1, 1).toordinal() - 1
_DAYS_IN_CYCLE = 146_097
_YEARS_IN_CYCLE = 400

FIRST_PLAIN_DAY = -719_528
"""0000-01-01 in days since 1970-01-01."""
LAST_PLAIN_DAY = 2_932_896
"""9999-12-31 in days since 1970-01-01."""

_DATE = r"(?P<year>\d{4}|[+-]\d{6,7})-(?P<month>\d\d)-(?P<day>\d\d)"
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d\d:\d\d(?::\d\d)?)"
_ISO_DATE = re.compile(_DATE, re.ASCII)
_ISO_DATETIME = re.compile(f"{_DATE}(?:[T ]{_CLOCK}{_OFFSET}?)?", re.ASCII)

NANOSECONDS_IN_SECOND = 1_000_000_000
_SECONDS_IN_DAY = 86_400


def format_day(day: int) -> str:
    """Return the ISO date of a day since 1970-01-01; the calendar is Gregorian throughout."""
    cycle, rest = divmod(day + _EPOCH, _DAYS_IN_CYCLE)
    in_cycle = date.fromordinal(rest + 1)
    year = in_cycle.year + cycle * _YEARS_IN_CYCLE
    spelled = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"  # noqa: PLR2004 - four digits
    return f"{spelled}-{in_cycle.month:02d}-{in_cycle.day:02d}"


def parse_day(text: str) -> int | None:
    """Return the day since 1970-01-01 of an ISO date, None when it is none."""
    found = _ISO_DATE.fullmatch(text)
    return None if found is None else _day(found)


def parse_moment(text: str) -> tuple[int, bool] | None:
    """Return nanoseconds since 1970 and whether an offset was given, None when `text` is no ISO datetime.

    With an offset the nanoseconds are in UTC. A date alone is its midnight; seconds may be absent.
    """
    found = _ISO_DATETIME.fullmatch(text)
    day = None if found is None else _day(found)
    if found is None or day is None:
        return None
    seconds = _seconds(found)
    offset = _offset_seconds(found["offset"])
    if seconds is None or offset is None:
        return None
    nanoseconds = int((found["fraction"] or "0").ljust(9, "0"))
    total = (day * _SECONDS_IN_DAY + seconds - offset) * NANOSECONDS_IN_SECOND + nanoseconds
    return total, found["offset"] is not None


def format_offset(seconds: int) -> str:
    """Return an offset from UTC as `+02:00`, with seconds when it has them (local mean times before 1900)."""
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def _day(found: re.Match[str]) -> int | None:
    cycle, year = divmod(int(found["year"]) - 1, _YEARS_IN_CYCLE)
    try:
        in_cycle = date(year + 1, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return in_cycle.toordinal() - 1 + cycle * _DAYS_IN_CYCLE - _EPOCH


def _seconds(found: re.Match[str]) -> int | None:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - a clock
        return None
    return hour * 3600 + minute * 60 + second


def _offset_seconds(offset: str | None) -> int | None:
    if offset is None or offset == "Z":
        return 0
    hours, minutes, seconds = (*(int(part) for part in offset[1:].split(":")), 0)[:3]
    if hours > 23 or minutes > 59 or seconds > 59:  # noqa: PLR2004 - a clock
        return None
    size = hours * 3600 + minutes * 60 + seconds
    return -size if offset[0] == "-" else size
