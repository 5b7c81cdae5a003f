from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from willow_ray.ingress.app import build_app

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

    from tests.willow_ray.unit.ingress.conftest import FakeSessions
    from willow_ray.config import Settings
    from willow_ray.ingress.tokens import Tokens

SCRIPT = "/main-AB12CD34.js"


@pytest.mark.parametrize("path", ["/", "/s/abababababababababababababababab", "/s/unknown"])
def test_every_page_is_the_app(anybody: TestClient, path: str) -> None:
    answer = anybody.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_each_page_has_a_nonce_of_its_own(anybody: TestClient) -> None:
    nonces = []
    for _ in range(2):
        answer = anybody.get("/")
        assert "CSP_NONCE" not in answer.text
        (nonce,) = set(re.findall(r'once="([^"]+)"', answer.text))
        assert answer.headers["Content-Security-Policy"] == (
            f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'self'; "
            "form-action 'none'; frame-ancestors 'none'"
        )
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip, deflate", "gzip", b"gzip"),
        ("br;q=0, gzip", "gzip", b"gzip"),
        ("identity", None, b"let all = 1"),
    ],
)
def test_the_smallest_copy_that_the_browser_takes_is_sent(
    anybody: TestClient, accepted: str, encoding: str | None, content: bytes
) -> None:
    with anybody.stream("GET", SCRIPT, headers={"Accept-Encoding": accepted}) as answer:
        assert b"".join(answer.iter_raw()) == content
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_files_with_a_hash_in_their_name_are_kept_for_ever(anybody: TestClient) -> None:
    headers = {"Accept-Encoding": "identity"}
    assert "immutable" in anybody.get(SCRIPT, headers=headers).headers["Cache-Control"]
    assert anybody.get("/favicon.svg").headers["Cache-Control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_again(anybody: TestClient) -> None:
    etag = anybody.get("/favicon.svg").headers["ETag"]
    answer = anybody.get("/favicon.svg", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.content == b""


@pytest.mark.parametrize(
    "path", ["/../settings.json", "/%2e%2e/x", "/index.html", "/nothing.js", "//etc/passwd", "/main-AB12CD34"]
)
def test_nothing_else_is_served(anybody: TestClient, path: str) -> None:
    assert anybody.get(path).status_code == 404


def test_an_app_that_was_not_built_says_so(
    settings: Settings, sessions: FakeSessions, tokens: Tokens, tmp_path: Path
) -> None:
    app: Starlette = build_app(settings, sessions, tokens, static=tmp_path / "none")
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.json()["error"]["message"]


def test_below_a_prefix_the_app_finds_itself(app: Starlette) -> None:
    with TestClient(app, base_url="http://localhost", root_path="/willow") as client:
        assert '<base href="/willow/">' in client.get("/willow/").text
        answer = client.get("/willow/", params={"token": "token-of-ann"}, follow_redirects=False)
        assert answer.headers["Location"] == "/willow/"
        assert "Path=/willow" in answer.headers["Set-Cookie"]
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1"}
        location = client.post("/willow/api/uploads", headers=headers).headers["Location"]
        assert location.startswith("/willow/api/uploads/")
