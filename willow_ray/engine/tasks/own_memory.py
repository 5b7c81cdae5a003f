"""What a worker keeps of the memory that its task had for itself, for the next task."""

from __future__ import annotations

import mmap
from pathlib import Path

import pyarrow as pa

KEPT_BYTES = 256 << 20
"""The interpreter and its modules are among this, and the results of tasks on spans fit in the rest."""

_SIZES = Path("/proc/self/statm")


def keep_little() -> None:
    """Give what Arrow keeps back to the system when it is much; a little will be needed soon.

    To be called by the thread that runs the tasks: Arrow gives back what the calling thread has freed.
    """
    if unused_bytes() > KEPT_BYTES:
        pa.default_memory_pool().release_unused()


def unused_bytes() -> int:
    """Return how much private memory this process has apart from arrays of Arrow; 0 where no one can tell."""
    try:
        _, resident, shared, *_ = map(int, _SIZES.read_text(encoding="ascii").split())
    except OSError:
        return 0
    arrays: int = pa.default_memory_pool().bytes_allocated()
    return (resident - shared) * mmap.PAGESIZE - arrays
