"""The directory of all sessions: making, finding, listing and deleting them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from willow_ray import __version__
from willow_ray.storage.durable import AfterStep, go_on, sync_directory
from willow_ray.storage.errors import (
    DamagedError,
    SessionNotFoundError,
    StorageError,
    StorageFullError,
    told_as_storage_error,
)
from willow_ray.storage.local import SEGMENTS
from willow_ray.storage.manifest import Manifest
from willow_ray.storage.manifest_file import read_manifest, write_manifest
from willow_ray.storage.summary import Summary, read_summary, summarize, write_summary

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from willow_ray.storage.entries import Source

SOURCE = "source"
EXPORTS = "exports"

_ID_BYTES = 15
_ID = re.compile(r"[0-9a-f]{30}")
_UNFINISHED = re.compile(r"[0-9a-f]{30}\.(new|gone)")


class StoreRoot:
    """All sessions, under `<path>/sessions`. Holds no state: any process may make one at any time."""

    def __init__(self, path: Path, *, after: AfterStep = go_on) -> None:
        self.path = path
        self.sessions = path / "sessions"
        self._after = after

    def check(self, *, need_bytes: int = 0) -> None:
        """Make the directories, and see that files can be written and so many bytes are free.

        Raises `StorageAccessError` or `StorageFullError` with a sentence that names the directory.
        """
        with told_as_storage_error(self.sessions, doing="used"):
            self.sessions.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.sessions) as probe:
                probe.write(b"willow")
                probe.flush()
            free = shutil.disk_usage(self.sessions).free
        if free < need_bytes:
            raise StorageFullError(
                f"{self.path} has {free / 1e9:.1f} GB of free space; this needs {need_bytes / 1e9:.1f} GB.",
                file=self.path.name,
            )

    def create(
        self, *, name: str, owner: str, at: datetime, source: Source | None = None, upload: Path | None = None
    ) -> str:
        """Make a session, durably, and return its id.

        It is there with its first manifest and its source file, or not at all. `upload` is moved to
        `source/`, under the name that `source` says.
        Steps: `manifest written`, `manifest published`, `session made`.
        """
        session = secrets.token_hex(_ID_BYTES)
        manifest = Manifest(
            written_by=__version__, session=session, name=name, owner=owner, created=at, source=source
        )
        building = self.sessions / f"{session}.new"
        with told_as_storage_error(self.sessions, doing="used"):
            for part in (SOURCE, SEGMENTS, EXPORTS):
                (building / part).mkdir(parents=True)
        write_manifest(building, manifest, (0, 1), after=self._after)
        write_summary(building, summarize(manifest))
        with told_as_storage_error(self.sessions, doing="used"):
            if source is not None and upload is not None:
                _move_durably(upload, building / SOURCE / source.file)
            building.rename(self.sessions / session)
            sync_directory(self.sessions)
        self._after("session made")
        return session

    def directory(self, session: str) -> Path:
        """Return the directory of a session that exists; anything that is not an id is not found."""
        directory = self.sessions / session
        if not _ID.fullmatch(session) or not directory.is_dir():
            raise SessionNotFoundError(session)
        return directory

    def summary(self, session: str) -> Summary:
        """Return what the list shows of one session."""
        return read_summary(self.directory(session))

    def awaited_upload(self, session: str) -> str | None:
        """Return the upload that a session was made for before its file was whole, None if there was none."""
        try:
            _, manifest, _ = read_manifest(self.directory(session))
        except DamagedError:
            return None
        return None if manifest.source is None else manifest.source.upload

    def summaries(self, *, owner: str | None = None) -> list[Summary]:
        """Return the sessions of an owner (of all, if None), the one used last first.

        A session that is deleted meanwhile, or of which nothing can be read, is left out.
        """
        found: list[Summary] = []
        for session in self._ids():
            with suppress(StorageError):
                found.append(self.summary(session))
        mine = [summary for summary in found if owner is None or summary.owner == owner]
        return sorted(mine, key=lambda summary: summary.last_use, reverse=True)

    def delete(self, session: str) -> None:
        """Remove a session with everything in it; from the first moment on it is not found.

        Steps: `session hidden`, `session deleted`.
        """
        gone = self.sessions / f"{session}.gone"
        with told_as_storage_error(self.sessions, doing="changed"):
            self.directory(session).rename(gone)
            sync_directory(self.sessions)
            self._after("session hidden")
            shutil.rmtree(gone)
        self._after("session deleted")

    def sweep(self, *, before: datetime) -> None:
        """Remove what creations and deletions that were begun before a moment, and died, have left."""
        with told_as_storage_error(self.sessions, doing="changed"):
            for path in self.sessions.iterdir():
                if _UNFINISHED.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                    shutil.rmtree(path)

    def _ids(self) -> list[str]:
        with told_as_storage_error(self.sessions, doing="read"):
            if not self.sessions.is_dir():
                return []
            return [path.name for path in self.sessions.iterdir() if _ID.fullmatch(path.name)]


def _move_durably(file: Path, target: Path) -> None:
    """Move a file, also from another disk, and make it durable in its new place."""
    shutil.move(file, target)
    with target.open("rb") as moved:
        os.fsync(moved.fileno())
    sync_directory(target.parent)
