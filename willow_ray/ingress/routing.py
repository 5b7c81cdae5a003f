"""Routes by resource: one path, one handler for each method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    Handler = Callable[[Request], Awaitable[Response]]


def resource(path: str, **handlers: Handler) -> Route:
    """Return the route of a path; other methods are answered with 405 and `Allow` lists these.

    `HEAD` goes to the handler of `GET` unless it has its own.
    """

    async def dispatch(request: Request) -> Response:
        handler = handlers.get(request.method) or handlers["GET"]
        return await handler(request)

    return Route(path, dispatch, methods=list(handlers))
