"""Encoding of categories as truth values and numbers, for programs that learn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.clean.placing import fresh_names, names_in, placed
from dcs.columns import DATES, Column, Columns, kind_of
from dcs.errors import NotApplicableError, NothingToLearnError, TooLargeError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.parameters import Cell
from dcs.parts import in_parts, map_parts
from dcs.values import parse_value, text_form, to_wire
from dcs.values.zero import with_one_zero
from dcs.view.comparing import FEW, among
from dcs.view.groups import with_wide_offsets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from dcs.columns import ColumnData, Schema

MAX_CATEGORIES = 10_000
"""More than so many categories are not learned."""

DEFAULT_LIMIT = 50


class OneHotEncode(RowwiseOperation):
    """Make a column of true and false of each value that occurs, called `x_value`.

    The columns go to the right, in the order of the values. A missing value, and one that was not there when
    the values were learned, is false in all of them. Refused are a column without values, and one with more
    different values than `limit`.

    >>> pets = dcs.table({"pet": ["dog", "cat", None]})
    >>> pets.pipe(dcs.OneHotEncode(column="pet", drop_original=True)).values.tolist()
    [[False, True], [True, False], [False, False]]
    """

    label: ClassVar[str] = "One-hot encode"
    section: ClassVar[str] = "Encoding"
    summary: ClassVar[str] = "One-hot encode {column}"

    op: Literal["one_hot_encode"] = "one_hot_encode"
    column: Column
    """The column whose values become columns."""
    drop_original: bool = False
    """Delete the column that was encoded."""
    limit: Annotated[int, Field(ge=1, le=MAX_CATEGORIES)] = DEFAULT_LIMIT
    """The most columns to make; a column with more different values is refused."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def learn(self, columns: ColumnData) -> State:
        learned = categories(columns[self.column], self.column, limit=self.limit, field="column")
        return {
            "values": {self.column: to_wire(learned)},
            "texts": {self.column: text_form(learned).to_pylist()},
        }

    @override
    def name_new(self, schema: Schema, state: State) -> State:
        learned: Any = state["texts"]
        wanted = [f"{self.column}_{text}" for text in learned[self.column]]
        names: list[JsonValue] = [*fresh_names(wanted, self._kept(schema))]
        return {**state, "names": {self.column: names}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        new = dict.fromkeys(names_in(state, self.column), pa.bool_())
        return placed(schema, new, after=self.column, without=set(schema) - set(self._kept(schema)))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        column = rows[self.column]
        values = _category_array(state, self.column, column.type)
        names = names_in(state, self.column)
        if len(names) <= FEW:
            return {
                name: among(column, [value]).fill_null(False)  # noqa: FBT003
                for name, value in zip(names, values, strict=True)
            }
        codes = codes_in(column, values).fill_null(-1)
        return {name: pc.equal(codes, pa.scalar(code, pa.int32())) for code, name in enumerate(names)}

    def _kept(self, schema: Schema) -> list[str]:
        return [name for name in schema if not (self.drop_original and name == self.column)]


class OrdinalEncode(RowwiseOperation):
    """Replace values by their place in an order, counted from 0.

    The order is the given one, or that of the values: numbers and dates from low to high, text by code
    point, false before true. A value that is not in the order, or was not there when it was learned, becomes
    missing. Refused is learning from a column without values, or with more than 10,000 different ones.

    >>> sizes = dcs.table({"size": ["S", "L", "XL", "M"]})
    >>> sizes.pipe(dcs.OrdinalEncode(columns=["size"], order=["S", "M", "L"]))["size"].tolist()
    [0, 2, <NA>, 1]
    """

    label: ClassVar[str] = "Ordinal encode"
    section: ClassVar[str] = "Encoding"
    summary: ClassVar[str] = "Number the values of {columns} in order"

    op: Literal["ordinal_encode"] = "ordinal_encode"
    columns: Columns
    """Columns whose values become numbers."""
    order: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=MAX_CATEGORIES)] | None = None
    """The values in order; absent, those of each column from low to high."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for name in self.columns:
            seen = set()
            for index, value in enumerate(self.order or ()):
                field = f"order.{index}"
                stored = parse_value(value, schema[name], field=field, column=name)
                if stored in seen:
                    raise NotApplicableError(f"{value!r:.80} is twice in the order.", field=field)
                seen.add(stored)

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return self.reads(schema) if self.order is None else ()

    @override
    def learn(self, columns: ColumnData) -> State:
        learned: dict[str, JsonValue] = {
            name: to_wire(categories(column, name, limit=MAX_CATEGORIES, field="columns"))
            for name, column in columns.items()
        }
        return {"values": learned} if learned else {}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {name: pa.int64() if name in self.columns else arrow for name, arrow in schema.items()}

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {
            name: codes_in(column, self._ordered(column.type, name, state)).cast(pa.int64())
            for name, column in rows.items()
        }

    def _ordered(self, arrow: pa.DataType, name: str, state: State) -> pa.Array:
        if self.order is None:
            return _category_array(state, name, arrow)
        return wire_array(self.order, arrow, field="order", name=name)


def categories(column: pa.ChunkedArray, name: str, *, limit: int, field: str) -> pa.Array:
    """Return the different values of a column in order; refuses none at all, and more than `limit`."""
    distinct = distinct_values(column, name, limit=limit, field=field)
    if not len(distinct):
        raise NothingToLearnError(f"Column {name!r} has no values to learn.", field=field, column=name)
    return distinct


def distinct_values(column: pa.ChunkedArray, name: str, *, limit: int, field: str) -> pa.Array:
    """Return the different values of a column in order; refuses more than `limit`."""
    distinct_in_parts = map_parts(with_wide_offsets(with_one_zero(column)), pa.ChunkedArray.unique)
    distinct = pa.concat_arrays(distinct_in_parts).unique().drop_null()
    if len(distinct) > limit:
        raise TooLargeError(
            f"Column {name!r} has {len(distinct)} different values; the limit is {limit}.",
            field=field,
            column=name,
        )
    return distinct.take(pc.sort_indices(distinct)).cast(column.type)


def codes_in(column: pa.ChunkedArray, values: pa.Array) -> pa.ChunkedArray:
    """Return the position of each value among `values` (int32); missing where it is not there."""
    return in_parts(with_one_zero(column), partial(pc.index_in, value_set=values), pa.int32())


def _category_array(state: State, name: str, arrow: pa.DataType) -> pa.Array:
    learned: Any = state["values"]
    return wire_array(learned[name], arrow, field="columns", name=name)


def wire_array(values: Sequence[JsonValue], arrow: pa.DataType, *, field: str, name: str) -> pa.Array:
    """Return an array of values in wire form; refuses those that are not of the type."""
    stored = [parse_value(value, arrow, field=field, column=name) for value in values]
    if kind_of(arrow) not in DATES:
        return pa.array(stored, arrow)
    return pa.array(stored, pa.int32() if pa.types.is_date(arrow) else pa.int64()).view(arrow)
