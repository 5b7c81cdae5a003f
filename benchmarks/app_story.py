"""What people wait for on a real table, over the public interface, beside bare pyarrow doing the same work.

python -m benchmarks.app_story trips.csv
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx2
import psutil

from benchmarks import windows
from benchmarks.bare import FEW_KM, PATTERN, REPEATS, REPLACEMENT
from benchmarks.memory import PeakMemory
from benchmarks.running import MIB, Session, willow
from benchmarks.windows import Latency, window
from willow_ray.config import Settings
from willow_ray.launch.opening import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.running import Running

PART_BYTES = 8 * MIB
POLL_S = 0.02
PATIENCE_S = 60.0

LOOK_S = 0.2
"""So long a person looks at least at what an operation has done before it is undone."""

LONG_S = 2.0
"""Operations that take longer are done once: with all their versions the object store would be full."""

BY_FARE = {"where": None, "sort": [{"column": "fare", "descending": True}]}
FAR = {"column": "km", "is": "greater", "value": FEW_KM}
REGEX = {
    "op": "replace_values",
    "columns": ["zone"],
    "replacements": [{"find": PATTERN, "replace": REPLACEMENT}],
    "match": "regex",
}
OPERATIONS: dict[str, dict[str, Any]] = {
    "rename (schema)": {"op": "rename_column", "column": "payment", "to": "paid"},
    "fill with mean (rowwise)": {"op": "fill_missing", "columns": ["fare"], "using": "mean"},
    "replace by regex (rowwise)": REGEX,
    "fill from previous (columnwise)": {
        "op": "fill_from_neighbours",
        "columns": ["tip"],
        "direction": "previous",
    },
    "keep rows (selection)": {"op": "filter_rows", "where": FAR},
    "sort rows (selection)": {"op": "sort_rows", "by": BY_FARE["sort"]},
    "group rows (reshape)": {
        "op": "group_rows",
        "by": ["driver"],
        "aggregates": [{"column": "fare", "function": "mean"}],
    },
}


@dataclass(frozen=True)
class Step:
    """One measured step.

    `bare` are the seconds of the same work without Willow, where there is such a thing; `memory` is how many
    bytes all processes had more at the most than before, where that was watched.
    """

    name: str
    seconds: float
    bare: float | None = None
    memory: int | None = None


class Story:
    """Does the steps one after another and remembers what each took.

    Each operation is done on the imported table a few times, and undone each time; so the order does not
    matter. All versions are kept.
    """

    def __init__(self, running: Running, bare: dict[str, float]) -> None:
        self.steps: list[Step] = []
        self._running = running
        self._bare = bare

    def open(self, path: Path) -> str:
        """Upload and import a file; return the id of the session."""
        with Api(self._running.url, token=self._running.token) as api:
            upload = partial(api.import_file, path, part_bytes=PART_BYTES)
            session_id = str(self._timed("upload", upload))
        with Session(self._running, session_id) as session:
            self._watched("import", lambda: wait_for_import(session))
            wait_until(session, lambda now: now["saved"])
        return session_id

    def look(self, session_id: str) -> None:
        """Scroll about, sort, filter, count."""
        with Session(self._running, session_id) as session:
            rows = session.call("session.describe")["rows"]
            self._latency("a request without data", windows.no_work(session))
            self._latency("window", windows.one_client(session, rows))
            eight = windows.eight_clients(self._running, session_id, rows)
            self._latency("window, 8 clients", eight)
            self._timed("sort view", lambda: window(session, 0, view=BY_FARE))
            self._latency("window, sorted", windows.one_client(session, rows, view=BY_FARE))
            far = {"where": FAR, "sort": []}
            shown = self._timed("filter view", lambda: window(session, 0, view=far))["total_rows"]
            self._latency("window, filtered", windows.one_client(session, shown, view=far))
            facet = partial(session.call, "column.values", column="trip_id", order="count", count=50)
            self._timed("facet of as many values as rows", partial(facet, **{"from": 0}))
            self._timed("the facet's next page", partial(facet, **{"from": 50}))
            self._timed("statistics of a column", lambda: session.call("column.analyze", column="fare"))

    def change(self, session_id: str) -> None:
        """Do an operation of each shape, and undo it."""
        with Session(self._running, session_id) as session:
            undone = []
            for name, operation in OPERATIONS.items():
                apply = partial(session.change, "operation.apply", operation=operation)
                self._watched(name, apply)
                seconds = [self.steps[-1].seconds]
                undone.append(_undo_s(session))
                while len(seconds) < REPEATS and seconds[0] < LONG_S:
                    seconds.append(_seconds(apply))
                    undone.append(_undo_s(session))
                self.steps[-1] = replace(self.steps[-1], seconds=statistics.median(seconds))
            self._note("undo", statistics.median(undone))
            time.sleep(LOOK_S)
            self._timed("redo", lambda: session.change("history.redo"))
            session.change("history.undo")

    def keep(self, session_id: str) -> None:
        """Save, export, and come back from a crash."""
        with Session(self._running, session_id) as session:
            self._note("checkpoint of one column", statistics.median(_saves_s(session)))
            rows = session.call("session.describe")["rows"]
            other = {**REGEX, "columns": ["payment"]}

            def change() -> None:
                with Session(self._running, session_id) as another:
                    for operation in (REGEX, other):
                        another.change("operation.apply", operation=operation)

            self._latency("window while a column is changed", windows.meanwhile(session, rows, change))
            wait_until(session, lambda now: now["saved"])
        self._timed("export CSV", lambda: export(self._running, session_id))
        actor = next(one for one in self._processes() if "ray::SessionActor" in one.cmdline()[0])
        actor.kill()
        self._timed("first window after the session was killed", lambda: self._first_window(session_id))

    def _first_window(self, session_id: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                with Session(self._running, session_id) as session:
                    window(session, 0)
            except Exception:  # noqa: BLE001 - closed, refused, unavailable: it is asked again
                time.sleep(POLL_S)
            else:
                return
        raise SystemExit("The session did not come back.")

    def _processes(self) -> list[psutil.Process]:
        return psutil.Process(self._running.pid).children(recursive=True)

    def _timed(self, name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = work()
        self._note(name, time.perf_counter() - started)
        return result

    def _watched(self, name: str, work: Callable[[], Any]) -> None:
        with PeakMemory(self._running.pid) as memory:
            before = memory.now()
            self._timed(name, work)
        self.steps[-1] = replace(self.steps[-1], memory=max(memory.bytes - before, 0))

    def _latency(self, name: str, latency: Latency) -> None:
        self._note(f"{name}, p50", latency.p50, of=name)
        self._note(f"{name}, p99", latency.p99)

    def _note(self, name: str, seconds: float, *, of: str | None = None) -> None:
        self.steps.append(Step(name, seconds, self._bare.get(of or name)))


def _saves_s(session: Session) -> list[float]:
    """Change a column a few times; return the seconds until each was saved, without the pause before that."""
    fill = OPERATIONS["fill with mean (rowwise)"] | {"columns": ["km"]}
    pause = Settings.model_fields["save_pause_s"].default
    seconds = []
    for _ in range(REPEATS):
        wait_until(session, lambda now: now["saved"])
        time.sleep(pause)
        version = session.change("operation.apply", operation=fill)["version"]
        seconds.append(_seconds(partial(session.wait_for, "session.saved", version=version)) - pause)
        session.change("history.undo")
    return seconds


def _undo_s(session: Session) -> float:
    time.sleep(LOOK_S)
    return _seconds(partial(session.change, "history.undo"))


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def wait_for_import(session: Session) -> None:
    """Wait for the session's word that the import has ended; to ask again and again would slow it down."""
    if session.call("session.describe")["state"] == "importing":
        session.wait_for("job.ended")
    wait_until(session, lambda now: now["state"] != "importing")
    described = session.call("session.describe")
    if described["state"] != "ready":
        raise SystemExit(f"The import failed: {described.get('error')}")


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


def table_of(steps: list[Step], *, size: float) -> str:
    """Return the steps as a Markdown table; memory is in multiples of `size`, the table in Arrow."""
    lines = ["| step | Willow | bare | ratio | memory |", "| --- | ---: | ---: | ---: | ---: |"]
    for step in steps:
        bare = "" if step.bare is None else words(step.bare)
        ratio = "" if step.bare is None else f"{step.seconds / step.bare:.2f}"
        memory = "" if step.memory is None else f"{step.memory / size:.1f}"
        lines.append(f"| {step.name} | {words(step.seconds)} | {bare} | {ratio} | {memory} |")
    return "\n".join(lines)


def words(seconds: float) -> str:
    """Return a duration as a person writes it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _measured(*module: str) -> dict[str, float]:
    """Return what a module measures in a process of its own."""
    command = [sys.executable, "-m", *module]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", type=int, default=8765, show_default=True)
def main(*, path: Path, port: int) -> None:
    """Tell the story with the table at PATH (of `make_trips`) and print what each step took."""
    bare = _measured("benchmarks.bare", str(path)) | _measured("benchmarks.bare_serve")
    size = bare.pop("bytes")
    started = time.perf_counter()
    with willow(port=port) as running:
        ready = time.perf_counter() - started
        story = Story(running, bare)
        memory = PeakMemory(running.pid)
        empty = memory.now()
        session_id = story.open(path)
        story.look(session_id)
        story.change(session_id)
        story.keep(session_id)
        after = memory.now()
    click.echo(table_of([Step("page ready after `willow up`", ready), *story.steps], size=size))
    click.echo(
        f"\nThe table has {size / MIB:,.0f} MiB in Arrow. All processes had {empty / MIB:,.0f} MiB at first, "
        f"and {after / MIB:,.0f} MiB in the end, with every version there has been."
    )


if __name__ == "__main__":
    main()
