"""Integer columns that become decimal because a result is not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dcs.errors import NotApplicableError
from dcs.values import parse_value

if TYPE_CHECKING:
    from dcs.parameters import CellValue


def as_decimal(column: pa.ChunkedArray, *, field: str, name: str | None = None) -> pa.ChunkedArray:
    """Return integers as decimals; refuses those beyond 2^53, which a decimal cannot hold exactly."""
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid as error:
        raise NotApplicableError(
            f"{_called(name)} would become decimal, and has integers too large for that.",
            field=field,
            column=name,
        ) from error


def holding(value: CellValue | None, arrow: pa.DataType, *, field: str, column: str) -> pa.DataType:
    """Return the type a column needs to hold also this value: its own, or decimal instead of integer.

    Refuses a value that fits neither.
    """
    if pa.types.is_integer(arrow) and isinstance(value, float) and not value.is_integer():
        return pa.float64()
    parse_value(value, arrow, field=field, column=column)
    return arrow


def _called(name: str | None) -> str:
    return "A column" if name is None else f"Column {name!r}"
