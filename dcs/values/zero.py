"""The one zero: -0.0 equals 0.0 but has other bits, and so is replaced by it before bits count.

They count where values are hashed, sorted as whole numbers, or spelled. pandas is never imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.values.build import number

if TYPE_CHECKING:
    import numpy.typing as npt

ArrowT = TypeVar("ArrowT", pa.Array, pa.ChunkedArray)

_ZERO = number(0.0, pa.float64())  # -0.0 + 0.0 is 0.0


def with_one_zero(column: ArrowT) -> ArrowT:
    """Return a column of any type in which no decimal is -0.0."""
    return pc.add(column, _ZERO) if pa.types.is_floating(column.type) else column


def numbers_with_one_zero(
    numbers: npt.NDArray[np.float64], *, out: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.float64]:
    """Return decimals of which none is -0.0, in new memory or in `out`."""
    return np.add(numbers, 0.0, out=out)
