"""Uploads on disk: a directory each, so that any replica can go on with what another one began.

`<root>/<id>/upload.json` says whose it is and how long it will be, `data` holds the bytes, `offset` how many
of them are certain. A part is written and fsynced before `offset` is, and `offset` before it is acknowledged;
bytes beyond it, left by a crash, are cut off by the next part. `session` names the session that waits for it.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from willow_ray.protocol.errors import ConflictError, NotFoundError, TooLargeError
from willow_ray.storage.durable import sync_directory, write_durably
from willow_ray.storage.errors import told_as_storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UPLOADS = "uploads"
"""Where they are in the store."""

_ID = re.compile(r"[0-9a-f]{30}")
_OFFSET_DIGITS = 20


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)

    user: str
    name: str
    length: int | None
    """None for a body that is received in one request."""


@dataclass(frozen=True)
class Upload:
    """An upload as it stands.

    Attributes:
        offset: bytes that are certain.
        length: bytes there will be, None while that is not known.
        path: the file that holds them.
        session: the session that will take the file when it is whole, None while there is none.

    """

    id: str
    user: str
    name: str
    length: int | None
    offset: int
    path: Path
    session: str | None = None

    @property
    def complete(self) -> bool:
        """Say whether all bytes are here."""
        return self.offset == self.length


class UploadStore:
    """All uploads. Its methods block: call them in a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, *, user: str, name: str, length: int | None) -> Upload:
        """Begin an upload; refuse one that the disk has no room for."""
        with told_as_storage_error(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._root).free
            if length is not None and length > free:
                raise TooLargeError(
                    f"The file has {length:,} bytes, the disk of the server has room for {free:,}.",
                    {"free_bytes": free},
                )
            upload_id = secrets.token_hex(15)
            directory = self._root / upload_id
            directory.mkdir()
            (directory / "data").touch()
            (directory / "offset").write_bytes(_offset_record(0))
            write_durably(
                directory / "upload.json",
                _Record(user=user, name=name, length=length).model_dump_json().encode(),
            )
            sync_directory(self._root)
        return Upload(upload_id, user, name, length, 0, directory / "data")

    def get(self, upload_id: str, *, user: str) -> Upload:
        """Return an upload of the user; other people's are as if they did not exist."""
        unknown = NotFoundError(f"There is no upload {upload_id!r}; it may have expired.")
        if not _ID.fullmatch(upload_id):
            raise unknown
        directory = self._root / upload_id
        try:
            record = _Record.model_validate_json((directory / "upload.json").read_bytes())
            offset = int((directory / "offset").read_bytes())
        except FileNotFoundError:
            raise unknown from None
        path = directory / "data"
        if record.user != user or not path.exists():
            raise unknown
        return Upload(
            upload_id, record.user, record.name, record.length, offset, path, _content(directory / "session")
        )

    def promise(self, upload: Upload, session: str) -> None:
        """Let a session wait for an upload; `ConflictError` if another one does."""
        directory = upload.path.parent
        note = directory / f"session.{session}"
        with told_as_storage_error(note):
            write_durably(note, session.encode())
            try:
                os.link(note, directory / "session")
            except FileExistsError:
                if _content(directory / "session") != session:
                    raise ConflictError("Another session waits for this upload.") from None
            finally:
                note.unlink()
            sync_directory(directory)

    def take(self, upload: Upload, target: Path) -> None:
        """Move the bytes of an upload to another place, durably, and forget it."""
        with told_as_storage_error(target):
            upload.path.rename(target)
            sync_directory(target.parent)
        self.discard(upload.id)

    def append(self, upload_id: str, part: bytes, *, user: str, offset: int) -> Upload:
        """Add a part at `offset`, which must be where the upload stands; return once it will last."""
        asked = self.get(upload_id, user=user)
        with told_as_storage_error(asked.path), self._locked(asked) as (upload, descriptor):
            if offset != upload.offset:
                raise ConflictError(
                    f"The upload stands at {upload.offset:,} bytes, not at {offset:,}.",
                    {"offset": upload.offset},
                )
            end = offset + len(part)
            if upload.length is not None and end > upload.length:
                raise TooLargeError(f"The upload was announced with {upload.length:,} bytes; this is more.")
            os.ftruncate(descriptor, offset)
            _write_at(descriptor, part, offset)
            os.fsync(descriptor)
            _save_offset(upload.path.with_name("offset"), end)
            return replace(upload, offset=end)

    def remove(self, upload_id: str, *, user: str) -> None:
        """Delete an upload of the user."""
        self.discard(self.get(upload_id, user=user).id)

    def discard(self, upload_id: str) -> None:
        """Delete what is left of an upload, whoever it belongs to."""
        shutil.rmtree(self._root / upload_id, ignore_errors=True)

    def sweep(self, *, older_than: float) -> list[str]:
        """Delete uploads without a part since `older_than` (seconds since the epoch); return their ids."""
        removed = []
        for directory in self._root.glob("*/") if self._root.exists() else ():
            if _ID.fullmatch(directory.name) and _last_change(directory) < older_than:
                self.discard(directory.name)
                removed.append(directory.name)
        return removed

    @contextmanager
    def _locked(self, upload: Upload) -> Iterator[tuple[Upload, int]]:
        """Hold the file against other writers, on any replica; look again where the upload stands."""
        descriptor = os.open(upload.path, os.O_RDWR)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError("Another request is writing to this upload.") from None
            yield self.get(upload.id, user=upload.user), descriptor
        finally:
            os.close(descriptor)


def _content(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def _write_at(descriptor: int, part: bytes, offset: int) -> None:
    rest = memoryview(part)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset += written


def _save_offset(path: Path, offset: int) -> None:
    """Overwrite the number in place: always the same few bytes, so that no crash leaves half of it."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(descriptor, _offset_record(offset), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _offset_record(offset: int) -> bytes:
    return f"{offset:0{_OFFSET_DIGITS}d}\n".encode()


def _last_change(directory: Path) -> float:
    try:
        return (directory / "offset").stat().st_mtime
    except FileNotFoundError:
        return directory.stat().st_mtime
