"""What can go wrong with the disk, told in sentences; part of Willow's one tree of errors."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import WillowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydantic import JsonValue

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class StorageError(WillowError):
    """The disk did not do what was asked; what was acknowledged before is untouched."""

    def __init__(
        self, message: str, *, code: str = "internal", data: Mapping[str, JsonValue] | None = None
    ) -> None:
        super().__init__(code, message, data)


class FencedError(StorageError):
    """This holder of the session may write no more: another has opened it, or its own journal is in doubt.

    Whether the last entry counts is for the next holder to say; ask it, by `operation_id`.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, code="unavailable")


class StorageFullError(StorageError):
    """No space or no quota is left. Nothing was written, and the same request may be made again."""

    def __init__(self, message: str, *, file: str) -> None:
        super().__init__(message, code="unavailable", data={"file": file})


class StorageAccessError(StorageError):
    """The system refuses: no permission, a read-only disk, an input/output error."""

    def __init__(self, message: str, *, file: str) -> None:
        super().__init__(message, code="unavailable", data={"file": file})


class DamagedError(StorageError):
    """A file is not what was written to it; the message names it and, where there is one, the line."""

    def __init__(self, file: str, reason: str, *, line: int | None = None) -> None:
        data: dict[str, JsonValue] = {"file": file} if line is None else {"file": file, "line": line}
        place = file if line is None else f"Line {line} of {file}"
        super().__init__(f"{place} is damaged: {reason}.", data=data)


class SessionNotFoundError(StorageError):
    """There is no session with this id."""

    def __init__(self, session: str) -> None:
        super().__init__(f"There is no session {session!r}.", code="not_found", data={"session": session})


def from_os_error(error: OSError, path: Path, *, doing: str = "written") -> StorageError:
    """Translate what the system said about a file into a sentence for the person."""
    if error.errno in NO_SPACE:
        return StorageFullError(
            f"The disk is full: {path.name} could not be written, and nothing was changed. Free some space.",
            file=path.name,
        )
    if error.errno in NO_PERMISSION:
        return StorageAccessError(
            f"{path.name} could not be {doing}: no permission for {path.parent}.", file=path.name
        )
    return StorageAccessError(
        f"{path.name} could not be {doing}: {error.strerror or type(error).__name__}.", file=path.name
    )


@contextmanager
def told_as_storage_error(path: Path, *, doing: str = "written") -> Iterator[None]:
    """Turn an `OSError` about a file into a `StorageError`."""
    try:
        yield
    except OSError as error:
        raise from_os_error(error, path, doing=doing) from error
