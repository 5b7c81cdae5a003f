"""Around every request: the host is checked, headers of caution are added, and no error escapes unshaped."""

from __future__ import annotations

import logging
import math
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from willow_ray.protocol import closes
from willow_ray.protocol.errors import InternalError, WillowError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from willow_ray.ingress.auth import Access

log = logging.getLogger(__name__)

_CAUTION = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
}

_CODE_OF_STATUS = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed"}


class Shell:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for whatever comes back."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _CAUTION.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            started = True
            await send(message)

        try:
            if scope["type"] == "http":
                self._access.check_host(Headers(scope=scope))
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            refusal = error if isinstance(error, WillowError) else logged(error)
            if scope["type"] == "websocket":
                await send(
                    {
                        "type": "websocket.close",
                        "code": closes.INTERNAL,
                        "reason": close_reason(refusal.message),
                    }
                )
            elif started:
                raise
            else:
                await error_response(refusal)(scope, receive, send_with_headers)


def logged(error: BaseException) -> InternalError:
    """Write the traceback to the log and return what a client may know: the id to look for."""
    error_id = secrets.token_hex(8)
    log.error("Unexpected error %s", error_id, exc_info=error)
    return InternalError(error_id)


def close_reason(message: str) -> str:
    """Return as much of a message as fits into the frame that closes a WebSocket: 123 bytes."""
    return message.encode()[:123].decode(errors="ignore")


def error_response(error: WillowError) -> Response:
    """Return the one shape of HTTP errors."""
    match error:
        case WillowError(code="not_authenticated"):
            headers = {"WWW-Authenticate": "Bearer"}
        case WillowError(code="busy", data={"retry_after_s": int() | float() as seconds}):
            headers = {"Retry-After": str(math.ceil(seconds))}
        case WillowError(code="range_not_satisfiable", data={"bytes": int() as size}):
            headers = {"Content-Range": f"bytes */{size}"}
        case WillowError(code="precondition_failed", data={"tus_version": str() as version}):
            headers = {"Tus-Version": version}
        case _:
            headers = {}
    return JSONResponse({"error": error.to_wire()}, status_code=error.status, headers=headers)


async def reshape(request: Request, error: Exception) -> Response:
    """Give the one shape to what Starlette refuses by itself: unknown paths and methods, malformed bodies."""
    if not isinstance(error, HTTPException):
        raise error
    messages = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
    }
    code = _CODE_OF_STATUS.get(error.status_code, "invalid_request")
    refusal = WillowError(code, messages.get(error.status_code, f"{error.detail}."))
    response = error_response(refusal)
    response.headers.update(error.headers or {})
    return response
