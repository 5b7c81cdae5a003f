"""Numbering rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field
from typing_extensions import override

from dcs.columns import NewName, require_new_name
from dcs.operation import Rows, RowwiseOperation, State

if TYPE_CHECKING:
    from dcs.columns import Schema


class AddRowNumber(RowwiseOperation):
    """Add a first column that numbers the rows as they are now.

    >>> dcs.table({"name": ["Ada", "Bob"]}).pipe(dcs.AddRowNumber(to="number")).values.tolist()
    [[1, 'Ada'], [2, 'Bob']]
    """

    label: ClassVar[str] = "Add row numbers"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Number rows in {to}"

    op: Literal["add_row_number"] = "add_row_number"
    to: NewName
    """The name of the new column."""
    start: Annotated[int, Field(ge=-(2**53), le=2**53)] = 1
    """The number of the first row."""

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It numbers rows by their position."

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        require_new_name(self.to, schema, field="to")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return ()

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {self.to: pa.int64(), **schema}

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        first = self.start + rows.start
        return {self.to: pa.chunked_array([pa.array(np.arange(first, first + rows.count, dtype=np.int64))])}
