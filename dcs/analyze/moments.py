"""Sum, mean and standard deviation that neither wrap, overflow nor lose what cancels.

64-bit sums wrap at 500,000 ids near 10¹⁵, and floating-point sums forget small values beside large ones;
here integers are summed exactly and decimals with the rounding errors carried along.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.int64]
Decimals: TypeAlias = npt.NDArray[np.float64]

SAFE_EXPONENT = 200
"""Of numbers between 2^-200 and 2^200, products of two sums of squares neither overflow nor vanish."""

SHORT = 64
"""Up to so many numbers are summed one by one, exactly."""


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation (ddof 1) of `count` finite numbers; one number alone has no deviation."""

    count: int
    mean: float
    std: float | None


def integer_sum(values: Integers) -> int:
    """Return the exact sum: high and low halves are summed apart, so that neither can wrap below 2³¹ rows."""
    high = int((values >> 32).sum(dtype=np.int64))
    low = int((values & 0xFFFF_FFFF).sum(dtype=np.int64))
    return (high << 32) + low


def decimal_sum(values: Decimals) -> float:
    """Return the sum of finite numbers, correct to the last digit or nearly so; beyond 1.8·10³⁰⁸ infinite."""
    scaled, exponent = _scaled(values)
    return _unscaled(_compensated_sum(scaled), exponent)


def moments(values: npt.NDArray[Any]) -> Moments | None:
    """Return mean and deviation of finite numbers, int64 or float64; None if there are none."""
    if not len(values):
        return None
    found = deviations(values)
    std = (
        None if len(values) == 1 else _unscaled(math.sqrt(found.squares / (len(values) - 1)), found.exponent)
    )
    return Moments(len(values), found.mean, std)


@dataclass(frozen=True)
class Deviations:
    """How far numbers are from their mean, in units of 2 to the power of `exponent`."""

    mean: float
    distances: Decimals
    exponent: int

    @property
    def squares(self) -> float:
        """Return the sum of squares of the distances, freed of what rounding left of their sum."""
        squares = float(np.dot(self.distances, self.distances))
        return max(squares - float(self.distances.sum()) ** 2 / len(self.distances), 0.0)


def deviations(values: npt.NDArray[Any]) -> Deviations:
    """Return how far finite numbers, int64 or float64 and at least one, are from their mean.

    Numbers that are all equal are at no distance at all, whatever rounding makes of their mean.
    """
    if values.min() == values.max():
        return Deviations(float(values[0]), np.zeros(len(values)), 0)
    if values.dtype == np.int64:
        return _deviations_of_integers(values)
    scaled, exponent = _scaled(values)
    mean = _compensated_sum(scaled) / len(scaled)
    return Deviations(_unscaled(mean, exponent), scaled - mean, exponent)


def _deviations_of_integers(values: Integers) -> Deviations:
    total, count, lowest = integer_sum(values), len(values), values.min()
    # Differences from the lowest value always fit 64 bits without a sign, whatever wraps on the way.
    above = values.view(np.uint64) - lowest.view(np.uint64)
    offset = (total - int(lowest) * count) / count
    return Deviations(total / count, above.astype(np.float64) - offset, 0)


def _scaled(values: Decimals) -> tuple[Decimals, int]:
    """Return the values divided by a power of two, its exponent not 0 where squares would not fit."""
    largest = max(abs(float(values.max())), abs(float(values.min()))) if len(values) else 0.0
    exponent = math.frexp(largest)[1]
    if abs(exponent) <= SAFE_EXPONENT:
        return values, 0
    return np.ldexp(values, -exponent), exponent


def _unscaled(number: float, exponent: int) -> float:
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, exponent))


def _compensated_sum(values: Decimals) -> float:
    """Add pairs of numbers, then pairs of sums …, keeping what each addition rounds off (Knuth's two-sum)."""
    lost = []
    while len(values) > SHORT:
        half = len(values) // 2
        left, right = values[:half], values[half : 2 * half]
        added = left + right
        part = added - left
        lost.append(float(((left - (added - part)) + (right - part)).sum()))
        values = np.concatenate([added, values[2 * half :]])
    return math.fsum([*values.tolist(), *lost])
