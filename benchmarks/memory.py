"""The memory of a process and all that it started."""

from __future__ import annotations

import threading
from typing import Self

import psutil

INTERVAL_S = 0.1
SHARED = "/dev/shm"  # noqa: S108 - where Ray's object store lives


class PeakMemory:
    """Watches a family of processes in a thread; `bytes` is the most that all of them had at one time.

    Counted are the private pages of each process, and once what is in shared memory, where Ray keeps its
    objects; the code they have mapped is not. Both are counters of the kernel: reading them disturbs nobody,
    while adding up proportional shares walks through all pages and stops the processes meanwhile.
    """

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._root = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def now(self) -> int:
        """Return what all of them have now."""
        total = int(psutil.disk_usage(SHARED).used)
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                memory = process.memory_info()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            total += memory.rss - memory.shared
        return total

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self.bytes = max(self.bytes, self.now())
