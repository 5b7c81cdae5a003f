"""Writing files so that what was acknowledged is there after a crash."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def disk_errors_explained() -> Iterator[None]:
    """Turn a full disk and missing permission into sentences for the person."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise UnavailableError("The disk of the server is full; nothing more can be uploaded.") from error
        if isinstance(error, PermissionError):
            raise UnavailableError("The server may not write to its own store; see its settings.") from error
        raise


def sync_directory(directory: Path) -> None:
    """Make renames and new files in a directory last."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a crash."""
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_directory(path.parent)
