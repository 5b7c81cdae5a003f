"""The order of rows by the values of columns: keys are taken from the last to the first, each pass stable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import Column
from dcs.operation import Parameters
from dcs.present import is_present
from dcs.view.groups import encoding_of
from dcs.view.order import Codes, Positions, codes_of, stable_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.columns import ColumnData

MissingPlace = Literal["last", "first"]

_SAMPLES = 16
_SAMPLE_ROWS = 1_000


class SortKey(Parameters):
    """One column to sort by."""

    column: Column
    """The column whose values give the order."""
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
        is_text = pa.types.is_string(column.type)
        self._codes = ranks_of_texts(column) if is_text else codes_of(column)
        if descending:
            np.invert(self._codes, out=self._codes)
        self._present = is_present(column) if column.null_count else None

    def order(self, rows: Positions | None, missing: MissingPlace) -> Positions:
        """Return the stable order of the given rows, as positions in `rows`; None is all rows."""
        codes, present = self._codes, self._present
        if rows is not None:
            codes, present = codes[rows], None if present is None else present[rows]
        return stable_order(codes, present, absent_first=missing == "first")


def ranks_of_texts(column: pa.ChunkedArray) -> Codes:
    """Return numbers in the order of the texts of a column, from 0 on without gaps; missing ones are last."""
    if _is_mostly_distinct_text(column):
        return np.asarray(pc.rank(column, tiebreaker="dense")).astype(np.uint64) - np.uint64(1)
    encoding = encoding_of(column)
    ranks = np.empty(len(encoding.values), np.uint64)
    ranks[np.asarray(pc.sort_indices(encoding.values))] = np.arange(len(ranks), dtype=np.uint64)
    return encoding.rows(ranks)


def _is_mostly_distinct_text(column: pa.ChunkedArray) -> bool:
    """Judge by runs of rows from all over a column of text whether at least half of its values are distinct.

    Of n rows drawn from d values that are equally frequent, d * (1 - exp(-n / d)) are distinct (the birthday
    problem), so that a few repeats in a sample already speak of many in the whole.
    """
    if not pa.types.is_string(column.type) or not len(column):
        return False
    step = max(len(column) // _SAMPLES, 1)
    runs = [column.slice(start, _SAMPLE_ROWS) for start in range(0, len(column), step)]
    sample = pa.chunked_array([chunk for run in runs for chunk in run.chunks], column.type)
    values = len(column) / 2
    return int(pc.count_distinct(sample).as_py()) > -values * math.expm1(-len(sample) / values)
