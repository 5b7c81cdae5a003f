"""Making one row of each group of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.clean.aggregates import Function, Members, aggregate, check_function, type_of
from dcs.clean.arrow_groups import grouped_by_arrow
from dcs.clean.grouping import Grouping
from dcs.clean.placing import fresh_names
from dcs.columns import Column, Columns, NewName, require_new_name
from dcs.operation import Parameters, Reshaped, ReshapeOperation, State

if TYPE_CHECKING:
    from dcs.columns import ColumnData, Schema


class Aggregate(Parameters):
    """One value to make of each group."""

    column: Column | None = None
    """The column whose values are taken together; only counting rows needs none."""
    function: Function = Field(validate_default=True)
    """What is made of the values; missing ones do not count. Sum, mean, median and std need numbers."""
    to: NewName | None = None
    """The name of the new column; absent, that of the column and the function, as `x_mean`."""

    @field_validator("function")
    @classmethod
    def _needs_column(cls, function: Function, info: ValidationInfo) -> Function:
        if function != "count" and "column" in info.data and info.data["column"] is None:
            raise ValueError(f"This needs a column to take the {function} of.")
        return function

    @property
    def default_name(self) -> str:
        """The name of the new column where none is given."""
        return self.function if self.column is None else f"{self.column}_{self.function}"


class GroupRows(ReshapeOperation):
    """Make one row of all rows that are equal in some columns, with sums, means and so on of the others.

    Rows are in the order of the columns they are grouped by, missing values last; 0.0 and -0.0 are equal.
    `count` without a column counts rows, with one its values; `first` and `last` are those of the values,
    and the extremes of text are by code point. Where a group has no values the sum is 0 and what else there
    is to take is missing, as is the deviation (ddof 1) of one value alone. A sum of integers that does not
    fit 64 bits is refused.

    >>> sales = dcs.table({"shop": ["B", "A", "B"], "sold": [1, 2, 4]})
    >>> total = {"column": "sold", "function": "sum"}
    >>> sales.pipe(dcs.GroupRows(by=["shop"], aggregates=[total])).values.tolist()
    [['A', 2], ['B', 5]]
    """

    label: ClassVar[str] = "Group rows"
    section: ClassVar[str] = "Reshape"
    summary: ClassVar[str] = "Group rows by {by}"

    op: Literal["group_rows"] = "group_rows"
    by: Columns
    """Columns whose equal values make a group."""
    aggregates: Annotated[tuple[Aggregate, ...], Field(min_length=1)]
    """What to make of each group, a new column each."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        taken = list(self.by)
        for index, item in enumerate(self.aggregates):
            field = f"aggregates.{index}"
            if item.column is not None and item.function != "count":
                check_function(
                    item.function, schema[item.column], field=f"{field}.function", column=item.column
                )
            if item.to is not None:
                require_new_name(item.to, taken, field=f"{field}.to")
                taken.append(item.to)

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        taken = (item.column for item in self.aggregates if item.column is not None)
        return tuple(dict.fromkeys((*self.by, *taken)))

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        keys = {name: schema[name] for name in self.by}
        types = (
            pa.int64() if item.column is None else type_of(item.function, schema[item.column])
            for item in self.aggregates
        )
        return {**keys, **dict(zip(self._names(), types, strict=True))}

    @override
    def reshape(self, columns: ColumnData, state: State) -> Reshaped:
        by = [columns[name] for name in self.by]
        wanted = [
            (item.function, None if item.column is None else columns[item.column]) for item in self.aggregates
        ]
        found = grouped_by_arrow(by, wanted)
        if found is not None:
            return Reshaped(dict(zip([*self.by, *self._names()], found, strict=True)))
        groups = Grouping.by(by)
        made = {name: groups.keys(columns[name]) for name in self.by}
        members: dict[str, Members] = {}
        for index, (name, item) in enumerate(zip(self._names(), self.aggregates, strict=True)):
            if item.column is None:
                made[name] = pa.chunked_array([pa.array(groups.sizes)])
                continue
            if item.column not in members:
                members[item.column] = Members.of(columns[item.column], groups)
            made[name] = aggregate(
                item.function, members[item.column], field=f"aggregates.{index}", name=item.column
            )
        return Reshaped(made)

    def _names(self) -> list[str]:
        """Return the names of the new columns; given ones go before those that are made up."""
        given = [item.to for item in self.aggregates if item.to is not None]
        made_up = iter(
            fresh_names(
                [item.default_name for item in self.aggregates if item.to is None], [*self.by, *given]
            )
        )
        return [next(made_up) if item.to is None else item.to for item in self.aggregates]
