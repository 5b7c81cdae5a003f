"""Resumable uploads: tus 1.0.0 with the extensions creation, termination and expiration."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from willow_ray.ingress.auth import identity_of
from willow_ray.ingress.bodies import json_body, part_body
from willow_ray.ingress.routing import resource
from willow_ray.ingress.shell import logged
from willow_ray.protocol.errors import InvalidParamsError, InvalidRequestError, NotReadyError, WillowError
from willow_ray.protocol.imports import ImportOptions

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from willow_ray.session.client import Sessions
    from willow_ray.storage.uploads import Upload, UploadStore

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PART_TYPE = "application/offset+octet-stream"


class Uploads:
    """`/api/uploads`."""

    def __init__(self, store: UploadStore, sessions: Sessions, *, part_bytes: int, expiry_s: float) -> None:
        self._store = store
        self._sessions = sessions
        self._part_bytes = part_bytes
        self._expiry_s = expiry_s

    def routes(self) -> list[Route]:
        """Return the routes below `/api`."""
        return [
            resource("/uploads", OPTIONS=self.describe, POST=self.create),
            resource("/uploads/{upload_id}", HEAD=self.head, PATCH=self.patch, DELETE=self.delete),
            resource("/uploads/{upload_id}/preview", POST=self.preview),
        ]

    async def sweep(self) -> None:
        """Delete what has expired."""
        await asyncio.to_thread(self._store.sweep, older_than=time.time() - self._expiry_s)

    async def describe(self, _request: Request) -> Response:
        """Say what this server can do."""
        headers = {"Tus-Resumable": VERSION, "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS}
        return Response(status_code=204, headers=headers)

    async def create(self, request: Request) -> Response:
        """Begin an upload."""
        _check_version(request)
        length = _whole_number(request, "Upload-Length")
        name = request.query_params.get("name") or _metadata(request).get("filename") or "upload"
        user = identity_of(request).require_user()
        upload = await asyncio.to_thread(self._store.create, user=user, name=name, length=length)
        location = f"{request.scope.get('root_path', '')}/uploads/{upload.id}"
        return self._answer(upload, 201, {"Location": location})

    async def head(self, request: Request) -> Response:
        """Say where an upload stands."""
        _check_version(request)
        upload = await self._get(request)
        return self._answer(upload, 200, {"Upload-Length": str(upload.length)})

    async def patch(self, request: Request) -> Response:
        """Take the next part."""
        _check_version(request)
        if request.headers.get("content-type") != PART_TYPE:
            raise WillowError("unsupported_media_type", f"A part has the content type {PART_TYPE}.")
        offset = _whole_number(request, "Upload-Offset")
        part = await part_body(request, limit=self._part_bytes)
        upload = await asyncio.to_thread(
            self._store.append,
            request.path_params["upload_id"],
            part,
            user=identity_of(request).require_user(),
            offset=offset,
        )
        if upload.complete and upload.session is not None:
            await self._begin_import(upload.session)
        return self._answer(upload, 204, {})

    async def _begin_import(self, session_id: str) -> None:
        """Wake the session that waits for an upload; if it cannot be now, whoever looks at it will."""
        try:
            await self._sessions.start(session_id)
        except WillowError as error:
            logged(error)

    async def delete(self, request: Request) -> Response:
        """Forget an upload."""
        _check_version(request)
        user = identity_of(request).require_user()
        await asyncio.to_thread(self._store.remove, request.path_params["upload_id"], user=user)
        return Response(status_code=204, headers={"Tus-Resumable": VERSION})

    async def preview(self, request: Request) -> Response:
        """Show how the file would be read."""
        upload = await self._get(request)
        if not upload.complete:
            raise NotReadyError("The upload is not complete yet.")
        options = parse_options(await json_body(request))
        preview = await self._sessions.preview(upload.path, file_name=upload.name, options=options)
        return JSONResponse(preview)

    async def _get(self, request: Request) -> Upload:
        user = identity_of(request).require_user()
        return await asyncio.to_thread(self._store.get, request.path_params["upload_id"], user=user)

    def _answer(self, upload: Upload, status: int, headers: dict[str, str]) -> Response:
        common = {"Tus-Resumable": VERSION, "Upload-Offset": str(upload.offset)}
        if not upload.complete:
            common["Upload-Expires"] = formatdate(time.time() + self._expiry_s, usegmt=True)
        return Response(status_code=status, headers={**common, **headers})


def parse_options(text: bytes | str) -> ImportOptions:
    """Read import options; nothing at all means: detect everything."""
    try:
        return ImportOptions.model_validate_json(text or b"{}")
    except ValidationError as error:
        raise InvalidParamsError.from_validation(error, what="import options") from error


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise WillowError(
            "precondition_failed",
            f"This server speaks tus {VERSION}; requests say so in Tus-Resumable.",
            {"tus_version": VERSION},
        )


def _whole_number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal()):
        raise InvalidRequestError(f"{header} must be a whole number of bytes.")
    return int(text)


def _metadata(request: Request) -> dict[str, str]:
    """Read `Upload-Metadata`: keys with base64 values, separated by commas."""
    metadata = {}
    for pair in request.headers.get("upload-metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            metadata[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidRequestError(f"Upload-Metadata: the value of {key!r} is not base64.") from None
    return metadata
