"""Dates and datetimes written in a given form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.clean.calendar_parts import Days, days_of
from dcs.errors import InvalidExpressionError
from dcs.values.calendar import format_offset
from dcs.values.text import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Integers: TypeAlias = npt.NDArray[np.int64]
Speller: TypeAlias = "Callable[[Integers], pa.Array]"
Source = Literal["day", "second", "fraction", "offset"]
"""What a letter is taken from: days, seconds of the day, ticks of the second, seconds from UTC."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORTHANDS = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}
_SECONDS_IN_DAY = 86_400


@dataclass(frozen=True)
class MomentSpelling:
    """A form of dates and datetimes in strptime letters, understood: letters, and texts between them."""

    letters: tuple[str, ...]
    texts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, field: str) -> MomentSpelling:
        """Understand a form; raises `InvalidExpressionError` for an unknown letter, or when there is none."""
        return _parse(text, field)

    def source_of(self, letter: str) -> Source:
        """Return what a letter is taken from."""
        return _LETTERS[letter][0]

    def spell(self, values: pa.Array) -> pa.Array:
        """Write each value; missing stays missing.

        Neighbouring letters that are taken from the same, such as those of the day, are put together once for
        each different day.
        """
        written = [_written(_SOURCES[source](values), parts) for source, parts in self._runs()]
        return written[0] if len(written) == 1 else pc.binary_join_element_wise(*written, "")

    def _runs(self) -> Iterator[tuple[Source, list[str | Speller]]]:
        """Yield runs of letters that are taken from the same, with the texts beside them."""
        before, *after = self.texts
        parts: list[str | Speller] = [before]
        current = self.source_of(self.letters[0])
        for letter, text in zip(self.letters, after, strict=True):
            source, speller = _LETTERS[letter]
            if source != current:
                yield current, parts
                current, parts = source, []
            parts += [speller, text]
        yield current, parts


@cache
def _parse(text: str, field: str) -> MomentSpelling:
    expanded = re.sub("%([FTRD%])", lambda found: _SHORTHANDS.get(found[1], "%%"), text)
    texts, letters = [""], []
    for literal, escaped in re.findall("([^%]+)|%(.?)", expanded, flags=re.DOTALL):
        if literal or escaped == "%":
            texts[-1] += literal or "%"
        elif escaped in _LETTERS:
            letters.append(escaped)
            texts.append("")
        else:
            raise InvalidExpressionError(
                f"%{escaped} in {text!r} is not a letter of date formats.", field=field
            )
    if not letters:
        raise InvalidExpressionError(f"{text!r} has no letter such as %Y.", field=field)
    return MomentSpelling(tuple(letters), tuple(texts))


def _written(numbers: pa.Array, parts: list[str | Speller]) -> pa.Array:
    coded = numbers.dictionary_encode()
    distinct = coded.dictionary.to_numpy().astype(np.int64)
    spelled = [part if isinstance(part, str) else part(distinct) for part in parts]
    return pc.binary_join_element_wise(*spelled, "").take(coded.indices)


def _each(part: Callable[[Integers], Integers], spell: Callable[[int], str]) -> Speller:
    """Return what spells a part of each number; of parts that repeat each is spelled once."""

    def spelled(numbers: Integers) -> pa.Array:
        coded = pa.array(part(numbers)).dictionary_encode()
        texts = [spell(value) for value in coded.dictionary.to_pylist()]
        return pa.array(texts, pa.string()).take(coded.indices)

    return spelled


def _year(year: int) -> str:
    return f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"  # noqa: PLR2004 - four digits


def _seconds(values: pa.Array) -> pa.Array:
    return _from_local(values, lambda ticks, per_second: ticks // per_second % _SECONDS_IN_DAY)


def _fractions(values: pa.Array) -> pa.Array:
    """Return ticks of the second, with a 1 before the first digit that keeps zeros in their place."""
    return _from_local(values, lambda ticks, per_second: ticks % per_second + per_second)


def _offsets(values: pa.Array) -> pa.Array:
    utc = values.view(pa.int64()).fill_null(0).to_numpy()
    return _from_local(values, lambda ticks, per_second: (ticks - utc) // per_second)


def _from_local(values: pa.Array, make: Callable[[Integers, int], Integers]) -> pa.Array:
    """Return what is made of local ticks since 1970, and of how many there are in a second."""
    local = values if values.type.tz is None else pc.local_timestamp(values)
    ticks = local.view(pa.int64()).fill_null(0).to_numpy()
    made = make(ticks, TICKS_PER_SECOND[values.type.unit])
    return pa.array(made, mask=np.asarray(values.is_null()))


_SOURCES: dict[Source, Callable[[pa.Array], pa.Array]] = {
    "day": days_of,
    "second": _seconds,
    "fraction": _fractions,
    "offset": _offsets,
}

_LETTERS: dict[str, tuple[Source, Speller]] = {
    "Y": ("day", _each(lambda days: Days(days).year, _year)),
    "y": ("day", _each(lambda days: Days(days).year % 100, "{:02d}".format)),
    "m": ("day", _each(lambda days: Days(days).month, "{:02d}".format)),
    "b": ("day", _each(lambda days: Days(days).month, lambda month: _MONTHS[month - 1][:3])),
    "B": ("day", _each(lambda days: Days(days).month, lambda month: _MONTHS[month - 1])),
    "d": ("day", _each(lambda days: Days(days).day, "{:02d}".format)),
    "j": ("day", _each(lambda days: Days(days).day_of_year, "{:03d}".format)),
    "a": ("day", _each(lambda days: Days(days).weekday, lambda day: _WEEKDAYS[day - 1][:3])),
    "A": ("day", _each(lambda days: Days(days).weekday, lambda day: _WEEKDAYS[day - 1])),
    "H": ("second", _each(lambda seconds: seconds // 3600, "{:02d}".format)),
    "I": ("second", _each(lambda seconds: (seconds // 3600 - 1) % 12 + 1, "{:02d}".format)),
    "p": ("second", _each(lambda seconds: seconds // 43_200, ["AM", "PM"].__getitem__)),
    "M": ("second", _each(lambda seconds: seconds // 60 % 60, "{:02d}".format)),
    "S": ("second", _each(lambda seconds: seconds % 60, "{:02d}".format)),
    "f": ("fraction", lambda ticks: pc.utf8_slice_codeunits(pa.array(ticks).cast(pa.string()), 1)),
    "z": ("offset", _each(lambda seconds: seconds, lambda offset: format_offset(offset).replace(":", ""))),
}
