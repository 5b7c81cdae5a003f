"""All benchmarks, one after another: what `make bench` runs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import make_trips

STORIES = ("benchmarks.app_story", "benchmarks.browser_story")


def main() -> None:
    """Make the table once, then run each benchmark in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="willow-bench-") as folder:
        trips = Path(folder) / "trips.csv"
        make_trips.write(trips)
        for module in STORIES:
            print(f"\n## {module}\n", flush=True)
            subprocess.run([sys.executable, "-m", module, str(trips)], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
