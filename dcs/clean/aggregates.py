"""One value of many: sums, means, extremes and counts of the values of each group.

Missing values do not count. Nothing depends on how the rows are cut into chunks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from dcs.analyze.ordered import as_column_type, ordinals
from dcs.clean.grouped_medians import medians_of_groups
from dcs.clean.grouped_sums import deviations_of_groups, means_of_groups, sums_of_decimals, sums_of_integers
from dcs.clean.grouping import Grouping, numbered
from dcs.columns import NUMBERS, kind_of
from dcs.errors import NotApplicableError
from dcs.gather import take_rows
from dcs.present import present_of
from dcs.view.groups import SPAN_PER_ROW, Groups, pairs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from dcs.clean.grouping import Indices

Function = Literal["count", "distinct", "sum", "mean", "median", "min", "max", "std", "first", "last"]

COUNTS: tuple[Function, ...] = ("count", "distinct")
"""Functions that are 0 of nothing."""
_DECIMAL: tuple[Function, ...] = ("mean", "median", "std")

_INTEGERS = np.iinfo(np.int64)
_ENDS = {np.dtype(np.int64): (_INTEGERS.min, _INTEGERS.max), np.dtype(np.float64): (-np.inf, np.inf)}


def type_of(function: Function, arrow: pa.DataType) -> pa.DataType:
    """Return the type of what a function makes of values of a type."""
    if function in COUNTS:
        return pa.int64()
    return pa.float64() if function in _DECIMAL else arrow


def check_function(function: Function, arrow: pa.DataType, *, field: str, column: str) -> None:
    """Refuse a function of numbers for a column that has none."""
    if function in ("sum", *_DECIMAL) and kind_of(arrow) not in NUMBERS:
        raise NotApplicableError(
            f"Column {column!r} is {kind_of(arrow)}; its {function} needs numbers.",
            field=field,
            column=column,
        )


def aggregate(function: Function, members: Members, *, field: str, name: str) -> pa.ChunkedArray:
    """Return one value for each group, missing where there is none.

    A group without values has count and sum 0; one value alone has no deviation (ddof 1); infinities of both
    signs have no sum. `first` and `last` are those of the values. The extremes of text are by code point.
    Refuses a sum of integers that does not fit 64 bits.
    """
    match function:
        case "count":
            found = pa.array(members.sizes)
        case "distinct":
            found = pa.array(members.distinct())
        case "sum":
            found = members.sums(field=field, name=name)
        case "mean":
            found = _present(means_of_groups(members.codes, members.count, members.numbers))
        case "std":
            found = _present(deviations_of_groups(members.codes, members.count, members.numbers))
        case "median":
            found = _present(medians_of_groups(members.codes, members.sizes, members.numbers))
        case "min" | "max":
            return members.extremes(function)
        case "first" | "last":
            return members.ends(function)
    return pa.chunked_array([found])


@dataclass(frozen=True)
class Members:
    """The values of a column that are there, and the group of each."""

    codes: Indices
    count: int
    column: pa.ChunkedArray

    @classmethod
    def of(cls, column: pa.ChunkedArray, groups: Grouping) -> Members:
        """Find the members of each group."""
        return cls(present_of(groups.codes, column), groups.count, column)

    @cached_property
    def values(self) -> pa.ChunkedArray:
        """The values that are there."""
        return self.column.drop_null()

    @cached_property
    def sizes(self) -> Indices:
        """How many values each group has."""
        return np.bincount(self.codes, minlength=self.count)

    @cached_property
    def numbers(self) -> npt.NDArray[Any]:
        """The values as int64 or float64: dates as days, datetimes as ticks; 0.0 for -0.0."""
        return ordinals(self.column)

    def distinct(self) -> Indices:
        """Return how many different values each group has."""
        values = numbered(self.values)
        if self.count * values.count <= SPAN_PER_ROW * len(self.codes):
            occurs = np.zeros((self.count, values.count), np.bool_)
            occurs[self.codes, values.codes] = True
            found: Indices = occurs.sum(axis=1, dtype=np.int64)
            return found
        pairs = pairs_of(Groups(self.codes, self.count), values)
        first = Grouping.of(pairs.codes, pairs.count).first
        return np.bincount(self.codes[first], minlength=self.count)

    def sums(self, *, field: str, name: str) -> pa.Array:
        """Return the sum of each group; refuses one that does not fit 64 bits."""
        if pa.types.is_floating(self.column.type):
            return _present(sums_of_decimals(self.codes, self.count, self.numbers))
        sums = sums_of_integers(self.codes, self.count, self.numbers)
        if sums is None:
            raise NotApplicableError(
                f"A sum of column {name!r} does not fit 64 bits; change its type to decimal first.",
                field=field,
                column=name,
            )
        return pa.array(sums)

    def extremes(self, end: Literal["min", "max"]) -> pa.ChunkedArray:
        """Return the smallest or the largest value of each group."""
        is_there = self.sizes > 0
        if pa.types.is_string(self.column.type):
            ranks = numbered(self.values)
            found = self._extreme(ranks.codes, end)
            rows = Grouping.of(ranks.codes, ranks.count).first[found[is_there]]
            return _spread(take_rows(self.values, rows), is_there)
        found = self._extreme(self.numbers, end)
        return _spread(pa.chunked_array([as_column_type(found[is_there], self.column.type)]), is_there)

    def _extreme(self, numbers: npt.NDArray[Any], end: Literal["min", "max"]) -> npt.NDArray[Any]:
        lowest, highest = _ENDS[numbers.dtype]
        if end == "min":
            found = np.full(self.count, highest, numbers.dtype)
            np.minimum.at(found, self.codes, numbers)
        else:
            found = np.full(self.count, lowest, numbers.dtype)
            np.maximum.at(found, self.codes, numbers)
        return found

    def ends(self, end: Literal["first", "last"]) -> pa.ChunkedArray:
        """Return the first or the last value of each group."""
        step = -1 if end == "first" else 1
        rows = np.full(self.count, -1)
        # Of several values for one place numpy keeps the last.
        rows[self.codes[::step]] = np.arange(len(self.codes))[::step]
        is_there = rows >= 0
        return _spread(take_rows(self.values, rows[is_there]), is_there)


def _present(values: npt.NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _spread(values: pa.ChunkedArray, is_there: npt.NDArray[np.bool_]) -> pa.ChunkedArray:
    """Return the values in the places where they belong, missing in the others."""
    if is_there.all():
        return values
    return values.take(pa.array(np.cumsum(is_there) - 1, mask=~is_there))
