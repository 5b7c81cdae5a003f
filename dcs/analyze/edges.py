"""Edges of histograms, and how many values lie between them.

The number of bins follows Freedman and Diaconis (1981): a width of 2·IQR/∛n. Where the quartiles coincide it
is Sturges' 1 + log₂ n. A bin includes its low edge, the last one both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.analyze.ordered import quantile

if TYPE_CHECKING:
    from dcs.analyze.ordered import Ordered

Edges: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

MOST_BINS = 100
"""The cap on automatic bins; long tails would ask for thousands."""

WHOLE_BINS = 32
"""So many different whole numbers or days get a bin each."""

_SECOND = 1_000_000
_UNITS_OF_TIME = (86_400, 3_600, 60, 1)
_INT64 = np.iinfo(np.int64)
_INT32 = np.iinfo(np.int32)


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
    """Return edges for values of a type, at most so many bins; see `edges_between`."""
    bins = _bins(spread, most)
    if pa.types.is_integer(arrow) or pa.types.is_date(arrow):
        slots = math.floor(spread.high) - math.floor(spread.low) + 1
        bins = slots if slots <= min(WHOLE_BINS, most) else bins
    return edges_between(spread.low, spread.high, bins, arrow)


def edges_between(low: float, high: float, bins: int, arrow: pa.DataType) -> Edges:
    """Return edges from `low` to `high`: for decimals just there, of just so many bins.

    For integers the edges are whole numbers, for dates days, for datetimes days, hours, minutes or seconds
    when bins are as wide; there may be fewer bins then, and the first begins before `low`.
    """
    if pa.types.is_floating(arrow):
        return even_edges(float(low), float(high), bins)
    first, last = math.floor(low), math.floor(high)
    unit = _unit_of_time((last - first) // bins, arrow) if pa.types.is_timestamp(arrow) else 1
    first, last = first // unit, last // unit
    slots = last - first + 1
    width = -(-slots // bins)
    limits = _INT32 if pa.types.is_date(arrow) else _INT64
    edges = ((first + step * width) * unit for step in range(-(-slots // width) + 1))
    return np.array([min(max(edge, limits.min), limits.max) for edge in edges], np.int64)


def even_edges(low: float, high: float, bins: int) -> npt.NDArray[np.float64]:
    """Return edges of equal bins, fewer where decimals are too coarse; one bin around a single value."""
    if low == high:
        half = max(0.5, abs(low) * 2.0**-20)
        low, high, bins = low - half, low + half, 1
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


def _unit_of_time(width: int, arrow: pa.DataType) -> int:
    """Return the largest of day, hour, minute and second, in ticks, that is no wider than a bin."""
    second = _SECOND if arrow.unit == "us" else 1_000 * _SECOND
    return next((unit * second for unit in _UNITS_OF_TIME if unit * second <= width), 1)
