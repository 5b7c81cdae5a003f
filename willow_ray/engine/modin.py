"""Frames spread over the cluster by Modin, the only place that knows it; imported only when used.

To be called inside a Ray task that holds no CPU (`num_cpus=0`): Modin runs tasks of its own on the same
cluster and waits for them, and a waiting task that kept a CPU could keep the last one.
"""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import ray

from dcs.frames import from_frame, to_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CALENDAR = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - moments of UTC, as they are stored


def can_be_spread(parts: Iterable[pa.Table]) -> bool:
    """Say whether pandas can join these as partitions: it makes Python's datetimes of some moments.

    So years, in the zone of the column, are from 1 to 9999; a day at either end is left for the zone.
    """
    return all(
        _is_in_calendar(column)
        for part in parts
        for column in part.columns
        if pa.types.is_date(column.type) or (pa.types.is_timestamp(column.type) and column.type.unit != "ns")
    )


def _is_in_calendar(column: pa.ChunkedArray) -> bool:
    of_utc = pa.timestamp(column.type.unit) if pa.types.is_timestamp(column.type) else column.type
    found = pc.min_max(column.cast(of_utc))
    first, last = (pa.scalar(end).cast(of_utc) for end in _CALENDAR)
    is_in = pc.and_(pc.greater_equal(found["min"], first), pc.less_equal(found["max"], last)).as_py()
    return is_in is not False


def spread(parts: Iterable[pa.Table]) -> Any:
    """Return a Modin frame of Arrow types, one partition for each part that has rows, with a RangeIndex.

    There must be a part, and all parts have the same columns. `can_be_spread` says whether it can be done.
    """
    with _quiet():
        from modin.config import Engine  # noqa: PLC0415 - slow to import, and seldom used

        Engine.put("Ray")
        from modin.distributed.dataframe.pandas import from_partitions  # noqa: PLC0415

        partitions, empty = [], None
        for part in parts:
            if part.num_rows:
                partitions.append(ray.put(to_frame(part)))
            else:
                empty = part
        if not partitions:
            from modin.pandas import DataFrame  # noqa: PLC0415

            # Of partitions without rows, Modin forgets the types.
            return DataFrame(to_frame(empty))
        frame = from_partitions(partitions, axis=0)
        return frame.reset_index(drop=True)


def collected(frame: Any) -> Iterator[pa.Table]:
    """Yield the rows of a Modin frame, partition after partition, as values.

    The references die with the task that made them, so none leaves it.
    """
    with _quiet():
        from modin.distributed.dataframe.pandas import unwrap_partitions  # noqa: PLC0415

        partitions = unwrap_partitions(frame, axis=0)
    for partition in partitions:
        yield from_frame(ray.get(partition))


def _quiet() -> warnings.catch_warnings[None]:
    """Silence Modin, which warns of each method that it hands to pandas."""
    return warnings.catch_warnings(action="ignore")
