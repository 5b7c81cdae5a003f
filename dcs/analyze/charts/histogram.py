"""How the values of columns are distributed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field
from typing_extensions import override

from dcs.analyze.charts.axis import Limits, limits
from dcs.analyze.charts.base import Chart
from dcs.analyze.edges import Edges, automatic_edges, count_between, edges_between, spread_of
from dcs.analyze.ordered import Ordered, as_column_type, between, finite_part, ordered
from dcs.columns import DATES, NUMBERS, ColumnRef, is_number
from dcs.errors import NotApplicableError
from dcs.parameters import Cell
from dcs.values import to_wire

if TYPE_CHECKING:
    from dcs.analyze.charts.base import ChartData
    from dcs.columns import ColumnData, Schema

MeasuredColumn = Annotated[str, ColumnRef((*NUMBERS, *DATES))]


class Histogram(Chart):
    """Counts of values in bins that all columns share; of number columns, or of date columns of one type.

    Automatic bins follow Freedman and Diaconis over all columns together, at most 100, and have whole edges
    where all columns are integers.
    """

    type: Literal["histogram"] = "histogram"
    columns: Annotated[tuple[MeasuredColumn, ...], Field(min_length=1, max_length=20)]
    """The columns to compare."""
    bins: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many bins of equal width; null chooses."""
    low: Cell | None = None
    """The smallest value counted."""
    high: Cell | None = None
    """The largest value counted."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        arrow = self._common_type(schema)
        limits(self.low, self.high, arrow)

    @override
    def data(self, columns: ColumnData) -> ChartData:
        arrow = self._common_type({name: columns[name].type for name in self.columns})
        drawn = limits(self.low, self.high, arrow)
        values = {
            name: between(finite_part(ordered(columns[name])), drawn.low, drawn.high) for name in self.columns
        }
        edges = self._edges(list(values.values()), arrow, drawn)
        if edges is None:
            return {"edges": [], "counts": {name: [] for name in self.columns}}
        shown = pa.float64() if edges.dtype == np.float64 else arrow
        return {
            "edges": to_wire(as_column_type(edges, shown)),
            "counts": {name: list(count_between(part, edges)) for name, part in values.items()},
        }

    def _common_type(self, schema: Schema) -> pa.DataType:
        """Return the type of the axis: decimal for numbers of both kinds, else that of all columns."""
        types = {schema[name] for name in self.columns}
        if len(types) == 1:
            return types.pop()
        for index, name in enumerate(self.columns):
            if not is_number(schema[name]):
                raise NotApplicableError(
                    "Columns of one histogram must be all numbers, or dates of one type.",
                    field=f"columns.{index}",
                    column=name,
                )
        return pa.float64()

    def _edges(self, values: list[Ordered], arrow: pa.DataType, drawn: Limits) -> Edges | None:
        """Return the edges; None where no value says where the axis should be."""
        together = values[0] if len(values) == 1 else np.sort(np.concatenate(values))
        spread = spread_of(together)
        if spread is None:
            return None
        low = spread.low if drawn.low is None else drawn.low
        high = spread.high if drawn.high is None else drawn.high
        if self.bins is None:
            return automatic_edges(replace(spread, low=low, high=high), arrow)
        return edges_between(low, high, self.bins, pa.float64() if is_number(arrow) else arrow)
