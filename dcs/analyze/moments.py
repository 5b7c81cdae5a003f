"""Sum, mean and standard deviation that neither wrap, overflow nor lose what cancels.

64-bit sums wrap at 500,000 ids near 10¹⁵, and floating-point sums forget small values beside large ones;
here integers are summed exactly, and of decimals the leading bits are summed apart, which is exact too.
Numbers are looked at a block at a time, so that intermediate results stay in the processor's cache.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Integers: TypeAlias = npt.NDArray[np.int64]
Decimals: TypeAlias = npt.NDArray[np.float64]

SAFE_EXPONENT = 200
"""Of numbers between 2^-200 and 2^200, products of two sums of squares neither overflow nor vanish."""

SHORT = 64
"""Up to so many numbers are summed one by one, exactly."""

BLOCK = 1 << 16
"""Two intermediate results of 8 bytes each are a megabyte."""

_MANTISSA = 53

_GUARD = 12
"""What is summed inexactly is less than 2^(this - 1) times too small to change the last digit of the sum."""


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation (ddof 1) of `count` finite numbers; one number alone has no deviation."""

    count: int
    mean: float
    std: float | None


def bounds(values: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Return the smallest and the largest of at least one number, reading the memory once."""
    ends = [(block.min(), block.max()) for block in _blocks(values)]
    lows, highs = zip(*ends, strict=True)
    return min(lows), max(highs)


def integer_sum(values: Integers) -> int:
    """Return the exact sum: high and low halves are summed apart, so that neither can wrap below 2³¹ rows."""
    high = low = 0
    for block in _blocks(values):
        high += int((block >> 32).sum(dtype=np.int64))
        low += int((block & 0xFFFF_FFFF).sum(dtype=np.int64))
    return (high << 32) + low


def decimal_sum(values: Decimals) -> float:
    """Return the sum of finite numbers, correct to the last digit or nearly so; beyond 1.8·10³⁰⁸ infinite."""
    if not len(values):
        return 0.0
    scale = _Scale.of(*bounds(values))
    return _unscaled(_sum(values, scale), scale.exponent)


def moments(values: npt.NDArray[Any], ends: tuple[Any, Any] | None = None) -> Moments | None:
    """Return mean and deviation of finite numbers, int64 or float64; None if there are none.

    The smallest and the largest may be given as `ends`, else they are looked for.
    """
    if not len(values):
        return None
    center = _center(values, ends or bounds(values))
    if len(values) == 1:
        return Moments(1, center.mean, None)
    squares, rest = [], []
    for block in _blocks(values):
        distances = center.distances(block)
        rest.append(float(distances.sum()))
        squares.append(float(np.square(distances, out=distances).sum()))
    variance = _freed(math.fsum(squares), math.fsum(rest), len(values)) / (len(values) - 1)
    return Moments(len(values), center.mean, _unscaled(math.sqrt(variance), center.exponent))


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
        return _freed(squares, float(self.distances.sum()), len(self.distances))


def deviations(values: npt.NDArray[Any]) -> Deviations:
    """Return how far finite numbers, int64 or float64 and at least one, are from their mean.

    Numbers that are all equal are at no distance at all, whatever rounding makes of their mean.
    """
    center = _center(values, bounds(values))
    return Deviations(center.mean, center.distances(values), center.exponent)


@dataclass(frozen=True)
class _Center:
    """The mean of some numbers, and what returns their distances from it, in units of 2^`exponent`."""

    mean: float
    distances: Callable[[npt.NDArray[Any]], Decimals]
    exponent: int = 0


def _center(values: npt.NDArray[Any], ends: tuple[Any, Any]) -> _Center:
    lowest, highest = ends
    if lowest == highest:
        return _Center(float(lowest), lambda block: np.zeros(len(block)))
    if values.dtype == np.int64:
        total, count = integer_sum(values), len(values)
        offset = (total - int(lowest) * count) / count
        return _Center(total / count, partial(_distances_of_integers, lowest=lowest, offset=offset))
    scale = _Scale.of(lowest, highest)
    mean = _sum(values, scale) / len(values)
    return _Center(_unscaled(mean, scale.exponent), lambda block: scale(block) - mean, scale.exponent)


def _distances_of_integers(values: Integers, lowest: np.int64, offset: float) -> Decimals:
    # Differences from the lowest value always fit 64 bits without a sign, whatever wraps on the way.
    above = values.view(np.uint64) - lowest.view(np.uint64)
    return above.astype(np.float64) - offset


def _freed(squares: float, rest: float, count: int) -> float:
    """Return the sum of squares of distances, without what rounding left of the sum of distances."""
    return max(squares - rest**2 / count, 0.0)


@dataclass(frozen=True)
class _Scale:
    """Divides by 2^`exponent`, which is not 0 where squares would not fit; results are below 2^`bits`."""

    exponent: int
    bits: int

    @classmethod
    def of(cls, lowest: float, highest: float) -> _Scale:
        bits = math.frexp(max(-lowest, highest))[1]
        return cls(0, bits) if abs(bits) <= SAFE_EXPONENT else cls(bits, 0)

    def __call__(self, values: Decimals) -> Decimals:
        return np.ldexp(values, -self.exponent) if self.exponent else values


def _unscaled(number: float, exponent: int) -> float:
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, exponent))


def _blocks(values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    return (values[start : start + BLOCK] for start in range(0, len(values), BLOCK))


def _sum(values: Decimals, scale: _Scale) -> float:
    """Return the sum of the scaled numbers.

    Adding and subtracting 2^k rounds to multiples of 2^(k-53), few enough that all sums of them are exact.
    Only what that leaves of the numbers is summed inexactly; if so much cancels that this matters, it is
    rounded in the same way first.
    """
    if len(values) <= SHORT:
        return math.fsum(scale(values).tolist())
    count_bits = len(values).bit_length()
    first = scale.bits + count_bits + 1
    second = first + count_bits + 1 - _MANTISSA
    total = _sum_of_parts(values, scale, [first])
    if abs(total) >= math.ldexp(1.0, second + _GUARD):
        return total
    return _sum_of_parts(values, scale, [first, second])


def _sum_of_parts(values: Decimals, scale: _Scale, exponents: list[int]) -> float:
    """Sum the bits of the numbers that each power of two rounds to, and what is left."""
    rounders = [math.ldexp(1.0, exponent) for exponent in exponents]
    sums = []
    room, more_room = np.empty(BLOCK), np.empty(BLOCK)
    for block in _blocks(values):
        rest = scale(block)
        for rounder in rounders:
            rounded = np.add(rest, rounder, out=room[: len(rest)])
            rounded -= rounder
            sums.append(float(rounded.sum()))
            rest = np.subtract(rest, rounded, out=more_room[: len(rest)])
        sums.append(float(rest.sum()))
    return math.fsum(sums)
