"""Making rows of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa
from typing_extensions import override

from dcs.clean.widening import as_decimal
from dcs.columns import NUMBERS, Column, NewName, kind_of, require_new_name
from dcs.errors import NotApplicableError
from dcs.operation import Reshaped, ReshapeOperation, State
from dcs.values import text_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from dcs.columns import ColumnData, Schema

ROWS_PER_NAME = 1 << 20
"""So many rows share one array of names, whatever the number of rows."""


class Unpivot(ReshapeOperation):
    """Make one row of each cell: the name of its column, its value, and the columns that are kept.

    First come all rows of the first column, then those of the second, and so on; missing values have rows,
    too. Values of one type keep it; integers and decimals together become decimal, refused where integers
    are beyond 2^53; any other mixture becomes text, spelled as in CSV.

    >>> sales = dcs.table({"shop": ["A", "B"], "2023": [1, 2], "2024": [3, None]})
    >>> sales.pipe(dcs.Unpivot(keep=["shop"], name_to="year", value_to="sold")).values.tolist()
    [['A', '2023', 1], ['B', '2023', 2], ['A', '2024', 3], ['B', '2024', <NA>]]
    """

    label: ClassVar[str] = "Unpivot"
    section: ClassVar[str] = "Reshape"
    summary: ClassVar[str] = "Make rows of all columns but {keep}"

    op: Literal["unpivot"] = "unpivot"
    keep: tuple[Column, ...]
    """Columns to keep; all others become rows."""
    name_to: NewName
    """The name of a new column for the names of the columns that become rows."""
    value_to: NewName
    """The name of a new column for their values."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if not self._unpivoted(schema):
            raise NotApplicableError("At least one column must be left to make rows of.", field="keep")
        require_new_name(self.name_to, self.keep, field="name_to")
        require_new_name(self.value_to, (*self.keep, self.name_to), field="value_to")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(schema)

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        kept = {name: schema[name] for name in schema if name in self.keep}
        return {**kept, self.name_to: pa.string(), self.value_to: self._value_type(schema)}

    @override
    def reshape(self, columns: ColumnData, state: State) -> Reshaped:
        schema = {name: column.type for name, column in columns.items()}
        unpivoted = self._unpivoted(schema)
        arrow = self._value_type(schema)
        made = {name: _repeated(columns[name], len(unpivoted)) for name in schema if name in self.keep}
        rows = len(columns[unpivoted[0]])
        made[self.name_to] = _names(unpivoted, rows)
        values = [chunk for name in unpivoted for chunk in _converted(columns[name], arrow, name).chunks]
        made[self.value_to] = pa.chunked_array(values, arrow)
        return Reshaped(made)

    @override
    def reshape_frame(self, frame: Any, state: State) -> Iterable[Any]:
        schema = {name: dtype.pyarrow_dtype for name, dtype in frame.dtypes.items()}
        arrow = self._value_type(schema)
        kept = [name for name in schema if name in self.keep]
        for name in self._unpivoted(schema):
            column = frame[[name]]
            values = column if schema[name] == arrow else column.apply(_converted_series, arrow=arrow)
            yield frame[kept].assign(**{self.name_to: name, self.value_to: values[name]})

    def _unpivoted(self, schema: Schema) -> list[str]:
        return [name for name in schema if name not in self.keep]

    def _value_type(self, schema: Schema) -> pa.DataType:
        types = {schema[name] for name in self._unpivoted(schema)}
        if len(types) == 1:
            return types.pop()
        return pa.float64() if {kind_of(arrow) for arrow in types} <= set(NUMBERS) else pa.string()


def _repeated(column: pa.ChunkedArray, times: int) -> pa.ChunkedArray:
    """Return a column so many times in a row, over the same memory."""
    return pa.chunked_array(column.chunks * times, column.type)


def _names(names: list[str], rows: int) -> pa.ChunkedArray:
    """Return each name so many times in a row."""
    chunks = []
    for name in names:
        run = pa.repeat(pa.scalar(name), min(rows, ROWS_PER_NAME))
        whole, rest = divmod(rows, ROWS_PER_NAME)
        chunks += [run] * whole + [run.slice(0, rest)] if whole else [run]
    return pa.chunked_array(chunks, pa.string())


def _converted(column: pa.ChunkedArray, arrow: pa.DataType, name: str) -> pa.ChunkedArray:
    if column.type == arrow:
        return column
    return as_decimal(column, field="keep", name=name) if pa.types.is_floating(arrow) else text_form(column)


def _converted_series(series: pd.Series[Any], arrow: pa.DataType) -> pd.Series[Any]:
    from dcs.frames import from_frame, to_frame  # noqa: PLC0415 - pandas, only with frames

    name = str(series.name)
    column = from_frame(series.to_frame())[name]
    converted = to_frame(pa.table({name: _converted(column, arrow, name)}))
    return converted[name].set_axis(series.index)
