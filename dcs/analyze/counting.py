"""How often each value of a column occurs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.ordered import as_column_type, ordered, runs
from dcs.values import to_wire
from dcs.view.groups import with_wide_offsets

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.analyze.ordered import Ordered

MOST_SHOWN = 50
"""How many modes and frequent values statistics list."""

SELECTED_SHARE = 20
"""Up to one value in so many is selected; more are found sooner by sorting them all."""

_ORDERS = {
    "count": [("count", "descending"), ("value", "ascending")],
    "value": [("value", "ascending")],
}


@dataclass(frozen=True)
class Counts:
    """Distinct values, none missing, and how often each occurs."""

    values: pa.Array
    counts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)

    def most_frequent(self, limit: int = MOST_SHOWN) -> list[JsonValue]:
        """Return `[value, count]`, the most frequent first, of equal counts the smaller value."""
        return self.page(0, limit, by="count")

    def page(self, start: int, end: int, *, by: Literal["count", "value"]) -> list[JsonValue]:
        """Return `[value, count]` from place `start` to before `end`, by falling count or rising value."""
        table = pa.table({"value": self.values, "count": self.counts})
        first = min(end, len(self))
        if first > len(self) // SELECTED_SHARE:
            chosen = pc.sort_indices(table, sort_keys=_ORDERS[by])[start:first]
        else:
            chosen = pc.select_k_unstable(table, k=first, sort_keys=_ORDERS[by])[start:first]
        counts = self.counts[np.asarray(chosen)].tolist()
        values = to_wire(_plain(self.values.take(chosen)))
        return [[value, count] for value, count in zip(values, counts, strict=True)]

    def modes(self) -> tuple[list[JsonValue], int] | None:
        """Return the most frequent values, at most 50 from small to large, and their count.

        None when there is no value, and when none occurs twice.
        """
        most = int(self.counts.max(initial=0))
        if most <= 1:
            return None
        frequent = pa.table({"value": self.values.filter(pa.array(self.counts == most))})
        smallest = pc.select_k_unstable(
            frequent, k=min(MOST_SHOWN, frequent.num_rows), sort_keys=[("value", "ascending")]
        )
        return to_wire(_plain(frequent["value"].take(smallest))), most


def count_values(column: pa.ChunkedArray) -> Counts:
    """Count the values of a column of any kind; 0.0 and -0.0 are one value."""
    if pa.types.is_string(column.type):
        return _count_texts(column)
    if pa.types.is_boolean(column.type):
        truths = column.drop_null().cast(pa.int8())
        false, true = np.bincount(np.asarray(truths), minlength=2).tolist()
        present = [(value, count) for value, count in ((False, false), (True, true)) if count]
        return Counts(
            pa.array([value for value, _ in present], pa.bool_()),
            np.array([count for _, count in present], np.int64),
        )
    return count_ordered(ordered(column), column.type)


def count_ordered(values: Ordered, arrow: pa.DataType) -> Counts:
    """Count values of a type that are in order already."""
    distinct, counts = runs(values)
    return Counts(as_column_type(distinct, arrow), counts)


def _count_texts(column: pa.ChunkedArray) -> Counts:
    counted = pc.value_counts(with_wide_offsets(column))
    present = counted.filter(counted.field("values").is_valid())
    return Counts(present.field("values"), np.asarray(present.field("counts")))


def _plain(values: pa.Array) -> pa.Array:
    return values.cast(pa.string()) if pa.types.is_large_string(values.type) else values
