"""The story of issue 2 on a real table, over the public interface, beside bare pyarrow and pandas.

python -m benchmarks.app_story trips.csv
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx2

from benchmarks.bare import PATTERN, REPLACEMENT
from benchmarks.memory import PeakMemory
from benchmarks.running import MIB, Session, willow
from willow_ray.launch.opening import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.running import Running

WINDOWS = 300
WINDOW_ROWS = 128
PART_BYTES = 8 * MIB
POLL_S = 0.02


@dataclass(frozen=True)
class Step:
    """One measured step; `bare` is the same work without Willow, where there is such a thing."""

    name: str
    seconds: float
    bare: float | None = None


class Story:
    """Does the steps one after another and remembers what each took."""

    def __init__(self, running: Running, bare: dict[str, float]) -> None:
        self.steps: list[Step] = []
        self._running = running
        self._bare = bare

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Do a step, remember its seconds and return what it gave."""
        started = time.perf_counter()
        result = work()
        self._note(name, time.perf_counter() - started)
        return result

    def tell(self, path: Path) -> None:
        """Import, look, clean, undo, export."""
        with Api(self._running.url, token=self._running.token) as api:
            session_id = self.timed("upload", lambda: api.import_file(path, part_bytes=PART_BYTES))
        with Session(self._running, session_id) as session:
            self.timed("import", lambda: wait_until(session, lambda now: now["state"] != "importing"))
            description = session.call("session.describe")
            if description["state"] != "ready":
                raise SystemExit(f"The import failed: {description.get('error')}")
            rows = description["rows"]
            self.timed("last row", lambda: window(session, rows - WINDOW_ROWS))
            self._windows("window", session, rows)
            by_fare = {"where": None, "sort": [{"column": "fare", "descending": True}]}
            self.timed("sort view", lambda: window(session, 0, view=by_fare))
            self._windows("window, sorted view", session, rows, view=by_fare)
            for name, operation in OPERATIONS.items():
                self.timed(name, partial(session.call, "operation.apply", operation=operation))
            self.timed("statistics of a column", lambda: session.call("column.analyze", column="fare"))
            for turn in ("undo", "undo again", "redo"):
                self.timed(turn, partial(session.call, f"history.{turn.split()[0]}"))
            self.timed("saved after that", lambda: wait_until(session, lambda now: now["saved"]))
            self.timed("export CSV", lambda: export(self._running, session_id))

    def _windows(self, name: str, session: Session, rows: int, **params: Any) -> None:
        place = random.Random(1)
        seconds = []
        for _ in range(WINDOWS):
            first = place.randrange(max(rows - WINDOW_ROWS, 1))
            started = time.perf_counter()
            window(session, first, **params)
            seconds.append(time.perf_counter() - started)
        cuts = statistics.quantiles(seconds, n=100)
        self._note(f"{name} p50", cuts[49])
        self._note(f"{name} p99", cuts[98])

    def _note(self, name: str, seconds: float) -> None:
        self.steps.append(Step(name, seconds, self._bare.get(name)))


OPERATIONS: dict[str, dict[str, Any]] = {
    "sort rows": {"op": "sort_rows", "by": [{"column": "fare", "descending": True}]},
    "fill with mean": {"op": "fill_missing", "columns": ["fare"], "using": "mean"},
    "replace by regex": {
        "op": "replace_values",
        "columns": ["zone"],
        "replacements": [{"find": PATTERN, "replace": REPLACEMENT}],
        "match": "regex",
    },
}


def window(session: Session, row: int, **params: Any) -> Any:
    """Ask for what the grid asks for."""
    return session.call("table.window", row=row, count=WINDOW_ROWS, **params)


def wait_until(session: Session, reached: Callable[[dict[str, Any]], bool]) -> None:
    """Ask what state the session is in until it is as wanted."""
    while not reached(session.call("session.describe")):
        time.sleep(POLL_S)


def export(running: Running, session_id: str) -> int:
    """Have the file written and fetch it part by part; return its bytes."""
    address = f"{running.url}/api/sessions/{session_id}/export?format=csv"
    headers = {"Authorization": f"Bearer {running.token}"}
    fetched = 0
    with httpx2.Client(headers=headers, timeout=None) as client:
        size = int(client.head(address).raise_for_status().headers["Content-Length"])
        while fetched < size:
            span = f"bytes={fetched}-{min(fetched + PART_BYTES, size) - 1}"
            fetched += len(client.get(address, headers={"Range": span}).raise_for_status().content)
    return fetched


def table_of(steps: list[Step]) -> str:
    """Return the steps as a Markdown table."""
    lines = ["| step | Willow | bare | ratio |", "| --- | ---: | ---: | ---: |"]
    for step in steps:
        bare = "" if step.bare is None else words(step.bare)
        ratio = "" if step.bare is None else f"{step.seconds / step.bare:.2f}"
        lines.append(f"| {step.name} | {words(step.seconds)} | {bare} | {ratio} |")
    return "\n".join(lines)


def words(seconds: float) -> str:
    """Return a duration as a person writes it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", type=int, default=8765, show_default=True)
def main(*, path: Path, port: int) -> None:
    """Tell the story with the table at PATH (of `make_trips`) and print what each step took."""
    bare = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "benchmarks.bare", str(path)], capture_output=True, text=True, check=True
    )
    started = time.perf_counter()
    with willow(port=port) as running:
        ready = time.perf_counter() - started
        story = Story(running, json.loads(bare.stdout))
        with PeakMemory(running.pid) as memory:
            empty = memory.now()
            story.tell(path)
    click.echo(table_of([Step("page ready after `willow up`", ready), *story.steps]))
    click.echo(
        f"\nMemory of all processes: {empty / MIB:,.0f} MiB at first, {memory.bytes / MIB:,.0f} MiB at most."
    )


if __name__ == "__main__":
    main()
