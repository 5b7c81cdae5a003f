"""After each task, as much memory as it filled is made ready for the next ones, while this worker is idle."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from willow_ray.engine.tasks.own_memory import keep_little
from willow_ray.engine.tasks.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSE_S = 0.1
"""What a task returns is brought to the store meanwhile, and often the next task comes."""

_LAST = 19
"""The nicest a thread can be: it goes behind the tasks of other workers."""


class Readiness:
    """Makes pages ready in a thread of its own, whenever no task is running.

    Args:
        find_pages: what they are; None as long as there are none.

    """

    def __init__(self, find_pages: Callable[[], Pages | None]) -> None:
        self._find_pages = find_pages
        self._filled = 0
        self._working = False
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="readiness", daemon=True).start()

    @contextmanager
    def work(self) -> Iterator[Callable[[object], None]]:
        """Leave the processors to a task; to be told of everything that it returns."""
        self._working = True
        try:
            yield self._count
        finally:
            keep_little()
            self._working = False
            self._ended.set()

    def _count(self, result: object) -> None:
        self._filled += bytes_of(result)

    def _run(self) -> None:
        pages = None
        while True:
            self._ended.wait()
            self._ended.clear()
            time.sleep(PAUSE_S)
            try:
                if pages is None and (pages := self._find_pages()):
                    os.nice(_LAST)
                if pages is not None and self._make_ready(pages):
                    self._ended.set()  # once more: what other workers find meanwhile is mapped here, too
            except OSError:  # not on this system: tasks find their memory themselves
                return

    def _make_ready(self, pages: Pages) -> bool:
        """Do that as long as no task is running; say whether anything was there to do."""
        filled, self._filled = self._filled, 0
        pages.want(filled)
        done = False
        with pages.turn():
            ready = pages.make_ready()
            while not self._working and next(ready, None) is not None:
                done = True
        return done


@cache
def readiness() -> Readiness:
    """Return that of this process, which is a worker."""
    return Readiness(Pages.of_object_store)


def bytes_of(result: object) -> int:
    """Return the size of all arrays in what a task returns."""
    match result:
        case pa.Array() | np.ndarray():
            return result.nbytes
        case list() | tuple():
            return sum(map(bytes_of, result))
        case _:
            return 0
