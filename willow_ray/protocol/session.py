"""`session.*` and `job.*`, and the session as HTTP shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, JsonValue
from typing_extensions import TypeAliasType

from willow_ray.protocol.base import Answer, ColumnType, Identifier, Mutation, Name, Params, RequestId
from willow_ray.protocol.imports import ImportOptions

SessionState = TypeAliasType("SessionState", Literal["importing", "ready", "failed"])


class Column(Answer):
    """A column of a version."""

    name: str
    type: ColumnType
    missing: int | None
    """How many values are missing; null in a draft while they are not counted."""


class Job(Answer):
    """Work that lasts; also the notification `job.progress`."""

    job: str
    label: str
    fraction: float | None
    """0 to 1, or null while nothing is known of the whole."""
    remaining_s: float | None = None
    message: str | None = None
    request: RequestId | None = None
    """The request that started it, told only to the socket that asked."""


class Source(Answer):
    """The file a session was made from."""

    name: str
    bytes: int | None
    """Size of the file; null while it is not known."""
    options: ImportOptions


class FieldError(Answer):
    """One fault of a request."""

    path: str
    message: str


class ErrorData(Answer):
    """What an error carries besides its sentence; each code has its own members."""

    model_config = ConfigDict(extra="allow")

    code: str | None = None
    """The code, in JSON-RPC errors only."""
    fields: list[FieldError] | None = None
    column: str | None = None
    near: list[str] | None = None
    """Names that resemble the one that was not found."""
    retry_after_s: float | None = None
    id: str | None = None
    """Under this the log has the details."""


class WireError(Answer):
    """An error, in HTTP answers and inside other answers."""

    code: str
    message: str
    data: ErrorData | None = None


class SessionDescription(Answer):
    """All that a client must know of a session to begin."""

    session: str
    name: str
    state: SessionState
    version: int
    rows: int
    columns: list[Column]
    can_undo: bool
    can_redo: bool
    saved: bool
    """Everything up to the current version is in segments on disk."""
    jobs: list[Job]
    source: Source
    error: WireError | None = None
    """Why the import failed."""


class Rename(Mutation):
    """Give the session another name."""

    name: Name


class CancelJob(Params):
    """Stop a job; the request that started it answers with `cancelled`."""

    job: Identifier


class CancelRequest(Params):
    """Stop a request of the same socket."""

    id: RequestId


class SessionSummary(Answer):
    """One line of the list of sessions."""

    id: str
    name: str
    rows: int | None
    columns: int | None
    size: int | None
    """Bytes on disk."""
    last_use: str | None
    """ISO 8601."""
    state: SessionState


class JobEnded(Answer):
    """Notification: a job is over."""

    job: str
    outcome: Literal["done", "failed", "cancelled"]
    request: RequestId | None = None


class SessionChanged(Answer):
    """Notification: there is another current version, also after undo and redo."""

    version: int
    operation: dict[str, JsonValue] | None = None
    summary: str


class SessionSaved(Answer):
    """Notification: everything up to this version is in segments on disk."""

    version: int
