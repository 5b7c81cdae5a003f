"""Sums, means and standard deviations of groups that neither wrap, overflow nor vanish.

Of decimals the leading bits are summed apart: rounded to so few that no sum of them rounds anything off. What
is left is so small that its rounding does not matter. Rows are looked at a block at a time, so that
intermediate results stay in the processor's cache.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.clean.grouping import Indices

Decimals: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

HUGE = 2.0**900
"""From here on decimals are summed in units of 2^`HUGE_UNIT`; 2^120 of them fit."""
HUGE_UNIT = 120

SAFE_EXPONENT = 300
"""Squares of distances between numbers from 2^-300 to 2^300 neither overflow nor vanish."""

BLOCK = 1 << 15
"""So many rows at a time, or as many as there are groups."""

FAR_BELOW = 2.0**-8
"""Groups whose values are all so far below the largest one have leading bits of their own."""

NEARLY_CONSTANT = 2.0**-25
"""Where the deviation is such a part of the mean, it matters what rounding makes of that."""

_SUMS_FIT_BELOW = 2**63
_EXACT_UP_TO = 2**53
_INTEGERS = np.iinfo(np.int64)


def sums_of_integers(codes: Indices, count: int, values: Integers) -> Integers | None:
    """Return the exact sum of each group, 0 of none; None if one does not fit 64 bits."""
    sums = np.zeros(count, np.int64)
    if not len(values):
        return sums
    if max(abs(int(values.min())), abs(int(values.max()))) * len(values) < _SUMS_FIT_BELOW:
        np.add.at(sums, codes, values)
        return sums
    exact = _large_sums(codes, count, values)
    if min(exact) < _INTEGERS.min or max(exact) > _INTEGERS.max:
        return None
    return np.array(exact, np.int64)


def sums_of_decimals(codes: Indices, count: int, values: Decimals) -> Decimals:
    """Return the sum of each group, 0.0 of none; beyond 1.8·10³⁰⁸ infinite, NaN of +∞ and -∞."""
    sums = np.zeros(count)
    with np.errstate(over="ignore", invalid="ignore"):
        for part, unit in _partial_sums(codes, count, values):
            sums += np.ldexp(part, unit)
    return sums


def means_of_groups(codes: Indices, count: int, values: npt.NDArray[Any]) -> Decimals:
    """Return the mean of each group of int64 or float64; NaN of none, and of +∞ and -∞."""
    sizes = np.bincount(codes, minlength=count)
    if values.dtype == np.int64:
        return _means_of_integers(codes, sizes, values)
    means = np.where(sizes, 0.0, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        for part, unit in _partial_sums(codes, count, values):
            means += np.ldexp(part / sizes, unit)
    return means


def deviations_of_groups(codes: Indices, count: int, values: npt.NDArray[Any]) -> Decimals:
    """Return the standard deviation (ddof 1) of each group of int64 or float64.

    NaN of fewer than two values, and of infinite ones.
    """
    if not len(values):
        return np.full(count, np.nan)
    if values.dtype == np.int64:
        # Differences from the lowest value always fit 64 bits without a sign, whatever wraps on the way.
        values = (values.view(np.uint64) - values.min().view(np.uint64)).astype(np.float64)
    values, units = _scaled(codes, count, values)
    sizes = np.bincount(codes, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = means_of_groups(codes, count, values)
        squares = np.zeros(count)
        for own, block in _blocks(codes, count, values):
            distances = block - means[own]
            distances *= distances
            squares += np.bincount(own, distances, minlength=count)
        if (squares <= sizes * (means * NEARLY_CONSTANT) ** 2).any():
            rest = _sums(codes, count, values - means[codes])
            squares -= rest * rest / sizes
            squares[~_varies(codes, count, values)] = 0.0
        deviations = np.sqrt(np.maximum(squares, 0.0) / (sizes - 1))
    deviations[sizes < 2] = np.nan  # noqa: PLR2004 - one value has no deviation
    return np.ldexp(deviations, units)


def _means_of_integers(codes: Indices, sizes: Integers, values: Integers) -> Decimals:
    sums = sums_of_integers(codes, len(sizes), values)
    if sums is not None and (len(sums) == 0 or max(-int(sums.min()), int(sums.max())) <= _EXACT_UP_TO):
        with np.errstate(invalid="ignore"):
            return sums / sizes
    exact = zip(_large_sums(codes, len(sizes), values), sizes.tolist(), strict=True)
    return np.array([total / size if size else math.nan for total, size in exact])


def _large_sums(codes: Indices, count: int, values: Integers) -> list[int]:
    """Sum high and low halves apart, so that neither can wrap below 2³¹ rows."""
    high, low = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(high, codes, values >> 32)
    np.add.at(low, codes, values & 0xFFFF_FFFF)
    return [(above << 32) + below for above, below in zip(high.tolist(), low.tolist(), strict=True)]


def _scaled(codes: Indices, count: int, values: Decimals) -> tuple[Decimals, npt.NDArray[np.int32]]:
    """Return the values of each group in units of a power of two, in which their squares fit."""
    units = np.zeros(count, np.int32)
    safe = math.ldexp(1.0, SAFE_EXPONENT)
    if max(-values.min(), values.max()) < safe and _reach(codes, count, values, 1 / safe):
        return values, units
    units = np.frexp(_largest_of_groups(codes, count, values))[1]
    units[np.abs(units) <= SAFE_EXPONENT] = 0
    return np.ldexp(values, -units[codes]) if units.any() else values, units


def _reach(codes: Indices, count: int, values: Decimals, limit: float) -> bool:
    """Say whether each group has a value at least so far from zero; most often the first rows tell."""
    has_one = np.zeros(count, np.bool_)
    for own, block in _blocks(codes, count, values):
        has_one[own[np.abs(block) >= limit]] = True
        if has_one.all():
            return True
    return False


def _largest_of_groups(codes: Indices, count: int, values: Decimals) -> Decimals:
    """Return how far the values of each group are from zero at most."""
    largest = np.zeros(count)
    np.maximum.at(largest, codes, np.abs(values))
    return largest


def _varies(codes: Indices, count: int, values: Decimals) -> npt.NDArray[np.bool_]:
    """Say for each group whether its values differ, whatever rounding makes of their mean."""
    some = np.empty(count)
    some[codes] = values
    varies = np.zeros(count, bool)
    varies[codes[values != some[codes]]] = True
    return varies


def _partial_sums(codes: Indices, count: int, values: Decimals) -> list[tuple[Decimals, int]]:
    """Return sums that together are the sum of each group, and the powers of two they are counted in."""
    if not len(values):
        return []
    largest = max(-values.min(), values.max())
    if largest < HUGE:
        return [(part, 0) for part in _high_and_low(codes, count, values, largest)]
    is_huge = np.abs(values) >= HUGE  # infinite ones too
    huge = _sums(codes[is_huge], count, np.ldexp(values[is_huge], -HUGE_UNIT))
    return [(huge, HUGE_UNIT), *_partial_sums(codes[~is_huge], count, values[~is_huge])]


def rounder_for(largest: float, count: int) -> float:
    """Return a power of two that rounds so many numbers, none larger, so far that no sum of them is rounded.

    Adding and subtracting 2^k rounds to multiples of 2^(k-53); sums of these are exact below 2^k.
    """
    return math.ldexp(1.0, math.frexp(largest)[1] + count.bit_length() + 1)


def _high_and_low(codes: Indices, count: int, values: Decimals, largest: float) -> tuple[Decimals, Decimals]:
    """Sum the leading bits, which is exact, and what is left of the values."""
    rounder: float | Decimals = rounder_for(largest, len(values))
    if not _reach(codes, count, values, largest * FAR_BELOW):
        exponents = np.frexp(_largest_of_groups(codes, count, values))[1]
        rounder = np.ldexp(rounder_for(1.0, len(values)), exponents - 1)
    high_sums, low_sums = np.zeros(count), np.zeros(count)
    for own, block in _blocks(codes, count, values):
        shift = rounder if isinstance(rounder, float) else rounder[own]
        high = block + shift
        high -= shift
        low = block - high
        high_sums += np.bincount(own, high, minlength=count)
        low_sums += np.bincount(own, low, minlength=count)
    return high_sums, low_sums


def _sums(codes: Indices, count: int, values: Decimals) -> Decimals:
    """Add up each group."""
    sums = np.zeros(count)
    for own, block in _blocks(codes, count, values):
        sums += np.bincount(own, block, minlength=count)
    return sums


def _blocks(codes: Indices, count: int, values: Decimals) -> Iterator[tuple[Indices, Decimals]]:
    """Yield the groups and the values of some rows at a time."""
    rows = max(BLOCK, count)
    return (
        (codes[start : start + rows], values[start : start + rows]) for start in range(0, len(codes), rows)
    )
