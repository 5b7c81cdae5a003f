"""How often values, or words, occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from typing_extensions import override

from dcs.analyze.charts.base import Chart
from dcs.analyze.counting import count_values
from dcs.analyze.words import count_words
from dcs.columns import Column, kind_of
from dcs.errors import NotApplicableError

if TYPE_CHECKING:
    from dcs.analyze.charts.base import ChartData
    from dcs.columns import ColumnData, Schema


class Frequency(Chart):
    """The most frequent values, of equal counts the smaller first; missing values are not counted.

    `total` is the number of all values counted and `distinct` how many different ones there are.
    """

    type: Literal["frequency"] = "frequency"
    column: Column
    """The column to count."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    """How many values to show."""
    words: bool = False
    """Count the words of texts instead of whole texts."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.words and kind_of(schema[self.column]) != "text":
            raise NotApplicableError(
                f"Column {self.column!r} is {kind_of(schema[self.column])}; only text has words.",
                field="words",
                column=self.column,
            )

    @override
    def data(self, columns: ColumnData) -> ChartData:
        counts = count_values(columns[self.column])
        if self.words:
            counts, _ = count_words(counts)
        return {
            "values": counts.most_frequent(self.limit),
            "total": int(counts.counts.sum()),
            "distinct": len(counts),
        }
