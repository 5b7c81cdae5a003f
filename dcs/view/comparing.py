"""Comparisons of a column with given values; a missing value meets none of them."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dcs.errors import NotApplicableError
from dcs.values import parse_value, scalar
from dcs.values.zero import with_one_zero

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import JsonValue

    from dcs.view.condition import ComparisonWord

_COMPARE: dict[ComparisonWord, Callable[..., Any]] = {
    "equal": pc.equal,
    "not_equal": pc.not_equal,
    "less": pc.less,
    "at_most": pc.less_equal,
    "greater": pc.greater,
    "at_least": pc.greater_equal,
}
_BEYOND_INTEGERS = 2.0**63

FEW = 4
"""To compare with so many values, one after another, is quicker than to look each value up."""


def check_comparable(value: JsonValue, arrow: pa.DataType, *, field: str, column: str) -> None:
    """Refuse a value that a column of this type cannot be compared with.

    Integers may be compared with any number; all else needs a value that the column could hold.
    """
    if _no_integer(value, arrow) is None:
        parse_value(value, arrow, field=field, column=column)


def compared(column: pa.ChunkedArray, word: ComparisonWord, value: JsonValue) -> Any:
    """Return where the comparison holds; text compares by code point, false is less than true."""
    number = _no_integer(value, column.type)
    if number is not None:
        return _compared_with_number(column, word, number)
    return _COMPARE[word](column, scalar(value, column.type, field="value")).fill_null(False)  # noqa: FBT003


def listed(column: pa.ChunkedArray, values: Sequence[JsonValue]) -> Any:
    """Return where the value is one of those given; null in the list stands for missing."""
    wanted = [
        scalar(value, column.type, field="values")
        for value in values
        if value is not None and _no_integer(value, column.type) is None
    ]
    found = among(column, wanted).fill_null(False)  # noqa: FBT003
    return pc.or_(found, column.is_null()) if None in values else found


def among(column: pa.ChunkedArray, wanted: Sequence[pa.Scalar]) -> Any:
    """Return where a value equals one of those wanted, of the column's type; false or missing where it is."""
    if 0 < len(wanted) <= FEW:
        return reduce(pc.or_, [pc.equal(column, value) for value in wanted])
    value_set = with_one_zero(pa.array(wanted, column.type))
    return pc.is_in(with_one_zero(column), value_set=value_set)


def nowhere(rows: int) -> pa.BooleanArray:
    """Return a mask that no row meets."""
    return pa.repeat(pa.scalar(False), rows)  # noqa: FBT003


def _no_integer(value: JsonValue, arrow: pa.DataType) -> float | None:
    """Return what `value` is when it is a number that a column of integers cannot hold."""
    if not pa.types.is_integer(arrow):
        return None
    try:
        parse_value(value, arrow, field="value")
    except NotApplicableError:
        return _number(value)
    return None


def _number(value: JsonValue) -> float | None:
    try:
        number = parse_value(value, pa.float64(), field="value")
    except NotApplicableError:
        return None
    return number if isinstance(number, float) else None


def _compared_with_number(column: pa.ChunkedArray, word: ComparisonWord, number: float) -> Any:
    """Compare integers with a number that is none; as decimals, large integers would be rounded first."""
    if word == "equal":
        return nowhere(len(column))
    if word == "not_equal":
        return column.is_valid()
    downward = word in {"less", "at_most"}
    if abs(number) >= _BEYOND_INTEGERS:
        return column.is_valid() if (number > 0) == downward else nowhere(len(column))
    if downward:
        return compared(column, "at_most", math.floor(number))
    return compared(column, "at_least", math.ceil(number))
