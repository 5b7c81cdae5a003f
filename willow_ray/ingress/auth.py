"""Who may talk: tokens, cookies, origins and host names, checked in one place before anything else runs."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse

from willow_ray.ingress.shell import close_reason
from willow_ray.ingress.tokens import DEFAULT_USER
from willow_ray.protocol import closes
from willow_ray.protocol.errors import ForbiddenError, NotAuthenticatedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from willow_ray.ingress.tokens import Tokens

GUEST = "guest"
"""Who a share link without a user's token is in the history."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_IDENTITY = "willow.identity"


@dataclass(frozen=True)
class Identity:
    """What the tokens of a request allow.

    Attributes:
        user: whose token it is, or None for a mere share link.
        shared: sessions that share links open.

    """

    user: str | None
    shared: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name that the history shows."""
        return self.user or GUEST

    def require_user(self) -> str:
        """Return the user; refuse a share link, which opens its session only."""
        if self.user is None:
            raise ForbiddenError("A share link opens its session and nothing else.")
        return self.user

    def for_session(self, session_id: str) -> str | None:
        """Return the user whose session it must be, or None when a share link opens it to anybody."""
        if session_id in self.shared:
            return None
        return self.require_user()


def identity_of(connection: HTTPConnection) -> Identity:
    """Return what `Gate` found out about a request."""
    identity: Identity = connection.scope[_IDENTITY]
    return identity


class Access:
    """The rules: which tokens, which cookie, which hosts."""

    def __init__(self, tokens: Tokens | None, *, port: int, hosts: Iterable[str] = ()) -> None:
        """Take the known tokens, None meaning that everybody may do everything (loopback only)."""
        self._tokens = tokens
        self._cookie = f"willow_{port}"
        self._hosts = {host.lower() for host in (*hosts, "localhost", socket.gethostname())}

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Refuse names that are not ours.

        A page of an attacker whose name was re-bound to our address sends that name; it cannot send an
        address, so addresses are fine.
        """
        name = _host_name(headers.get("host", ""))
        if name in self._hosts or name.endswith(".localhost") or _is_address(name):
            return
        raise ForbiddenError(f"This server does not answer for the host {name!r}; see `allowed_hosts`.")

    def check_origin(self, headers: Mapping[str, str]) -> None:
        """Refuse requests that a page of another origin makes; programs send no origin."""
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
            raise ForbiddenError(f"Pages of {origin} may not talk to this server.")

    def identify(self, connection: HTTPConnection) -> Identity:
        """Return what the header or the cookies allow; no token that is known → `not_authenticated`."""
        if self._tokens is None:
            return Identity(DEFAULT_USER)
        scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
        if scheme:
            given = [bearer.strip()] if scheme.lower() == "bearer" else []
        else:
            given = [
                value
                for name, value in connection.cookies.items()
                if name == self._cookie or name.startswith(f"{self._cookie}_")
            ]
        return self._identity(given)

    def _identity(self, given: Iterable[str]) -> Identity:
        if self._tokens is None:
            return Identity(DEFAULT_USER)
        user: str | None = None
        shared: set[str] = set()
        for token in given:
            user = self._tokens.user_of(token) or user
            session_id = self._tokens.shared_session(token)
            if session_id is not None:
                shared.add(session_id)
        if user is None and not shared:
            raise NotAuthenticatedError
        return Identity(user, frozenset(shared))

    def share(self, session_id: str) -> str | None:
        """Return the token of a share link; None when no token is needed here."""
        return None if self._tokens is None else self._tokens.share(session_id)

    def enter(self, request: Request) -> Response:
        """Turn `?token=…` into a cookie and send the browser to the same page without it.

        A share link has a cookie of its own, so that it does not take the place of the user's.
        """
        token = request.query_params["token"]
        identity = self._identity([token])
        name = self._cookie if identity.user else f"{self._cookie}_{''.join(identity.shared)}"
        page = request.url.path.removeprefix(request.scope.get("root_path", ""))
        root = request.scope.get("root_path", "")
        response = RedirectResponse(f"{root}{page or '/'}", status_code=303)
        response.set_cookie(
            name,
            token,
            path=root or "/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response


class Gate:
    """Lets a request through to the API only when its host, its origin and its token are right.

    A WebSocket is accepted and then closed with 4401 or 4403: a browser cannot see why a handshake failed.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        connection = HTTPConnection(scope)
        try:
            self._access.check_host(connection.headers)
            if scope["type"] == "websocket" or scope["method"] not in _READS:
                self._access.check_origin(connection.headers)
            scope[_IDENTITY] = self._access.identify(connection)
        except (ForbiddenError, NotAuthenticatedError) as error:
            if scope["type"] != "websocket":
                raise
            await _refuse_socket(receive, send, error)
            return
        await self._app(scope, receive, send)


async def _refuse_socket(receive: Receive, send: Send, error: ForbiddenError | NotAuthenticatedError) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    forbidden = isinstance(error, ForbiddenError)
    code = closes.FORBIDDEN if forbidden else closes.NOT_AUTHENTICATED
    await send({"type": "websocket.close", "code": code, "reason": close_reason(error.message)})


def _host_name(host: str) -> str:
    """Return a `Host` header without the port, in lower case, IPv6 without its brackets."""
    return (urlsplit(f"//{host}").hostname or "") if host else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
