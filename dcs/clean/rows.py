"""Operations that keep, drop or order rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.operation import Rows, SelectionOperation, State
from dcs.view import matching
from dcs.view.condition import Condition, by_row, check, learns_from, reads
from dcs.view.sort import MissingPlace, SortKey, sort_positions
from dcs.view.words import in_words

if TYPE_CHECKING:
    from dcs.columns import ColumnData, Schema


class FilterRows(SelectionOperation):
    """Keep the rows that meet a condition, or delete them.

    A comparison with a missing value is not met. Outliers are judged by the range learned from the whole
    column.

    >>> ages = dcs.table({"age": [15, 40, None]})
    >>> ages.pipe(dcs.FilterRows(where={"column": "age", "is": "at_least", "value": 18}))["age"].tolist()
    [40]
    """

    label: ClassVar[str] = "Filter rows"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Keep rows where {where}"

    op: Literal["filter_rows"] = "filter_rows"
    where: Condition
    """Which rows are meant."""
    keep: bool = True
    """Keep these rows; otherwise they are deleted and the others kept."""

    @property
    @override
    def chunkwise(self) -> bool:
        return by_row(self.where)

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return None if by_row(self.where) else "Which rows are duplicates depends on the other rows."

    @override
    def check(self, schema: Schema) -> None:
        check(self.where, schema, field="where")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return reads(self.where, schema)

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return learns_from(self.where)

    @override
    def learn(self, columns: ColumnData) -> State:
        return matching.learn(self.where, columns)

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        met = matching.mask(self.where, rows, state)
        return met if self.keep else pc.invert(met)

    @override
    def sentence(self) -> str:
        return f"{'Keep' if self.keep else 'Delete'} rows where {in_words(self.where)}"


class SortRows(SelectionOperation):
    """Put the rows in order, for good.

    Rows that are equal in all of `by` keep their order. Text sorts by code point, false before true.

    >>> ages = dcs.table({"age": [40, None, 15]})
    >>> ages.pipe(dcs.SortRows(by=[{"column": "age"}]))["age"].tolist()
    [15, 40, <NA>]
    """

    label: ClassVar[str] = "Sort rows"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Sort rows by {by}"

    op: Literal["sort_rows"] = "sort_rows"
    by: Annotated[tuple[SortKey, ...], Field(min_length=1)]
    """The columns to sort by, the first counts most."""
    missing: MissingPlace = "last"
    """Where rows go that have no value."""

    @property
    @override
    def chunkwise(self) -> bool:
        return False

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "The order of rows depends on all of them."

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key.column for key in self.by))

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        return pa.array(sort_positions(rows, self.by, missing=self.missing))

    @override
    def sentence(self) -> str:
        keys = (f"{key.column} descending" if key.descending else key.column for key in self.by)
        return f"Sort rows by {', '.join(keys)}{', missing first' if self.missing == 'first' else ''}"
