"""Every operation of dcs beside the most direct spelling of the same work in bare pandas and bare pyarrow.

python -m benchmarks.dcs_operations                     1,000,000 rows
python -m benchmarks.dcs_operations --rows 10000000 --repeats 3
python -m benchmarks.dcs_operations --only group_rows

The bare work is done to the same memory in the same process, in turn with dcs, and the order of turns
changes: what comes later finds caches and allocator as the one before it left them. The memory is the most
that one more run of the operation adds to what the process has resident; it is read from Linux.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pyarrow as pa

from benchmarks.dcs_spellings import SPELLINGS, UNPIVOTED, make_table
from dcs.catalogue import BY_ID, parse
from dcs.frames import to_frame
from dcs.run import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.dcs_spellings import Spelling

PATIENCE_S = 10.0
"""Work that takes longer than this is not repeated."""

_PEAK_RESET = Path("/proc/self/clear_refs")

LEAST_SECONDS = 0.001
"""Ratios of shorter times say nothing; they are left out."""


@dataclass(frozen=True)
class Result:
    """The seconds and the bytes of one operation, and the seconds of the bare spellings that there are."""

    name: str
    dcs: float
    pandas: float | None
    arrow: float | None
    memory: int | None

    @property
    def ratio(self) -> float | None:
        """How many times as long as the faster bare spelling; None where that is too short to tell."""
        bare = min(seconds for seconds in (self.pandas, self.arrow) if seconds is not None)
        return self.dcs / bare if max(self.dcs, bare) >= LEAST_SECONDS else None


def compare(spelling: Spelling, table: pa.Table, *, repeats: int) -> Result:
    """Run all spellings in turn, so many times, and keep the quickest run of each."""
    if spelling in UNPIVOTED:
        table = table.select(["city", "day", "price", "cost", "count"])
    frame = to_frame(table)
    operation = parse(spelling.operation)
    work: dict[str, Callable[[], Any]] = {"dcs": lambda: run(operation, table)}
    pandas, arrow = spelling.pandas, spelling.arrow
    if pandas is not None:
        work["pandas"] = lambda: pandas(frame)
    if arrow is not None:
        work["arrow"] = lambda: arrow(table)
    best: dict[str, float] = {}
    turns = list(work.items())
    for turn in range(repeats):
        first = turn % len(turns)
        for side, does in turns[first:] + turns[:first]:
            if best.get(side, 0.0) < PATIENCE_S:
                best[side] = min(best.get(side, float("inf")), _seconds(does))
    memory = _bytes_added(work["dcs"])
    return Result(operation.sentence(), best["dcs"], best.get("pandas"), best.get("arrow"), memory)


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _bytes_added(work: Callable[[], Any]) -> int | None:
    """Return how far the resident memory rises above what it was before; None where it cannot be read."""
    if not _PEAK_RESET.exists():
        return None
    gc.collect()
    pa.default_memory_pool().release_unused()
    _PEAK_RESET.write_text("5")  # makes the highest size so far the present one (Linux, proc(5))
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    """Return a size from the status of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(kilobytes) * 1024


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}"


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Rows of the table.")
@click.option("--only", multiple=True, help="The id of an operation; may be given several times.")
@click.option("--repeats", default=6, show_default=True, help="Runs of each, of which the quickest counts.")
def main(*, rows: int, only: tuple[str, ...], repeats: int) -> None:
    """Print a table of milliseconds and ratios."""
    absent = set(BY_ID) - {spelling.operation["op"] for spelling in SPELLINGS}
    if absent:
        raise click.ClickException(f"There is no bare spelling of {', '.join(sorted(absent))}.")
    table = make_table(rows)
    click.echo(
        f"{rows:,} rows; milliseconds; ratio to the faster of pandas and pyarrow; MB the operation needs\n"
    )
    click.echo(
        "| operation | dcs | pandas | pyarrow | ratio | MB |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for spelling in SPELLINGS:
        if only and spelling.operation["op"] not in only:
            continue
        found = compare(spelling, table, repeats=repeats)
        ratio = "-" if found.ratio is None else f"{found.ratio:.2f}"
        memory = "-" if found.memory is None else f"{found.memory / 1e6:.0f}"
        times = " | ".join(_milliseconds(seconds) for seconds in (found.dcs, found.pandas, found.arrow))
        click.echo(f"| `{spelling.operation['op']}`: {found.name} | {times} | {ratio} | {memory} |")


if __name__ == "__main__":
    main()
