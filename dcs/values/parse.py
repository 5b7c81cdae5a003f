"""One value of a request, in its wire form, checked against the type of the column it is meant for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, assert_never

import pyarrow as pa

from dcs.columns import kind_of
from dcs.errors import NotApplicableError
from dcs.values.build import numbers, text
from dcs.values.calendar import NANOSECONDS_IN_SECOND, parse_day, parse_moment
from dcs.values.text import TICKS_PER_SECOND

if TYPE_CHECKING:
    from pydantic import JsonValue

StoredValue: TypeAlias = str | int | float | bool
"""A value as Arrow stores it: dates as days and datetimes as ticks since 1970, so that every year fits."""

_INTEGER = re.compile(r"-?\d+", re.ASCII)
_INFINITY = {"Infinity": float("inf"), "-Infinity": float("-inf")}
_EXAMPLES = {
    "text": "text",
    "integer": "an integer of 64 bits",
    "decimal": "a number",
    "boolean": "true or false",
    "date": "a date such as 2024-01-31",
    "datetime": "a date and time such as 2024-01-31T09:30:00",
}


def parse_value(
    value: JsonValue, arrow_type: pa.DataType, *, field: str, column: str | None = None
) -> StoredValue | None:
    """Return a value in wire form as a column of `arrow_type` stores it; None is missing.

    A whole number fits an integer column however it is spelled, an integer fits a decimal column. A datetime
    needs an offset exactly when the column has a zone; a date alone is its midnight, in a column without one.
    Anything else, a fraction finer than the column's unit included, raises `NotApplicableError`.
    """
    if value is None:
        return None
    stored = _stored(value, arrow_type)
    if stored is None:
        _refuse(value, arrow_type, field=field, column=column)
    return stored


def scalar(value: JsonValue, arrow_type: pa.DataType, *, field: str, column: str | None = None) -> Any:
    """Return a value in wire form as an Arrow scalar of `arrow_type`; refuses as `parse_value` does."""
    stored = parse_value(value, arrow_type, field=field, column=column)
    match stored:
        case None:
            return pa.nulls(1, arrow_type)[0]
        case str():
            return text(stored)
        case bool():
            return pa.Array.from_buffers(pa.bool_(), 1, [None, pa.py_buffer(bytes([stored]))])[0]
        case _:
            storage = _STORAGE.get(arrow_type, pa.int64())
            return numbers([stored], storage).view(arrow_type)[0]


_STORAGE = {pa.float64(): pa.float64(), pa.date32(): pa.int32()}


def _stored(value: JsonValue, arrow_type: pa.DataType) -> StoredValue | None:
    match kind_of(arrow_type):
        case "text":
            return value if isinstance(value, str) else None
        case "boolean":
            return value if isinstance(value, bool) else None
        case "integer":
            return _integer(value)
        case "decimal":
            return _decimal(value)
        case "date":
            day = parse_day(value) if isinstance(value, str) else None
            return day if day is not None and _fits(day, 32) else None
        case "datetime":
            return _ticks(value, arrow_type) if isinstance(value, str) else None
        case unknown:
            assert_never(unknown)


def _integer(value: JsonValue) -> int | None:
    match value:
        case bool():
            return None
        case int():
            whole = value
        case float() if value.is_integer():
            whole = int(value)
        case str() if _INTEGER.fullmatch(value) and len(value) <= 20:  # noqa: PLR2004 - digits of 64 bits
            whole = int(value)
        case _:
            return None
    return whole if _fits(whole, 64) else None


def _decimal(value: JsonValue) -> float | None:
    match value:
        case bool():
            return None
        case int():
            try:
                return float(value)
            except OverflowError:
                return None
        case float():
            return None if value != value else value  # noqa: PLR0124 - NaN
        case str():
            return _INFINITY.get(value)
        case _:
            return None


def _ticks(value: str, arrow_type: pa.DataType) -> int | None:
    moment = parse_moment(value)
    if moment is None:
        return None
    nanoseconds, has_offset = moment
    ticks, finer = divmod(nanoseconds, NANOSECONDS_IN_SECOND // TICKS_PER_SECOND[arrow_type.unit])
    fits = not finer and has_offset == (arrow_type.tz is not None) and _fits(ticks, 64)
    return ticks if fits else None


def _fits(value: int, bits: int) -> bool:
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1)


def _refuse(value: JsonValue, arrow_type: pa.DataType, *, field: str, column: str | None) -> NoReturn:
    kind = kind_of(arrow_type)
    expected = _EXAMPLES[kind]
    if kind == "datetime":
        expected += "+02:00, with an offset" if arrow_type.tz is not None else ", without an offset"
    where = f" Column {column!r} is {kind}." if column is not None else ""
    raise NotApplicableError(f"{value!r:.80} is not {expected}.{where}", field=field, column=column)
