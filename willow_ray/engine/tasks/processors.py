"""How many processors a task uses.

Ray has a worker use as many threads as its task was given processors, which is one. That is right for tasks
on parts of a table, of which one runs on each processor. While whole columns are learned from or reshaped,
the others have nothing to do, unless somebody else works; then all are slower together.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from willow_ray.engine.heap import processors_here

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 8
"""More threads hardly help one column, and on a large machine several tasks may do the same at a time."""


@contextmanager
def several_processors() -> Iterator[None]:
    """Let Arrow, and dcs with it, use several of the processors that Ray may use here."""
    usual = pa.cpu_count()
    pa.set_cpu_count(max(usual, _several()))
    try:
        yield
    finally:
        pa.set_cpu_count(usual)


@cache
def _several() -> int:
    return min(processors_here(), MOST)
