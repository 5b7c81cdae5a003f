"""Stable sorting of numbers.

Values become whole numbers without a sign that are in the same order. The row is put into the low bits of
each, so that an ordinary sort of 64-bit integers, which numpy does with vector instructions, is stable and
brings the rows along. Memory that the system has to find costs more than the sort: there are two arrays of
eight bytes for each row, and all else is done block by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.columns import kind_of
from dcs.present import BLOCK, room, stored_blocks, truths
from dcs.values.zero import numbers_with_one_zero

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dcs.present import Truths

Positions: TypeAlias = npt.NDArray[np.int64]
"""Positions of rows in a table."""

Codes: TypeAlias = npt.NDArray[np.uint64]
"""Numbers without a sign in the order of the values they stand for."""

_CODE = np.dtype(np.uint64)
_SIGN = 1 << 63
_SMALL_BITS = 16


def stable_order(codes: Codes, present: Truths | None = None, *, absent_first: bool = False) -> Positions:
    """Return the positions of the numbers from small to large, of equal ones in their order.

    Those that are not `present` come last, or first, in their order.
    """
    absent = np.zeros(0, np.int64) if present is None else np.flatnonzero(~present)
    order = room(len(codes), _CODE).view(np.int64)
    count = len(codes) - len(absent)
    ordered, rest = np.split(order, [count]) if not absent_first else np.split(order, [len(absent)])[::-1]
    rest[:] = absent
    if count:
        _sort(_Numbers(codes, present), ordered)
    return order


def codes_of(column: pa.ChunkedArray) -> Codes:
    """Return numbers in the order of the values of a column, which is not text; any where one is missing.

    The memory is new.
    """
    match kind_of(column.type):
        case "decimal":
            return _coded(column, codes_of_numbers)
        case "boolean":
            return truths(column).astype(np.uint64)
        case "date":
            return _coded(column.cast(pa.int32()), lambda days: codes_of_numbers(days.astype(np.int64)))
        case _:
            return _coded(column.cast(pa.int64()), codes_of_numbers)


def codes_of_numbers(values: npt.NDArray[Any]) -> Codes:
    """Return numbers without a sign that are in order as the given int64 or float64 are, without NaN."""
    return (
        _bits_of_decimals(values) if values.dtype == np.float64 else values.view(np.uint64) ^ np.uint64(_SIGN)
    )


def _coded(column: pa.ChunkedArray, code: Callable[[npt.NDArray[Any]], Codes]) -> Codes:
    codes = room(len(column), _CODE)
    _fill(codes, map(code, stored_blocks(column)))
    return codes


def _bits_of_decimals(values: npt.NDArray[np.float64]) -> Codes:
    """Return the bits of the numbers, made to grow with them: of negative ones all flipped, else the sign."""
    bits = numbers_with_one_zero(values).view(np.int64)
    return (bits ^ ((bits >> 63) | np.int64(-_SIGN))).view(np.uint64)


@dataclass(frozen=True)
class _Numbers:
    """The numbers to be sorted, at least one: all of them, or those that are there."""

    codes: Codes
    present: Truths | None

    def blocks(self) -> Iterator[tuple[Positions, Codes]]:
        """Yield some rows and their numbers at a time."""
        for start in range(0, len(self.codes), BLOCK):
            codes = self.codes[start : start + BLOCK]
            if self.present is None:
                yield np.arange(start, start + len(codes)), codes
            else:
                rows = np.flatnonzero(self.present[start : start + BLOCK])
                yield rows + start, codes[rows]

    def bounds(self) -> tuple[np.uint64, np.uint64, bool]:
        """Return the smallest and the largest number, and whether they are in order as they are."""
        lowest, highest = np.uint64(np.iinfo(np.uint64).max), np.uint64(0)
        is_sorted = True
        for _, codes in self.blocks():
            if len(codes):
                is_sorted = is_sorted and codes[0] >= highest and bool((codes[1:] >= codes[:-1]).all())
                lowest, highest = min(lowest, codes.min()), max(highest, codes.max())
        return lowest, highest, is_sorted


def _sort(numbers: _Numbers, order: Positions) -> None:
    """Write the positions of the numbers, from small to large, to `order`."""
    lowest, highest, is_sorted = numbers.bounds()
    bits = int(highest - lowest).bit_length()
    if is_sorted:
        _fill(order, (rows for rows, _ in numbers.blocks()))
    elif bits <= _SMALL_BITS:
        small = np.empty(len(order), np.uint16)
        _fill(small, (codes - lowest for _, codes in numbers.blocks()))
        rows = np.argsort(small, kind="stable")
        order[:] = rows if numbers.present is None else np.flatnonzero(numbers.present)[rows]
    else:
        row_bits = (len(numbers.codes) - 1).bit_length()
        _sort_with_rows(numbers, order, lowest, row_bits=row_bits, low_bits=max(bits + row_bits - 64, 0))


def _fill(target: npt.NDArray[Any], parts: Iterator[npt.NDArray[Any]]) -> None:
    done = 0
    for part in parts:
        target[done : done + len(part)] = part
        done += len(part)


def _sort_with_rows(
    numbers: _Numbers, order: Positions, lowest: np.uint64, *, row_bits: int, low_bits: int
) -> None:
    """Sort by numbers beside which there is room for the row, once they have lost so many low bits.

    Those that are left hardly ever leave a doubt: only runs of numbers that are equal but for the low bits,
    and not in order as they are, are sorted once more.
    """
    packed = order.view(np.uint64)
    low, beside, row = np.uint64(low_bits), np.uint64(row_bits), np.uint64((1 << row_bits) - 1)
    _fill(
        packed,
        ((codes - lowest >> low << beside) | rows.view(np.uint64) for rows, codes in numbers.blocks()),
    )
    packed.sort()
    places = _in_doubt(packed, numbers.codes, beside, row) if low_bits else np.zeros(0, np.int64)
    packed &= row
    order[places] = order[places][_order_by_digits(numbers.codes[order[places]])]


def _in_doubt(packed: Codes, codes: Codes, beside: np.uint64, row: np.uint64) -> Positions:
    """Return the places of all numbers that are equal, but for low bits, to neighbours in the wrong order."""
    wrong = []
    for start in range(0, len(packed), BLOCK):
        block = packed[start : start + BLOCK + 1]
        ordered = codes[(block & row).view(np.int64)]
        wrong.append(block[:-1][ordered[1:] < ordered[:-1]] >> beside)
    high = np.unique(np.concatenate(wrong))
    begins = np.searchsorted(packed, high << beside)
    sizes = np.searchsorted(packed, (high << beside) | row, side="right") - begins
    return np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())


def _order_by_digits(codes: Codes) -> Positions:
    """Return the stable order of numbers, sorted by their low bits first."""
    row_bits = max(len(codes) - 1, 0).bit_length()
    order = np.arange(len(codes))
    for shift in range(0, 64, 64 - row_bits):
        packed = codes[order] >> np.uint64(shift) << np.uint64(row_bits)
        packed |= np.arange(len(codes), dtype=np.uint64)
        packed.sort()
        order = order[(packed & np.uint64((1 << row_bits) - 1)).view(np.int64)]
    return order
