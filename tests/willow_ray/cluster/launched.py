"""`willow` as a person runs it: real processes, with a Ray of their own."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

WILLOW = [sys.executable, "-c", "from willow_ray.cli import main; main()"]
READY_S = 60.0


class Up:
    """A running `willow up`, with what it has printed."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [*WILLOW, "up", "--no-browser", *arguments],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read lines until one matches; the output until then is kept."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"willow up ended before {pattern!r}:\n{self.output}")

    def ended(self) -> int:
        """Wait for the end; return the exit code, keep the rest of the output."""
        rest, _ = self.process.communicate(timeout=READY_S)
        self.output += rest
        return self.process.returncode


def willow(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run another command and wait for its end."""
    return subprocess.run(
        [*WILLOW, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=READY_S
    )


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
