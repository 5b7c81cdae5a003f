"""Make the table of the benchmarks: taxi trips, ten columns, the same bytes for the same seed.

    python -m benchmarks.make_trips trips.csv                5,000,000 rows, about 520 MB
    python -m benchmarks.make_trips small.csv --rows 50000

Ids, two timestamps, texts with few and with many different values, whole numbers, and decimals of which 3 %
are missing. Zones carry the mess that the benchmark cleans: `zone 12 (east)`.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pyarrow as pa
from pyarrow import csv

ROWS = 5_000_000
BATCH_ROWS = 250_000
MISSING_SHARE = 0.03
SIDES = ("east", "west", "north", "south", "old town")
ZONES = [f"zone {number} ({side})" for number in range(1, 53) for side in SIDES]
PAYMENTS = ["card", "cash", "app", "voucher"]
DRIVERS = [f"driver-{number:05d}" for number in range(20_000)]
FIRST_DAY = np.datetime64("2024-01-01T00:00:00", "s")
DAYS = 366


def batch(random: np.random.Generator, *, first_id: int, rows: int) -> pa.Table:
    """Return the next rows."""
    start = FIRST_DAY + random.integers(0, DAYS * 86_400, rows).astype("timedelta64[s]")
    seconds = random.integers(120, 5_400, rows)
    km = np.round(seconds / 3_600 * random.uniform(12, 45, rows), 2)
    fare = np.round(2.5 + 1.4 * km + seconds / 300, 2)
    tip = np.round(fare * random.choice([0, 0, 0.05, 0.1, 0.2], rows), 2)
    return pa.table(
        {
            "trip_id": np.arange(first_id, first_id + rows),
            "started": start,
            "ended": start + seconds.astype("timedelta64[s]"),
            "driver": _texts(DRIVERS, random.integers(0, len(DRIVERS), rows)),
            "zone": _texts(ZONES, random.integers(0, len(ZONES), rows)),
            "passengers": random.choice([1, 1, 1, 1, 2, 2, 3, 4, 5, 6], rows),
            "km": _with_gaps(random, km),
            "fare": _with_gaps(random, fare),
            "tip": _with_gaps(random, tip),
            "payment": _texts(PAYMENTS, random.choice(len(PAYMENTS), rows, p=[0.55, 0.25, 0.18, 0.02])),
        }
    )


def write(path: Path, *, rows: int = ROWS, seed: int = 1) -> None:
    """Write the table as CSV, batch by batch."""
    random = np.random.default_rng(seed)
    schema = batch(np.random.default_rng(0), first_id=0, rows=1).schema
    options = csv.WriteOptions(quoting_style="none")
    with csv.CSVWriter(path, schema, write_options=options) as writer:
        for first in range(0, rows, BATCH_ROWS):
            count = min(BATCH_ROWS, rows - first)
            writer.write_table(batch(random, first_id=1_000_000_000 + first, rows=count))


def _texts(values: list[str], indices: np.ndarray) -> pa.Array:
    return pa.array(values).take(pa.array(indices))


def _with_gaps(random: np.random.Generator, values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=random.random(len(values)) < MISSING_SHARE)


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rows", type=click.IntRange(min=1), default=ROWS, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(*, path: Path, rows: int, seed: int) -> None:
    """Write the trips to PATH."""
    write(path, rows=rows, seed=seed)
    click.echo(f"{path}: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
