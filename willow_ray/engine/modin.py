"""Frames spread over the cluster by Modin, the only place that knows it; imported only when used.

To be called inside a Ray task that holds no CPU (`num_cpus=0`): Modin runs tasks of its own on the same
cluster and waits for them, and a waiting task that kept a CPU could keep the last one.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import ray

from dcs.frames import from_frame, to_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa


def spread(parts: Iterable[pa.Table]) -> Any:
    """Return a Modin frame of Arrow types, one partition for each part that has rows, with a RangeIndex.

    There must be a part, and all parts have the same columns. A moment whose year in its time zone is not
    from 1 to 9999 is in no such frame: pandas raises `OverflowError` when it joins partitions.
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
