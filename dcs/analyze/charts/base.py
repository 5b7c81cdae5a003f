"""What all charts have in common: parameters, checks, and data that is aggregated already."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeAlias

from dcs.columns import references
from dcs.operation import Parameters

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.columns import ColumnData, Schema

ChartData: TypeAlias = "dict[str, JsonValue]"
"""The data of a chart in JSON, values in wire form."""


class Chart(Parameters, ABC):
    """A chart by its parameters; `type` is its id on the wire."""

    type: str

    def check(self, schema: Schema) -> None:
        """Refuse, naming the field, what cannot be drawn of such a table."""
        for reference in references(self):
            reference.ref.check(reference.column, schema, field=reference.path)

    def reads(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns whose values are needed, each once, in table order."""
        named = {reference.column for reference in references(self)}
        return tuple(name for name in schema if name in named)

    @abstractmethod
    def data(self, columns: ColumnData) -> ChartData:
        """Return what is drawn, of all rows; rows in which a needed value is missing or infinite are not."""
