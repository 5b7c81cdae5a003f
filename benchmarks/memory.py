"""The memory of a process and all that it started."""

from __future__ import annotations

import threading
from typing import Self

import psutil

INTERVAL_S = 0.2


class PeakMemory:
    """Watches a family of processes in a thread; `bytes` is the most that all of them had at one time.

    Pages that several processes share, such as those of Ray's object store, count once (PSS).
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
        total = 0
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self.bytes = max(self.bytes, self.now())
