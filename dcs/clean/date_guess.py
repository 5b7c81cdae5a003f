"""Finding out how a column of text spells its dates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs import regex
from dcs.errors import NotApplicableError
from dcs.parsing import DATE_FORMATS, DATETIME_FORMATS, MomentFormat, Reading

SAMPLE = 1000
"""How many values, from all over the column, are looked at to find the formats that come into question."""

_ISO = (Reading("datetime"), Reading("datetime", zone="UTC"))
_OTHERS = tuple(
    Reading("datetime", known.text)
    for known in (*DATE_FORMATS, *DATETIME_FORMATS)
    if known.text != "%Y-%m-%d"
)

_FINE_FRACTION = r"[.,][0-9]{6}[0-9]*[1-9]"
"""A fraction of a second that microseconds do not hold."""
_LONGEST_COARSE = len("2024-01-31T10:20:30.123456")


def guess_reading(column: pa.ChunkedArray, *, field: str, name: str) -> Reading:
    """Return how most values of a text column read as datetimes; dates read as their midnights.

    A column without values reads as ISO 8601. Refuses a column in which no known format is found, and one
    that leaves the order of day and month open, because no value of all tells, or some tell the contrary.
    """
    sample = _sample(column)
    for iso in _ISO:
        if _count(iso, sample) == len(sample):
            return iso
    likely = [reading for reading in (*_ISO, *_OTHERS) if _count(reading, sample)]
    if not likely:
        raise NotApplicableError(
            f"In column {name!r} no known format of dates is found; please give it.", field=field, column=name
        )
    first = max(likely, key=lambda reading: _count(reading, sample))
    if set(likely) - {first, _swapped(first)}:
        first = max(likely, key=lambda reading: sum(_count(reading, chunk) for chunk in column.chunks))
    second = _swapped(first)
    if first == second:
        return first
    tells_first, tells_second = _tells_order(first, column), _tells_order(second, column)
    if tells_first == tells_second:
        raise NotApplicableError(
            f"Dates in column {name!r} may be {first.format} or {second.format}; please give the format.",
            field=field,
            column=name,
        )
    return first if tells_first else second


def with_unit(reading: Reading, column: pa.ChunkedArray) -> Reading:
    """Return the reading in nanoseconds when a value needs them, else in microseconds."""
    if reading.format is None:
        may_be_fine = (pc.max(pc.binary_length(column)).as_py() or 0) > _LONGEST_COARSE
    else:
        may_be_fine = "%f" in reading.format
    is_fine = may_be_fine and pc.any(regex.matches(column, _FINE_FRACTION, case_sensitive=True)).as_py()
    return replace(reading, unit="ns" if is_fine else "us")


def _sample(column: pa.ChunkedArray) -> pa.Array:
    """Return some values from all over the column; none only if there are none."""
    sample = _spread(column)
    return sample if len(sample) or column.null_count == len(column) else _spread(column.drop_null())


def _spread(column: pa.ChunkedArray) -> pa.Array:
    positions = np.linspace(0, len(column) - 1, min(SAMPLE, len(column))).astype(np.int64)
    values: list[Any] = [column[int(position)].as_py() for position in positions]
    return pa.array(values, pa.string()).drop_null()


def _count(reading: Reading, values: pa.Array) -> int:
    return len(values) - int(reading.read(values).null_count)


def _swapped(reading: Reading) -> Reading:
    """Return the reading with day and month the other way round, the same one where nobody writes so."""
    text = (reading.format or "").replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    other = replace(reading, format=text)
    return other if other in _OTHERS else reading


def _tells_order(reading: Reading, column: pa.ChunkedArray) -> bool:
    """Say whether a value is of this format with a day that is no month."""
    pattern = MomentFormat.parse(str(reading.format)).pattern
    telling = pattern.replace(r"(?P<day>\d{1,2})", "(?P<day>1[3-9]|2[0-9]|3[01])")
    return any(
        bool(pc.any(regex.matches(chunk, telling, case_sensitive=True)).as_py()) for chunk in column.chunks
    )
