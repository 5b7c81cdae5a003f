"""Run an operation on a whole Arrow table: the reference for every engine that splits the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dcs.gather import take_rows_of
from dcs.operation import (
    ColumnwiseOperation,
    Operation,
    ReshapeOperation,
    Rows,
    RowwiseOperation,
    SchemaOperation,
    SelectionOperation,
    State,
)

if TYPE_CHECKING:
    from dcs.columns import Schema


@dataclass(frozen=True)
class Outcome:
    """The table afterwards, what was learned, and which rows were chosen.

    Attributes:
        table: the new table.
        state: what was learned; empty when there was nothing to learn.
        chosen: what `select` of a selection returned; None when no row moved, or a reshape made them.

    """

    table: pa.Table
    state: State
    chosen: pa.Array | None = None

    @property
    def origin(self) -> pa.Array | None:
        """For each new row its position before (int64); None when no row moved, or a reshape made them."""
        if self.chosen is None or pa.types.is_integer(self.chosen.type):
            return self.chosen
        return pc.indices_nonzero(self.chosen).cast(pa.int64())


def run(operation: Operation, table: pa.Table, *, state: State | None = None) -> Outcome:
    """Check, learn (unless `state` is given) and do the operation; the table given is not changed."""
    schema = schema_of(table)
    operation.check(schema)
    operation.check_rows(table.num_rows)
    match operation:
        case SchemaOperation():
            return Outcome(_assemble(table, {}, operation.arrange(tuple(schema))), {})
        case RowwiseOperation():
            return _rowwise(operation, table, learned(operation, table) if state is None else state)
        case ColumnwiseOperation():
            written = {name: operation.transform(table[name]) for name in operation.reads(schema)}
            return Outcome(_assemble(table, written, _same(operation.output(schema, {}))), {})
        case SelectionOperation():
            return _selection(operation, table, learned(operation, table) if state is None else state)
        case ReshapeOperation():
            return _reshape(operation, table, learned(operation, table) if state is None else state)
        case _:
            raise TypeError(f"{type(operation).__name__} has none of the five shapes")


def learned(operation: RowwiseOperation | SelectionOperation | ReshapeOperation, table: pa.Table) -> State:
    """Learn from the whole columns of a table, none if there are none, and choose the names of new ones."""
    schema = schema_of(table)
    names = operation.learns_from(schema)
    state = operation.learn({name: table[name] for name in names}) if names else {}
    return operation.name_new(schema, state) if isinstance(operation, RowwiseOperation) else state


def schema_of(table: pa.Table) -> dict[str, pa.DataType]:
    """Return names and types of the columns, in order."""
    return {field.name: field.type for field in table.schema}


def _rowwise(operation: RowwiseOperation, table: pa.Table, state: State) -> Outcome:
    schema = schema_of(table)
    rows = Rows({name: table[name] for name in operation.reads(schema)}, start=0, count=table.num_rows)
    written = operation.apply(rows, state)
    return Outcome(_assemble(table, written, _same(operation.output(schema, state))), state)


def _selection(operation: SelectionOperation, table: pa.Table, state: State) -> Outcome:
    names = operation.reads(schema_of(table))
    rows = Rows({name: table[name] for name in names}, start=0, count=table.num_rows)
    chosen = operation.select(rows, state)
    rows_after = table.take if pa.types.is_integer(chosen.type) else table.filter
    return Outcome(rows_after(chosen), state, chosen)


def _reshape(operation: ReshapeOperation, table: pa.Table, state: State) -> Outcome:
    schema = schema_of(table)
    reshaped = operation.reshape({name: table[name] for name in operation.reads(schema)}, state)
    columns = dict(reshaped.columns)
    after = operation.output(schema, state)
    old = [name for name in after if name not in columns]
    if old:
        assert reshaped.origins is not None, f"{operation.op} makes no column {old[0]!r}"
        taken = take_rows_of([table[name] for name in old], reshaped.origins)
        columns |= dict(zip(old, taken, strict=True))
    return Outcome(pa.table({name: columns[name] for name in after}), state)


def _same(schema: Schema) -> list[tuple[str, str]]:
    return [(name, name) for name in schema]


def _assemble(
    table: pa.Table, written: dict[str, pa.ChunkedArray], arrangement: list[tuple[str, str]]
) -> pa.Table:
    """Build a table from written columns and, where none was written, the old ones."""
    return pa.table({new: written[old] if old in written else table[old] for new, old in arrangement})
