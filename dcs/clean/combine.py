"""Making one text column of several columns."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.clean.placing import placed
from dcs.columns import Column, NewName, require_new_name
from dcs.errors import NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.values import text_form

if TYPE_CHECKING:
    from dcs.columns import Schema


class CombineColumns(RowwiseOperation):
    """Join the values of several columns, as text, into a new column to the right of the last of them.

    Where one of the values is missing, so is the result; with `skip_missing` only where all of them are.

    >>> names = dcs.table({"first": ["Ada", None], "last": ["Lovelace", "Plato"]})
    >>> combine = dcs.CombineColumns(columns=["last", "first"], separator=", ", to="name", skip_missing=True)
    >>> names.pipe(combine)["name"].tolist()
    ['Lovelace, Ada', 'Plato']
    """

    label: ClassVar[str] = "Combine columns"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Combine {columns} into {to}"

    op: Literal["combine_columns"] = "combine_columns"
    columns: Annotated[tuple[Column, ...], Field(min_length=2)]
    """The columns, in the order of the result; values that are not text are spelled as in CSV."""
    separator: str = ""
    """What to put between two values."""
    to: NewName
    """The name of the new column."""
    skip_missing: bool = False
    """Leave missing values out, with their separator."""
    drop_originals: bool = False
    """Delete the combined columns; the new one may then have the name of one of them."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if len(set(self.columns)) < len(self.columns):
            raise NotApplicableError("A column is named twice.", field="columns")
        require_new_name(self.to, self._kept(schema), field="to")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return self.columns

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        last = max(self.columns, key=list(schema).index)
        without = self.columns if self.drop_originals else ()
        return placed(schema, {self.to: pa.string()}, after=last, without=without)

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        texts = [text_form(rows[name]) for name in self.columns]
        if not self.skip_missing:
            return {self.to: pc.binary_join_element_wise(*texts, self.separator)}
        some = reduce(pc.or_, [column.is_valid() for column in texts])
        # Arrow drops rows in which all is missing (seen in version 26), so there must be none.
        texts[0] = pc.if_else(some, texts[0], "")
        joined = pc.binary_join_element_wise(*texts, self.separator, null_handling="skip")
        return {self.to: pc.if_else(some, joined, pa.scalar(None, pa.string()))}

    def _kept(self, schema: Schema) -> list[str]:
        return [name for name in schema if not self.drop_originals or name not in self.columns]
