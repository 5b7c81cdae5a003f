"""The seconds a person waits in Chromium, step by step, on a real table.

python -m benchmarks.browser_story trips.csv
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
CONFIG = "../benchmarks/browser/playwright.config.ts"


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, path: Path) -> None:
    """Tell the story with the table at PATH (of `make_trips`) and print what each step took."""
    command = [
        sys.executable,
        "hatch_build.py",
        "npm",
        "exec",
        "--",
        "playwright",
        "test",
        "--config",
        CONFIG,
    ]
    environment = {**os.environ, "TRIPS": str(path.absolute())}
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603 - our own command
    sys.exit(ran.returncode)


if __name__ == "__main__":
    main()
