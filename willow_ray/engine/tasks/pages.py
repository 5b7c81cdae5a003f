"""Pages of the object store made ready ahead: memory is found for them, and they are mapped in this process.

Ray keeps objects in a file in memory that every worker has mapped. The first use of one of its pages in a
process is a fault, two thousand of them for 8 MB, and the first use by anybody also has the system find and
clear memory. Both are done here many pages at a time; nothing is written. The system calls are Linux's
(madvise(2), mincore(2)); elsewhere there are no pages to make ready.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

PIECE_BYTES = 1 << 20
"""So much is made ready at a time; it takes a millisecond, or some where the system has to find memory."""

MOST_BYTES = 128 << 20
"""The most that is found ahead, and that is mapped of what others have found already."""

LARGEST_SHARE = 2
"""Memory is found ahead in the first half of the store only: the other is for those who need it."""

_STORES = Path("/dev/shm")  # noqa: S108 - where the object stores of this machine are, not a file of ours
_MAPS = Path("/proc/self/maps")
_OBJECT_STORE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw.s .* /dev/shm/plasma")
_POPULATE_WRITE = 23  # of Linux 5.14 and later; Python has no name for it


class Pages:
    """Pages of shared memory, mapped from `start` to `end` and used from its start on.

    Args:
        start: address of the first byte.
        end: address after the last byte.

    """

    def __init__(self, start: int, end: int) -> None:
        self._end = end
        self._find_until = start + (end - start) // LARGEST_SHARE
        self._next = start
        self._wanted = 0
        self._system = ctypes.CDLL(None, use_errno=True)

    @classmethod
    def of_object_store(cls) -> Self | None:
        """Return those of Ray's object store; None before this process uses it, and where it is in files."""
        if not _MAPS.exists():
            return None
        lines = _MAPS.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [(int(one[1], 16), int(one[2], 16)) for line in lines if (one := _OBJECT_STORE.match(line))]
        return cls(*max(found, key=lambda bounds: bounds[1] - bounds[0])) if found else None

    def want(self, size: int) -> None:
        """Have so many bytes more found ahead, as many were used."""
        self._wanted = min(self._wanted + size, MOST_BYTES)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process of this machine makes pages ready: they would find the same ones.

        Raises:
            OSError: there is nothing to take turns at.

        """
        stores = os.open(_STORES, os.O_RDONLY)
        try:
            fcntl.flock(stores, fcntl.LOCK_EX)
            yield
        finally:
            os.close(stores)

    def make_ready(self) -> Iterator[int]:
        """Map what anybody has found, then find what is wanted; after each piece yield where it begins.

        Raises:
            OSError: the system cannot; it is too old, or out of memory.

        """
        self._next = max(self._next, self._first_not_found() - MOST_BYTES)
        while self._next + PIECE_BYTES <= self._end:
            if not self._is_found(self._next):
                if self._wanted <= 0 or self._next >= self._find_until:
                    return
                self._wanted -= PIECE_BYTES
            self._call("madvise", self._next, PIECE_BYTES, _POPULATE_WRITE)
            yield self._next
            self._next += PIECE_BYTES

    def _first_not_found(self) -> int:
        start = self._next
        while start + PIECE_BYTES <= self._end and self._is_found(start):
            start += PIECE_BYTES
        return start

    def _is_found(self, address: int) -> bool:
        """Say whether the system has memory for the page at an address, whoever has asked for it."""
        page = ctypes.c_ubyte()
        self._call("mincore", address, mmap.PAGESIZE, ctypes.byref(page))
        return bool(page.value & 1)

    def _call(self, name: str, address: int, size: int, last: object) -> None:
        if getattr(self._system, name)(ctypes.c_void_p(address), ctypes.c_size_t(size), last):
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")
