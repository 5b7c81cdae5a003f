"""Stable sorting of numbers.

Values become whole numbers without a sign that are in the same order. The row is put into the low bits of
each, so that an ordinary sort of 64-bit integers, which numpy does with vector instructions, is stable and
brings the rows along.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.columns import kind_of
from dcs.present import stored_numbers, truths
from dcs.values.zero import numbers_with_one_zero

Positions: TypeAlias = npt.NDArray[np.int64]
"""Positions of rows in a table."""

Codes: TypeAlias = npt.NDArray[np.uint64]
"""Numbers without a sign in the order of the values they stand for."""

_SIGN = 1 << 63


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


def codes_of(column: pa.ChunkedArray) -> Codes:
    """Return numbers in the order of the values of a column, which is not text; any where one is missing."""
    match kind_of(column.type):
        case "decimal":
            return codes_of_numbers(stored_numbers(column))
        case "boolean":
            return truths(column).astype(np.uint64)
        case "date":
            return codes_of_numbers(stored_numbers(column.cast(pa.int32())).astype(np.int64))
        case _:
            return codes_of_numbers(stored_numbers(column.cast(pa.int64())))


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


def _bits_of_decimals(values: npt.NDArray[np.float64]) -> Codes:
    """Return the bits of the numbers, made to grow with them: of negative ones all flipped, else the sign."""
    bits = numbers_with_one_zero(values).view(np.int64)
    return (bits ^ ((bits >> 63) | np.int64(-_SIGN))).view(np.uint64)
