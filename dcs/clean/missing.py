"""Operations on missing values that look at one row at a time."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.clean.averages import mean, median, mode
from dcs.clean.widening import as_decimal, holding
from dcs.columns import Columns, is_number
from dcs.errors import NotApplicableError, NothingToLearnError
from dcs.operation import Rows, RowwiseOperation, SelectionOperation, State
from dcs.parameters import CellOrMissing, CellValue, shown_if
from dcs.sentence import fill_sentence
from dcs.values import scalar

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.columns import ColumnData, Schema


class FillMissing(RowwiseOperation):
    """Replace missing values by a given value or by an average of the others.

    An integer column becomes decimal when it is filled with a number that is not whole. A column without any
    value has no average: that is refused.

    >>> ages = dcs.table({"age": [20.0, None, 40.0]})
    >>> ages.pipe(dcs.FillMissing(columns=["age"], using="mean"))["age"].tolist()
    [20.0, 30.0, 40.0]
    """

    label: ClassVar[str] = "Fill missing values"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Fill missing {columns} with the {using}"

    op: Literal["fill_missing"] = "fill_missing"
    columns: Columns
    """Columns whose missing values are filled."""
    using: Literal["value", "mean", "median", "mode"] = "value"
    """What to fill with. Mean and median need numbers; of several modes the smallest is taken."""
    value: CellOrMissing = Field(
        default=None, validate_default=True, json_schema_extra=shown_if(using="value")
    )
    """What to fill with when filling with a value."""

    @field_validator("value")
    @classmethod
    def _only_when_used(cls, value: CellValue | None, info: ValidationInfo) -> CellValue | None:
        using = info.data.get("using")
        if using == "value" and value is None:
            raise ValueError("Filling with a value needs one.")
        if using in {"mean", "median", "mode"} and value is not None:
            raise ValueError(f"A value is not used when filling with the {using}.")
        return value

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for index, name in enumerate(self.columns):
            if self.using == "value":
                holding(self.value, schema[name], field="value", column=name)
            elif self.using != "mode" and not is_number(schema[name]):
                raise NotApplicableError(
                    f"Column {name!r} has no {self.using}: it needs numbers.",
                    field=f"columns.{index}",
                    column=name,
                )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return () if self.using == "value" else self.reads(schema)

    @override
    def learn(self, columns: ColumnData) -> State:
        return {"fill": {name: self._average(column, name) for name, column in columns.items()}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {
            name: self._filled_type(name, arrow, state) if name in self.columns else arrow
            for name, arrow in schema.items()
        }

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        filled = {}
        for name, column in rows.items():
            arrow = self._filled_type(name, column.type, state)
            fitting = column if column.type == arrow else as_decimal(column, field="columns", name=name)
            fill = scalar(self._fill(name, state), arrow, field="value", column=name)
            filled[name] = pc.fill_null(fitting, fill) if column.null_count else fitting
        return filled

    @override
    def sentence(self) -> str:
        template = "Fill missing {columns} with {value}" if self.using == "value" else self.summary
        return fill_sentence(template, self)

    def _average(self, column: pa.ChunkedArray, name: str) -> JsonValue:
        if column.null_count == len(column):
            raise NothingToLearnError(
                f"Column {name!r} has no values to take the {self.using} of.", field="columns", column=name
            )
        match self.using:
            case "mean":
                return mean(column, field="columns", name=name)
            case "median":
                return median(column, field="columns", name=name)
            case _:
                return mode(column)

    def _fill(self, name: str, state: State) -> Any:
        if self.using == "value":
            return self.value
        learned: Any = state["fill"]
        return learned[name]

    def _filled_type(self, name: str, arrow: pa.DataType, state: State) -> pa.DataType:
        return holding(self._fill(name, state), arrow, field="value", column=name)


class DeleteMissingRows(SelectionOperation):
    """Delete rows in which values are missing.

    >>> ages = dcs.table({"age": [20, None], "name": ["Ada", "Bob"]})
    >>> ages.pipe(dcs.DeleteMissingRows(columns=["age"]))["name"].tolist()
    ['Ada']
    """

    label: ClassVar[str] = "Delete rows with missing values"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Delete rows where {how} of {columns} is missing"

    op: Literal["delete_missing_rows"] = "delete_missing_rows"
    columns: Columns | None = None
    """Columns to look at; all when none are named."""
    how: Literal["any", "all"] = "any"
    """Delete a row when any of its values is missing, or only when all are."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(schema) if self.columns is None else tuple(dict.fromkeys(self.columns))

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        present = [column.is_valid() for column in rows.values()]
        kept = reduce(pc.and_ if self.how == "any" else pc.or_, present)
        return kept.combine_chunks()

    @override
    def sentence(self) -> str:
        template = self.summary if self.columns else "Delete rows where {how} value is missing"
        return fill_sentence(template, self)
