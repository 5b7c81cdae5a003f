"""The web app: built files from one directory, and `index.html` for every page of the app."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from willow_ray.ingress.routing import resource
from willow_ray.protocol.errors import NotFoundError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.routing import Route

    from willow_ray.ingress.auth import Access

NONCE_MARK = "CSP_NONCE"
BASE_MARK = '<base href="/">'

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
_HASHED = re.compile(r"[.-][A-Za-z0-9_]{8,}\.[a-z0-9]+$")
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class _Asset:
    path: Path
    media_type: str
    etag: str
    immutable: bool
    encodings: tuple[str, ...]
    """Content codings of which a compressed copy lies beside the file, the best first."""


class Web:
    """Serves what the build has put into a directory, and nothing else from the disk."""

    def __init__(self, directory: Path, access: Access) -> None:
        self._access = access
        self._assets = _assets(directory)
        index = directory / "index.html"
        self._index = index.read_text(encoding="utf-8") if index.exists() else None

    def routes(self) -> list[Route]:
        """Return the routes below the root; they must come last."""
        return [
            resource("/", GET=self.page),
            resource("/s/{session_id}", GET=self.page),
            resource("/{path:path}", GET=self.asset),
        ]

    async def page(self, request: Request) -> Response:
        """Serve the app itself, or take the token out of the address first."""
        if "token" in request.query_params:
            return self._access.enter(request)
        if self._index is None:
            raise UnavailableError("The web app has not been built; `make run` builds it.")
        nonce = secrets.token_urlsafe(16)
        root = request.scope.get("root_path", "")
        html = self._index.replace(NONCE_MARK, nonce).replace(BASE_MARK, f'<base href="{root}/">')
        headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
        return Response(html, headers=headers, media_type="text/html")

    async def asset(self, request: Request) -> Response:
        """Serve a built file, compressed if there is such a copy and the browser takes it."""
        asset = self._assets.get(request.path_params["path"])
        if asset is None:
            raise NotFoundError(f"There is nothing at {request.url.path}.")
        headers = {
            "ETag": asset.etag,
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if asset.immutable else "no-cache",
        }
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=headers)
        path = asset.path
        accepted = _accepted(request.headers.get("accept-encoding", ""))
        for encoding in asset.encodings:
            if encoding in accepted:
                headers["Content-Encoding"] = encoding
                path = path.with_name(path.name + _ENCODINGS[encoding])
                break
        content = await asyncio.to_thread(path.read_bytes)
        return Response(content, headers=headers, media_type=asset.media_type)


def _assets(directory: Path) -> dict[str, _Asset]:
    """List the files there are once: a name that is not in the list is never looked for on the disk."""
    names = {
        str(path.relative_to(directory)): path for path in sorted(directory.rglob("*")) if path.is_file()
    }
    return {
        name: _Asset(
            path=path,
            media_type=_TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            etag=f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}"',
            immutable=bool(_HASHED.search(name)),
            encodings=tuple(coding for coding, suffix in _ENCODINGS.items() if name + suffix in names),
        )
        for name, path in names.items()
        if name != "index.html"
    }


def _accepted(header: str) -> set[str]:
    """Return the content codings a client takes; `;q=0` means not."""
    accepted = set()
    for item in header.split(","):
        coding, _, weight = item.partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            accepted.add(coding.strip().lower())
    return accepted
