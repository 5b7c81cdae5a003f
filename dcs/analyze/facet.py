"""The values of a column and how often each occurs, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.counting import Counts, count_values
from dcs.values import text_form

if TYPE_CHECKING:
    from pydantic import JsonValue

FacetOrder = Literal["count", "value"]


@dataclass(frozen=True)
class CountedColumn:
    """The distinct values of a column and how often each occurs: all that its facet needs.

    Counting is the slow part; whatever page, order or search is asked for afterwards needs no column.
    """

    values: Counts
    missing: int

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(self.values.values.nbytes + self.values.counts.nbytes)

    def page(
        self, *, search: str | None = None, order: FacetOrder = "count", start: int = 0, count: int = 50
    ) -> dict[str, JsonValue]:
        """Return a page as `facet` does."""
        counts, missing = self.values, self.missing
        if search:
            counts, missing = _containing(counts, search), 0
        values = _page(counts, missing, order, start, start + count)
        return {"total": len(counts) + bool(missing), "values": values}


def count_column(column: pa.ChunkedArray) -> CountedColumn:
    """Count the values of a column of any kind."""
    return CountedColumn(count_values(column), column.null_count)


def facet(
    column: pa.ChunkedArray,
    *,
    search: str | None = None,
    order: FacetOrder = "count",
    start: int = 0,
    count: int = 50,
) -> dict[str, JsonValue]:
    """Return `{total, values}`: the number of distinct values, and `[value, count]` of a page of them.

    By count the most frequent come first, of equal counts the smaller value; by value the smaller first.
    Missing counts as the value null, after all others it is equal to. `search` keeps the values whose text
    form contains it, in any case; missing then is not among them.
    """
    return count_column(column).page(search=search, order=order, start=start, count=count)


def _containing(counts: Counts, text: str) -> Counts:
    spelled = text_form(pa.chunked_array([counts.values]))
    found = pc.match_substring(spelled, text, ignore_case=True)
    return Counts(counts.values.filter(found), counts.counts[np.asarray(found)])


def _page(counts: Counts, missing: int, order: FacetOrder, start: int, end: int) -> list[JsonValue]:
    if not missing:
        return counts.page(start, end, by=order)
    place = int((counts.counts >= missing).sum()) if order == "count" else len(counts)
    if place < start:
        return counts.page(start - 1, end - 1, by=order)
    if place >= end:
        return counts.page(start, end, by=order)
    null: JsonValue = [None, missing]
    return [*counts.page(start, place, by=order), null, *counts.page(place, end - 1, by=order)]
