"""Rows that are equal in some columns, numbered by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.parts import map_parts
from dcs.present import is_present, room, stored_numbers
from dcs.view.order import codes_of, stable_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.view.order import Codes

Indices: TypeAlias = npt.NDArray[np.int64]

NumberT = TypeVar("NumberT", bound=np.generic)

BLOCK = 1 << 15
"""So many rows at a time are looked up; what is needed for them stays in the processor's cache."""

TEXT_BYTES_PER_DICTIONARY = 2**30
"""Above this much text, offsets of 64 bits are used: a dictionary of distinct values might need them."""

SPAN_PER_ROW = 4
"""Numbers that span less than this many times their count are looked up in a table."""


@dataclass(frozen=True)
class Groups:
    """For each row the number of its group, from 0 on, and how many groups there are."""

    codes: Indices
    count: int

    def sizes(self) -> Indices:
        """Return the number of rows of each group."""
        return np.bincount(self.codes, minlength=self.count)


def group_rows(columns: Sequence[pa.ChunkedArray]) -> Groups:
    """Group rows by equal values; missing values equal one another, and 0.0 equals -0.0."""
    first, *others = columns
    groups = _groups_of(first)
    for column in others:
        more = _groups_of(column)
        # Both counts are at most the number of rows, so their product fits 63 bits up to 3·10⁹ rows.
        groups = groups_of_codes((groups.codes * more.count + more.codes).view(np.uint64))
    return groups


@dataclass(frozen=True)
class Encoding:
    """The distinct values of a column, as they first appear, null last, and each row's place among them."""

    values: pa.Array
    column: pa.ChunkedArray
    places: list[npt.NDArray[np.int32]]

    def rows(self, numbers: npt.NDArray[NumberT]) -> npt.NDArray[NumberT]:
        """Return for each row the number of its value, given one for each distinct value."""
        found = room(len(self.column), numbers.dtype)
        end = 0
        for places in self.places:
            for start in range(0, len(places), BLOCK):
                block = places[start : start + BLOCK]
                begin, end = end, end + len(block)
                found[begin:end] = numbers[block]
        if self.column.null_count:
            found[~is_present(self.column)] = numbers[-1]
        return found


def encoding_of(column: pa.ChunkedArray) -> Encoding:
    """Find the distinct values of a column by hashing; 0.0 equals -0.0."""
    parts = map_parts(_with_one_zero(with_wide_offsets(column)), pa.ChunkedArray.dictionary_encode)
    chunks = [chunk for part in parts for chunk in part.chunks]
    if not chunks:
        return Encoding(pa.array([], column.type), column, [])
    encoding = pa.chunked_array(chunks).unify_dictionaries()
    values = encoding.chunk(0).dictionary
    if column.null_count:
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return Encoding(values, column, [stored_numbers(chunk.indices) for chunk in encoding.chunks])


def encoded(column: pa.ChunkedArray) -> tuple[pa.Array, Indices]:
    """Return the distinct values, as they first appear, null last, and each row's place among them."""
    encoding = encoding_of(column)
    return encoding.values, encoding.rows(np.arange(len(encoding.values)))


def _groups_of(column: pa.ChunkedArray) -> Groups:
    if pa.types.is_string(column.type):
        values, codes = encoded(column)
        return Groups(codes, len(values))
    if not column.null_count:
        return groups_of_codes(codes_of(column))
    present = is_present(column)
    groups = groups_of_codes(codes_of(column)[present])
    codes = np.full(len(column), groups.count, np.int64)
    codes[present] = groups.codes
    return Groups(codes, groups.count + 1)


def groups_of_codes(codes: Codes) -> Groups:
    """Group equal numbers, in their order; sorting them is several times faster than hashing.

    Numbers that are near to one another need no sorting either.
    """
    if not len(codes):
        return Groups(np.zeros(0, np.int64), 0)
    lowest = codes.min()
    span = int(codes.max() - lowest) + 1
    if span <= SPAN_PER_ROW * len(codes):
        offsets = (codes - lowest).view(np.int64)
        occurs = np.zeros(span, bool)
        occurs[offsets] = True
        numbers = np.cumsum(occurs) - 1
        return Groups(numbers[offsets], int(numbers[-1]) + 1)
    order = stable_order(codes)
    ordered = codes[order]
    numbers = np.cumsum(np.concatenate([[False], ordered[1:] != ordered[:-1]]))
    groups = np.empty(len(codes), np.int64)
    groups[order] = numbers
    return Groups(groups, int(numbers[-1]) + 1)


def with_wide_offsets(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with offsets of 64 bits if its distinct values might need them, else the column itself."""
    if pa.types.is_string(column.type) and column.nbytes > TEXT_BYTES_PER_DICTIONARY:
        return column.cast(pa.large_string())
    return column


def _with_one_zero(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.add(column, 0.0) if pa.types.is_floating(column.type) else column  # -0.0 + 0.0 is 0.0
