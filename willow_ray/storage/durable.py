"""Files that are either wholly there or not at all, whenever the power goes."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from willow_ray.storage.errors import told_as_storage_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

AfterStep: TypeAlias = "Callable[[str], None]"
"""Called after each step that reaches the disk, with its name; tests raise in it to die there."""

PARTIAL = ".tmp"
"""Ending of the name under which a file is written before its rename."""


def go_on(step: str) -> None:
    """Do nothing after a step: the hook outside of tests."""


def partial(path: Path) -> Path:
    """Return the name under which a file is written, in the same directory, before its rename."""
    return path.with_name(path.name + PARTIAL)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte; the system may take them in several pieces."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def publish(path: Path) -> None:
    """Give a partial file, written and synced, its name, durably."""
    partial(path).rename(path)
    sync_directory(path.parent)


def write_durably(path: Path, data: bytes, *, after: AfterStep = go_on, what: str = "file") -> None:
    """Write a whole file: partial, fsync, rename, fsync of the directory.

    When the system refuses, the partial file is removed and a `StorageError` says why.
    Steps: `{what} written`, `{what} published`.
    """
    with told_as_storage_error(path):
        try:
            descriptor = os.open(partial(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(descriptor, data)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            after(f"{what} written")
            publish(path)
        except OSError:
            with suppress(OSError):
                partial(path).unlink(missing_ok=True)
            raise
    after(f"{what} published")
