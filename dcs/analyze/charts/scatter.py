"""Measures against another one: points, or where the points are dense, and the lines through them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from dcs.analyze.charts.axis import Limits, limits
from dcs.analyze.charts.base import Chart
from dcs.analyze.charts.pairs import pair_up
from dcs.analyze.edges import edges_between
from dcs.analyze.linear import fit_line
from dcs.analyze.ordered import as_column_type
from dcs.analyze.statistics import number_on_wire
from dcs.columns import NumberColumn
from dcs.parameters import Cell
from dcs.values import to_wire

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa
    from pydantic import JsonValue

    from dcs.analyze.charts.base import ChartData
    from dcs.analyze.charts.pairs import Numbers, Pairs
    from dcs.analyze.edges import Edges
    from dcs.columns import ColumnData, Schema

MOST_POINTS = 5_000
"""More rows than this, of any y, are shown as densities."""

GRID = 64
"""Cells of a density along each axis, at most."""


class Scatter(Chart):
    """Points of `x` and each of `ys`, or the counts of all of them in a grid, and the lines that fit them.

    `fits` has for each y slope, intercept, r², p (two-sided, of no slope) and n, of the points within the
    limits; null for fewer than two different x.
    """

    type: Literal["scatter"] = "scatter"
    x: NumberColumn
    """The column along the horizontal axis."""
    ys: Annotated[tuple[NumberColumn, ...], Field(min_length=1, max_length=20)]
    """The columns along the vertical axis."""
    x_low: Cell | None = None
    """The smallest x drawn."""
    x_high: Cell | None = None
    """The largest x drawn."""
    y_low: Cell | None = None
    """The smallest y drawn."""
    y_high: Cell | None = None
    """The largest y drawn."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        self._x_limits(schema[self.x])
        self._y_limits(schema[self.ys[0]])

    @override
    def data(self, columns: ColumnData) -> ChartData:
        x = columns[self.x]
        x_limits = self._x_limits(x.type)
        drawn: dict[str, Pairs] = {}
        for name in self.ys:
            y = columns[name]
            drawn[name] = pair_up(x, y, x_limits=x_limits, y_limits=self._y_limits(y.type))
        fits: dict[str, JsonValue] = {name: _fit(pairs) for name, pairs in drawn.items()}
        if max(map(len, drawn.values())) <= MOST_POINTS:
            return {"points": {name: pairs.to_wire() for name, pairs in drawn.items()}, "fits": fits}
        grids: dict[str, JsonValue] = {
            name: _density(pairs, x_limits, self._y_limits(pairs.y_type)) for name, pairs in drawn.items()
        }
        return {"density": grids, "fits": fits}

    def _x_limits(self, arrow: pa.DataType) -> Limits:
        return limits(self.x_low, self.x_high, arrow, fields=("x_low", "x_high"))

    def _y_limits(self, arrow: pa.DataType) -> Limits:
        return limits(self.y_low, self.y_high, arrow, fields=("y_low", "y_high"))


def _fit(pairs: Pairs) -> JsonValue:
    fit = fit_line(pairs.x, pairs.y)
    return None if fit is None else {name: number_on_wire(value) for name, value in asdict(fit).items()}


def _density(pairs: Pairs, x_limits: Limits, y_limits: Limits) -> JsonValue:
    """Return how many pairs are in each cell of a grid: `counts[i][j]` in the i-th x and the j-th y."""
    if not len(pairs):
        return {"x_edges": [], "y_edges": [], "counts": []}
    x_edges, y_edges = _edges(pairs.x, pairs.x_type, x_limits), _edges(pairs.y, pairs.y_type, y_limits)
    shape = (len(x_edges) - 1, len(y_edges) - 1)
    cells = _bin_of(pairs.x, x_edges) * shape[1] + _bin_of(pairs.y, y_edges)
    counts: npt.NDArray[Any] = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    return {
        "x_edges": to_wire(as_column_type(x_edges, pairs.x_type)),
        "y_edges": to_wire(as_column_type(y_edges, pairs.y_type)),
        "counts": counts.tolist(),
    }


def _edges(values: Numbers, arrow: pa.DataType, drawn: Limits) -> Edges:
    low = values.min().item() if drawn.low is None else drawn.low
    high = values.max().item() if drawn.high is None else drawn.high
    return edges_between(low, high, GRID, arrow)


def _bin_of(values: Numbers, edges: Edges) -> npt.NDArray[np.int64]:
    """Return the bin of each value; the last bin includes its high edge."""
    return np.minimum(np.searchsorted(edges, values, "right") - 1, len(edges) - 2)
