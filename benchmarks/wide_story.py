"""What people wait for on a table of many columns, beside bare pyarrow doing the same work.

python -m benchmarks.wide_story                                 500 columns, 1,000,000 rows
python -m benchmarks.wide_story --columns 10000 --rows 3
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from benchmarks.app_story import PART_BYTES, Step, table_of, wait_for_import, wait_until
from benchmarks.memory import PeakMemory
from benchmarks.running import MIB, Session, willow
from benchmarks.windows import Latency, window
from willow_ray.launch.opening import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.running import Running

GROUP_ROWS = 100_000
MISSING = 0.03
WINDOWS = 50
SHOWN = 30
MANY = 100
WORDS = ["Oslo", "Rome", "Lima", "Kyoto", " Bern "]


def write(path: Path, *, columns: int, rows: int) -> None:
    """Write a Parquet file: of ten columns eight are decimals, one is whole numbers, one is text."""
    random = np.random.default_rng(0)

    def values(column: int, count: int) -> pa.Array:
        if column % 10 == 0:
            return pa.array(WORDS).take(pa.array(random.integers(0, len(WORDS), count)))
        if column % 10 == 1:
            return pa.array(random.integers(0, 10**6, count))
        return pa.array(random.normal(size=count), mask=random.random(count) < MISSING)

    writer = None
    for first in range(0, rows, GROUP_ROWS):
        count = min(GROUP_ROWS, rows - first)
        part = pa.table({name(column): values(column, count) for column in range(columns)})
        writer = writer or parquet.ParquetWriter(path, part.schema, compression="lz4")
        writer.write_table(part)
    assert writer is not None
    writer.close()


def name(column: int) -> str:
    """Return the name of a column."""
    return f"c{column}"


def operations(columns: int) -> dict[str, dict[str, Any]]:
    """Return what is done: each to the table as it was imported."""
    decimals = [name(column) for column in range(columns) if column % 10 > 1]
    return {
        "rename": {"op": "rename_column", "column": name(0), "to": "city"},
        "fill one column with its mean": {"op": "fill_missing", "columns": decimals[:1], "using": "mean"},
        f"fill {MANY} columns with their means": {
            "op": "fill_missing",
            "columns": decimals[:MANY],
            "using": "mean",
        },
        "keep half of the rows": {
            "op": "filter_rows",
            "where": {"column": name(1), "is": "less", "value": 500_000},
        },
    }


def bare(path: Path, columns: int) -> dict[str, float]:
    """Return the seconds of the same work in pyarrow, each done once: the table hardly fits twice."""
    seconds = {}
    started = time.perf_counter()
    table = parquet.read_table(path)
    seconds["import"] = time.perf_counter() - started
    decimals = [name(column) for column in range(columns) if column % 10 > 1]
    works: dict[str, Callable[[], Any]] = {
        "fill one column with its mean": lambda: _filled(table, decimals[:1]),
        f"fill {MANY} columns with their means": lambda: _filled(table, decimals[:MANY]),
        "keep half of the rows": lambda: table.filter(pc.less(table[name(1)], 500_000)),
        "sort view": lambda: pc.sort_indices(table, sort_keys=[(name(2), "ascending")]),
    }
    for what, work in works.items():
        started = time.perf_counter()
        work()
        seconds[what] = time.perf_counter() - started
    return {**seconds, "bytes": float(table.nbytes)}


def _filled(table: pa.Table, names: list[str]) -> list[pa.ChunkedArray]:
    return [pc.fill_null(table[one], pc.mean(table[one])) for one in names]


class WideStory:
    """Does the steps one after another and remembers what each took."""

    def __init__(self, running: Running, compared: dict[str, float]) -> None:
        self.steps: list[Step] = []
        self._running = running
        self._bare = compared

    def tell(self, path: Path, columns: int) -> None:
        """Import, look around, change and undo."""
        with Api(self._running.url, token=self._running.token) as api:
            session_id = api.import_file(path, part_bytes=PART_BYTES)
        with Session(self._running, session_id) as session:
            self._step("import", lambda: wait_for_import(session))
            wait_until(session, lambda now: now["saved"])
            rows = session.call("session.describe")["rows"]
            self._windows("window of 30 columns", session, rows, SHOWN)
            self._windows("window of 300 columns", session, rows, 10 * SHOWN)
            shown = [name(column) for column in range(SHOWN)]
            self._step("profiles of 30 columns", lambda: session.call("column.profile", columns=shown))
            view = {"where": None, "sort": [{"column": name(2)}]}
            self._step("sort view", lambda: window(session, 0, view=view, columns=shown))
            for what, operation in operations(columns).items():
                self._step(what, partial(session.change, "operation.apply", operation=operation))
                self._step(f"undo: {what}", partial(session.change, "history.undo"))

    def _windows(self, what: str, session: Session, rows: int, wide: int) -> None:
        place = np.random.default_rng(1)
        seconds = []
        shown = [name(column) for column in range(wide)]
        for _ in range(WINDOWS):
            started = time.perf_counter()
            window(session, int(place.integers(0, rows)), columns=shown)
            seconds.append(time.perf_counter() - started)
        latency = Latency.of(seconds)
        self.steps += [Step(f"{what}, p50", latency.p50), Step(f"{what}, p99", latency.p99)]

    def _step(self, what: str, work: Callable[[], Any]) -> None:
        with PeakMemory(self._running.pid) as memory:
            before = memory.now()
            started = time.perf_counter()
            work()
            seconds = time.perf_counter() - started
        more = max(memory.bytes - before, 0) if self._bare["bytes"] > MIB else None
        self.steps.append(Step(what, seconds, self._bare.get(what), more))


@click.command()
@click.option("--columns", type=int, default=500, show_default=True)
@click.option("--rows", type=int, default=1_000_000, show_default=True)
@click.option("--port", type=int, default=8766, show_default=True)
def main(*, columns: int, rows: int, port: int) -> None:
    """Tell the story with a table of so many columns and rows, and print what each step took."""
    with tempfile.TemporaryDirectory(prefix="willow-wide-") as folder:
        path = Path(folder) / "wide.parquet"
        write(path, columns=columns, rows=rows)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            compared = process.submit(bare, path, columns).result()
        size = compared["bytes"]
        with willow(port=port) as running:
            empty = PeakMemory(running.pid).now()
            story = WideStory(running, compared)
            story.tell(path, columns)
            after = PeakMemory(running.pid).now()
    click.echo(table_of(story.steps, size=size))
    click.echo(
        f"\nThe table has {size / MIB:,.0f} MiB in Arrow. All processes had {empty / MIB:,.0f} MiB at first, "
        f"and {after / MIB:,.0f} MiB in the end."
    )


if __name__ == "__main__":
    main()
