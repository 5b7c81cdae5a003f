"""How other processes talk to sessions: what the ingress needs, and nothing of how it is done.

All methods raise `WillowError`s: `unavailable` while a session is being restarted, `not_found` for sessions
that do not exist or belong to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from willow_ray.protocol.http import ExportFormat
    from willow_ray.protocol.imports import ImportOptions
    from willow_ray.protocol.session import SessionSummary
    from willow_ray.protocol.views import View
    from willow_ray.storage.uploads import Upload


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        user: the name that the history shows.
        socket: the WebSocket, or an id made for one HTTP request; unique in the cluster.
        request: the id of the request on that socket.

    """

    user: str
    socket: str
    request: str | int | None = None


@dataclass(frozen=True)
class Event:
    """A notification for one socket, or for all sockets of the session, `but` one, when `to` is None."""

    to: str | None
    method: str
    params: dict[str, JsonValue]
    but: str | None = None


@dataclass(frozen=True)
class Events:
    """What happened since the last poll.

    Attributes:
        next: pass it as `since` next time. Numbers of another life of the session are never taken for these.
        items: oldest first.
        lost: some events between `since` and `items` are gone (the poller was slow, or the session was
            restarted); sockets must describe the session anew.

    """

    next: int
    items: tuple[Event, ...]
    lost: bool = False


@dataclass(frozen=True)
class ExportRequest:
    """What is to be written; the current version, all rows and all columns unless told otherwise."""

    format: ExportFormat
    version: int | None = None
    view: View | None = None
    columns: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ExportedFile:
    """A finished file; it stays until it has not been asked for a while.

    Attributes:
        path: readable by every replica.
        etag: changes whenever the bytes would; without quotes.
        bytes: the length.
        media_type: for `Content-Type`.
        file_name: what to save it as, any characters.

    """

    path: Path
    etag: str
    bytes: int
    media_type: str
    file_name: str


class SessionClient(Protocol):
    """One session, from any process."""

    async def call(self, method: str, params: JsonValue, *, caller: Caller) -> dict[str, JsonValue]:
        """Do one request; return `{"result": …}` or `{"error": {"code", "message", "data"?}}`.

        Unknown methods and unfitting params come back as such an error too.
        """

    async def cancel(self, *, caller: Caller) -> None:
        """Stop the request `caller.request` of `caller.socket`, which answers with `cancelled`.

        Nothing happens when it has ended already.
        """

    async def events(self, *, replica: str, since: int | None) -> Events:
        """Wait up to 30 s for events after `since` and return them, or none.

        With None it returns at once with the number to begin from: what happens later is not missed.
        """

    async def closed(self, socket: str) -> None:
        """Forget a socket that is gone: its drafts, and reads that nobody waits for any more."""

    async def export(self, request: ExportRequest, *, caller: Caller) -> ExportedFile:
        """Return the file, writing it first (as a job) if it is not there."""

    async def import_report(self) -> dict[str, JsonValue]:
        """Return the account of the import; `not_ready` while it is going on."""


class Sessions(Protocol):
    """All sessions there are. A user of None stands for a share link, which opens what it names."""

    async def create(
        self, *, user: str, name: str, source: Path, file_name: str, options: ImportOptions
    ) -> str:
        """Take the file at `source` away into a new session's directory, start its import, return the id.

        `file_name` is what the person's file is called, `name` what the session is to be called.
        """

    async def create_for_upload(
        self, upload: Upload, *, file_name: str, name: str, options: ImportOptions
    ) -> str:
        """Make a session that takes a file when its upload is whole, and imports it then; return the id.

        `conflict` when another session waits for this upload.
        """

    async def start(self, session_id: str) -> None:
        """Wake a session up, so that it goes on with what it has begun."""

    async def get(self, session_id: str, *, user: str | None) -> SessionClient:
        """Return the session, waking it up if it sleeps."""

    async def list(self, *, user: str) -> list[SessionSummary]:
        """Return the user's sessions, last used first, without waking any."""

    async def delete(self, session_id: str, *, user: str) -> None:
        """Remove the session, its directory and its actor."""

    async def preview(self, path: Path, *, file_name: str, options: ImportOptions) -> dict[str, JsonValue]:
        """Return what was detected in a file, and its first rows (`ImportPreview`)."""

    async def wait_ready(self, session_id: str) -> None:
        """Wait until the import has ended; raise `import_failed` if it failed."""

    async def tend(self) -> None:
        """Remove what has expired or was left behind, now and then, until cancelled."""
