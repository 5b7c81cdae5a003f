"""Edges of histograms, and how many values lie between them.

The number of bins follows Freedman and Diaconis (1981): a width of 2·IQR/∛n. Where the quartiles coincide it
is Sturges' 1 + log₂ n. Widths are rounded, by at most a fifth downwards, to 1, 2, 2.5 or 5 times a power of
ten, so that edges are numbers a person would choose. A bin includes its low edge, the last one both.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.analyze.ordered import quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.analyze.ordered import Ordered

Edges: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

MOST_BINS = 100
"""The cap on automatic bins; long tails would ask for thousands."""

WHOLE_BINS = 32
"""So many different whole numbers or days get a bin each."""

_ROUND = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
_NARROWEST = Fraction(4, 5)
_SECOND = 1_000_000
_UNITS_OF_TIME = (86_400, 3_600, 60, 1)
_INT64 = np.iinfo(np.int64)
_INT32 = np.iinfo(np.int32)
_LARGEST = Fraction(sys.float_info.max)


@dataclass(frozen=True)
class Spread:
    """What the edges depend on, of at least one finite value."""

    count: int
    low: int | float
    high: int | float
    first_quartile: int | float
    third_quartile: int | float


def spread_of(values: Ordered) -> Spread | None:
    """Return the spread of finite values in order, None if there are none."""
    low, first, third, high = (quantile(values, Fraction(quarter, 4)) for quarter in (0, 1, 3, 4))
    if low is None or first is None or third is None or high is None:
        return None
    return Spread(len(values), low, high, first, third)


def automatic_edges(spread: Spread, arrow: pa.DataType, *, most: int = MOST_BINS) -> Edges:
    """Return edges around values of a type, at most so many bins.

    Edges of integers are whole numbers; see `edges_between` for those of dates.
    """
    bins = _bins(spread, most)
    if pa.types.is_floating(arrow):
        return _round_edges(Fraction(spread.low), Fraction(spread.high), bins, most)
    low, high = math.floor(spread.low), math.floor(spread.high)
    slots = high - low + 1
    if pa.types.is_timestamp(arrow):
        return edges_between(low, high, bins, arrow)
    if slots <= min(WHOLE_BINS, most):
        return edges_between(low, high, slots, arrow)
    if pa.types.is_date(arrow):
        return edges_between(low, high, bins, arrow)
    widths = (int(width) for width in _round_widths(Fraction(slots, bins)) if width.denominator == 1)
    width = next(width for width in widths if high // width - low // width < most)
    return _whole_edges(low // width * width, high, width, _INT64)


def edges_between(low: float, high: float, bins: int, arrow: pa.DataType) -> Edges:
    """Return edges from `low` to `high`: for decimals just there, of just so many bins.

    For integers the edges are whole numbers, for dates days, for datetimes days, hours, minutes or seconds
    when bins are as wide; there may be fewer bins then, and the first begins before `low`.
    """
    if pa.types.is_floating(arrow):
        return even_edges(float(low), float(high), bins)
    first, last = math.floor(low), math.floor(high)
    unit = _unit_of_time((last - first) // bins, arrow) if pa.types.is_timestamp(arrow) else 1
    slots = last // unit - first // unit + 1
    limits = _INT32 if pa.types.is_date(arrow) else _INT64
    return _whole_edges(first // unit * unit, last, -(-slots // bins) * unit, limits)


def even_edges(low: float, high: float, bins: int) -> npt.NDArray[np.float64]:
    """Return edges of equal bins, fewer where decimals are too coarse; one bin around a single value."""
    if low == high:
        half = max(0.5, abs(low) * 2.0**-20)
        return np.clip([low - half, low + half], -sys.float_info.max, sys.float_info.max)
    share = np.arange(bins + 1) / bins
    # Not low + step * …: the distance from low to high may be infinite.
    return np.unique(np.clip(low * (1 - share) + high * share, low, high))


def count_between(values: Ordered, edges: Edges) -> list[int]:
    """Return the number of values, in order, in each bin; values outside the edges are in none."""
    if values.dtype == np.int64 and edges.dtype == np.float64:
        within = np.clip(edges, -(2.0**63), 2.0**63 - 1024)
        starts = np.searchsorted(values, np.ceil(within).astype(np.int64), "left")
        end = np.searchsorted(values, np.floor(within[-1:]).astype(np.int64), "right")
    else:
        starts = np.searchsorted(values, edges, "left")
        end = np.searchsorted(values, edges[-1:], "right")
    counts: list[int] = np.diff(np.concatenate([starts[:-1], end])).tolist()
    return counts


def _bins(spread: Spread, most: int) -> int:
    # Halves, because the distance of two decimals may be infinite.
    distance = spread.high / 2 - spread.low / 2
    between_quartiles = spread.third_quartile / 2 - spread.first_quartile / 2
    if distance == 0:
        return 1
    if between_quartiles == 0:
        return min(math.ceil(math.log2(spread.count)) + 1, most)
    return math.ceil(min(distance / between_quartiles * math.cbrt(spread.count) / 2, most))


def _round_edges(low: Fraction, high: Fraction, bins: int, most: int) -> npt.NDArray[np.float64]:
    """Return edges at multiples of a round width, the narrowest that needs no more than `most` bins."""
    if low == high:
        return even_edges(float(low), float(high), 1)
    for width in _round_widths((high - low) / bins):
        first, last = math.floor(low / width), math.ceil(high / width)
        if last - first <= most:
            break
    edges = (min(max(step * width, -_LARGEST), _LARGEST) for step in range(first, last + 1))
    return np.unique([float(edge) for edge in edges])


def _round_widths(wanted: Fraction) -> Iterator[Fraction]:
    """Yield 1, 2, 2.5 and 5 times powers of ten, growing without end, the first about as wide as wanted."""
    least = wanted * _NARROWEST
    exponent = math.floor(math.log10(least.numerator) - math.log10(least.denominator))
    for power in count(exponent - 1):
        yield from (width for factor in _ROUND if (width := factor * Fraction(10) ** power) >= least)


def _whole_edges(start: int, high: int, width: int, limits: Any) -> Edges:
    """Return edges from `start` to beyond `high`, but within what a type can hold."""
    edges = range(start, high + width + 1, width)
    within = sorted({min(max(edge, limits.min), limits.max) for edge in edges})
    return np.array(within if len(within) > 1 else [within[0] - 1, *within], np.int64)


def _unit_of_time(width: int, arrow: pa.DataType) -> int:
    """Return the largest of day, hour, minute and second, in ticks, that is no wider than a bin."""
    second = _SECOND if arrow.unit == "us" else 1_000 * _SECOND
    return next((unit * second for unit in _UNITS_OF_TIME if unit * second <= width), 1)
