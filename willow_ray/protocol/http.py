"""Bodies of HTTP requests and answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, Json, JsonValue, RootModel

from dcs.operation import Shape
from willow_ray.protocol.base import Answer, ColumnNames, Identifier, Name, Params, VersionNumber
from willow_ray.protocol.imports import ImportOptions, ImportPreview, ImportReport
from willow_ray.protocol.session import SessionSummary, WireError
from willow_ray.protocol.views import View

ExportFormat = Literal["csv", "tsv", "json", "jsonl", "parquet", "arrow", "xlsx", "hdf"]


class CreateSession(Params):
    """Body of `POST /api/sessions`; where an upload is not complete, the session waits for the rest."""

    upload: Identifier
    name: Name | None = None
    """The name of the file when absent."""
    options: ImportOptions = ImportOptions()


class CreatedSession(Answer):
    """Answer of `POST /api/sessions`."""

    session: str


class SessionList(RootModel[list[SessionSummary]]):
    """Answer of `GET /api/sessions`: the caller's sessions, last used first."""


class OperationDeclaration(Answer):
    """What a client must know to offer an operation."""

    id: str
    label: str
    section: str
    shape: Shape
    summary: str
    form: dict[str, JsonValue] = Field(alias="schema")


class ShareLink(Answer):
    """Answer of `POST /api/sessions/{id}/share`."""

    path: str
    """What to put behind the address of the server; it opens this session and nothing else."""


class ExportQuery(Params):
    """Query of `GET /api/sessions/{id}/export`; all but the format is JSON."""

    format: ExportFormat
    version: Json[VersionNumber] | None = None
    view: Json[View] | None = None
    columns: Json[ColumnNames] | None = None


class ErrorBody(Answer):
    """Every answer that is not a success."""

    error: WireError


class Health(Answer):
    """Answer of `GET /healthz`."""

    status: Literal["ok"] = "ok"
    version: str


BODIES: tuple[type[BaseModel], ...] = (
    CreateSession,
    CreatedSession,
    ImportPreview,
    ImportReport,
    SessionList,
    OperationDeclaration,
    ShareLink,
    ErrorBody,
    Health,
)
"""All of them, for the generated types."""
