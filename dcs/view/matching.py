"""Which rows meet a condition."""

from __future__ import annotations

import math
import sys
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.moments import moments
from dcs.present import present_numbers
from dcs.view.comparing import compared, listed, nowhere
from dcs.view.condition import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Duplicate,
    Not,
    OneOf,
    Outlier,
    Presence,
    Search,
    TextTest,
    parts,
)
from dcs.view.groups import group_rows
from dcs.view.searching import searched, tested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from dcs.columns import ColumnData
    from dcs.operation import State
    from dcs.view.condition import AnyCondition, OfOneColumn

_LARGEST = sys.float_info.max


def learn(condition: AnyCondition, columns: ColumnData) -> State:
    """Return what must be known of whole columns: for each outlier condition, in order, the ordinary range.

    The range of a column with fewer than two finite values is null: nothing in it is an outlier.
    """
    ranges: list[JsonValue] = [
        _ordinary_range(part, columns[part.column])
        for _, part in parts(condition, field="where")
        if isinstance(part, Outlier)
    ]
    return {"ranges": ranges} if ranges else {}


def mask(condition: AnyCondition, rows: ColumnData, state: State) -> pa.BooleanArray:
    """Return for each row whether it meets the condition, without nulls; `state` is what `learn` returned.

    `rows` has the columns that `reads` names. Unless `by_row`, it must be the whole table.
    """
    ranges: Any = state.get("ranges", [])
    met = _met(condition, rows, iter(ranges))
    return met.combine_chunks() if isinstance(met, pa.ChunkedArray) else met


def _met(condition: AnyCondition, rows: ColumnData, ranges: Iterator[Any]) -> Any:
    match condition:
        case AllOf():
            return reduce(pc.and_, [_met(part, rows, ranges) for part in condition.all_])
        case AnyOf():
            return reduce(pc.or_, [_met(part, rows, ranges) for part in condition.any_])
        case Not():
            return pc.invert(_met(condition.not_, rows, ranges))
        case Search():
            return searched([rows[name] for name in condition.columns or rows], condition)
        case Duplicate():
            return _duplicated([rows[name] for name in condition.columns])
        case _:
            return _met_by(rows[condition.column], condition, ranges)


def _met_by(column: pa.ChunkedArray, condition: OfOneColumn, ranges: Iterator[Any]) -> Any:
    match condition:
        case Presence():
            return column.is_null() if condition.is_ == "missing" else column.is_valid()
        case Comparison():
            return compared(column, condition.is_, condition.value)
        case Between():
            above = compared(column, "at_least", condition.low)
            return pc.and_(above, compared(column, "at_most", condition.high))
        case OneOf():
            return listed(column, condition.values)
        case TextTest():
            return tested(column, condition)
        case Outlier():
            return _outside(column, next(ranges))


def _duplicated(columns: list[pa.ChunkedArray]) -> pa.BooleanArray:
    groups = group_rows(columns)
    return pa.array(groups.sizes()[groups.codes] > 1)


def _outside(column: pa.ChunkedArray, ordinary: list[float] | None) -> Any:
    if ordinary is None:
        return nowhere(len(column))
    low, high = ordinary
    decimals = column.cast(pa.float64(), safe=False)
    return pc.or_(pc.less(decimals, low), pc.greater(decimals, high)).fill_null(False)  # noqa: FBT003


def _ordinary_range(condition: Outlier, column: pa.ChunkedArray) -> JsonValue:
    values = present_numbers(column)
    if values.dtype == np.float64:
        values = values[np.isfinite(values)]
    cut = int(condition.trim * len(values))
    if cut:
        values = np.sort(values)[cut:-cut]
    found = moments(values)
    if found is None or found.std is None:
        return None
    reach = condition.deviations * found.std if math.isfinite(found.std) else math.inf
    return [max(found.mean - reach, -_LARGEST), min(found.mean + reach, _LARGEST)]
