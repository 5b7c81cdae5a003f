"""The order of rows by the values of columns.

Keys are taken from the last to the first, each pass stable. Numbers of small range are sorted by their 16-bit
digits, which numpy does in linear time; text with few distinct values is sorted by the rank of the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import Column, kind_of
from dcs.operation import Parameters
from dcs.view.groups import encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.columns import ColumnData

Positions: TypeAlias = npt.NDArray[np.int64]
"""Positions of rows in a table."""

MissingPlace = Literal["last", "first"]

_SAMPLES = 16
_SAMPLE_ROWS = 1_000
_DIGIT = 1 << 16
_SORTED_WELL = (np.float64, np.int8)


class SortKey(Parameters):
    """One column to sort by."""

    column: Column
    descending: bool = False
    """From large to small."""


def sort_positions(
    columns: ColumnData, keys: Sequence[SortKey], *, missing: MissingPlace = "last"
) -> Positions:
    """Return the positions of all rows in the order of one or more keys, the first counting most.

    Rows that are equal in all keys keep their order. Text sorts by code point, false before true. Missing
    values come last, or first, whatever the direction of the key.
    """
    *before, last = keys
    order = _order_by_last(columns[last.column], last, missing)
    for key in reversed(before):
        ranks = _Ranks(columns[key.column], descending=key.descending)
        order = order[ranks.order(order, missing)]
    return order


def _order_by_last(column: pa.ChunkedArray, key: SortKey, missing: MissingPlace) -> Positions:
    """Return the order by the key that is sorted by first; Arrow's own sort needs no ranks of the texts."""
    if not _is_mostly_distinct_text(column):
        return _Ranks(column, descending=key.descending).order(None, missing)
    direction = "descending" if key.descending else "ascending"
    order = np.asarray(pc.sort_indices(column, sort_keys=[("", direction)])).astype(np.int64)
    if missing == "last" or not column.null_count:
        return order
    present = len(order) - column.null_count
    return np.concatenate([order[present:], order[:present]])


class _Ranks:
    """Numbers that are in order as the values are, and which of them stand for no value."""

    def __init__(self, column: pa.ChunkedArray, *, descending: bool) -> None:
        numbers = _numbers(column)
        if descending:
            # Unlike -x, ~x reverses the order of integers without overflow.
            numbers = -numbers if numbers.dtype == np.float64 else ~numbers
        self._numbers = numbers
        self._present = np.asarray(column.is_valid()) if column.null_count else None

    def order(self, rows: Positions | None, missing: MissingPlace) -> Positions:
        """Return the stable order of the given rows, as positions in `rows`; None is all rows."""
        numbers = self._numbers if rows is None else self._numbers[rows]
        if self._present is None:
            return _stable_order(numbers)
        is_present = self._present if rows is None else self._present[rows]
        present, absent = np.flatnonzero(is_present), np.flatnonzero(~is_present)
        ordered = present[_stable_order(numbers[present])]
        return np.concatenate([ordered, absent] if missing == "last" else [absent, ordered])


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return integers or decimals in the order of the values; anything where a value is missing."""
    match kind_of(column.type):
        case "text":
            return _ranks_of_texts(column)
        case "boolean":
            return np.asarray(column.cast(pa.int8()).fill_null(0))
        case "decimal":
            return np.asarray(column.fill_null(0.0))
        case "date":
            return np.asarray(column.cast(pa.int32()).fill_null(0))
        case _:
            return np.asarray(column.cast(pa.int64()).fill_null(0))


def _ranks_of_texts(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    if _is_mostly_distinct_text(column):
        return np.asarray(pc.rank(column, tiebreaker="dense")).astype(np.int64)
    values, codes = encoded(column)
    ranks = np.empty(len(values), np.int64)
    ranks[np.asarray(pc.sort_indices(values))] = np.arange(len(values))
    return ranks[codes]


def _stable_order(numbers: npt.NDArray[Any]) -> Positions:
    if (numbers[1:] >= numbers[:-1]).all():
        return np.arange(len(numbers))
    if numbers.dtype in _SORTED_WELL:
        return np.argsort(numbers, kind="stable")
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= _DIGIT * _DIGIT:
        return np.argsort(numbers, kind="stable")
    above = (numbers.astype(np.int64) - low).astype(np.uint32)
    order = np.argsort(above.astype(np.uint16), kind="stable")
    if high - low < _DIGIT:
        return order
    return order[np.argsort((above[order] >> 16).astype(np.uint16), kind="stable")]


def _is_mostly_distinct_text(column: pa.ChunkedArray) -> bool:
    """Judge by runs of rows from all over a column of text whether most of its values are distinct."""
    if not pa.types.is_string(column.type):
        return False
    step = max(len(column) // _SAMPLES, 1)
    runs = [column.slice(start, _SAMPLE_ROWS) for start in range(0, len(column), step)]
    sample = pa.chunked_array([chunk for run in runs for chunk in run.chunks], column.type)
    return 2 * int(pc.count_distinct(sample).as_py()) > len(sample)
