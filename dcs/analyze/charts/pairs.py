"""Two columns row by row: the pairs in which neither value is missing or infinite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.analyze.ordered import as_column_type
from dcs.values import to_wire

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.analyze.charts.axis import Limits

Numbers: TypeAlias = npt.NDArray[Any]
"""int64 or float64; dates as days, datetimes as ticks."""


@dataclass(frozen=True)
class Pairs:
    """Values of x and y of the same rows, and the types of their columns."""

    x: Numbers
    y: Numbers
    x_type: pa.DataType
    y_type: pa.DataType

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: npt.NDArray[Any]) -> Pairs:
        """Return the pairs at some positions, or where a mask is true."""
        return Pairs(self.x[rows], self.y[rows], self.x_type, self.y_type)

    def to_wire(self) -> list[JsonValue]:
        """Return `[x, y]` of each pair, values in wire form."""
        x = to_wire(as_column_type(self.x, self.x_type))
        y = to_wire(as_column_type(self.y, self.y_type))
        return [[one, other] for one, other in zip(x, y, strict=True)]


def pair_up(x: pa.ChunkedArray, y: pa.ChunkedArray, *, x_limits: Limits, y_limits: Limits) -> Pairs:
    """Return the pairs within the limits, in the order of the rows."""
    x_values, y_values = numbers_of(x), numbers_of(y)
    drawn = finite(x, x_values) & finite(y, y_values)
    drawn &= x_limits.hold(x_values) & y_limits.hold(y_values)
    return Pairs(x_values[drawn], y_values[drawn], x.type, y.type)


def numbers_of(column: pa.ChunkedArray) -> Numbers:
    """Return the values of a column in the order of the rows; 0 where one is missing."""
    if pa.types.is_floating(column.type):
        return np.asarray(column.fill_null(0.0))
    days = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    return np.asarray(days.cast(pa.int64()).fill_null(0))


def finite(column: pa.ChunkedArray, values: Numbers) -> npt.NDArray[np.bool_]:
    """Say where the values of a column are neither missing nor infinite; `values` as from `numbers_of`."""
    known = np.isfinite(values)
    return known & np.asarray(column.is_valid()) if column.null_count else known
