"""Rows that are equal in some columns, numbered in the order of these columns' values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from dcs.gather import take_rows
from dcs.view.groups import Groups, group_rows, groups_of
from dcs.view.sort import ranks_of_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

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
        groups = group_rows(columns, text=_groups_of_text)
        return cls.of(groups.codes, groups.count)

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


def numbered(column: pa.ChunkedArray) -> Groups:
    """Group rows by the values of one column, in order, missing last."""
    return groups_of(column, text=_groups_of_text)


def _groups_of_text(column: pa.ChunkedArray) -> Groups:
    codes = ranks_of_texts(column).view(np.int64)
    return Groups(codes, int(codes.max(initial=-1)) + 1)
