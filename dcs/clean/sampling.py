"""Which rows to take at random, the same for a seed on every machine and in every version."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def sampled(rows: int, count: int, *, seed: int) -> npt.NDArray[np.bool_]:
    """Return a mask of `count` of so many rows; all when there are fewer.

    Every row draws a random number, and the smallest win. Only the raw numbers of PCG64 are used: numpy
    promises that they never change, unlike what its methods make of them.
    """
    if count >= rows:
        return np.ones(rows, np.bool_)
    if count == 0:
        return np.zeros(rows, np.bool_)
    drawn = np.random.PCG64(seed).random_raw(rows)
    chosen: npt.NDArray[np.bool_] = drawn <= np.partition(drawn, count - 1)[count - 1]
    return chosen


def share(rows: int, fraction: float) -> int:
    """Return how many rows a fraction is, halves rounded up."""
    return int(rows * fraction + 0.5)
