"""The text form of values: what the grid shows, what CSV writes, what a search looks at.

Decimals are spelled as JavaScript's `String(x)`, plus `.0` on a bare integer. Arrow's own spelling agrees for
magnitudes below 1e10; larger ones are spelled again: integers as such, the few others one by one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.values.build import number, text, texts
from dcs.values.calendar import FIRST_PLAIN_DAY, LAST_PLAIN_DAY, format_day, format_offset
from dcs.values.zero import with_one_zero

if TYPE_CHECKING:
    from collections.abc import Callable

_SPELLED_ALIKE_BELOW = 1e10
_INTEGERS_EXACT_BELOW = 2.0**53
_EXPONENT_FROM = 1e21
_POINT_ZERO = text(".0")
_NOTHING = text("")

TICKS_PER_SECOND = {"us": 1_000_000, "ns": 1_000_000_000}
"""Units of timestamps that dcs keeps."""


def text_form(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return values of any canonical type as text; missing stays missing, text is returned as it is.

    Datetimes have seconds always, fractions without trailing zeros, and the offset when there is a zone.
    Negative zero is `0.0`, as in JavaScript.
    """
    if isinstance(values, pa.ChunkedArray):
        return pa.chunked_array([text_form(chunk) for chunk in values.chunks], type=pa.string())
    match kind_of(values.type):
        case "text":
            return values
        case "integer" | "boolean":
            return values.cast(pa.string())
        case "decimal":
            return _decimals(values)
        case "date":
            return _dates(values)
        case "datetime":
            return _datetimes(values)
        case unknown:
            assert_never(unknown)


def _decimals(values: pa.Array) -> pa.Array:
    values = with_one_zero(values)
    spelled = values.cast(pa.string())
    bare = pc.equal(values, pc.trunc(values))
    sizes = pc.abs(values)
    if not _reaches(sizes, _SPELLED_ALIKE_BELOW):
        return _with_point_zero(spelled, bare)
    large = pc.greater_equal(sizes, number(_SPELLED_ALIKE_BELOW, pa.float64()))
    spelled = _with_point_zero(spelled, pc.and_not(bare, large))
    return pc.replace_with_mask(spelled, large, _large_decimals(values.filter(large)))


def _large_decimals(values: pa.Array) -> pa.Array:
    exact = pc.less(pc.abs(values), number(_INTEGERS_EXACT_BELOW, pa.float64()))
    whole = pc.and_(exact, pc.equal(values, pc.trunc(values)))
    integers = pc.if_else(whole, values, pa.nulls(1, pa.float64())[0]).cast(pa.int64())
    spelled = pc.binary_join_element_wise(integers.cast(pa.string()), _POINT_ZERO, _NOTHING)
    return _respelled(spelled, pc.invert(whole), values, _large_decimal)


def _reaches(sizes: pa.Array, limit: float) -> bool:
    largest = pc.max(sizes).as_py()
    return largest is not None and largest >= limit


def _with_point_zero(spelled: pa.Array, bare: pa.Array) -> pa.Array:
    if not pc.any(bare).as_py():
        return spelled
    return pc.binary_join_element_wise(spelled, pc.if_else(bare, _POINT_ZERO, _NOTHING), _NOTHING)


def _large_decimal(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if abs(value) >= _EXPONENT_FROM:
        return repr(value)
    plain = f"{Decimal(repr(value)):f}"
    return plain if "." in plain else f"{plain}.0"


def _dates(values: pa.Array) -> pa.Array:
    spelled = values.cast(pa.string())
    days = values.view(pa.int32())
    outside = _outside(days, FIRST_PLAIN_DAY, LAST_PLAIN_DAY)
    return spelled if outside is None else _respelled(spelled, outside, days, format_day)


def _datetimes(values: pa.Array) -> pa.Array:
    zone = values.type.tz
    if zone is None:
        return _naive(values)
    local = pc.local_timestamp(values)
    per_second = number(TICKS_PER_SECOND[values.type.unit], pa.int64())
    offsets = pc.divide(pc.subtract(local.view(pa.int64()), values.view(pa.int64())), per_second)
    coded = pc.dictionary_encode(offsets)
    known = texts(format_offset(seconds) for seconds in coded.dictionary.to_pylist())
    return pc.binary_join_element_wise(_naive(local), known.take(coded.indices), _NOTHING)


def _naive(values: pa.Array) -> pa.Array:
    per_day = TICKS_PER_SECOND[values.type.unit] * 86_400
    spelled = pc.binary_replace_slice(values.cast(pa.string()), start=10, stop=11, replacement="T")
    spelled = pc.ascii_rtrim(pc.ascii_rtrim(spelled, characters="0"), characters=".")
    ticks = values.view(pa.int64())
    outside = _outside(ticks, FIRST_PLAIN_DAY * per_day, (LAST_PLAIN_DAY + 1) * per_day - 1)
    if outside is None:
        return spelled
    return _respelled(spelled, outside, ticks, lambda value: _moment(value, per_day))


def _moment(ticks: int, per_day: int) -> str:
    day, rest = divmod(ticks, per_day)
    seconds, fraction = divmod(rest, per_day // 86_400)
    width = len(str(per_day // 86_400)) - 1
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{format_day(day)}T{clock}" + (f".{fraction:0{width}d}".rstrip("0") if fraction else "")


def _outside(values: pa.Array, low: int, high: int) -> pa.Array | None:
    """Return where integers lie outside [low, high]; None when none does."""
    bounds = pc.min_max(values).as_py()
    if bounds["min"] is None or (bounds["min"] >= low and bounds["max"] <= high):
        return None
    return pc.or_(pc.less(values, number(low, values.type)), pc.greater(values, number(high, values.type)))


def _respelled(spelled: pa.Array, where: pa.Array, values: pa.Array, spell: Callable[..., str]) -> pa.Array:
    again = texts(spell(value) for value in values.filter(where).to_pylist())
    return pc.replace_with_mask(spelled, where, again)
