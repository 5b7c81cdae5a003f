"""The routes of the ingress, put together."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, WebSocketRoute

import willow_ray
from willow_ray.ingress.auth import Access, Gate
from willow_ray.ingress.exports import Exports
from willow_ray.ingress.feeds import Feeds
from willow_ray.ingress.routing import resource
from willow_ray.ingress.sessions import SessionRoutes
from willow_ray.ingress.shell import Shell, logged, reshape
from willow_ray.ingress.sockets import Sockets
from willow_ray.ingress.uploads import Uploads
from willow_ray.ingress.web import Web
from willow_ray.protocol.http import Health
from willow_ray.storage.uploads import UPLOADS, UploadStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from willow_ray.config import Settings
    from willow_ray.ingress.tokens import Tokens
    from willow_ray.session.client import Sessions

STATIC = Path(willow_ray.__file__).parent / "static"
_SWEEP_INTERVAL_S = 3600.0


def build_app(
    settings: Settings, sessions: Sessions, tokens: Tokens | None, *, static: Path = STATIC
) -> Starlette:
    """Return the whole app; without tokens everybody who reaches it may do everything."""
    access = Access(tokens, port=settings.port, hosts=(settings.host, *settings.allowed_hosts))
    store = UploadStore(settings.store / UPLOADS)
    uploads = Uploads(
        store, sessions, part_bytes=settings.upload_part_bytes, expiry_s=settings.upload_expiry_s
    )
    sockets = Sockets(
        sessions,
        Feeds(replica=secrets.token_hex(8)),
        queue=settings.socket_queue_messages,
        max_requests=settings.max_waiting_requests,
    )
    api = [
        resource("/operations", GET=operations),
        *uploads.routes(),
        *SessionRoutes(sessions, store, access, max_body=settings.max_single_body_bytes).routes(),
        *Exports(sessions, max_body=settings.max_single_body_bytes).routes(),
        WebSocketRoute("/sessions/{session_id}/rpc", sockets.rpc),
    ]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tending = [asyncio.create_task(_sweep(uploads)), asyncio.create_task(sessions.tend())]
        try:
            yield
        finally:
            for task in tending:
                task.cancel()
            await asyncio.gather(*tending, return_exceptions=True)

    return Starlette(
        routes=[
            resource("/healthz", GET=healthz),
            Mount("/api", routes=api, middleware=[Middleware(Gate, access=access)]),
            *Web(static, access).routes(),
        ],
        middleware=[Middleware(Shell, access=access)],
        exception_handlers={HTTPException: reshape},
        lifespan=lifespan,
    )


async def healthz(_request: Request) -> Response:
    """Say that this replica answers."""
    return JSONResponse(Health(status="ok", version=willow_ray.__version__).to_wire())


async def operations(_request: Request) -> Response:
    """Serve the catalogue of operations."""
    return Response(await asyncio.to_thread(_catalogue), media_type="application/json")


@cache
def _catalogue() -> str:
    from dcs.catalogue import OPERATIONS, describe  # noqa: PLC0415 - a replica starts without the kernels

    return json.dumps([describe(operation) for operation in OPERATIONS], ensure_ascii=False, allow_nan=False)


async def _sweep(uploads: Uploads) -> None:
    """Delete expired uploads, now and every hour."""
    while True:
        try:
            await uploads.sweep()
        except OSError as error:
            logged(error)
        await asyncio.sleep(_SWEEP_INTERVAL_S)
