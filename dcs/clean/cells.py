"""Operations on single cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field
from typing_extensions import override

from dcs.columns import Column
from dcs.errors import NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.parameters import CellOrMissing
from dcs.sentence import fill_sentence
from dcs.values import parse_value, scalar

if TYPE_CHECKING:
    from dcs.columns import Schema


class SetCell(RowwiseOperation):
    """Give one cell another value.

    The value must fit the type of the column; a row that the table does not have is refused.

    >>> names = dcs.table({"name": ["Ada", "bob"]})
    >>> names.pipe(dcs.SetCell(row=1, column="name", value="Bob"))["name"].tolist()
    ['Ada', 'Bob']
    """

    label: ClassVar[str] = "Set cell"
    section: ClassVar[str] = "Cells"
    summary: ClassVar[str] = "Set {column} to {value} in row {row}"

    op: Literal["set_cell"] = "set_cell"
    row: Annotated[int, Field(ge=0)]
    """The position of the row in the table, from 0."""
    column: Column
    """The column of the cell."""
    value: CellOrMissing
    """The new value; null is missing."""

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It names a row by its position."

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        parse_value(self.value, schema[self.column], field="value", column=self.column)

    @override
    def sentence(self) -> str:
        """Count rows from 1, as the grid does."""
        return fill_sentence(self.summary, self.model_copy(update={"row": self.row + 1}))

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def check_rows(self, rows: int) -> None:
        if self.row >= rows:
            raise NotApplicableError(f"There is no row {self.row}; the table has {rows} rows.", field="row")

    @override
    def touches(self, rows: int) -> range:
        return range(self.row, self.row + 1)

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        column = rows[self.column]
        value = pa.array([scalar(self.value, column.type, field="value", column=self.column)], column.type)
        chunks = []
        begin = rows.start
        for chunk in column.chunks:
            end = begin + len(chunk)
            chunks.append(_with(chunk, self.row - begin, value) if begin <= self.row < end else chunk)
            begin = end
        return {self.column: pa.chunked_array(chunks, type=column.type)}


def _with(values: pa.Array, position: int, value: pa.Array) -> pa.Array:
    """Return the values with another one at a position: a copy of their memory, and no more work."""
    return pa.concat_arrays([values[:position], value, values[position + 1 :]])
