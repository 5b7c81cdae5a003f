"""Formats of dates and datetimes in strptime letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dcs.errors import InvalidExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = "|".join(
    (
        "january|february|march|april|may|june|july|august|september|october|november|december",
        *_MONTHS,
        "sept",
    )
)
_DAY_NAME = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"

_FIELDS = {
    "Y": ("year", r"\d{4}"),
    "y": ("short_year", r"\d{2}"),
    "m": ("month", r"\d{1,2}"),
    "b": ("month_name", _MONTH_NAME),
    "B": ("month_name", _MONTH_NAME),
    "d": ("day", r"\d{1,2}"),
    "j": ("day_of_year", r"\d{1,3}"),
    "H": ("hour", r"\d{1,2}"),
    "I": ("hour_of_half", r"\d{1,2}"),
    "p": ("half", r"[ap]\.?m\.?"),
    "M": ("minute", r"\d{1,2}"),
    "S": ("second", r"\d{1,2}"),
    "f": ("fraction", r"\d{1,9}"),
    "z": ("offset", r"z|[-+]\d{2}:?\d{2}"),
}
_SKIPPED = {"a": _DAY_NAME, "A": _DAY_NAME, "%": "%"}
_SHORTHANDS = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}
_TIME_FIELDS = {"hour", "hour_of_half", "minute", "second", "fraction", "offset"}


@dataclass(frozen=True)
class MomentFormat:
    """A format in strptime letters, understood.

    Attributes:
        text: the format as given.
        pattern: the regular expression (RE2) that finds its fields by name.
        fields: names of the fields, in the order of the text.

    """

    text: str
    pattern: str
    fields: tuple[str, ...]

    @property
    def has_time(self) -> bool:
        """Say whether the format has a time of day, so that its values are datetimes."""
        return not _TIME_FIELDS.isdisjoint(self.fields)

    @property
    def has_offset(self) -> bool:
        """Say whether values carry their offset from UTC."""
        return "offset" in self.fields

    @classmethod
    def parse(cls, text: str, *, field: str = "format") -> MomentFormat:
        """Understand a format; day and month names are English, case does not matter, a blank fits several.

        Letters: `%Y %y %m %b %B %d %j %H %I %p %M %S %f %z %a %A %F %T %R %D %%`. Raises
        `InvalidExpressionError` for another letter, one given twice, or one without which no date is known.
        """
        return _parse(text, field)


@cache
def _parse(text: str, field: str) -> MomentFormat:
    expanded = re.sub("%([FTRD])", lambda found: _SHORTHANDS[found[1]], text)
    literal, *rest = re.split("%(.)", expanded, flags=re.DOTALL)
    pattern = _literal_pattern(literal)
    fields: list[str] = []
    for letter, following in zip(rest[::2], rest[1::2], strict=True):
        pattern += _field_pattern(letter, fields, text=text, field=field) + _literal_pattern(following)
    _require_date(text, fields, field)
    return MomentFormat(text, rf"(?i)^\s*{pattern}\s*$", tuple(fields))


def _field_pattern(letter: str, fields: list[str], *, text: str, field: str) -> str:
    """Return the pattern of one letter, and add its name to the fields when it has one."""
    if letter in _SKIPPED:
        return _SKIPPED[letter]
    if letter not in _FIELDS:
        raise InvalidExpressionError(f"%{letter} in {text!r} is not a letter of date formats.", field=field)
    name, digits = _FIELDS[letter]
    if name in fields:
        raise InvalidExpressionError(f"{text!r} has its {_spoken(name)} twice.", field=field)
    fields.append(name)
    return f"(?P<{name}>{digits})"


def _literal_pattern(literal: str) -> str:
    return r"\s+".join(re.escape(part) for part in re.split(r"\s+", literal))


def _require_date(text: str, fields: Iterable[str], field: str) -> None:
    known = set(fields)
    has_year = not known.isdisjoint({"year", "short_year"})
    has_day = "day_of_year" in known or ("day" in known and not known.isdisjoint({"month", "month_name"}))
    if not (has_year and has_day):
        raise InvalidExpressionError(f"{text!r} does not say year, month and day.", field=field)
    if ("hour_of_half" in known) != ("half" in known):
        raise InvalidExpressionError(f"{text!r}: %I and %p need each other.", field=field)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


_DAYS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d. %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%b %d %Y",
)
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")

DATE_FORMATS = tuple(MomentFormat.parse(day) for day in _DAYS)
"""Formats of dates that are recognised without being told, all with years of four digits."""

DATETIME_FORMATS = tuple(MomentFormat.parse(f"{day} {time}") for day in _DAYS for time in _TIMES)
"""Formats of datetimes that are recognised without being told, besides ISO 8601."""
