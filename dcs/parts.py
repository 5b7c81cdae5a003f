"""Looking up values in several parts of a long column at once; Arrow itself uses one processor for it."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

LEAST_ROWS = 1 << 16
"""Starting a thread costs about as much as looking up a few thousand values."""


def map_parts(column: pa.ChunkedArray, function: Callable[[pa.ChunkedArray], ResultT]) -> list[ResultT]:
    """Return what a kernel of Arrow makes of consecutive parts, at most as many as Arrow may use processors.

    However many there are, each but the last has a multiple of `LEAST_ROWS` rows.
    """
    count = max(min(pa.cpu_count(), len(column) // LEAST_ROWS), 1)
    if count == 1:
        return [function(column)]
    rows = math.ceil(len(column) / count / LEAST_ROWS) * LEAST_ROWS
    return at_once(function, [column.slice(start, rows) for start in range(0, len(column), rows)])


def in_parts(
    column: pa.ChunkedArray, function: Callable[[pa.ChunkedArray], pa.ChunkedArray], arrow: pa.DataType
) -> pa.ChunkedArray:
    """Return the column that a function makes of a column's parts, of several at once."""
    parts = map_parts(column, function)
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], arrow)


def at_once(function: Callable[[ItemT], ResultT], items: Sequence[ItemT]) -> list[ResultT]:
    """Return what a function makes of each item, of as many at a time as Arrow may use processors."""
    threads = min(len(items), pa.cpu_count())
    if threads <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
