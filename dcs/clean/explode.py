"""Making rows of the parts of a text."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.columns import TextColumn
from dcs.operation import Reshaped, ReshapeOperation, State
from dcs.parts import map_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dcs.columns import ColumnData, Schema


class ExplodeRows(ReshapeOperation):
    """Make a row of each part of a text; the other columns are repeated.

    Parts are taken as they are: blanks beside the separator stay. A missing text keeps its one row, and so
    does an empty one.

    >>> books = dcs.table({"title": ["Good Omens"], "author": ["Pratchett|Gaiman"]})
    >>> books.pipe(dcs.ExplodeRows(column="author", separator="|")).values.tolist()
    [['Good Omens', 'Pratchett'], ['Good Omens', 'Gaiman']]
    """

    label: ClassVar[str] = "Explode rows"
    section: ClassVar[str] = "Reshape"
    summary: ClassVar[str] = "Make a row of each part of {column} between {separator}"

    op: Literal["explode_rows"] = "explode_rows"
    column: TextColumn
    """The column whose texts have several parts."""
    separator: Annotated[str, Field(min_length=1)]
    """The text between parts."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return schema

    @override
    def reshape(self, columns: ColumnData, state: State) -> Reshaped:
        of_parts = map_parts(columns[self.column], self._exploded)
        texts, origins = [], []
        begin = 0
        for found, rows, length in chain.from_iterable(of_parts):
            texts.append(found)
            origins.append(rows + begin)
            begin += length
        whole = np.concatenate(origins) if origins else np.zeros(0, np.int64)
        return Reshaped({self.column: pa.chunked_array(texts, pa.string())}, whole)

    @override
    def reshape_frame(self, frame: Any, state: State) -> Iterable[Any]:
        parts = frame[self.column].str.split(self.separator, regex=False)
        yield frame.assign(**{self.column: parts}).explode(self.column, ignore_index=True)

    def _exploded(self, texts: pa.ChunkedArray) -> list[tuple[pa.Array, Any, int]]:
        """Return for each chunk the parts, the positions of their texts, and how many texts there are."""
        return [(*self._parts(chunk), len(chunk)) for chunk in texts.chunks]

    def _parts(self, texts: pa.Array) -> tuple[pa.Array, Any]:
        """Return the parts of all texts in order, and the position of the text that each comes from."""
        lists = pc.split_pattern(texts.fill_null(""), self.separator)
        parts, rows = lists.flatten(), pc.list_parent_indices(lists)
        if texts.null_count:
            parts = pc.if_else(texts.is_valid().take(rows), parts, pa.scalar(None, pa.string()))
        return parts, rows.to_numpy()
