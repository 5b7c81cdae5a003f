"""Bring a file into a running Willow over its public interface, part by part, and open the browser."""

from __future__ import annotations

import http.client
import json
import os
import sys
import webbrowser
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from willow_ray.launch.errors import LaunchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TUS = {"Tus-Resumable": "1.0.0"}
_TIMEOUT_S = 60.0


class Api:
    """A connection to the HTTP interface of one Willow, to be used in a `with` statement."""

    def __init__(self, base_url: str, *, token: str | None) -> None:
        parts = urlsplit(base_url)
        self._prefix = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT_S)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def import_file(self, path: Path, *, part_bytes: int) -> str:
        """Upload a file and return the id of the session that imports it."""
        headers = self._send(
            "POST",
            f"/api/uploads?name={quote(path.name, safe='')}",
            {"Upload-Length": str(path.stat().st_size)},
        )[0]
        location = urlsplit(headers["location"]).path.removeprefix(self._prefix)
        offset = 0
        with path.open("rb") as file:
            while part := file.read(part_bytes):
                fields = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                self._send("PATCH", location, fields, part)
                offset += len(part)
        body = json.dumps({"upload": location.rsplit("/", 1)[-1]}).encode()
        answer = self._send("POST", "/api/sessions", {"Content-Type": "application/json"}, body)[1]
        return str(answer["session"])

    def _send(
        self, method: str, target: str, fields: Mapping[str, str], body: bytes = b""
    ) -> tuple[Mapping[str, str], Any]:
        self._connection.request(method, self._prefix + target, body, {**self._headers, **_TUS, **fields})
        response = self._connection.getresponse()
        content = response.read()
        answer = json.loads(content) if content else {}
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise LaunchError(answer.get("error", {}).get("message", f"{method} {target}: {response.status}"))
        return {name.lower(): value for name, value in response.getheaders()}, answer


def open_browser(url: str) -> bool:
    """Open a page in the person's browser; False when there is no screen to open it on.

    Without this question a text browser would take over the terminal.
    """
    has_screen = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    return has_screen and webbrowser.open(url)
