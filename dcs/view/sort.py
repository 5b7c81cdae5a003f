"""The order of rows by the values of columns.

Values become whole numbers that are in the same order; keys are taken from the last to the first, each pass
stable. A pass puts the row into the low bits of the number, so that an ordinary sort of 64-bit integers,
which numpy does with vector instructions, is stable and brings the rows along.
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

Codes: TypeAlias = npt.NDArray[np.uint64]
MissingPlace = Literal["last", "first"]

_SIGN = 1 << 63
_SAMPLES = 16
_SAMPLE_ROWS = 1_000


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
        codes = _codes(column)
        self._codes = ~codes if descending else codes
        self._present = np.asarray(column.is_valid()) if column.null_count else None

    def order(self, rows: Positions | None, missing: MissingPlace) -> Positions:
        """Return the stable order of the given rows, as positions in `rows`; None is all rows."""
        codes = self._codes if rows is None else self._codes[rows]
        if self._present is None:
            return stable_order(codes)
        is_present = self._present if rows is None else self._present[rows]
        present, absent = np.flatnonzero(is_present), np.flatnonzero(~is_present)
        ordered = present[stable_order(codes[present])]
        return np.concatenate([ordered, absent] if missing == "last" else [absent, ordered])


def stable_order(codes: Codes) -> Positions:
    """Return the positions of the numbers from small to large, of equal ones in their order."""
    rows = len(codes)
    if (codes[1:] >= codes[:-1]).all():
        return np.arange(rows)
    codes = codes - codes.min()
    highest = int(codes.max())
    if highest < 1 << 16:
        return np.argsort(codes.astype(np.uint16), kind="stable")
    row_bits = (rows - 1).bit_length()
    digit_bits = 64 - row_bits
    order = _order_of_digit(codes, row_bits)
    for shift in range(digit_bits, highest.bit_length(), digit_bits):
        order = order[_order_of_digit(codes[order] >> np.uint64(shift), row_bits)]
    return order


def codes_of_numbers(values: npt.NDArray[Any]) -> Codes:
    """Return numbers without a sign that are in order as the given int64 or float64 are, without NaN."""
    return (
        _bits_of_decimals(values) if values.dtype == np.float64 else values.view(np.uint64) ^ np.uint64(_SIGN)
    )


def _order_of_digit(codes: Codes, row_bits: int) -> Positions:
    """Return the stable order by as many low bits of each number as fit beside the number of its row."""
    packed = codes << np.uint64(row_bits)
    packed |= np.arange(len(codes), dtype=np.uint64)
    packed.sort()
    packed &= np.uint64((1 << row_bits) - 1)
    return packed.view(np.int64)


def _codes(column: pa.ChunkedArray) -> Codes:
    """Return numbers in the order of the values; any number where a value is missing."""
    match kind_of(column.type):
        case "text":
            return _ranks_of_texts(column)
        case "decimal":
            return codes_of_numbers(np.asarray(column.fill_null(0.0)))
        case "boolean":
            return np.asarray(column.cast(pa.uint8()).fill_null(0)).astype(np.uint64)
        case "date":
            return codes_of_numbers(np.asarray(column.cast(pa.int32()).fill_null(0)).astype(np.int64))
        case _:
            return codes_of_numbers(np.asarray(column.cast(pa.int64()).fill_null(0)))


def _bits_of_decimals(values: npt.NDArray[np.float64]) -> Codes:
    """Return the bits of the numbers, made to grow with them: of negative ones all flipped, else the sign."""
    bits = (values + 0.0).view(np.int64)  # -0.0 + 0.0 is 0.0
    return (bits ^ ((bits >> 63) | np.int64(-_SIGN))).view(np.uint64)


def _ranks_of_texts(column: pa.ChunkedArray) -> Codes:
    if _is_mostly_distinct_text(column):
        return np.asarray(pc.rank(column, tiebreaker="dense")).astype(np.uint64)
    values, codes = encoded(column)
    ranks = np.empty(len(values), np.uint64)
    ranks[np.asarray(pc.sort_indices(values))] = np.arange(len(values), dtype=np.uint64)
    return ranks[codes]


def _is_mostly_distinct_text(column: pa.ChunkedArray) -> bool:
    """Judge by runs of rows from all over a column of text whether most of its values are distinct."""
    if not pa.types.is_string(column.type):
        return False
    step = max(len(column) // _SAMPLES, 1)
    runs = [column.slice(start, _SAMPLE_ROWS) for start in range(0, len(column), step)]
    sample = pa.chunked_array([chunk for run in runs for chunk in run.chunks], column.type)
    return 2 * int(pc.count_distinct(sample).as_py()) > len(sample)
