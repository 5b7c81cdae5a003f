"""Values of one kind as values of another; missing where nothing corresponds exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import Kind, arrow_type, kind_of
from dcs.values import text_form

if TYPE_CHECKING:
    from collections.abc import Callable

Converter: TypeAlias = "Callable[[Any], Any]"
"""From an array of one kind to an array of another, as long."""

INTEGERS_END = 2.0**63
MIN_DAY, MAX_DAY = -106_751_991, 106_751_991
"""The days that have all their microseconds within 64 bits."""


def converter(source: pa.DataType, target: Kind) -> Converter | None:
    """Return the conversion from a type that is not text, None when there is none."""
    kind = kind_of(source)
    if kind == target:
        return _unchanged
    return text_form if target == "text" else _CONVERTERS.get((kind, target))


def _unchanged(values: pa.Array) -> pa.Array:
    return values


def _integers_to_decimals(values: pa.Array) -> pa.Array:
    try:
        return values.cast(pa.float64())
    except pa.ArrowInvalid:  # some are beyond 2^53
        rounded = values.cast(pa.float64(), safe=False)
        same = pc.equal(rounded.cast(pa.int64(), safe=False), values)
        return _where(pc.and_(same, pc.less(rounded, INTEGERS_END)), rounded)


def _decimals_to_integers(values: pa.Array) -> pa.Array:
    try:
        return values.cast(pa.int64())
    except pa.ArrowInvalid:  # some are not whole, or too large
        whole = pc.equal(pc.trunc(values), values)
        in_range = pc.and_(pc.greater_equal(values, -INTEGERS_END), pc.less(values, INTEGERS_END))
        return _where(pc.and_(whole, in_range), values).cast(pa.int64())


def _numbers_to_booleans(values: pa.Array) -> pa.Array:
    is_one = pc.equal(values, pa.scalar(1, values.type))
    is_zero = pc.equal(values, pa.scalar(0, values.type))
    return _where(pc.or_(is_one, is_zero), is_one)


def _booleans_to_decimals(values: pa.Array) -> pa.Array:
    return values.cast(pa.int8()).cast(pa.float64())


def _dates_to_datetimes(values: pa.Array) -> pa.Array:
    days = values.view(pa.int32())
    in_range = pc.and_(pc.greater_equal(days, MIN_DAY), pc.less_equal(days, MAX_DAY))
    return _where(in_range, values).cast(arrow_type("datetime"))


def _datetimes_to_dates(values: pa.Array) -> pa.Array:
    local = values if values.type.tz is None else pc.local_timestamp(values)
    return local.cast(pa.date32())


def _booleans_to_integers(values: pa.Array) -> pa.Array:
    return values.cast(pa.int64())


def _where(fits: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(fits, values, pa.scalar(None, values.type))


_CONVERTERS: dict[tuple[Kind, Kind], Converter] = {
    ("integer", "decimal"): _integers_to_decimals,
    ("integer", "boolean"): _numbers_to_booleans,
    ("decimal", "integer"): _decimals_to_integers,
    ("decimal", "boolean"): _numbers_to_booleans,
    ("boolean", "integer"): _booleans_to_integers,
    ("boolean", "decimal"): _booleans_to_decimals,
    ("date", "datetime"): _dates_to_datetimes,
    ("datetime", "date"): _datetimes_to_dates,
}
