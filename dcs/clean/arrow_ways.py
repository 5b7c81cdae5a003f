"""Values of groups made of Arrow's own counts, sums and extremes, with proof that they are close enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.moments import bounds
from dcs.clean.grouped_sums import rounder_for
from dcs.parts import at_once
from dcs.present import is_present, present_numbers, stored_numbers
from dcs.values.zero import with_one_zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcs.clean.aggregates import Function

Column: TypeAlias = pa.ChunkedArray

CLOSE = 2.0**-50
"""How much of a sum its error may be: a few units of the last digit, if all roundings added up."""

LARGE = 2.0**300
"""Below this, numbers are far from where sums of them overflow."""

SMALL = 2.0**-600
"""Squares that vanish are much smaller than a sum of squares of this."""

PIECE_ROWS = 1 << 17
"""Of so many numbers, those that are there stay in the processor's cache."""

SAMPLED = 64
"""One value of so many is looked at for about what the mean is."""

_EXACT_UP_TO = 2**53
_SUMS_FIT_BELOW = 2**63


@dataclass(frozen=True)
class Way:
    """How one value of each group is made.

    Attributes:
        functions: what Arrow makes of each term.
        terms: makes the terms, given the values of some rows and a column that is there for each row.
        result: makes the value of what Arrow made; None where it is not close enough.

    """

    functions: tuple[str, ...]
    terms: Callable[[Column, Column], tuple[Column, ...]]
    result: Callable[..., Column | None]


def _values(values: Column, _: Column) -> tuple[Column, ...]:
    return (values,)


ROWS = Way(("count",), lambda _, rows: (rows,), lambda made: made)
"""Count rows, whatever is in them."""


def way_of(function: Function, column: Column) -> Way | None:
    """Return how a function of the values of each group is made, None where Arrow does not make it."""
    match function:
        case "count" | "first" | "last":
            return Way((function,), _values, lambda made: made)
        case "min" | "max":
            return Way((function,), _values, with_one_zero)
        case "sum" | "mean" | "std" if column.null_count < len(column):
            if function == "std" and pa.types.is_floating(column.type):
                return _deviation(_near_mean(column))
            return _way_of_numbers(function, column)
        case _:
            return None


def _way_of_numbers(function: Function, column: Column) -> Way | None:
    largest, count = _largest(column), len(column) - column.null_count
    if function == "std":
        return _deviation(float(present_numbers(column).mean())) if largest < _EXACT_UP_TO else None
    if pa.types.is_integer(column.type):
        fits = largest * count < (_SUMS_FIT_BELOW if function == "sum" else _EXACT_UP_TO)
        sums = Way(("sum",), _values, lambda totals: totals.fill_null(0)) if fits else None
    else:
        sums = _sum_of_decimals(rounder_for(largest, count)) if largest < LARGE else None
    return sums if sums is None or function == "sum" else _mean(sums)


def _largest(column: Column) -> int | float:
    """Return how far from 0 the numbers of a column are at most; there is at least one."""

    def of_part(part: Column) -> int | float:
        numbers = present_numbers(part)
        lowest, highest = bounds(numbers) if len(numbers) else (np.int64(0), np.int64(0))
        return max(-lowest.item(), highest.item())

    starts = range(0, len(column), PIECE_ROWS)
    return max(at_once(of_part, [column.slice(start, PIECE_ROWS) for start in starts]))


def _near_mean(column: Column) -> float:
    """Return about the mean of decimals, of some from all over the column."""
    is_there = is_present(column)[::SAMPLED]
    return float(stored_numbers(column)[::SAMPLED][is_there].mean()) if is_there.any() else 0.0


def _sum_of_decimals(rounder: float) -> Way:
    """Sum leading bits, which is exact, and what is left, whose sum may be wrong in its last bits."""

    def terms(values: Column, rows: Column) -> tuple[Column, ...]:
        high = pc.subtract(pc.add(values, rounder), rounder)
        return rows, high, pc.subtract(values, high)

    def result(sizes: Column, high: Column, low: Column) -> Column | None:
        totals = pc.add(high, low)
        # What is left of a number is at most 2^-53 of the rounder; each addition rounds off 2^-53 of a sum.
        errors = pc.multiply(pc.power(sizes.cast(pa.float64()), 2.0), rounder * 2.0**-106)
        is_close = pc.less_equal(errors, pc.multiply(pc.abs(totals), CLOSE))
        return totals.fill_null(0.0) if pc.all(is_close, min_count=0).as_py() else None

    return Way(("count", "sum", "sum"), terms, result)


def _mean(sums: Way) -> Way:
    """Divide sums by how many values there are."""

    def result(counts: Column, *made: Column) -> Column | None:
        totals = sums.result(*made)
        some = pc.if_else(pc.greater(counts, 0), counts, pa.scalar(None, pa.int64()))
        return None if totals is None else pc.divide(totals.cast(pa.float64()), some.cast(pa.float64()))

    return Way(("count", *sums.functions), lambda values, rows: (values, *sums.terms(values, rows)), result)


def _deviation(center: float) -> Way:
    """Take deviations from squares of distances from one number that is near the mean of each group.

    Where the mean of a group is far from it, much would cancel.
    """

    def terms(values: Column, _: Column) -> tuple[Column, ...]:
        distances = pc.subtract(values.cast(pa.float64()), center)
        return values, distances, pc.multiply(distances, distances)

    def result(counts: Column, distances: Column, squares: Column) -> Column | None:
        size = np.asarray(counts)
        is_there = size > 1
        total = np.asarray(squares.fill_null(0.0))[is_there]
        with np.errstate(over="ignore", invalid="ignore"):
            rest = np.asarray(distances.fill_null(0.0))[is_there] ** 2 / size[is_there]
        if not ((2 * rest <= total) & (total >= SMALL) & (total < np.inf)).all():
            return None
        found = np.zeros(len(size))
        found[is_there] = np.sqrt((total - rest) / (size[is_there] - 1))
        return pa.chunked_array([pa.array(found, mask=~is_there)])

    return Way(("count", "sum", "sum"), terms, result)
