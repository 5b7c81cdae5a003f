"""Downloads: a task writes the file, then it is served whole or in ranges."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import ValidationError
from starlette.responses import Response, StreamingResponse

from willow_ray.ingress.auth import identity_of
from willow_ray.ingress.ranges import asked_range, check_match, is_unchanged
from willow_ray.ingress.routing import resource
from willow_ray.protocol.errors import InvalidParamsError, TooLargeError, UnavailableError
from willow_ray.protocol.http import ExportQuery
from willow_ray.session.client import Caller, ExportRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import BinaryIO

    from starlette.requests import Request
    from starlette.routing import Route

    from willow_ray.session.client import ExportedFile, Sessions

_READ_BYTES = 1024 * 1024


class Exports:
    """`/api/sessions/{id}/export`."""

    def __init__(self, sessions: Sessions, *, max_body: int) -> None:
        self._sessions = sessions
        self._max_body = max_body

    def routes(self) -> list[Route]:
        """Return the routes below `/api`; `HEAD` prepares the file."""
        return [resource("/sessions/{session_id}/export", GET=self.export)]

    async def export(self, request: Request) -> Response:
        """Serve the file, or the part of it that is asked for."""
        file = await self._file(request)
        etag = f'"{file.etag}"'
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": content_disposition(file.file_name),
        }
        check_match(request.headers, etag=etag)
        if is_unchanged(request.headers, etag=etag):
            return Response(status_code=304, headers=headers)
        part = asked_range(request.headers, etag=etag, size=file.bytes) if request.method == "GET" else None
        chosen = range(file.bytes) if part is None else part
        headers["Content-Length"] = str(len(chosen))
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.bytes}"
        if request.method == "HEAD":
            return Response(headers=headers, media_type=file.media_type)
        if len(chosen) > self._max_body:
            raise TooLargeError(
                f"One body may have {self._max_body:,} bytes at most, this has {len(chosen):,}. "
                "Ask for it in parts, with Range.",
                {"limit_bytes": self._max_body, "bytes": file.bytes},
            )
        opened = await asyncio.to_thread(_open, file.path)
        return StreamingResponse(
            _read(opened, chosen),
            status_code=200 if part is None else 206,
            headers=headers,
            media_type=file.media_type,
        )

    async def _file(self, request: Request) -> ExportedFile:
        try:
            query = ExportQuery.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise InvalidParamsError.from_validation(error, what="export") from error
        session_id = request.path_params["session_id"]
        identity = identity_of(request)
        client = await self._sessions.get(session_id, user=identity.for_session(session_id))
        asked = ExportRequest(query.format, query.version, query.view, query.columns)
        return await client.export(asked, caller=Caller(identity.name, secrets.token_hex(15)))


def content_disposition(file_name: str) -> str:
    """Return the header that saves under this name: ASCII for old programs, and the whole name (RFC 6266)."""
    plain = "".join(
        character if " " <= character <= "~" and character not in '"\\%' else "_" for character in file_name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UnavailableError("The exported file was deleted meanwhile; ask for it again.") from None


async def _read(file: BinaryIO, chosen: range) -> AsyncIterator[bytes]:
    """Yield the chosen bytes; an open file can be read to its end even if it is deleted meanwhile."""
    try:
        await asyncio.to_thread(file.seek, chosen.start)
        left = len(chosen)
        while left:
            piece = await asyncio.to_thread(file.read, min(left, _READ_BYTES))
            if not piece:
                raise EOFError(f"The exported file is {left:,} bytes too short")
            left -= len(piece)
            yield piece
    finally:
        file.close()
