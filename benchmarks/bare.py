"""The work of the app's story in bare pyarrow and pandas; prints the seconds as JSON.

python -m benchmarks.bare trips.csv
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 3
PATTERN = r"^zone (\d+) \((.+)\)$"
REPLACEMENT = r"\2 \1"


def best(work: Callable[[], Any]) -> float:
    """Return the seconds of the quickest of a few runs."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def read(path: Path) -> pa.Table:
    """Read the whole file as the most direct reader does."""
    return csv.read_csv(path)


def measure(path: Path) -> dict[str, float]:
    """Return the seconds of each step."""
    table = read(path)
    by_fare = [("fare", "descending")]
    fare = pd.Series(table["fare"], dtype=pd.ArrowDtype(pa.float64()))
    with tempfile.TemporaryDirectory() as folder:
        return {
            "import": best(lambda: read(path)),
            "sort view": best(lambda: pc.sort_indices(table, sort_keys=by_fare)),
            "sort rows": best(lambda: table.take(pc.sort_indices(table, sort_keys=by_fare))),
            "fill with mean": best(lambda: fare.fillna(fare.mean())),
            "replace by regex": best(
                lambda: pc.replace_substring_regex(table["zone"], pattern=PATTERN, replacement=REPLACEMENT)
            ),
            "export CSV": best(lambda: csv.write_csv(table, Path(folder) / "out.csv")),
        }


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, path: Path) -> None:
    """Print the seconds of each step on PATH as JSON."""
    click.echo(json.dumps(measure(path)))


if __name__ == "__main__":
    main()
