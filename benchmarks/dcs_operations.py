"""Every operation of dcs beside the most direct spelling of the same work in bare pandas and bare pyarrow.

python -m benchmarks.dcs_operations                     1,000,000 rows
python -m benchmarks.dcs_operations --rows 10000000
python -m benchmarks.dcs_operations --only group_rows
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from benchmarks.dcs_spellings import SPELLINGS, UNPIVOTED, make_table
from dcs.catalogue import BY_ID, parse
from dcs.frames import to_frame
from dcs.run import run

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from benchmarks.dcs_spellings import Spelling

REPEATS = 5
PATIENCE_S = 10.0
"""Work that takes longer than this is not repeated."""

LEAST_SECONDS = 0.001
"""Ratios of shorter times say nothing; they are left out."""


@dataclass(frozen=True)
class Result:
    """The seconds of one operation, and of the bare spellings that there are."""

    name: str
    dcs: float
    pandas: float | None
    arrow: float | None

    @property
    def ratio(self) -> float | None:
        """How many times as long as the faster bare spelling; None where that is too short to tell."""
        bare = min(seconds for seconds in (self.pandas, self.arrow) if seconds is not None)
        return self.dcs / bare if max(self.dcs, bare) >= LEAST_SECONDS else None


def compare(spelling: Spelling, table: pa.Table) -> Result:
    """Run all spellings in turn, a few times, and keep the quickest run of each."""
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
    for _ in range(REPEATS):
        for side, does in work.items():
            if best.get(side, 0.0) < PATIENCE_S:
                best[side] = min(best.get(side, float("inf")), _seconds(does))
    return Result(operation.sentence(), best["dcs"], best.get("pandas"), best.get("arrow"))


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}"


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Rows of the table.")
@click.option("--only", multiple=True, help="The id of an operation; may be given several times.")
def main(*, rows: int, only: tuple[str, ...]) -> None:
    """Print a table of milliseconds and ratios."""
    absent = set(BY_ID) - {spelling.operation["op"] for spelling in SPELLINGS}
    if absent:
        raise click.ClickException(f"There is no bare spelling of {', '.join(sorted(absent))}.")
    table = make_table(rows)
    click.echo(f"{rows:,} rows; milliseconds; ratio to the faster of pandas and pyarrow\n")
    click.echo("| operation | dcs | pandas | pyarrow | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    for spelling in SPELLINGS:
        if only and spelling.operation["op"] not in only:
            continue
        found = compare(spelling, table)
        ratio = "-" if found.ratio is None else f"{found.ratio:.2f}"
        times = " | ".join(_milliseconds(seconds) for seconds in (found.dcs, found.pandas, found.arrow))
        click.echo(f"| `{spelling.operation['op']}`: {found.name} | {times} | {ratio} |")


if __name__ == "__main__":
    main()
