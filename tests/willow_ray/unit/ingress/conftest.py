"""The ingress with sessions that live in memory and do what a test tells them to, through the same wire."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from willow_ray.config import Settings
from willow_ray.ingress.app import build_app
from willow_ray.ingress.tokens import Tokens
from willow_ray.protocol.errors import (
    CancelledError,
    ConflictError,
    ImportFailedError,
    NotFoundError,
    VersionConflictError,
)
from willow_ray.protocol.session import SessionSummary
from willow_ray.session.client import Caller, Event, Events, ExportedFile
from willow_ray.storage.uploads import UploadStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import JsonValue
    from starlette.applications import Starlette

    from willow_ray.protocol.imports import ImportOptions
    from willow_ray.session.client import ExportRequest, SessionClient
    from willow_ray.storage.uploads import Upload

SESSION = "ab" * 15
ANN = "token-of-ann"
BOB = "token-of-bob"


@dataclass
class FakeSession:
    """Answers the methods `echo`, `conflict`, `crash`, `wait`, `emit`, `restart`, and `session.describe`."""

    owner: str
    content: bytes = b""
    calls: list[tuple[str, JsonValue, Caller]] = field(default_factory=list)
    closed_sockets: list[str] = field(default_factory=list)
    exports: list[ExportRequest] = field(default_factory=list)
    file: ExportedFile | None = None
    started: int = 0
    _events: list[Event] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _lost: bool = False
    _waiting: dict[tuple[str, str | int | None], asyncio.Event] = field(default_factory=dict)

    async def call(self, method: str, params: JsonValue, *, caller: Caller) -> dict[str, JsonValue]:
        self.calls.append((method, params, caller))
        match method, params:
            case "echo", _:
                return {"result": params}
            case "conflict", _:
                return {"error": VersionConflictError(base=1, current=2).to_wire()}
            case "crash", _:
                raise RuntimeError("a secret of the server")
            case "wait", _:
                key = (caller.socket, caller.request)
                self._waiting[key] = asyncio.Event()
                await self._waiting[key].wait()
                return {"error": CancelledError().to_wire()}
            case "emit", {"method": str(name), "params": dict(content), **rest}:
                to = caller.socket if rest.get("mine") else None
                but = caller.socket if rest.get("others") else None
                self._events.append(Event(to, name, content, but))
                self._news.set()
                return {"result": None}
            case "restart", _:
                self._lost = True
                self._news.set()
                return {"result": None}
            case "session.describe", _:
                return {"result": {"session": SESSION, "name": "beers"}}
        raise AssertionError(method)

    async def cancel(self, *, caller: Caller) -> None:
        self._waiting[caller.socket, caller.request].set()

    async def events(self, *, replica: str, since: int | None) -> Events:
        if since is None:
            self.started += 1
            return Events(len(self._events), ())
        while len(self._events) == since and not self._lost:
            self._news.clear()
            await self._news.wait()
        return Events(len(self._events), tuple(self._events[since:]), lost=self._lost)

    async def closed(self, socket: str) -> None:
        self.closed_sockets.append(socket)

    async def export(self, request: ExportRequest, *, caller: Caller) -> ExportedFile:
        self.exports.append(request)
        assert self.file is not None
        return self.file

    async def import_report(self) -> dict[str, JsonValue]:
        return {"rows_read": 3, "rows_rejected": 0, "rejected": [], "columns": [], "notes": []}


@dataclass
class FakeSessions:
    """Sessions by id; a file that contains `broken` fails to import."""

    sessions: dict[str, FakeSession] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    async def create(
        self, *, user: str, name: str, source: Path, file_name: str, options: ImportOptions
    ) -> str:
        content = await asyncio.to_thread(source.read_bytes)
        await asyncio.to_thread(source.unlink)
        self.created.append({"user": user, "name": name, "file_name": file_name, "options": options})
        self.sessions[SESSION] = FakeSession(owner=user, content=content)
        return SESSION

    async def create_for_upload(
        self, upload: Upload, *, file_name: str, name: str, options: ImportOptions
    ) -> str:
        if upload.session is not None:
            raise ConflictError("Another session waits for this upload.")
        UploadStore(upload.path.parent.parent).promise(upload, SESSION)
        made = {"user": upload.user, "name": name, "file_name": file_name, "options": options}
        self.created.append({**made, "upload": upload.id})
        self.sessions[SESSION] = FakeSession(owner=upload.user, content=b"")
        return SESSION

    async def start(self, session_id: str) -> None:
        self.started.append(session_id)

    async def get(self, session_id: str, *, user: str | None) -> SessionClient:
        session = self.sessions.get(session_id)
        if session is None or user not in {None, session.owner}:
            raise NotFoundError(f"There is no session {session_id!r}.")
        return session

    async def list(self, *, user: str) -> list[SessionSummary]:
        return [
            SessionSummary(
                id=key,
                name="beers",
                rows=3,
                columns=2,
                size=10,
                last_use="2026-01-01T00:00:00Z",
                state="ready",
            )
            for key, session in self.sessions.items()
            if session.owner == user
        ]

    async def delete(self, session_id: str, *, user: str) -> None:
        await self.get(session_id, user=user)
        del self.sessions[session_id]

    async def preview(self, path: Path, *, file_name: str, options: ImportOptions) -> dict[str, JsonValue]:
        return {
            "options": options.to_wire(),
            "columns": [],
            "cells": [[await asyncio.to_thread(path.read_text)]],
            "sheets": [file_name],
        }

    async def wait_ready(self, session_id: str) -> None:
        if b"broken" in self.sessions[session_id].content:
            raise ImportFailedError("Line 2 has a stray quote.", {"line": 2})

    async def tend(self) -> None:
        """Have nothing to remove."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        store=tmp_path / "store",
        port=8123,
        upload_part_bytes=1000,
        max_single_body_bytes=5000,
        socket_queue_messages=8,
        max_waiting_requests=3,
        allowed_hosts=("willow.example",),
    )


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(users={"ann": ANN, "bob": BOB}, share_key="0123456789abcdef0123456789abcdef")


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions({SESSION: FakeSession(owner="ann")})


@pytest.fixture
def static(tmp_path: Path) -> Path:
    directory = tmp_path / "static"
    directory.mkdir()
    (directory / "index.html").write_text(
        '<!doctype html><base href="/"><app ngCspNonce="CSP_NONCE"></app><style nonce="CSP_NONCE"></style>'
    )
    (directory / "main-AB12CD34.js").write_text("let all = 1")
    (directory / "main-AB12CD34.js.br").write_bytes(b"brotli")
    (directory / "main-AB12CD34.js.gz").write_bytes(b"gzip")
    (directory / "favicon.svg").write_text("<svg/>")
    return directory


@pytest.fixture
def app(settings: Settings, sessions: FakeSessions, tokens: Tokens, static: Path) -> Starlette:
    return build_app(settings, sessions, tokens, static=static)


@pytest.fixture
def anybody(app: Starlette) -> Iterator[TestClient]:
    """A client without a token."""
    with TestClient(app, base_url="http://localhost:8123", follow_redirects=False) as client:
        yield client


@pytest.fixture
def ann(app: Starlette) -> Iterator[TestClient]:
    """The owner of the session."""
    headers = {"Authorization": f"Bearer {ANN}"}
    with TestClient(app, base_url="http://localhost:8123", headers=headers) as client:
        yield client


@pytest.fixture
def bob(app: Starlette) -> Iterator[TestClient]:
    """Somebody else."""
    headers = {"Authorization": f"Bearer {BOB}"}
    with TestClient(app, base_url="http://localhost:8123", headers=headers) as client:
        yield client
