"""Functions of numbers, done by numpy to so few at a time that they stay in the processor's cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.present import stored_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

Numbers: TypeAlias = npt.NDArray[Any]
"""int64 or float64."""

BLOCK = 1 << 15
"""With four intermediate results of 8 bytes each, this is a megabyte."""


def map_numbers(
    column: pa.ChunkedArray, function: Callable[[Numbers], Numbers], arrow: pa.DataType | None = None
) -> pa.ChunkedArray:
    """Return what the function makes of each block of integers or decimals; absent `arrow`, of the same type.

    Missing values stay missing: there the function sees any number, and what it makes of it is not looked at.
    """
    made = column.type if arrow is None else arrow
    return pa.chunked_array([_map(chunk, function, made) for chunk in column.chunks], made)


def _map(values: pa.Array, function: Callable[[Numbers], Numbers], arrow: pa.DataType) -> pa.Array:
    if not len(values):
        return pa.array([], arrow)
    validity = values.buffers()[0]
    old = stored_numbers(values)
    # The bitmap of missing values is shared, so the new numbers begin at the same bit of a byte.
    whole_bytes, begin = divmod(values.offset, 8) if values.null_count else (0, 0)
    buffer = pa.allocate_buffer((begin + len(values)) * 8)
    new = np.frombuffer(buffer, np.int64 if pa.types.is_integer(arrow) else np.float64)[begin:]
    with np.errstate(all="ignore"):
        for start in range(0, len(old), BLOCK):
            new[start : start + BLOCK] = function(old[start : start + BLOCK])
    shared = validity.slice(whole_bytes) if values.null_count else None
    return pa.Array.from_buffers(
        arrow, len(values), [shared, buffer], null_count=values.null_count, offset=begin
    )
