"""The middle values of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dcs.view.order import codes_of_numbers, stable_order

if TYPE_CHECKING:
    import numpy.typing as npt

    from dcs.clean.grouping import Indices

LARGE = 200
"""In a group of so many values the middle is found faster than all groups together are sorted."""


def medians_of_groups(codes: Indices, sizes: Indices, values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the middle of the int64 or float64 of each group, of two the mean; NaN of none."""
    by_group = stable_order(codes.view(np.uint64))
    values = values[by_group]
    begins = np.cumsum(sizes) - sizes
    middles = sizes // 2
    is_large = sizes >= LARGE
    for begin, size, middle in np.stack([begins, sizes, middles], axis=1)[is_large].tolist():
        group = values[begin : begin + size]
        group.partition(middle)  # one place costs a fifth of two
        group[middle - 1] = group[:middle].max()
    if not is_large.all():
        is_left = np.repeat(~is_large, sizes)
        values[is_left] = _sorted_within(codes[by_group][is_left], values[is_left])
    is_there = sizes > 0
    low, high = (values[(begins + (sizes - odd) // 2)[is_there]] for odd in (1, 0))
    medians = np.full(len(sizes), np.nan)
    medians[is_there] = _between(low, high)
    return medians


def _sorted_within(codes: Indices, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sort the values of each group, the groups being in order."""
    order = stable_order(codes_of_numbers(values))
    return values[order[stable_order(codes[order].view(np.uint64))]]


def _between(low: npt.NDArray[Any], high: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    if low.dtype == np.int64:
        return ((low >> 1) + (high >> 1)) + ((low & 1) + (high & 1)) * 0.5
    with np.errstate(invalid="ignore"):
        return np.where(low == high, low, low / 2 + high / 2)
