"""Medians, quartiles and outliers of columns, also group by group."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.analyze.charts.base import Chart
from dcs.analyze.charts.pairs import finite, numbers_of
from dcs.analyze.ordered import as_column_type, between, quantile
from dcs.analyze.statistics import number_on_wire
from dcs.columns import Column, NumberColumn
from dcs.errors import TooLargeError
from dcs.values import to_wire
from dcs.view.groups import encoded
from dcs.view.order import stable_order

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import JsonValue

    from dcs.analyze.charts.base import ChartData
    from dcs.analyze.ordered import Ordered
    from dcs.columns import ColumnData
    from dcs.view.order import Positions

MOST_GROUPS = 100
MOST_OUTLIERS = 500
_WHISKER = 1.5


class Box(Chart):
    """Boxes from quartile to quartile, whiskers to the furthest values within 1.5 IQR of them (Tukey).

    Values beyond the whiskers are the `outliers`; of more than 500 as many, evenly chosen, the first and the
    last among them; `outliers_total` is how many there are. Groups are in order, that of missing values last.
    """

    type: Literal["box"] = "box"
    columns: Annotated[tuple[NumberColumn, ...], Field(min_length=1, max_length=20)]
    """The columns to compare."""
    by: Column | None = None
    """A column whose values divide the rows into groups, at most 100."""

    @override
    def data(self, columns: ColumnData) -> ChartData:
        boxes: list[JsonValue] = []
        groups = None if self.by is None else self._groups(columns[self.by])
        for name in self.columns:
            values = numbers_of(columns[name])
            drawn = finite(columns[name], values)
            if groups is None:
                boxes.append({"column": name, **box(np.sort(values[drawn]), columns[name].type)})
                continue
            for group, rows in groups:
                members = np.sort(values[rows[drawn[rows]]])
                boxes.append({"column": name, "group": group, **box(members, columns[name].type)})
        return {"boxes": boxes}

    def _groups(self, column: pa.ChunkedArray) -> list[tuple[JsonValue, Positions]]:
        """Return the value and the rows of each group."""
        values, codes = encoded(column)
        if len(values) > MOST_GROUPS:
            raise TooLargeError(
                f"Column {self.by!r} has {len(values):,} different values; "
                f"boxes are drawn for {MOST_GROUPS} groups at most.",
                field="by",
                column=self.by,
            )
        order = np.asarray(pc.sort_indices(values))
        ranks = np.empty(len(order), np.uint64)
        ranks[order] = np.arange(len(order), dtype=np.uint64)
        rows = stable_order(ranks[codes])
        ends = np.cumsum(np.bincount(codes, minlength=len(order))[order])
        labels = to_wire(values.take(order))
        return [
            (label, rows[start:end])
            for label, start, end in zip(labels, [0, *ends.tolist()], ends.tolist(), strict=False)
        ]


def box(values: Ordered, arrow: pa.DataType) -> ChartData:
    """Return the parts of one box, of finite values in order; None where there are no values."""
    first, median, third = (quantile(values, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    if first is None or third is None:
        nothing = dict.fromkeys(("low", "q1", "median", "q3", "high"))
        return {**nothing, "outliers": [], "outliers_total": 0, "n": 0}
    reach = _WHISKER * (third - first)
    within = between(values, first - reach, third + reach)
    low, high = within[0].item(), within[-1].item()
    outliers = np.concatenate([values[values < low], values[values > high]])
    shown = np.linspace(0, len(outliers) - 1, min(len(outliers), MOST_OUTLIERS)).round().astype(np.int64)
    return {
        "low": number_on_wire(low),
        "q1": number_on_wire(first),
        "median": number_on_wire(median),
        "q3": number_on_wire(third),
        "high": number_on_wire(high),
        "outliers": to_wire(as_column_type(outliers[shown], arrow)),
        "outliers_total": len(outliers),
        "n": len(values),
    }
