"""What the header of a column shows at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.analyze.counting import count_values
from dcs.analyze.ordered import ordered, runs
from dcs.analyze.statistics import histogram
from dcs.columns import kind_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import JsonValue

_BINS = 24
_TOP = 10


def profile(column: pa.ChunkedArray) -> dict[str, JsonValue]:
    """Return `{missing, distinct, distinct_exact}` and a `histogram` or, of text and booleans, the `top`.

    `histogram` is absent when there is no finite value; `top` has the ten most frequent `[value, count]`.
    """
    if kind_of(column.type) in {"text", "boolean"}:
        counts = count_values(column)
        return {**_counted(column, len(counts)), "top": counts.most_frequent(_TOP)}
    values = ordered(column)
    found = _counted(column, len(runs(values)[0]))
    bars = histogram(values, column.type, most=_BINS)
    return found if bars is None else {**found, "histogram": bars}


def _counted(column: pa.ChunkedArray, distinct: int) -> dict[str, JsonValue]:
    return {"missing": column.null_count, "distinct": distinct, "distinct_exact": True}
