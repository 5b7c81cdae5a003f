"""Lines of measures over numbers or over time, thinned without losing a peak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from dcs.analyze.charts.axis import Limits, limits
from dcs.analyze.charts.base import Chart
from dcs.analyze.charts.pairs import pair_up
from dcs.columns import DateColumn, NumberColumn
from dcs.parameters import Cell
from dcs.view.order import codes_of_numbers, stable_order

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.analyze.charts.base import ChartData
    from dcs.analyze.charts.pairs import Numbers, Pairs
    from dcs.columns import ColumnData, Schema

_POINTS_PER_PIXEL = 4


class _Lines(Chart):
    """Each of `ys` in the order of x; of more points than asked for, those that a drawing would show.

    The axis is cut into columns of pixels, and of each the first, the last, a lowest and a highest point are
    kept (M4: Jugel et al., VLDB 2014), so that the picture is that of all points.
    """

    x: str
    ys: Annotated[tuple[NumberColumn, ...], Field(min_length=1, max_length=20)]
    """The columns along the vertical axis."""
    low: Cell | None = None
    """The smallest x drawn."""
    high: Cell | None = None
    """The largest x drawn."""
    points: Annotated[int, Field(ge=4, le=20_000)] = 2_000
    """How many points a line may have."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        limits(self.low, self.high, schema[self.x])

    @override
    def data(self, columns: ColumnData) -> ChartData:
        x = columns[self.x]
        drawn = limits(self.low, self.high, x.type)
        series: dict[str, JsonValue] = {}
        for name in self.ys:
            pairs = pair_up(x, columns[name], x_limits=drawn, y_limits=Limits())
            series[name] = thin(_by_x(pairs), self.points).to_wire()
        return {"series": series}


class Line(_Lines):
    """Each of `ys` in the order of a numeric x, thinned to what a drawing would show."""

    type: Literal["line"] = "line"
    x: NumberColumn
    """The column along the horizontal axis."""


class TimeSeries(_Lines):
    """Each of `ys` in the order of dates or times, thinned to what a drawing would show."""

    type: Literal["time_series"] = "time_series"
    x: DateColumn
    """The column of dates or times along the horizontal axis."""


def thin(line: Pairs, points: int) -> Pairs:
    """Return a line in the order of x with at most so many points, as it is if it has no more."""
    if len(line) <= points:
        return line
    pixels = points // _POINTS_PER_PIXEL
    # Halves, because the distance of two decimals may be infinite.
    x = line.x.astype(np.float64) / 2
    edges = x[0] + (x[-1] - x[0]) * (np.arange(1, pixels) / pixels)
    starts = np.unique(np.concatenate([[0], np.searchsorted(x, edges)]))
    ends = np.append(starts[1:], len(line))
    kept = [_outline(line.y, start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return line.take(np.unique(np.concatenate(kept)))


def _outline(y: Numbers, start: int, end: int) -> list[int]:
    """Return the positions of the first, the last, a lowest and a highest point of a run."""
    run = y[start:end]
    return [start, start + int(run.argmin()), start + int(run.argmax()), end - 1]


def _by_x(pairs: Pairs) -> Pairs:
    """Return the pairs in the order of x, of equal x in the order of the rows."""
    return pairs.take(stable_order(codes_of_numbers(pairs.x)))
