"""The façade: pandas frames in and out of the Arrow tables that operations work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dcs.errors import NotApplicableError
from dcs.operation import ReshapeOperation
from dcs.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dcs.operation import Operation, State
    from dcs.run import Outcome


def table(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Make a frame with Arrow types from Python values; None and NaN are missing.

    >>> dcs.table({"age": [20, None]}).dtypes.tolist()
    [int64[pyarrow]]
    """
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    return to_frame(canonical(pa.table(arrays)))


def run_on_frame(operation: Operation, frame: pd.DataFrame, *, state: State | None = None) -> pd.DataFrame:
    """Run an operation on a frame, learning unless `state` is given.

    The index stays with its rows; rows made by a reshape get a new one.
    """
    outcome = run(operation, from_frame(frame), state=state)
    return to_frame(outcome.table).set_axis(index_after(operation, outcome, frame.index))


def index_after(operation: Operation, outcome: Outcome, index: pd.Index[Any]) -> pd.Index[Any]:
    """Return the index of the rows after an operation, given the one before."""
    if isinstance(operation, ReshapeOperation):
        return pd.RangeIndex(outcome.table.num_rows)
    return index if outcome.origin is None else index.take(outcome.origin.to_numpy())


def reshape_within(operation: ReshapeOperation, frame: Any, state: State) -> Any:
    """Reshape columns of a pandas or Modin frame in this process; the result is a frame of the same kind.

    Operations that take columns along do not go this way.
    """
    schema = {name: dtype.pyarrow_dtype for name, dtype in frame.dtypes.items()}
    read = frame[list(operation.reads(schema))]
    columns = from_frame(read.modin.to_pandas() if hasattr(read, "modin") else read)
    reshaped = operation.reshape({name: columns[name] for name in columns.column_names}, state)
    made = {name: reshaped.columns[name] for name in operation.output(schema, state)}
    return type(frame)(to_frame(pa.table(made)))


def to_frame(arrow: pa.Table) -> pd.DataFrame:
    """Return a frame of Arrow-typed columns over the same memory."""
    frame: pd.DataFrame = arrow.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def from_frame(frame: pd.DataFrame) -> pa.Table:
    """Return the columns of a frame, without its index, in canonical types.

    Raises `NotApplicableError` naming the column when its name is not text, occurs twice, or its values are
    of no type that dcs knows (lists, structs, mixed objects).
    """
    names = list(frame.columns)
    if not names and len(frame):
        raise NotApplicableError("Rows need at least one column.")
    columns: dict[str, pa.ChunkedArray] = {}
    for position, name in enumerate(names):
        if not isinstance(name, str):
            raise NotApplicableError(f"Column names must be text; {name!r} is {type(name).__name__}.")
        if name in columns:
            raise NotApplicableError(f"There are two columns {name!r}.", column=name)
        columns[name] = _arrow(frame.iloc[:, position], name)
    return canonical(pa.table(columns))


def canonical(arrow: pa.Table) -> pa.Table:
    """Bring every column to the type in which dcs keeps its kind; NaN becomes missing.

    Widths of integers and decimals are lost. Unsigned integers beyond 2^63 - 1, durations, times and nested
    types raise `NotApplicableError` naming the column.
    """
    return pa.table({name: _canonical(arrow[name], name) for name in arrow.column_names})


def _arrow(series: pd.Series[Any], name: str) -> pa.ChunkedArray:
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
        raise NotApplicableError(
            f"Column {name!r} has values that dcs does not clean: {error}", column=name
        ) from error
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _canonical(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _canonical(column.cast(kind.value_type), name)
    if pa.types.is_floating(kind):
        return _without_nan(column.cast(pa.float64()))
    target = _canonical_type(kind)
    if target is None:
        raise NotApplicableError(
            f"Column {name!r} has values of type {kind}, which dcs does not clean.", column=name
        )
    try:
        return column if kind == target else column.cast(target)
    except pa.ArrowInvalid as error:
        raise NotApplicableError(f"Column {name!r} does not fit {target}: {error}", column=name) from error


def _canonical_type(kind: pa.DataType) -> pa.DataType | None:
    """Return the type that keeps values of `kind` exactly, None when there is none."""
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if is_text or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_date(kind):
        return pa.date32()
    if pa.types.is_timestamp(kind):
        return kind if kind.unit in {"us", "ns"} else pa.timestamp("us", kind.tz)
    return kind if pa.types.is_boolean(kind) else None


def _without_nan(decimals: pa.ChunkedArray) -> pa.ChunkedArray:
    nan = pc.is_nan(decimals)
    if not pc.any(nan).as_py():
        return decimals
    return pc.if_else(nan, pa.scalar(None, pa.float64()), decimals)
