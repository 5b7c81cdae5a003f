"""What the values of a column could be, judged on a sample; the whole column confirms it or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing import DATE_FORMATS, DATETIME_FORMATS, NUMBER_FORMATS, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dcs.columns import Kind

TEXT = Reading("text")
_NAIVE: tuple[Reading, ...] = (
    Reading("boolean"),
    Reading("integer"),
    Reading("decimal"),
    Reading("date"),
    Reading("datetime"),
    Reading("datetime", unit="ns"),
)
_IN_NUMBER_FORMATS = tuple(
    Reading(kind, style) for style in NUMBER_FORMATS for kind in ("integer", "decimal")
)
_DECIMAL_MARKS = {"1,234.5": ".", "1'234.5": ".", "1.234,5": ",", "1 234,5": ","}
_OFFSET = r":\d\d(?:\.\d+)?(?P<offset>[Zz]|[-+]\d\d(?::?\d\d)?)\s*$"
_GLANCE = 50
_TOLERATED_SHARE = 0.1
"""A column of which more values do not read is plain text, and not text with exceptions."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s"
_PERHAPS_NOT_TEXT = re.compile(rf"\s*(?:[-+.,]*\d|true|false|[-+]?inf|{_MONTH})", re.IGNORECASE)
_PERHAPS_A_DAY = re.compile(rf"\s*(?:\d{{1,4}}[-/.\s]\s*\w|{_MONTH})", re.IGNORECASE)
"""How a text begins in which any of the known formats of dates and datetimes reads."""


@dataclass(frozen=True)
class Guess:
    """How a column is read until the whole of it says otherwise.

    Attributes:
        reading: in which all values of the sample read.
        rivals: other readings that the rest of the file may confirm instead.
        is_open: whether the sample had no values, so that nothing is known yet.

    """

    reading: Reading
    rivals: tuple[Reading, ...] = ()
    is_open: bool = False


def guess(values: pa.Array) -> Guess:
    """Judge the values of a sample of a column: texts, without those that stand for a missing value.

    When values read in several ways that differ (03/04/2024; 1,234), the column is text with those ways as
    rivals, until a value decides. When at most a tenth of the values read in no way, the column is text and
    the best way its rival, so that the exceptions can be named.
    """
    if len(values) == 0:
        return Guess(TEXT, is_open=True)
    if not any(_PERHAPS_NOT_TEXT.match(value) for value in _spread(values)):
        return Guess(TEXT)
    for reading in _plain_readings(values):
        if _fits(values, reading):
            return Guess(reading)
    formatted = _formatted_readings(values)
    fitting = [reading for reading in formatted if _fits(values, reading)]
    if not fitting:
        best = _best(values, formatted)
        return Guess(TEXT, () if best is None else (best,))
    if is_ambiguous(fitting):
        return Guess(TEXT, tuple(fitting))
    return Guess(fitting[0], tuple(fitting[1:]))


def reading_of_kind(values: pa.Array, kind: Kind) -> Reading:
    """Return the way to read a kind in which most values of a sample read; the plain one first."""
    readings = (*_plain_readings(values), *_formatted_readings(values))
    of_kind = [reading for reading in readings if reading.kind == kind]
    return min(of_kind, key=lambda reading: misfit_count(values, reading), default=Reading(kind))


def fitting_readings(values: pa.Array) -> list[Reading]:
    """Return every reading in which all of some present values read; the plain ones first."""
    readings = (*_plain_readings(values), *_formatted_readings(values))
    return [reading for reading in readings if _fits(values, reading)]


def is_ambiguous(readings: Sequence[Reading]) -> bool:
    """Say whether readings in which all values read may give different values, the plain one not among them.

    Dates then differ in the order of day and month, numbers in the decimal mark.
    """
    formats = [reading.format for reading in readings]
    return None not in formats and len({_DECIMAL_MARKS.get(str(found), found) for found in formats}) > 1


def misfit_count(values: pa.Array, reading: Reading) -> int:
    """Count the present values that do not read."""
    read = reading.read(values)
    return int(read.null_count - values.null_count)


def _plain_readings(values: pa.Array) -> Iterator[Reading]:
    yield from _NAIVE
    if (zone := _zone(values)) is not None:
        yield Reading("datetime", zone=zone)
        yield Reading("datetime", unit="ns", zone=zone)


def _zone(values: pa.Array) -> str | None:
    """Return the offset of datetimes when it is the same throughout, UTC when it varies, None without one."""
    found = pc.struct_field(pc.extract_regex(values, _OFFSET), "offset").drop_null()
    offsets = {_normal_offset(offset) for offset in found.unique().to_pylist()}
    if not offsets:
        return None
    return offsets.pop() if len(offsets) == 1 else "UTC"


def _normal_offset(offset: str) -> str:
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return "UTC" if digits == "0000" else f"{offset[0]}{digits[:2]}:{digits[2:]}"


def _fits(values: pa.Array, reading: Reading) -> bool:
    glance = values.slice(0, _GLANCE)
    return misfit_count(glance, reading) == 0 and misfit_count(values, reading) == 0


def _formatted_readings(values: pa.Array) -> list[Reading]:
    """Return the readings with a format in which some of a few values could read."""
    if len(values) == 0:
        return []
    spread = [value for value in _spread(values) if _PERHAPS_A_DAY.match(value)]
    dates = [
        Reading("datetime" if found.has_time else "date", found.text)
        for found in (*DATE_FORMATS, *DATETIME_FORMATS)
        if any(re.match(found.pattern, value) for value in spread)
    ]
    return [*_IN_NUMBER_FORMATS, *dates]


def _spread(values: pa.Array) -> list[str]:
    """Return a few values from all over."""
    step = max(1, len(values) // _GLANCE)
    return [values[index].as_py() for index in range(0, len(values), step)]


def _best(values: pa.Array, formatted: Sequence[Reading]) -> Reading | None:
    """Return the reading with the fewest misfits, if these are exceptions."""
    readings = (*_plain_readings(values), *formatted)
    glance = values.slice(0, 10 * _GLANCE)
    best = min(readings, key=lambda reading: misfit_count(glance, reading))
    return best if misfit_count(glance, best) <= _TOLERATED_SHARE * len(glance) else None
