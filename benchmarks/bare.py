"""The work of the app's story in bare pyarrow, numpy and pandas; prints the seconds as JSON.

python -m benchmarks.bare trips.csv
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 3
PATIENCE_S = 10.0
"""Work that takes longer than this is not repeated."""

PAUSE_S = 5.0
"""Before a file is read: virtual machines give memory back to their host that has been free for seconds."""

PATTERN = r"^zone (\d+) \((.+)\)$"
REPLACEMENT = r"\2 \1"
WINDOWS = 300
WINDOW_ROWS = 128
FEW_KM = 5.0


def usual(work: Callable[[], Any]) -> float:
    """Return the median seconds of a few runs.

    What they make is kept until all are done, as Willow keeps versions: each needs memory of its own, as do
    the pages of a file.
    """
    seconds: list[float] = []
    made = []
    while len(seconds) < REPEATS and not any(one > PATIENCE_S for one in seconds):
        started = time.perf_counter()
        made.append(work())
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def read(path: Path) -> pa.Table:
    """Read the whole file as the most direct reader does."""
    return csv.read_csv(path)


def first_read_s(path: Path) -> float:
    """Return the seconds of the first reading in a new process, which is what an import is, too."""
    time.sleep(PAUSE_S)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_read_s, path).result()


def _read_s(path: Path) -> float:
    started = time.perf_counter()
    read(path)
    return time.perf_counter() - started


def measure(path: Path) -> dict[str, float]:
    """Return the seconds of each step, and under `bytes` the size of the table in Arrow."""
    read_s = statistics.median(first_read_s(path) for _ in range(REPEATS))
    table = read(path).combine_chunks()
    by_fare = [("fare", "descending")]
    order = pc.sort_indices(table, sort_keys=by_fare)
    fare, zone = table["fare"], table["zone"]
    few = pc.greater(table["km"], FEW_KM)
    filled = pc.fill_null(fare, pc.mean(fare))
    with tempfile.TemporaryDirectory() as folder:
        files = (Path(folder) / str(number) for number in count())
        return {
            "bytes": float(table.nbytes),
            "import": read_s,
            "window": window_s(table, np.arange(len(table))),
            "window, sorted": window_s(table, order.to_numpy()),
            "window, filtered": window_s(table, pc.indices_nonzero(few).to_numpy()),
            "sort view": usual(lambda: pc.sort_indices(table, sort_keys=by_fare)),
            "filter view": usual(lambda: pc.indices_nonzero(pc.greater(table["km"], FEW_KM))),
            "facet of as many values as rows": usual(lambda: top(pc.value_counts(table["trip_id"]))),
            "statistics of a column": usual(lambda: describe(fare)),
            "rename (schema)": usual(lambda: table.rename_columns([*table.column_names[:-1], "paid"])),
            "fill with mean (rowwise)": usual(lambda: pc.fill_null(fare, pc.mean(fare))),
            "replace by regex (rowwise)": usual(
                lambda: pc.replace_substring_regex(zone, pattern=PATTERN, replacement=REPLACEMENT)
            ),
            "fill from previous (columnwise)": usual(lambda: pc.fill_null_forward(table["tip"])),
            "keep rows (selection)": usual(lambda: table.filter(pc.greater(table["km"], FEW_KM))),
            "sort rows (selection)": usual(lambda: table.take(pc.sort_indices(table, sort_keys=by_fare))),
            "group rows (reshape)": usual(lambda: table.group_by("driver").aggregate([("fare", "mean")])),
            "checkpoint of one column": usual(lambda: write(next(files), filled)),
            "export CSV": usual(lambda: csv.write_csv(table, next(files))),
        }


def window_s(table: pa.Table, positions: np.ndarray) -> float:
    """Return the median seconds of taking a window at a random place and writing it as JSON."""
    place = random.Random(1)
    seconds = []
    for _ in range(WINDOWS):
        first = place.randrange(max(len(positions) - WINDOW_ROWS, 1))
        started = time.perf_counter()
        taken = [column.take(pa.array(positions[first : first + WINDOW_ROWS])) for column in small(table)]
        json.dumps([column.to_pylist() for column in taken], default=str)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def small(table: pa.Table) -> list[pa.Array]:
    """Return the columns without their chunks: `ChunkedArray.take` joins them at each call."""
    return [column.chunk(0) for column in table.columns]


def top(counts: pa.StructArray) -> pa.StructArray:
    """Return the fifty values that come most often."""
    return counts.take(pc.select_k_unstable(counts.field("counts"), 50, [("", "descending")]))


def describe(column: pa.ChunkedArray) -> list[Any]:
    """Return what the panel of a column of numbers shows, each number by the kernel for it."""
    return [
        column.null_count,
        pc.count_distinct(column),
        pc.min_max(column),
        pc.sum(column),
        pc.mean(column),
        pc.stddev(column, ddof=1),
        pc.quantile(column, [0.25, 0.5, 0.75]),
        top(pc.value_counts(column)),
        np.histogram(column.drop_null().to_numpy(), 30),
    ]


def write(path: Path, column: pa.ChunkedArray) -> None:
    """Write the bytes of a column so that they survive a power cut."""
    with path.open("wb") as file:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                if buffer is not None:
                    file.write(buffer)
        file.flush()
        os.fsync(file.fileno())


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, path: Path) -> None:
    """Print the seconds of each step on PATH as JSON."""
    click.echo(json.dumps(measure(path)))


if __name__ == "__main__":
    main()
