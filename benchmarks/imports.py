"""An import beside bare `pyarrow.csv.read_csv` of the same file: in one process, and in the running app.

    python -m benchmarks.imports trips.csv
    python -m benchmarks.imports trips.csv --rounds 5 --no-app

Bare pyarrow infers types from the first block and checks nothing; "as text" is what parsing alone costs.
All sides take turns, after a pause. In a process the first reading is compared, which finds its memory as
an import does, and the next one, for which the memory is there. Seconds are the best of all rounds, memory
is the most that any took: for the app, of all its processes, beyond what they had before.
"""

from __future__ import annotations

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psutil
from pyarrow import csv

from benchmarks.app_story import PART_BYTES, wait_for_import, wait_until
from benchmarks.bare import PAUSE_S
from benchmarks.memory import PeakMemory
from benchmarks.running import MIB, Session, willow
from dcs.load import Part, load
from willow_ray.launch.opening import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.running import Running


@dataclass(frozen=True)
class Taken:
    """What one import took; `cpu` is the seconds of all processors together."""

    seconds: float
    cpu: float
    memory: int

    def best(self, other: Taken | None) -> Taken:
        """Return the shorter times and the larger memory of two."""
        if other is None:
            return self
        return Taken(
            min(self.seconds, other.seconds), min(self.cpu, other.cpu), max(self.memory, other.memory)
        )


def bare(path: Path) -> None:
    """Read as the most direct reader does, all of it."""
    csv.read_csv(path)


def bare_text(path: Path) -> None:
    """Parse only: every column is text."""
    with csv.open_csv(path) as reader:
        names = reader.schema.names
    csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, "string")))


def in_process(path: Path) -> None:
    """Import with dcs, and drop the parts as they come."""
    rows = sum(event.rows.num_rows for event in load(path) if isinstance(event, Part))
    assert rows


SIDES = {"bare pyarrow": bare, "bare pyarrow, as text": bare_text, "dcs": in_process}


def measure(side: str, path: Path) -> tuple[Taken, Taken]:
    """Do it twice in a process of its own."""
    time.sleep(PAUSE_S)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        first = process.submit(_taken, SIDES[side], path).result()
        return first, process.submit(_taken, SIDES[side], path).result()


def _taken(work: Callable[[Path], None], path: Path) -> Taken:
    used, started = time.process_time(), time.perf_counter()
    work(path)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    return Taken(seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def in_app(running: Running, path: Path) -> Taken:
    """Upload, which is not measured, and wait until the session says that the import has ended.

    What follows, the first checkpoint, is waited for too, so that it does not disturb the next round.
    """
    with Api(running.url, token=running.token) as api:
        session_id = api.import_file(path, part_bytes=PART_BYTES)
    used, started = _cpu(running.pid), time.perf_counter()
    with Session(running, session_id) as session:
        wait_for_import(session)
        seconds = time.perf_counter() - started
        cpu = sum(now - used.get(pid, 0.0) for pid, now in _cpu(running.pid).items())
        wait_until(session, lambda now: now["saved"])
    return Taken(seconds, cpu, 0)


def memory_in_app(running: Running, path: Path) -> int:
    """Return the most memory that a first import, and its checkpoint, need in all processes together."""
    with PeakMemory(running.pid) as memory:
        before = memory.now()
        in_app(running, path)
    return memory.bytes - before


def _cpu(pid: int) -> dict[int, float]:
    """Return the seconds of processors that a process and all that it started have used, by their ids."""
    used = {}
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            times = process.cpu_times()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        used[process.pid] = times.user + times.system
    return used


def table_of(found: dict[str, Taken]) -> str:
    """Return what was taken as a Markdown table, with ratios to bare pyarrow."""
    base = found["bare pyarrow"]
    lines = [
        "| import | seconds | ratio | CPU seconds | ratio | MiB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for side, taken in found.items():
        ratio, cpu_ratio = taken.seconds / base.seconds, taken.cpu / base.cpu
        lines.append(
            f"| {side} | {taken.seconds:.2f} | {ratio:.2f} | {taken.cpu:.2f} | {cpu_ratio:.2f} "
            f"| {taken.memory / MIB:,.0f} |"
        )
    return "\n".join(lines)


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--app/--no-app", default=True, help="Whether to start Willow, too.")
@click.option("--port", type=int, default=8766, show_default=True)
def main(*, path: Path, rounds: int, app: bool, port: int) -> None:
    """Import PATH (of `make_trips`) in every way and print what each took."""
    found: dict[str, Taken] = {}
    with willow(port=port) if app else nullcontext() as running:
        memory = 0 if running is None else memory_in_app(running, path)
        for _ in range(rounds):
            taken = {}
            for side in SIDES:
                taken[side], taken[f"{side}, once more"] = measure(side, path)
            if running is not None:
                time.sleep(PAUSE_S)
                taken["the app"] = replace(in_app(running, path), memory=memory)
            found = {side: value.best(found.get(side)) for side, value in taken.items()}
    click.echo(table_of(found))


if __name__ == "__main__":
    main()
