"""Straight lines through pairs of numbers, and how closely the pairs follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dcs.analyze.moments import Deviations, deviations

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Fit:
    """The line of least squares through `n` pairs, y = slope·x + intercept.

    `r2` is the share of the variance that it explains; `p` the probability of a slope at least as steep when
    there is none (two-sided t-test, n - 2 degrees of freedom), None for two pairs. Where all y are equal
    `r2` is 0 and `p` 1.
    """

    slope: float
    intercept: float
    r2: float
    p: float | None
    n: int


def fit_line(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Fit | None:
    """Return the line through pairs of finite numbers; None for fewer than two different x."""
    if len(x) < 2:  # noqa: PLR2004 - two points make a line
        return None
    from_x, from_y = deviations(x), deviations(y)
    if from_x.squares == 0:
        return None
    with np.errstate(over="ignore"):
        slope = float(np.ldexp(_products(from_x, from_y) / from_x.squares, from_y.exponent - from_x.exponent))
    r = _correlation(from_x, from_y) or 0.0
    return Fit(slope, from_y.mean - slope * from_x.mean, r * r, _significance(r, len(x)), len(x))


def correlation(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> float | None:
    """Return Pearson's r of pairs of finite numbers; None where x or y has less than two different values."""
    return _correlation(deviations(x), deviations(y)) if len(x) else None


def _correlation(from_x: Deviations, from_y: Deviations) -> float | None:
    scale = math.sqrt(from_x.squares * from_y.squares)
    return min(max(_products(from_x, from_y) / scale, -1.0), 1.0) if scale else None


def _products(from_x: Deviations, from_y: Deviations) -> float:
    products = float(np.dot(from_x.distances, from_y.distances))
    return products - float(from_x.distances.sum()) * float(from_y.distances.sum()) / len(from_x.distances)


def _significance(r: float, pairs: int) -> float | None:
    """Return the two-sided p of r: t² = r²·df/(1 - r²), and the tail of t is an incomplete beta function."""
    from scipy.special import betainc  # noqa: PLC0415 - takes a while, and only scatter plots need it

    freedom = pairs - 2
    return float(betainc(freedom / 2, 0.5, (1 - r) * (1 + r))) if freedom else None
