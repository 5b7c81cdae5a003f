"""The one list of all charts, and how a message becomes one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from dcs.analyze.charts.box import Box
from dcs.analyze.charts.correlation import Correlation
from dcs.analyze.charts.frequency import Frequency
from dcs.analyze.charts.histogram import Histogram
from dcs.analyze.charts.line import Line, TimeSeries
from dcs.analyze.charts.scatter import Scatter
from dcs.errors import InvalidParametersError, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from dcs.analyze.charts.base import Chart, ChartData
    from dcs.columns import ColumnData

CHARTS: tuple[type[Chart], ...] = (Histogram, Frequency, Scatter, Line, TimeSeries, Box, Correlation)
"""Every chart there is, in the order in which a menu shows them."""

BY_TYPE: dict[str, type[Chart]] = {chart.model_fields["type"].default: chart for chart in CHARTS}
"""Charts by their wire id."""


def parse_chart(message: Mapping[str, JsonValue]) -> Chart:
    """Turn `{"type": id, …}` into a chart.

    Raises `InvalidParametersError` with every fault and its path, for an unknown type with near ones.
    """
    identifier = message.get("type")
    if not isinstance(identifier, str) or identifier not in BY_TYPE:
        near = near_names(str(identifier), BY_TYPE)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidParametersError([("type", f"There is no chart {identifier!r}{hint}")], what="chart")
    declared = BY_TYPE[identifier]
    try:
        return declared.model_validate(message)
    except ValidationError as error:
        raise InvalidParametersError.from_validation(
            error, what="chart", known=declared.model_fields
        ) from error


def chart_data(chart: Chart, columns: ColumnData) -> ChartData:
    """Check the chart against the columns, at least those it reads, and return what it shows of all rows."""
    chart.check({name: column.type for name, column in columns.items()})
    return chart.data(columns)
