"""`chart.data`: the data of a chart, already aggregated; the browser draws."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, JsonValue, RootModel

from willow_ray.protocol.table import OfVersion
from willow_ray.protocol.views import View

ChartType = Literal["histogram", "frequency", "scatter", "line", "time_series", "box", "correlation"]


class ChartRequest(OfVersion):
    """A chart and its parameters, which `dcs.analyze` checks."""

    model_config = ConfigDict(extra="allow")

    type: ChartType
    view: View | None = None

    def chart(self) -> dict[str, JsonValue]:
        """Return `{"type": …}` with the chart's own parameters, without the view."""
        return {"type": self.type, **(self.model_extra or {})}


class ChartData(RootModel[dict[str, JsonValue]]):
    """The data, by the names that the type of chart gives them."""
