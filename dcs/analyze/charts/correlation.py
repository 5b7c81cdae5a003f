"""How closely pairs of columns follow a straight line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from dcs.analyze.charts.base import Chart
from dcs.analyze.charts.pairs import finite, numbers_of
from dcs.analyze.linear import correlation
from dcs.analyze.moments import deviations
from dcs.analyze.statistics import number_on_wire
from dcs.columns import NumberColumns, is_number
from dcs.errors import NotApplicableError, TooLargeError

if TYPE_CHECKING:
    import pyarrow as pa

    from dcs.analyze.charts.base import ChartData
    from dcs.analyze.charts.pairs import Numbers
    from dcs.columns import ColumnData, Schema

MOST_COLUMNS = 200
_ROWS_AT_ONCE = 1 << 16
_SAFE_RANGE = 1 << 62
_LOST_TO_ROUNDING = 1e-6
"""Where less than this share of a sum of squares is left after subtracting the mean's, digits are missing."""


class Correlation(Chart):
    """Pearson's r of each pair of columns over the `n` rows in which both have a value (pairwise complete).

    r is null where a column has less than two different values in those rows.
    """

    type: Literal["correlation"] = "correlation"
    columns: NumberColumns | None = None
    """The columns, at least two; null is all columns of numbers."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        names = self.reads(schema)
        if len(names) < 2:  # noqa: PLR2004 - a pair
            raise NotApplicableError("A correlation needs two columns of numbers.", field="columns")
        if len(names) > MOST_COLUMNS:
            raise TooLargeError(
                f"Correlations are computed for {MOST_COLUMNS} columns at most; these are {len(names)}.",
                field="columns",
            )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        if self.columns is None:
            return tuple(name for name, arrow in schema.items() if is_number(arrow))
        return super().reads(schema)

    @override
    def data(self, columns: ColumnData) -> ChartData:
        schema = {name: column.type for name, column in columns.items()}
        names = list(dict.fromkeys(self.columns or self.reads(schema)))
        measures = [_Measure.of(columns[name]) for name in names]
        r, n = _correlations(measures)
        return {
            "columns": list(names),
            "r": [[number_on_wire(value) for value in row] for row in r.tolist()],
            "n": n.tolist(),
        }


@dataclass(frozen=True)
class _Measure:
    """A column as numbers, where they are present, and how to bring them near zero.

    Attributes:
        values: the numbers; anything where none is present.
        present: where a finite number is present.
        centre: about the mean; an integer for integers, so that subtracting it loses no digit.
        scale: about the standard deviation.
        steady: whether sums of products of the scaled values can be trusted.

    """

    values: Numbers
    present: npt.NDArray[np.bool_]
    centre: np.int64 | float
    scale: float
    steady: bool

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Measure:
        values = numbers_of(column)
        present = finite(column, values)
        if not present.any():
            return cls(values, present, 0.0, 1.0, steady=True)
        known = values[present]
        found = deviations(known)
        scale = math.sqrt(found.squares / len(known)) or 1.0
        if known.dtype == np.float64:
            return cls(values, present, found.mean, scale, steady=found.exponent == 0)
        steady = int(known.max()) - int(known.min()) < _SAFE_RANGE
        return cls(values, present, np.int64(round(found.mean)) if steady else 0, scale, steady=steady)

    def scaled(self, rows: slice) -> npt.NDArray[np.float64]:
        """Return some of the values, centred and scaled; 0 where none is present, or if not steady."""
        if not self.steady:
            return np.zeros(len(self.present[rows]))
        return np.where(self.present[rows], (self.values[rows] - self.centre) / self.scale, 0.0)


def _correlations(measures: list[_Measure]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return r, NaN where there is none, and n of every pair.

    Both come from sums of products over the rows that are complete for a pair: one product of matrices for
    all pairs, over blocks of rows.
    """
    size = len(measures)
    pairs, sums, squares, products = (np.zeros((size, size)) for _ in range(4))
    for start in range(0, len(measures[0].values), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        scaled = np.stack([measure.scaled(rows) for measure in measures])
        present = np.stack([measure.present[rows] for measure in measures]).astype(np.float64)
        pairs += present @ present.T
        sums += scaled @ present.T
        squares += (scaled * scaled) @ present.T
        products += scaled @ scaled.T
    counts = np.maximum(pairs, 1)
    spread = squares - sums * sums / counts
    together = products - sums * sums.T / counts
    trusted = spread > _LOST_TO_ROUNDING * squares
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.clip(together / np.sqrt(spread * spread.T), -1.0, 1.0)
    steady = np.array([measure.steady for measure in measures])
    trusted &= trusted.T & steady & steady[:, np.newaxis]
    np.fill_diagonal(r, 1.0)
    for row, place in np.argwhere(~trusted & (np.arange(size) >= np.arange(size)[:, np.newaxis])):
        r[row, place] = r[place, row] = _directly(measures[row], measures[place])
    return r, pairs.astype(np.int64)


def _directly(one: _Measure, other: _Measure) -> float:
    complete = one.present & other.present
    found = correlation(one.values[complete], other.values[complete])
    return math.nan if found is None else found
