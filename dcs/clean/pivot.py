"""Making columns of rows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from typing_extensions import override

from dcs.clean.aggregates import COUNTS, Function, Members, aggregate, check_function, type_of
from dcs.clean.encode import MAX_CATEGORIES, codes_in, distinct_values, wire_array
from dcs.clean.grouping import Grouping
from dcs.clean.placing import fresh_names, names_in
from dcs.columns import Column, Columns
from dcs.errors import NotApplicableError, TooLargeError
from dcs.operation import Reshaped, ReshapeOperation, State
from dcs.values import text_form, to_wire
from dcs.view.groups import groups_of_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from dcs.clean.grouping import Indices
    from dcs.columns import ColumnData, Schema

MAX_CELLS = 1 << 28
"""More cells than these, 2 GiB of numbers, are not made."""

MISSING_NAME, EMPTY_NAME = "missing", "empty"


class Pivot(ReshapeOperation):
    """Make a column of each value of a column, and one row of all rows that are equal in some others.

    Each cell holds one value made of those that belong there: their sum, their mean, the first of them and so
    on, as in grouping rows. A cell that no row belongs to is missing; counts are 0. Rows and columns are in
    the order of their values, missing last. Columns are called as their values are spelled; those of missing
    and of empty values `missing` and `empty`. More than 10,000 columns are refused.

    >>> sales = dcs.table({"shop": ["A", "B", "A"], "year": [2023, 2023, 2024], "sold": [1, 2, 3]})
    >>> pivot = dcs.Pivot(rows=["shop"], columns="year", values="sold", aggregate="sum")
    >>> sales.pipe(pivot).values.tolist()
    [['A', 1, 3], ['B', 2, <NA>]]
    """

    label: ClassVar[str] = "Pivot"
    section: ClassVar[str] = "Reshape"
    summary: ClassVar[str] = "Make columns of {columns} with the {aggregate} of {values} for each {rows}"

    op: Literal["pivot"] = "pivot"
    rows: Columns
    """Columns whose equal values make one row."""
    columns: Column
    """The column whose values become columns."""
    values: Column
    """The column whose values fill the cells."""
    aggregate: Function
    """What is made of several values for one cell. Sum, mean, median and std need numbers."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.columns in self.rows:
            raise NotApplicableError(
                f"{self.columns!r} cannot make both rows and columns.", field="columns", column=self.columns
            )
        check_function(self.aggregate, schema[self.values], field="aggregate", column=self.values)

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.rows, self.columns, self.values)))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return (self.columns,)

    @override
    def learn(self, columns: ColumnData) -> State:
        column = columns[self.columns]
        values = distinct_values(column, self.columns, limit=MAX_CATEGORIES, field="columns")
        wanted = [text or EMPTY_NAME for text in text_form(values).to_pylist()]
        learned = to_wire(values)
        if column.null_count:
            learned.append(None)
            wanted.append(MISSING_NAME)
        names: list[JsonValue] = [*fresh_names(wanted, self.rows)]
        return {"values": {self.columns: learned}, "names": {self.columns: names}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        arrow = type_of(self.aggregate, schema[self.values])
        keys = {name: schema[name] for name in self.rows}
        return {**keys, **dict.fromkeys(names_in(state, self.columns), arrow)}

    @override
    def reshape(self, columns: ColumnData, state: State) -> Reshaped:
        groups = Grouping.by([columns[name] for name in self.rows])
        made = {name: groups.keys(columns[name]) for name in self.rows}
        names = names_in(state, self.columns)
        if groups.count * len(names) > MAX_CELLS:
            raise TooLargeError(
                f"{groups.count} rows of {len(names)} columns are more than {MAX_CELLS} cells.",
                field="rows",
            )
        if not names:
            return Reshaped(made)
        places = self._places(columns[self.columns], state)
        belongs = places >= 0
        cells = groups.codes[belongs] * len(names) + places[belongs]
        values = columns[self.values] if belongs.all() else columns[self.values].filter(pa.array(belongs))
        made |= dict(zip(names, self._filled(values, cells, groups.count, len(names)), strict=True))
        return Reshaped(made)

    def _places(self, column: pa.ChunkedArray, state: State) -> Indices:
        """Return for each row the number of the column that it belongs to, -1 when to none."""
        learned: Any = state["values"]
        present = [value for value in learned[self.columns] if value is not None]
        places = codes_in(column, wire_array(present, column.type, field="columns", name=self.columns))
        found = np.asarray(places.fill_null(-1)).astype(np.int64)
        if column.null_count and len(present) < len(learned[self.columns]):
            found[np.asarray(column.is_null())] = len(present)
        return found

    def _filled(
        self, values: pa.ChunkedArray, cells: Indices, height: int, width: int
    ) -> Iterator[pa.ChunkedArray]:
        """Yield the columns of a table of so many rows and columns, given values and the cell of each."""
        groups = groups_of_codes(cells.view(np.uint64))
        grouping = Grouping.of(groups.codes, groups.count)
        members = Members.of(values, grouping)
        found = aggregate(self.aggregate, members, field="values", name=self.values)
        rows, places = np.divmod(cells[grouping.first], width)
        order = np.argsort(places, kind="stable")
        bounds = np.searchsorted(places[order], np.arange(width + 1))
        for low, high in pairwise(bounds):
            chosen = np.full(height, -1)
            chosen[rows[order[low:high]]] = order[low:high]
            column = found.take(pa.array(chosen, mask=chosen < 0))
            yield column.fill_null(0) if self.aggregate in COUNTS else column
