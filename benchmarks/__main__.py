"""All benchmarks, one after another: what `make bench` runs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from benchmarks import make_trips

SIZES = (500_000, 5_000_000, 20_000_000)
USUAL_ROWS = 5_000_000


@click.command()
@click.option("--rows", type=int, multiple=True, default=SIZES, show_default=True, help="Sizes of the table.")
def main(*, rows: tuple[int, ...]) -> None:
    """Run the story of the app at each size, and at the usual one the import and the browser; then dcs."""
    with tempfile.TemporaryDirectory(prefix="willow-bench-") as folder:
        for size in rows:
            trips = Path(folder) / f"trips-{size}.csv"
            make_trips.write(trips, rows=size)
            _run("benchmarks.app_story", str(trips), title=f"the app, {size:,} rows")
            if size == USUAL_ROWS:
                _run("benchmarks.imports", str(trips), title=f"the import, {size:,} rows")
                _run("benchmarks.browser_story", str(trips), title=f"in Chromium, {size:,} rows")
            trips.unlink()
    _run("benchmarks.dcs_operations", title="operations of dcs")


def _run(module: str, *arguments: str, title: str) -> None:
    """Run a benchmark in a process of its own."""
    click.echo(f"\n## {title}\n")
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)  # noqa: S603 - our own modules


if __name__ == "__main__":
    main()
