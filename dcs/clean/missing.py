"""Operations on missing values that look at one row at a time."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.clean.averages import mean, median, mode
from dcs.clean.placing import fresh_names, names_in, placed
from dcs.clean.widening import as_decimal, holding
from dcs.columns import Columns, is_number
from dcs.errors import NotApplicableError, NothingToLearnError
from dcs.operation import Rows, RowwiseOperation, SelectionOperation, State
from dcs.parameters import Cell, CellOrMissing, CellValue, shown_if
from dcs.sentence import fill_sentence
from dcs.values import parse_value, scalar
from dcs.view.comparing import among

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
    keeps_values: ClassVar[bool] = True

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


class MarkMissing(RowwiseOperation):
    """Make some values missing, such as empty text, `N/A` or -999.

    >>> ages = dcs.table({"age": [20, -999], "name": ["N/A", "Ada"]})
    >>> ages.pipe(dcs.MarkMissing(columns=["age", "name"], values=[-999, "N/A"])).values.tolist()
    [[20, <NA>], [<NA>, 'Ada']]
    """

    label: ClassVar[str] = "Mark as missing"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Make {values} missing in {columns}"
    keeps_values: ClassVar[bool] = True

    op: Literal["mark_missing"] = "mark_missing"
    columns: Columns
    """Columns in which to look."""
    values: Annotated[tuple[Cell, ...], Field(min_length=1)]
    """The values that stand for missing; each is looked for in the columns whose type it fits."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for index, value in enumerate(self.values):
            if not any(_fits(value, schema[name]) for name in self.columns):
                raise NotApplicableError(
                    f"{value!r:.80} fits the type of none of the columns.", field=f"values.{index}"
                )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {name: self._marked(column) for name, column in rows.items()}

    def _marked(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        arrow = column.type
        marks = [scalar(value, arrow, field="values") for value in self.values if _fits(value, arrow)]
        if not marks:
            return column
        return pc.if_else(among(column, marks), pa.scalar(None, arrow), column)


class FlagMissing(RowwiseOperation):
    """Add, to the right of each column, one that says where its values are missing.

    >>> ages = dcs.table({"age": [20, None]})
    >>> ages.pipe(dcs.FlagMissing(columns=["age"]))["age_missing"].tolist()
    [False, True]
    """

    label: ClassVar[str] = "Flag missing values"
    section: ClassVar[str] = "Missing values"
    summary: ClassVar[str] = "Flag missing {columns}"

    op: Literal["flag_missing"] = "flag_missing"
    columns: Columns
    """Columns to flag; the flag of `x` is called `x_missing`."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def name_new(self, schema: Schema, state: State) -> State:
        flagged = self.reads(schema)
        flags = fresh_names([f"{name}_missing" for name in flagged], schema)
        return {"names": {name: [flag] for name, flag in zip(flagged, flags, strict=True)}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        for name in self.reads(schema):
            schema = placed(schema, dict.fromkeys(names_in(state, name), pa.bool_()), after=name)
        return schema

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {flag: column.is_null() for name, column in rows.items() for flag in names_in(state, name)}


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
        if self.columns is None:
            what = "any value is" if self.how == "any" else "all values are"
        else:
            what = "{columns} is" if len(self.columns) == 1 else "{how} of {columns} is"
        return fill_sentence(f"Delete rows where {what} missing", self)


def _fits(value: CellValue, arrow: pa.DataType) -> bool:
    try:
        parse_value(value, arrow, field="values")
    except NotApplicableError:
        return False
    return True
