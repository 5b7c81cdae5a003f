"""Filling missing values from the rows around them; the order of rows matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.clean.curves import METHODS, Method, interpolated
from dcs.columns import Columns, NumberColumns
from dcs.operation import ColumnwiseOperation, State
from dcs.parameters import shown_if

if TYPE_CHECKING:
    from dcs.columns import Schema

Positions: TypeAlias = npt.NDArray[np.int64]

OBSTACLE = "What is filled in depends on the rows around it."


class FillFromNeighbours(ColumnwiseOperation):
    """Fill missing values with the nearest value before, or after, in the order of the rows.

    Where there is none, and after `limit` missing values in a row, they stay missing.

    >>> rooms = dcs.table({"floor": [1, None, None, 2]})
    >>> rooms.pipe(dcs.FillFromNeighbours(columns=["floor"], direction="previous"))["floor"].tolist()
    [1, 1, 1, 2]
    """

    label: ClassVar[str] = "Fill from neighbours"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Fill missing {columns} with the {direction} value"
    keeps_values: ClassVar[bool] = True

    op: Literal["fill_from_neighbours"] = "fill_from_neighbours"
    columns: Columns
    """Columns whose missing values are filled."""
    direction: Literal["previous", "next"]
    """Take the value of a row before, or of one after."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """How many missing values in a row are filled at most."""

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return OBSTACLE

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def transform(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not column.null_count:
            return column
        forward = self.direction == "previous"
        filled = pc.fill_null_forward(column) if forward else pc.fill_null_backward(column)
        if self.limit is None:
            return filled
        far = _beyond(np.flatnonzero(column.is_null()), self.limit, forward=forward)
        return _without(filled, far) if len(far) else filled


class Interpolate(ColumnwiseOperation):
    """Fill missing numbers between present ones by a curve through those, rows being one apart.

    Before the first and after the last number nothing is filled; infinite numbers are no points of the curve.
    An integer column becomes decimal when a result is not whole. A method that needs more numbers than a
    column has is refused.

    >>> levels = dcs.table({"level": [1.0, None, 2.0, None]})
    >>> levels.pipe(dcs.Interpolate(columns=["level"], method="linear"))["level"].tolist()
    [1.0, 1.5, 2.0, <NA>]
    """

    label: ClassVar[str] = "Interpolate"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Interpolate missing {columns} by {method}"
    keeps_values: ClassVar[bool] = True

    op: Literal["interpolate"] = "interpolate"
    columns: NumberColumns
    """Columns whose missing numbers are filled."""
    method: Method
    """The kind of curve; a spline may pass beside the numbers, which stay as they are, to be smooth."""
    order: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, validate_default=True, json_schema_extra=shown_if(method=["spline", "polynomial"])
    )
    """The degree of a spline or polynomial."""

    @field_validator("order")
    @classmethod
    def _only_when_used(cls, value: int | None, info: ValidationInfo) -> int | None:
        method = info.data.get("method")
        if method in {"spline", "polynomial"} and value is None:
            raise ValueError(f"The method {method} needs an order.")
        if method in METHODS and method not in {"spline", "polynomial"} and value is not None:
            raise ValueError(f"The method {method} has no order.")
        return value

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return OBSTACLE

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {name: pa.float64() if name in self.columns else arrow for name, arrow in schema.items()}

    @override
    def transform(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        return interpolated(column, self.method, self.order, field="method")


def _beyond(gaps: Positions, limit: int, *, forward: bool) -> Positions:
    """Return those of the missing rows that have `limit` or more others between them and a value."""
    if not forward:
        return -_beyond(-gaps[::-1], limit, forward=True)
    order = np.arange(len(gaps))
    begins_run = np.concatenate([[True], np.diff(gaps) > 1])
    place_in_run = order - np.maximum.accumulate(np.where(begins_run, order, 0))
    return gaps[place_in_run >= limit]


def _without(column: pa.ChunkedArray, rows: Positions) -> pa.ChunkedArray:
    is_out = np.zeros(len(column), np.bool_)
    is_out[rows] = True
    return pc.if_else(pa.array(is_out), pa.scalar(None, column.type), column)
