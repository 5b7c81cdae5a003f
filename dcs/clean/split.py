"""Making several columns of one text column."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs import regex
from dcs.clean.placing import check_new_names, fresh_names, names_in, placed
from dcs.columns import NewName, TextColumn
from dcs.errors import InvalidExpressionError, NotApplicableError, TooLargeError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.parameters import one_of, require_one_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.columns import ColumnData, Schema

MAX_PARTS = 1000
"""More columns are not made of one."""


WAYS = ("separator", "pattern", "widths")


class SplitColumn(RowwiseOperation):
    """Split text into parts, each a new column to the right: at a separator, at a pattern, or by widths.

    A missing text has no parts, an empty one has one, which is empty; parts that a text does not have are
    missing. Nothing is lost: what is left over stays in the last part.

    >>> names = dcs.table({"name": ["Ada Lovelace", "Plato"]})
    >>> names.pipe(dcs.SplitColumn(column="name", separator=" ", keep_original=False)).values.tolist()
    [['Ada', 'Lovelace'], ['Plato', <NA>]]
    """

    label: ClassVar[str] = "Split column"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Split {column}"

    model_config = one_of(WAYS)

    op: Literal["split_column"] = "split_column"
    column: TextColumn
    """The column to split."""
    separator: Annotated[str, Field(min_length=1)] | None = None
    """The text between parts."""
    pattern: str | None = Field(default=None, json_schema_extra={"x-widget": "regex"})
    r"""A regular expression for what is between parts, in RE2 syntax; it must not match the empty text."""
    widths: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = Field(
        default=None, validate_default=True
    )
    """How many characters each part has; longer text has one more part."""
    limit: Annotated[int, Field(ge=1, le=MAX_PARTS)] | None = None
    """The most parts; the rest stays in the last."""
    into: Annotated[tuple[NewName, ...], Field(min_length=1, max_length=MAX_PARTS)] | None = None
    """Names of the new columns, and so how many; absent, as many as are needed, `x_1`, `x_2` …"""
    keep_original: bool = True
    """Keep the column that was split."""

    @field_validator("widths")
    @classmethod
    def _one_way(cls, value: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        require_one_of(WAYS, value, info)
        return value

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.pattern is not None:
            regex.check_pattern(self.pattern, field="pattern", splits=True)
        if self.into is not None:
            taken = [name for name in schema if self.keep_original or name != self.column]
            check_new_names(self.into, taken, field="into")
            if self.limit is not None and len(self.into) > self.limit:
                raise NotApplicableError("These are more names than parts.", field="into")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return () if self.into is not None else (self.column,)

    @override
    def learn(self, columns: ColumnData) -> State:
        count = self._most_parts(columns[self.column])
        if self.limit is None and count > MAX_PARTS:
            raise TooLargeError(
                f"A value of column {self.column!r} has {count} parts; please give a limit.",
                field="limit",
                column=self.column,
            )
        return {"parts": {self.column: count if self.limit is None else min(count, self.limit)}}

    @override
    def name_new(self, schema: Schema, state: State) -> State:
        if self.into is not None:
            return {"names": {self.column: list(self.into)}}
        learned: Any = state["parts"]
        wanted = [f"{self.column}_{number}" for number in range(1, learned[self.column] + 1)]
        taken = [name for name in schema if self.keep_original or name != self.column]
        names: list[JsonValue] = [*fresh_names(wanted, taken)]
        return {**state, "names": {self.column: names}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        new = dict.fromkeys(names_in(state, self.column), pa.string())
        return placed(schema, new, after=self.column, without=() if self.keep_original else (self.column,))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        names = names_in(state, self.column)
        chunks = [self._parts(chunk, len(names)) for chunk in rows[self.column].chunks]
        return {
            name: pa.chunked_array([parts[number] for parts in chunks], type=pa.string())
            for number, name in enumerate(names)
        }

    def _most_parts(self, column: pa.ChunkedArray) -> int:
        if self.widths is not None:
            longest = pc.max(pc.utf8_length(column)).as_py() or 0
            return len(self.widths) + (longest > sum(self.widths))
        if self.pattern is not None:
            separators = pc.count_substring_regex(column, self.pattern)
        else:
            separators = pc.count_substring(column, self.separator)
        return (pc.max(separators).as_py() or 0) + 1

    def _parts(self, texts: pa.Array, count: int) -> list[pa.Array]:
        """Return so many parts of each text, the last with what is left over."""
        if self.widths is not None:
            return _pieces(texts, self.widths, count)
        if self.pattern is not None:
            return _elements(regex.split(texts, self.pattern, max_splits=count - 1), count)
        return _elements(pc.split_pattern(texts, self.separator, max_splits=count - 1), count)


def _pieces(texts: pa.Array, widths: tuple[int, ...], count: int) -> list[pa.Array]:
    """Cut texts after so many characters; a piece that begins after the end of the text is missing."""
    begins = [*accumulate(widths, initial=0)][:count]
    ends = [*begins[1:], None]
    lengths = pc.utf8_length(texts)
    missing = pa.scalar(None, pa.string())
    pieces = []
    for begin, end in zip(begins, ends, strict=True):
        is_there = pc.greater(lengths, begin) if begin else texts.is_valid()
        pieces.append(pc.if_else(is_there, pc.utf8_slice_codeunits(texts, begin, end), missing))
    return pieces + [pa.nulls(len(texts), pa.string())] * (count - len(pieces))


def _elements(lists: pa.ListArray, count: int) -> list[pa.Array]:
    """Return so many columns of the elements of lists; missing where a list is shorter."""
    values = lists.flatten()
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    starts = np.cumsum(lengths) - lengths
    return [values.take(pa.array(starts + number, mask=lengths <= number)) for number in range(count)]


class ExtractText(RowwiseOperation):
    r"""Put what the groups of a regular expression match into new columns to the right.

    The first match counts. Where nothing matches, or a group matches nothing, the value is missing.

    >>> sizes = dcs.table({"size": ["12 oz", "none"]})
    >>> extract = dcs.ExtractText(column="size", pattern=r"(\d+) (\w+)", into=["number", "unit"])
    >>> sizes.pipe(extract).iloc[0].tolist()
    ['12 oz', '12', 'oz']
    """

    label: ClassVar[str] = "Extract text"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Extract {pattern} from {column}"

    op: Literal["extract_text"] = "extract_text"
    column: TextColumn
    """The column to look at."""
    pattern: str = Field(json_schema_extra={"x-widget": "regex", "x-example": r"(\d+)"})
    r"""A regular expression in RE2 syntax with a group in parentheses for each new column.

    `\w`, `\d`, `\s` and `\b` are ASCII, `\p{L}` is any letter.
    """
    into: Annotated[tuple[NewName, ...], Field(min_length=1)] | None = None
    """Names of the new columns, one per group; absent, `x_1`, `x_2` …"""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        groups = regex.check_pattern(self.pattern, field="pattern")
        if not groups:
            raise InvalidExpressionError(
                "The pattern has no group; put parentheses around what to extract.", field="pattern"
            )
        if groups > MAX_PARTS:
            raise TooLargeError(f"The pattern has more than {MAX_PARTS} groups.", field="pattern")
        if self.into is not None:
            if len(self.into) != groups:
                raise NotApplicableError(
                    f"These are {len(self.into)} names for {groups} groups of the pattern.", field="into"
                )
            check_new_names(self.into, schema, field="into")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def name_new(self, schema: Schema, state: State) -> State:
        groups = regex.check_pattern(self.pattern, field="pattern")
        wanted = self.into or [f"{self.column}_{number}" for number in range(1, groups + 1)]
        names: list[JsonValue] = [*fresh_names(wanted, schema)]
        return {"names": {self.column: names}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        new = dict.fromkeys(names_in(state, self.column), pa.string())
        return placed(schema, new, after=self.column)

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        found = regex.extract(rows[self.column], self.pattern)
        return dict(zip(names_in(state, self.column), found, strict=True))
