"""All statistics of one column, exact and over all its rows."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dcs.analyze.counting import Counts, count_ordered, count_values
from dcs.analyze.edges import MOST_BINS, automatic_edges, count_between, spread_of
from dcs.analyze.moments import decimal_sum, integer_sum, moments
from dcs.analyze.ordered import Ordered, as_column_type, finite_part, lower_median, ordered, quantile
from dcs.analyze.words import text_statistics
from dcs.columns import kind_of
from dcs.values import to_wire
from dcs.values.wire import LARGEST_SAFE_INTEGER

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import JsonValue

_QUARTERS = {"q1": Fraction(1, 4), "median": Fraction(1, 2), "q3": Fraction(3, 4)}


def analyze(column: pa.ChunkedArray) -> dict[str, JsonValue]:
    """Return the statistics of a column, in JSON with values in wire form.

    Always: `count` of rows, `missing`, `distinct` values, `frequencies` (the 50 most frequent), and unless
    every value is unique `mode` and `mode_count`. Then what its kind has. What does not exist, such as the
    mean of nothing, the deviation of one value, or the sum of infinities of both signs, is None. Infinities
    are left out of histograms.
    """
    match kind_of(column.type):
        case "integer" | "decimal":
            values = ordered(column)
            return _common(column, count_ordered(values, column.type)) | _of_numbers(values, column.type)
        case "date" | "datetime":
            values = ordered(column)
            return _common(column, count_ordered(values, column.type)) | _of_dates(values, column.type)
        case "text":
            texts = count_values(column)
            return _common(column, texts) | text_statistics(texts)
        case "boolean":
            truths = count_values(column)
            return _common(column, truths) | _of_truths(truths)


def histogram(values: Ordered, arrow: pa.DataType, *, most: int) -> dict[str, JsonValue] | None:
    """Return `{edges, counts}` of the finite ones of values in order; None if there are none."""
    finite = finite_part(values)
    spread = spread_of(finite)
    if spread is None:
        return None
    edges = automatic_edges(spread, arrow, most=most)
    return {"edges": to_wire(as_column_type(edges, arrow)), "counts": list(count_between(finite, edges))}


def number_on_wire(value: float | None) -> JsonValue:
    """Return the wire form of a number of any size; None and NaN are None."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_SAFE_INTEGER else str(value)
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _common(column: pa.ChunkedArray, counts: Counts) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "count": len(column),
        "missing": column.null_count,
        "distinct": len(counts),
        "frequencies": counts.most_frequent(),
    }
    modes = counts.modes()
    if modes is not None:
        found["mode"], found["mode_count"] = modes
    return found


def _of_numbers(values: Ordered, arrow: pa.DataType) -> dict[str, JsonValue]:
    low, high = quantile(values, Fraction(0)), quantile(values, Fraction(1))
    total, mean, std = _sum_mean_std(values)
    below_zero, up_to_zero = (int(np.searchsorted(values, 0, side)) for side in ("left", "right"))
    return {
        "min": number_on_wire(low),
        "max": number_on_wire(high),
        "range": None if low is None or high is None else number_on_wire(high - low),
        "sum": number_on_wire(total),
        "mean": number_on_wire(mean),
        "std": number_on_wire(std),
        **{name: number_on_wire(quantile(values, share)) for name, share in _QUARTERS.items()},
        "zeros": up_to_zero - below_zero,
        "negatives": below_zero,
        "histogram": histogram(values, arrow, most=MOST_BINS),
    }


def _sum_mean_std(values: Ordered) -> tuple[float, float | None, float | None]:
    if len(finite_part(values)) < len(values):
        # In order, so the infinities are at the ends; of opposite signs their sum is not a number.
        total = math.nan if values[0] == -values[-1] else float(values[0] + values[-1])
        return total, total, None
    found = moments(values)
    if found is None:
        return 0, None, None
    total = integer_sum(values) if values.dtype == np.int64 else decimal_sum(values)
    return total, found.mean, found.std


def _of_dates(values: Ordered, arrow: pa.DataType) -> dict[str, JsonValue]:
    median = lower_median(values)
    if median is None:
        return {"min": None, "max": None, "median": None, "histogram": None}
    low, middle, high = to_wire(as_column_type([int(values[0]), median, int(values[-1])], arrow))
    return {
        "min": low,
        "max": high,
        "median": middle,
        "histogram": histogram(values, arrow, most=MOST_BINS),
    }


def _of_truths(truths: Counts) -> dict[str, JsonValue]:
    by_value = dict(zip(truths.values.to_pylist(), truths.counts.tolist(), strict=True))
    return {"true": by_value.get(True, 0), "false": by_value.get(False, 0)}
