"""Looking up values in several parts of a long column at once; Arrow itself uses one processor for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

ResultT = TypeVar("ResultT")

LEAST_ROWS = 1 << 16
"""Starting a thread costs about as much as looking up a few thousand values."""


def map_parts(column: pa.ChunkedArray, function: Callable[[pa.ChunkedArray], ResultT]) -> list[ResultT]:
    """Return what a kernel of Arrow makes of consecutive parts, one for each processor that Arrow may use."""
    count = max(min(pa.cpu_count(), len(column) // LEAST_ROWS), 1)
    if count == 1:
        return [function(column)]
    rows = -(-len(column) // count)
    parts = [column.slice(start, rows) for start in range(0, len(column), rows)]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(function, parts))
