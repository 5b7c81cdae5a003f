"""The data of charts, aggregated over all rows; never an image."""

from dcs.analyze.charts.base import Chart, ChartData
from dcs.analyze.charts.box import Box
from dcs.analyze.charts.catalogue import CHARTS, chart_data, parse_chart
from dcs.analyze.charts.correlation import Correlation
from dcs.analyze.charts.frequency import Frequency
from dcs.analyze.charts.histogram import Histogram
from dcs.analyze.charts.line import Line, TimeSeries
from dcs.analyze.charts.scatter import Scatter

__all__ = [
    "CHARTS",
    "Box",
    "Chart",
    "ChartData",
    "Correlation",
    "Frequency",
    "Histogram",
    "Line",
    "Scatter",
    "TimeSeries",
    "chart_data",
    "parse_chart",
]
