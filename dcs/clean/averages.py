"""Mean, median and mode of whole columns, exact, in wire form; missing values do not count.

Columns have at least one value. A number that is whole is returned as one when the column is integer.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.analyze.moments import integer_sum, moments
from dcs.analyze.ordered import as_column_type, ordered, runs
from dcs.errors import NotApplicableError
from dcs.parts import LEAST_ROWS, map_parts
from dcs.present import present_numbers
from dcs.values import to_wire

if TYPE_CHECKING:
    import numpy.typing as npt
    from pydantic import JsonValue

TEXT_BYTES_PER_DICTIONARY = 2**30
"""Above this much text, offsets of 64 bits are used: its distinct values might need them."""

SUMS_FIT_BELOW = 2**63


def mean(column: pa.ChunkedArray, *, field: str, name: str) -> JsonValue:
    """Return the mean of numbers; refuses a column with infinities of both signs, which has none."""
    if pa.types.is_integer(column.type):
        return _ratio(_sum(column), len(column) - column.null_count)
    sums = [block_sum for part in map_parts(column, _block_sums) for block_sum in part]
    if all(math.isfinite(one) for one in sums) and abs(total := _total(sums)) < math.inf:
        average = total / (len(column) - column.null_count)
    else:
        average = _mean_of_extremes(present_numbers(column))
    return _decimal(average, "mean", field=field, name=name)


def median(column: pa.ChunkedArray, *, field: str, name: str) -> JsonValue:
    """Return the middle of the sorted numbers, of an even count the mean of both middles."""
    values = present_numbers(column)
    upper = len(values) // 2
    if len(values) % 2:
        return _number(np.partition(values, upper)[upper])
    ordered = np.partition(values, [upper - 1, upper])
    below, above = ordered[upper - 1].item(), ordered[upper].item()
    if isinstance(below, int):
        return _ratio(below + above, 2)
    middle = below if below == above else below / 2 + above / 2
    return _decimal(middle, "median", field=field, name=name)


def mode(column: pa.ChunkedArray) -> JsonValue:
    """Return the value that occurs most, of several the smallest."""
    values = _text_mode(column) if pa.types.is_string(column.type) else _number_mode(column)
    return to_wire(values)[0]


def _text_mode(column: pa.ChunkedArray) -> pa.Array:
    if column.nbytes > TEXT_BYTES_PER_DICTIONARY:
        column = column.cast(pa.large_string())
    counts = column.drop_null().value_counts()
    most = counts.field("values").filter(pc.equal(counts.field("counts"), pc.max(counts.field("counts"))))
    return pa.array([pc.min(most)]).cast(pa.string())


def _number_mode(column: pa.ChunkedArray) -> pa.Array:
    """Return the number at the start of the longest run of equal ones, once sorted; -0.0 equals 0.0."""
    values, counts = runs(ordered(column))
    longest = np.argmax(counts)
    return as_column_type(values[longest : longest + 1], column.type)


def _sum(column: pa.ChunkedArray) -> int:
    bounds = pc.min_max(column).as_py()
    if max(abs(bounds["min"]), abs(bounds["max"])) * len(column) < SUMS_FIT_BELOW:
        total: int = pc.sum(column).as_py()
        return total
    return integer_sum(present_numbers(column))


def _block_sums(part: pa.ChunkedArray) -> list[float]:
    """Return the sum of each block of rows; so it does not matter how rows are cut into chunks or parts."""
    blocks = (part.slice(start, LEAST_ROWS) for start in range(0, len(part), LEAST_ROWS))
    joined = (block if block.num_chunks == 1 else block.combine_chunks() for block in blocks)
    return [pc.sum(block, min_count=0).as_py() for block in joined]


def _total(sums: list[float]) -> float:
    try:
        return math.fsum(sums)
    except OverflowError:
        return math.inf


def _mean_of_extremes(values: npt.NDArray[np.float64]) -> float:
    """Return the mean where the sum is not finite: of infinities, or of numbers near 1.8e308."""
    infinite = values[~np.isfinite(values)]
    if len(infinite):
        return float(infinite.sum()) if len(set(infinite.tolist())) == 1 else math.nan
    found = moments(values)
    assert found is not None, "there is at least one value"
    return found.mean


def _decimal(value: float, what: str, *, field: str, name: str) -> JsonValue:
    if math.isnan(value):
        raise NotApplicableError(
            f"Column {name!r} has infinities of both signs, and so no {what}.", field=field, column=name
        )
    return _number(value)


def _number(value: Any) -> JsonValue:
    if isinstance(value, np.integer):
        return to_wire(pa.array([value], pa.int64()))[0]
    return to_wire(pa.array([value], pa.float64()))[0]


def _ratio(total: int, count: int) -> JsonValue:
    whole, rest = divmod(total, count)
    return _number(total / count) if rest else _number(np.int64(whole))
