"""Sessions over HTTP: make one from a file, list, look at, share and delete them."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from willow_ray.ingress.auth import identity_of
from willow_ray.ingress.bodies import json_body, limited, save
from willow_ray.ingress.multipart import FileField
from willow_ray.ingress.routing import resource
from willow_ray.ingress.uploads import parse_options
from willow_ray.protocol.errors import InvalidParamsError, WillowError
from willow_ray.protocol.http import CreatedSession, CreateSession, ShareLink
from willow_ray.session.client import Caller

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from willow_ray.ingress.auth import Access
    from willow_ray.protocol.imports import ImportOptions
    from willow_ray.session.client import SessionClient, Sessions
    from willow_ray.storage.uploads import Upload, UploadStore

_MAX_FILE_NAME = 200
_HINT = "Upload it in parts instead: POST /api/uploads (tus 1.0.0), then POST /api/sessions with its id."


class SessionRoutes:
    """`/api/sessions`, exports apart."""

    def __init__(self, sessions: Sessions, store: UploadStore, access: Access, *, max_body: int) -> None:
        self._sessions = sessions
        self._store = store
        self._access = access
        self._max_body = max_body

    def routes(self) -> list[Route]:
        """Return the routes below `/api`."""
        return [
            resource("/sessions", GET=self.list, POST=self.create),
            resource("/sessions/{session_id}", GET=self.describe, DELETE=self.delete),
            resource("/sessions/{session_id}/import-report", GET=self.import_report),
            resource("/sessions/{session_id}/share", POST=self.share),
        ]

    async def create(self, request: Request) -> Response:
        """Make a session of an upload, or of a file in the body; then the query names it or it is a form."""
        content_type = request.headers.get("content-type", "")
        if "name" in request.query_params:
            session_id = await self._from_body(request)
        elif content_type.partition(";")[0].strip().lower() == "multipart/form-data":
            session_id = await self._from_form(request, content_type)
        else:
            session_id = await self._from_upload(request)
        if request.query_params.get("wait") != "1":
            return JSONResponse(CreatedSession(session=session_id).to_wire(), status_code=201)
        try:
            await self._sessions.wait_ready(session_id)
        except WillowError as error:
            raise WillowError(error.code, error.message, {**error.data, "session": session_id}) from error
        user = identity_of(request).require_user()
        client = await self._sessions.get(session_id, user=user)
        return JSONResponse(await _describe(client, user), status_code=201)

    async def list(self, request: Request) -> Response:
        """List the caller's sessions."""
        summaries = await self._sessions.list(user=identity_of(request).require_user())
        return JSONResponse([summary.to_wire() for summary in summaries])

    async def describe(self, request: Request) -> Response:
        """Describe one session."""
        return JSONResponse(await _describe(await self._get(request), identity_of(request).name))

    async def delete(self, request: Request) -> Response:
        """Remove a session for good."""
        user = identity_of(request).require_user()
        await self._sessions.delete(request.path_params["session_id"], user=user)
        return Response(status_code=204)

    async def import_report(self, request: Request) -> Response:
        """Account for the import."""
        client = await self._get(request)
        return JSONResponse(await client.import_report())

    async def share(self, request: Request) -> Response:
        """Make the path of a link that opens this session and nothing else."""
        user = identity_of(request).require_user()
        session_id = request.path_params["session_id"]
        await self._sessions.get(session_id, user=user)
        token = self._access.share(session_id)
        query = f"?token={token}" if token else ""
        return JSONResponse(ShareLink(path=f"/s/{session_id}{query}").to_wire(), status_code=201)

    async def _get(self, request: Request) -> SessionClient:
        session_id = request.path_params["session_id"]
        return await self._sessions.get(session_id, user=identity_of(request).for_session(session_id))

    async def _from_upload(self, request: Request) -> str:
        user = identity_of(request).require_user()
        try:
            asked = CreateSession.model_validate_json(await json_body(request))
        except ValidationError as error:
            raise InvalidParamsError.from_validation(error) from error
        upload = await asyncio.to_thread(self._store.get, asked.upload, user=user)
        if not upload.complete or upload.session is not None:
            file_name = _last_part(upload.name)
            return await self._sessions.create_for_upload(
                upload, file_name=file_name, name=asked.name or file_name, options=asked.options
            )
        session_id = await self._create(upload, upload.name, asked.options, name=asked.name)
        await self._forget(upload)
        return session_id

    async def _from_body(self, request: Request) -> str:
        options = parse_options(request.query_params.get("options", ""))
        upload = await self._begin(request, request.query_params["name"])
        try:
            await save(limited(request, limit=self._max_body, hint=_HINT), upload.path)
            return await self._create(upload, upload.name, options)
        finally:
            await self._forget(upload)

    async def _from_form(self, request: Request, content_type: str) -> str:
        options = parse_options(request.query_params.get("options", ""))
        field = FileField(content_type, field="file")
        upload = await self._begin(request, "")
        try:
            body = limited(request, limit=self._max_body, hint=_HINT)
            await save(field.pieces(body), upload.path)
            return await self._create(upload, field.file_name, options)
        finally:
            await self._forget(upload)

    async def _begin(self, request: Request, name: str) -> Upload:
        user = identity_of(request).require_user()
        return await asyncio.to_thread(self._store.create, user=user, name=name, length=None)

    async def _create(
        self, upload: Upload, file_name: str, options: ImportOptions, *, name: str | None = None
    ) -> str:
        file_name = _last_part(file_name)
        return await self._sessions.create(
            user=upload.user, name=name or file_name, source=upload.path, file_name=file_name, options=options
        )

    async def _forget(self, upload: Upload) -> None:
        await asyncio.to_thread(self._store.discard, upload.id)


async def _describe(client: SessionClient, user: str) -> object:
    reply = await client.call("session.describe", {}, caller=Caller(user, secrets.token_hex(15)))
    failure = reply.get("error")
    if isinstance(failure, dict):
        raise WillowError.from_wire(failure)
    return reply["result"]


def _last_part(name: str) -> str:
    """Return the last part of a name that may be a path of any system, as a file system can take it.

    Control characters are left out; of long names the end stays, because it says what kind of file it is.
    """
    printable = "".join(character for character in name.replace("\\", "/") if character.isprintable())
    name = PurePath(printable).name
    return "table" if name in {"", ".."} else name[-_MAX_FILE_NAME:]
