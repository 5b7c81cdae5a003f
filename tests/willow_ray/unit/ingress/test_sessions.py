from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from tests.willow_ray.unit.ingress.conftest import FakeSessions
    from willow_ray.config import Settings

SESSION = "ab" * 15
TUS = {"Tus-Resumable": "1.0.0"}


def upload(client: TestClient, content: bytes) -> str:
    headers = {**TUS, "Upload-Length": str(len(content) or 1)}
    location = client.post("/api/uploads?name=beers.csv", headers=headers).headers["Location"]
    part = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    client.patch(location, content=content, headers=part)
    return str(location.rsplit("/", 1)[1])


def left_over(settings: Settings) -> list[Path]:
    return list((settings.store / "uploads").iterdir())


def test_an_upload_becomes_a_session(ann: TestClient, sessions: FakeSessions, settings: Settings) -> None:
    body = {"upload": upload(ann, b"a,b\n1,2"), "name": "Beers", "options": {"separator": ","}}
    answer = ann.post("/api/sessions", json=body)
    assert answer.status_code == 201
    assert answer.json() == {"session": SESSION}
    (created,) = sessions.created
    assert (created["user"], created["name"], created["file_name"]) == ("ann", "Beers", "beers.csv")
    assert created["options"].separator == ","
    assert sessions.sessions[SESSION].content == b"a,b\n1,2"
    assert left_over(settings) == []


def test_the_session_is_called_like_the_file(ann: TestClient, sessions: FakeSessions) -> None:
    ann.post("/api/sessions", json={"upload": upload(ann, b"a")})
    assert sessions.created[0]["name"] == "beers.csv"


def test_a_session_may_be_made_while_its_file_is_uploaded(
    ann: TestClient, sessions: FakeSessions, settings: Settings
) -> None:
    upload_id = upload(ann, b"")
    answer = ann.post("/api/sessions", json={"upload": upload_id, "options": {"separator": ";"}})
    assert answer.status_code == 201
    assert answer.json() == {"session": SESSION}
    (created,) = sessions.created
    assert (created["user"], created["name"], created["upload"]) == ("ann", "beers.csv", upload_id)
    assert created["options"].separator == ";"
    assert [path.name for path in left_over(settings)] == [upload_id]
    assert sessions.started == []
    part = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    assert ann.patch(f"/api/uploads/{upload_id}", content=b"a", headers=part).status_code == 204
    assert sessions.started == [SESSION]


def test_an_upload_is_for_one_session(ann: TestClient) -> None:
    body = {"upload": upload(ann, b"")}
    assert ann.post("/api/sessions", json=body).status_code == 201
    answer = ann.post("/api/sessions", json=body)
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == "Another session waits for this upload."


def test_an_upload_of_somebody_else_is_not_taken(ann: TestClient, bob: TestClient) -> None:
    assert bob.post("/api/sessions", json={"upload": upload(ann, b"a")}).status_code == 404


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["upload"]),
        ({"upload": 3}, ["upload"]),
        ({"upload": "x", "options": {"header": "yes"}}, ["options.header"]),
        ({"upload": "x", "option": {}}, ["option"]),
    ],
)
def test_every_fault_of_the_body_is_named(ann: TestClient, body: object, paths: list[str]) -> None:
    answer = ann.post("/api/sessions", json=body)
    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json()["error"]["data"]["fields"]] == paths


def test_a_file_may_be_the_body(ann: TestClient, sessions: FakeSessions, settings: Settings) -> None:
    answer = ann.post(
        "/api/sessions",
        params={"name": "beers.csv", "options": json.dumps({"keep_text": True})},
        content=b"a,b\n",
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 201
    assert sessions.sessions[SESSION].content == b"a,b\n"
    assert sessions.created[0]["options"].keep_text is True
    assert left_over(settings) == []


def test_the_name_in_the_query_decides_even_for_forms(ann: TestClient, sessions: FakeSessions) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    ann.post("/api/sessions?name=x.csv", content=b"not a form", headers=headers)
    assert sessions.sessions[SESSION].content == b"not a form"


def test_a_file_may_be_a_field_of_a_form(ann: TestClient, sessions: FakeSessions, settings: Settings) -> None:
    content = b"a\r\n--b\r\n" * 100
    answer = ann.post("/api/sessions", files={"file": ("Größe.csv", content, "text/csv")})
    assert answer.status_code == 201
    assert sessions.created[0]["file_name"] == "Größe.csv"
    assert sessions.sessions[SESSION].content == content
    assert left_over(settings) == []


@pytest.mark.parametrize(
    "files",
    [
        {"data": ("x.csv", b"a")},
        {"file": ("x.csv", b"a"), "more": ("y.csv", b"b")},
        {"file": (None, b"a")},
    ],
)
def test_other_forms_are_refused(
    ann: TestClient, settings: Settings, files: dict[str, tuple[str | None, bytes]]
) -> None:
    answer = ann.post("/api/sessions", files=files)
    assert answer.status_code == 422
    assert "A form has one file, 'file'" in answer.json()["error"]["message"]
    assert left_over(settings) == []


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n", "multipart/form-data"),
    ],
)
def test_broken_forms_are_refused(ann: TestClient, content: bytes, content_type: str) -> None:
    answer = ann.post("/api/sessions", content=content, headers={"Content-Type": content_type})
    assert answer.status_code == 400


def test_a_form_without_its_end_makes_no_session(ann: TestClient, sessions: FakeSessions) -> None:
    cut = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n1,2\n3,4"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = ann.post("/api/sessions", content=cut, headers=headers)
    assert answer.status_code == 400
    assert sessions.created == []


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_names_the_other_way(
    ann: TestClient, settings: Settings, *, announced: bool
) -> None:
    body = b"x" * 5001
    answer = ann.post(
        "/api/sessions?name=x.csv", content=body if announced else iter([body[:4000], body[4000:]])
    )
    assert answer.status_code == 413
    assert "tus" in answer.json()["error"]["message"]
    assert left_over(settings) == []


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\beers.csv", "beers.csv"),
        ("a\x00\nb.csv", "ab.csv"),
        ("", "table"),
        ("..", "table"),
        ("x" * 500 + ".csv", "x" * 196 + ".csv"),
        ("🍺.csv", "🍺.csv"),
    ],
)
def test_file_names_are_made_harmless(
    ann: TestClient, sessions: FakeSessions, name: str, file_name: str
) -> None:
    assert ann.post("/api/sessions", params={"name": name}, content=b"a").status_code == 201
    assert sessions.created[0]["file_name"] == file_name


def test_waiting_answers_with_the_description(ann: TestClient) -> None:
    answer = ann.post("/api/sessions?name=x.csv&wait=1", content=b"a,b")
    assert answer.status_code == 201
    assert answer.json() == {"session": SESSION, "name": "beers"}


def test_waiting_tells_why_an_import_failed(ann: TestClient) -> None:
    answer = ann.post("/api/sessions?name=x.csv&wait=1", content=b"broken")
    assert answer.status_code == 422
    assert answer.json() == {
        "error": {
            "code": "import_failed",
            "message": "Line 2 has a stray quote.",
            "data": {"line": 2, "session": SESSION},
        }
    }


def test_wrong_options_in_the_query_are_named(ann: TestClient, sessions: FakeSessions) -> None:
    answer = ann.post("/api/sessions?name=x.csv&options={", content=b"a")
    assert answer.status_code == 422
    assert sessions.created == []


def test_sessions_are_listed(ann: TestClient) -> None:
    assert ann.get("/api/sessions").json() == [
        {
            "id": SESSION,
            "name": "beers",
            "rows": 3,
            "columns": 2,
            "size": 10,
            "last_use": "2026-01-01T00:00:00Z",
            "state": "ready",
        }
    ]


def test_a_session_is_described_accounted_for_and_deleted(ann: TestClient) -> None:
    path = f"/api/sessions/{SESSION}"
    assert ann.get(path).json() == {"session": SESSION, "name": "beers"}
    assert ann.get(f"{path}/import-report").json()["rows_read"] == 3
    assert ann.delete(path).status_code == 204
    assert ann.get(path).status_code == 404
