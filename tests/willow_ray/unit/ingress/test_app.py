from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

import willow_ray
from dcs.catalogue import OPERATIONS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.willow_ray.unit.ingress.conftest import FakeSessions

SESSION = "ab" * 15


def test_health(anybody: TestClient) -> None:
    assert anybody.get("/healthz").json() == {"status": "ok", "version": willow_ray.__version__}


def test_the_catalogue_lists_every_operation(ann: TestClient) -> None:
    answer = ann.get("/api/operations")
    assert answer.headers["Content-Type"] == "application/json"
    catalogue = answer.json()
    assert len(catalogue) == len(OPERATIONS)
    assert {"id", "label", "section", "shape", "summary", "schema"} == set(catalogue[0])
    rename = next(entry for entry in catalogue if entry["id"] == "rename_column")
    assert rename["schema"]["required"] == ["column", "to"]


def test_unknown_pages_are_named(anybody: TestClient) -> None:
    answer = anybody.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "not_found", "message": "There is nothing at /nothing/here."}}


def test_unknown_parts_of_the_api_are_named(ann: TestClient) -> None:
    answer = ann.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "not_found", "message": "There is nothing at /api/nothing."}}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/sessions", {"GET", "HEAD", "POST"}),
        ("POST", f"/api/sessions/{SESSION}", {"GET", "HEAD", "DELETE"}),
        ("GET", "/api/uploads/x", {"HEAD", "PATCH", "DELETE"}),
        ("DELETE", "/healthz", {"GET", "HEAD"}),
    ],
)
def test_impossible_methods_are_named(ann: TestClient, method: str, path: str, allowed: set[str]) -> None:
    answer = ann.request(method, path)
    assert answer.status_code == 405
    assert answer.json() == {
        "error": {"code": "method_not_allowed", "message": f"{method} is not possible at {path}."}
    }
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_a_fault_of_ours_is_told_by_its_id_only(
    ann: TestClient,
    sessions: FakeSessions,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def crash(**_: object) -> None:
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr(sessions, "list", crash)
    with caplog.at_level(logging.ERROR):
        answer = ann.get("/api/sessions")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "secret" not in answer.text
    error_id = answer.json()["error"]["data"]["id"]
    assert error_id in caplog.text
    assert "a secret of the server" in caplog.text


def test_every_answer_carries_the_headers_of_caution(anybody: TestClient) -> None:
    for path in ("/", "/healthz", "/api/sessions", "/nothing"):
        headers = anybody.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
