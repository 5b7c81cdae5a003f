"""Numbers and dates from small to large: what most statistics can be read off.

Sorting is cheaper than hashing here, so distinct values, extremes, quantiles and histograms all come from
one sorted copy of a column.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.columns import kind_of
from dcs.present import present_numbers
from dcs.values.zero import numbers_with_one_zero

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

Ordered: TypeAlias = npt.NDArray[Any]
"""int64 or float64 from small to large; dates as days, datetimes as ticks since 1970. No NaN, no -0.0."""


def ordered(column: pa.ChunkedArray) -> Ordered:
    """Return the values of a number or date column that are not missing, in order."""
    return np.sort(ordinals(column))


def ordinals(column: pa.ChunkedArray) -> Ordered:
    """Return the values of a column of anything but text that are not missing, in their place."""
    match kind_of(column.type):
        case "decimal":
            values = present_numbers(column)
            # What is left without missing values is a copy already.
            return numbers_with_one_zero(values, out=values if column.null_count else None)
        case "date":
            return present_numbers(column.cast(pa.int32())).astype(np.int64)
        case _:
            return present_numbers(column.cast(pa.int64()))


def between(values: Ordered, low: float | None, high: float | None) -> Ordered:
    """Return the values from `low` to `high`, both included; None is no limit."""
    start = 0 if low is None else np.searchsorted(values, _in_type_of(values, low, math.ceil), "left")
    end = (
        len(values)
        if high is None
        else np.searchsorted(values, _in_type_of(values, high, math.floor), "right")
    )
    return values[start:end]


def finite_part(values: Ordered) -> Ordered:
    """Return the values without infinite ones, which are at the ends."""
    if values.dtype != np.float64:
        return values
    return values[np.searchsorted(values, -np.inf, "right") : np.searchsorted(values, np.inf, "left")]


def quantile(values: Ordered, share: Fraction) -> int | float | None:
    """Return the value below which a share of the values lies, interpolated linearly between neighbours.

    This is numpy's default and R's type 7. Of integers it is exact, an integer where it is whole. None when
    there are no values, or between infinities of both signs.
    """
    if not len(values):
        return None
    whole, part = divmod(share * (len(values) - 1), 1)
    low = values[int(whole)].item()
    if not part:
        return int(low) if values.dtype == np.int64 else float(low)
    high = values[int(whole) + 1].item()
    if values.dtype == np.int64:
        between = low + part * (high - low)
        return int(between) if between.denominator == 1 else float(between)
    return _between_decimals(low, high, float(part))


def lower_median(values: Ordered) -> int | None:
    """Return the middle one of days or ticks, of two the lower."""
    return int(values[(len(values) - 1) // 2]) if len(values) else None


def runs(values: Ordered) -> tuple[Ordered, npt.NDArray[np.int64]]:
    """Return the distinct values, in order, and how often each occurs."""
    if not len(values):
        return values, np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return values[starts], np.diff(starts, append=len(values))


def as_column_type(values: Sequence[int | float] | Ordered, arrow: pa.DataType) -> pa.Array:
    """Return numbers, days or ticks as an array of the column's type."""
    if pa.types.is_floating(arrow):
        return pa.array(values, pa.float64())
    if pa.types.is_date(arrow):
        return pa.array(values, pa.int32()).cast(arrow)
    return pa.array(values, pa.int64()).cast(arrow)


def _in_type_of(values: Ordered, limit: float, towards: Callable[[float], int]) -> Any:
    """Return a limit that integers can be compared with as integers, however large they are."""
    if values.dtype == np.float64:
        return np.float64(limit)
    least, most = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    return np.int64(least if limit < least else most if limit > most else towards(limit))


def _between_decimals(low: float, high: float, part: float) -> float | None:
    if low == high:
        return low
    between = low * (1 - part) + high * part
    return None if np.isnan(between) else min(max(between, low), high)
