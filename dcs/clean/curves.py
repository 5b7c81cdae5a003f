"""Curves through the numbers of a column, to fill the gaps between them."""

from __future__ import annotations

import warnings
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.clean.widening import as_decimal
from dcs.errors import NothingToLearnError

Method = Literal["linear", "nearest", "quadratic", "cubic", "spline", "polynomial", "pchip", "akima"]
METHODS: tuple[Method, ...] = get_args(Method)

Numbers: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.int64]

_FEWEST: dict[Method, int] = {"quadratic": 3, "cubic": 4}
_DEGREES: dict[Method, int] = {"quadratic": 2, "cubic": 3}
_EXACT_BELOW = 2.0**53


def interpolated(
    column: pa.ChunkedArray, method: Method, order: int | None, *, field: str
) -> pa.ChunkedArray:
    """Return a column of numbers with the gaps between present ones filled by a curve through those.

    A result that is not a number leaves the gap. Integers stay integer when all results are whole.
    """
    present = np.asarray(column.is_valid())
    numbers = column.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy()
    points = np.flatnonzero(present & np.isfinite(numbers))
    gaps = _between(points, np.flatnonzero(~present))
    if not len(gaps):
        return column
    fewest = _FEWEST.get(method, 2 if order is None else order + 1)
    if len(points) < fewest:
        raise NothingToLearnError(
            f"A {method} curve needs {fewest} numbers; there are {len(points)}.", field=field
        )
    with np.errstate(all="ignore"):
        results = _on_curve(method, order, gaps, points, numbers[points])
    known = ~np.isnan(results)
    return _filled(column, present, gaps[known], results[known])


def _between(points: Positions, gaps: Positions) -> Positions:
    return gaps[(gaps > points[0]) & (gaps < points[-1])] if len(points) else gaps[:0]


def _on_curve(
    method: Method, order: int | None, gaps: Positions, points: Positions, values: Numbers
) -> Numbers:
    match method:
        case "linear":
            return np.interp(gaps, points, values)
        case "nearest":
            return _nearest(gaps, points, values)
        case _:
            return np.asarray(_smooth_curve(method, order, points, values)(gaps))


def _smooth_curve(method: Method, order: int | None, points: Positions, values: Numbers) -> Any:
    from scipy import interpolate  # noqa: PLC0415 - takes a second to import, and few operations need it

    match method:
        case "pchip":
            return interpolate.PchipInterpolator(points, values)
        case "akima":
            return interpolate.Akima1DInterpolator(points, values)
        case "spline":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that it is less smooth than it might be
                return interpolate.UnivariateSpline(points, values, k=order)
        case _:
            return interpolate.make_interp_spline(points, values, k=_DEGREES.get(method, order))


def _nearest(gaps: Positions, points: Positions, values: Numbers) -> Numbers:
    """Return the values of the nearest points; of two as near the one before."""
    after = np.searchsorted(points, gaps)
    is_before = gaps - points[after - 1] <= points[after] - gaps
    return values[np.where(is_before, after - 1, after)]


def _filled(
    column: pa.ChunkedArray, present: npt.NDArray[np.bool_], gaps: Positions, results: Numbers
) -> pa.ChunkedArray:
    if pa.types.is_integer(column.type) and not _are_whole(results):
        column = as_decimal(column, field="columns")
    values = column.fill_null(0).to_numpy().copy()
    values[gaps] = results
    missing = ~present
    missing[gaps] = False
    return pa.chunked_array([pa.array(values, column.type, mask=missing)])


def _are_whole(results: Numbers) -> bool:
    return bool(((np.trunc(results) == results) & (np.abs(results) < _EXACT_BELOW)).all())
