"""Finding out how a column of text spells its dates, from all of its values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.errors import NotApplicableError
from dcs.parsing import DATE_FORMATS, DATETIME_FORMATS, Reading

SAMPLE = 1000
"""A format in which none of so many values reads is not tried on the others."""

_KNOWN = (
    Reading("datetime"),
    Reading("datetime", zone="UTC"),
    *(
        Reading("datetime", known.text)
        for known in (*DATE_FORMATS, *DATETIME_FORMATS)
        if known.text != "%Y-%m-%d"
    ),
)

_FINE_FRACTION = r"[.,][0-9]{6}[0-9]*[1-9]"
"""A fraction of a second that microseconds do not hold."""


def guess_reading(column: pa.ChunkedArray, *, field: str, name: str) -> Reading:
    """Return how most values of a text column read as datetimes; dates read as their midnights.

    A column without values reads as ISO 8601. Refuses a column in which no known format is found, and one
    that leaves the order of day and month open: all values read in both orders, or some only in one and some
    only in the other.
    """
    present = column.drop_null()
    sample = _spread(present)
    likely = [reading for reading in _KNOWN if len(sample) == 0 or _reads(reading, sample).any()]
    if not likely:
        raise NotApplicableError(
            f"In column {name!r} no known format of dates is found; please give it.", field=field, column=name
        )
    if len(sample) == 0 or len(likely) == 1:
        return likely[0]
    counts = present.value_counts()
    values, weights = counts.field("values"), np.asarray(counts.field("counts"))
    masks = {reading: _reads(reading, values) for reading in likely}
    best = max(likely, key=lambda reading: int(weights[masks[reading]].sum()))
    other = _with_day_and_month_swapped(best)
    if other != best and other in masks:
        only_best, only_other = masks[best] & ~masks[other], masks[other] & ~masks[best]
        if only_other.any() or not only_best.any():
            raise NotApplicableError(
                f"Dates in column {name!r} may be {best.format} or {other.format}; please give the format.",
                field=field,
                column=name,
            )
    return best


def with_unit(reading: Reading, column: pa.ChunkedArray) -> Reading:
    """Return the reading in nanoseconds when a value needs them, else in microseconds."""
    has_fraction = reading.format is None or "%f" in reading.format
    fine = has_fraction and pc.any(pc.match_substring_regex(column, _FINE_FRACTION)).as_py()
    return replace(reading, unit="ns" if fine else "us")


def _spread(column: pa.ChunkedArray) -> pa.Array:
    """Return some values from all over the column, the first and the last among them."""
    positions = np.linspace(0, len(column) - 1, min(SAMPLE, len(column))).astype(np.int64)
    return pa.array([column[int(position)].as_py() for position in positions], pa.string())


def _reads(reading: Reading, values: pa.Array) -> Any:
    return reading.read(values).is_valid().to_numpy(zero_copy_only=False)


def _with_day_and_month_swapped(reading: Reading) -> Reading:
    if reading.format is None:
        return reading
    swapped = reading.format.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return replace(reading, format=swapped)
