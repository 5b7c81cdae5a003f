"""Files are brought in over the public interface: against a server that remembers what it was sent."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from willow_ray.launch.errors import LaunchError
from willow_ray.launch.opening import Api, open_browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Recorder(BaseHTTPRequestHandler):
    """Answers as the ingress does, and keeps (method, path, some headers, body) of every request."""

    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wanted = ("Authorization", "Upload-Length", "Upload-Offset")
        headers = {name: self.headers[name] for name in wanted if name in self.headers}
        self.server.seen.append((self.command, self.path, headers, body))  # type: ignore[attr-defined]
        if self.command == "PATCH":
            self.answer(204)
        elif self.path.startswith("/w/api/uploads"):
            self.answer(201, location="/w/api/uploads/u1")
        elif b"full" in self.server.seen[-2][3]:  # type: ignore[attr-defined]
            self.answer(503, {"error": {"code": "no_space", "message": "The disk is full."}})
        else:
            self.answer(201, {"session": "5e551"})

    do_POST = do_PATCH = handle_any  # noqa: N815 - the base class looks for these names

    def answer(self, status: int, content: object = None, *, location: str | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        if location is not None:
            self.send_header("Location", location)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class says so
        return


class Server(ThreadingHTTPServer):
    seen: list[tuple[str, str, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Recorder) as running:
        running.seen = []
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def base_url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/w"


def test_a_file_goes_up_in_parts_and_becomes_a_session(server: Server, base_url: str, tmp_path: Path) -> None:
    file = tmp_path / "été & co.csv"
    file.write_bytes(b"a,b\n1,2\n3")
    with Api(base_url, token="t") as api:
        assert api.import_file(file, part_bytes=4) == "5e551"
    who = {"Authorization": "Bearer t"}
    assert server.seen == [
        ("POST", "/w/api/uploads?name=%C3%A9t%C3%A9%20%26%20co.csv", {**who, "Upload-Length": "9"}, b""),
        ("PATCH", "/w/api/uploads/u1", {**who, "Upload-Offset": "0"}, b"a,b\n"),
        ("PATCH", "/w/api/uploads/u1", {**who, "Upload-Offset": "4"}, b"1,2\n"),
        ("PATCH", "/w/api/uploads/u1", {**who, "Upload-Offset": "8"}, b"3"),
        ("POST", "/w/api/sessions", who, b'{"upload": "u1"}'),
    ]


def test_an_empty_file_has_no_parts(server: Server, base_url: str, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.touch()
    with Api(base_url, token=None) as api:
        assert api.import_file(file, part_bytes=4) == "5e551"
    assert [(method, headers) for method, _, headers, _ in server.seen] == [
        ("POST", {"Upload-Length": "0"}),
        ("POST", {}),
    ]


@pytest.mark.usefixtures("server")
def test_a_refusal_is_passed_on_in_its_own_words(base_url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"full")
    with Api(base_url, token="t") as api, pytest.raises(LaunchError, match=r"^The disk is full\.$"):
        api.import_file(file, part_bytes=4)


@pytest.mark.parametrize(("screen", "opened"), [("", []), (":0", ["http://127.0.0.1:8000/"])])
def test_a_browser_is_opened_only_where_there_is_a_screen(
    screen: str, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def remember(url: str) -> bool:
        calls.append(url)
        return True

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("webbrowser.open", remember)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", screen)
    assert open_browser("http://127.0.0.1:8000/") is bool(opened)
    assert calls == opened
