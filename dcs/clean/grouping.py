"""Rows that are equal in some columns, numbered in the order of these columns' values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.gather import take_rows
from dcs.present import is_present
from dcs.view.groups import groups_of_codes
from dcs.view.order import codes_of
from dcs.view.sort import ranks_of_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

Indices: TypeAlias = npt.NDArray[np.int64]

BLOCK = 1 << 15
"""So many rows at a time, or as many as there are groups, are looked at for groups not seen before."""


@dataclass(frozen=True)
class Grouping:
    """The group of each row, from 0 on; a group's number is its place in the order.

    Attributes:
        codes: for each row the number of its group.
        count: how many groups there are.
        first: for each group its first row.

    """

    codes: Indices
    count: int
    first: Indices

    @classmethod
    def by(cls, columns: Sequence[pa.ChunkedArray]) -> Grouping:
        """Group rows by equal values; missing values equal one another and come last, 0.0 equals -0.0."""
        first, *others = columns
        codes, count = numbered(first)
        for column in others:
            more, more_count = numbered(column)
            # Both counts are at most the number of rows, so their product fits 63 bits up to 3·10⁹ rows.
            groups = groups_of_codes((codes * more_count + more).view(np.uint64))
            codes, count = groups.codes, groups.count
        return cls.of(codes, count)

    @classmethod
    def of(cls, codes: Indices, count: int) -> Grouping:
        """Make a grouping of the numbers of groups."""
        return cls(codes, count, _first_rows(codes, count))

    @cached_property
    def sizes(self) -> Indices:
        """The number of rows of each group."""
        return np.bincount(self.codes, minlength=self.count)

    def keys(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the value that a column, one of those grouped by, has in each group."""
        return take_rows(column, self.first)


def _first_rows(codes: Indices, count: int) -> Indices:
    """Return the first row of each group, looking at no more rows than needed to see all groups."""
    first = np.full(count, -1)
    block = max(BLOCK, count)
    for start in range(0, len(codes), block):
        own = codes[start : start + block]
        unseen = np.flatnonzero(first[own] < 0)[::-1]
        # Of several values for one place numpy keeps the last, so that here it is the first row.
        first[own[unseen]] = start + unseen
        if (first >= 0).all():
            break
    return first


def numbered(column: pa.ChunkedArray) -> tuple[Indices, int]:
    """Return for each row the place of its value among the distinct ones, in order, missing last."""
    if pa.types.is_string(column.type):
        codes = ranks_of_texts(column).view(np.int64)
        return codes, int(codes.max(initial=-1)) + 1
    if not column.null_count:
        groups = groups_of_codes(codes_of(column))
        return groups.codes, groups.count
    present = is_present(column)
    groups = groups_of_codes(codes_of(column)[present])
    codes = np.full(len(column), groups.count, np.int64)
    codes[present] = groups.codes
    return codes, groups.count + 1
