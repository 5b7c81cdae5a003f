from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from willow_ray.ingress.exports import content_disposition
from willow_ray.protocol.views import SortKey, View
from willow_ray.session.client import ExportedFile, ExportRequest

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from tests.willow_ray.unit.ingress.conftest import FakeSessions

SESSION = "ab" * 15
PATH = f"/api/sessions/{SESSION}/export"
CONTENT = bytes(range(100))


@pytest.fixture(autouse=True)
def exported(tmp_path: Path, sessions: FakeSessions) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(CONTENT)
    sessions.sessions[SESSION].file = ExportedFile(path, "v1", 100, "text/csv", "Größe.csv")
    return path


def test_the_whole_file(ann: TestClient) -> None:
    answer = ann.get(PATH, params={"format": "csv"})
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["Content-Length"] == "100"
    assert answer.headers["ETag"] == '"v1"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Gr__e.csv\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv"
    )


def test_head_prepares_the_file(ann: TestClient, sessions: FakeSessions) -> None:
    answer = ann.head(PATH, params={"format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == "100"
    assert answer.headers["ETag"] == '"v1"'
    assert answer.content == b""
    assert sessions.sessions[SESSION].exports == [ExportRequest("csv")]


def test_a_part_of_the_file(ann: TestClient) -> None:
    answer = ann.get(PATH, params={"format": "csv"}, headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert answer.content == CONTENT[10:20]
    assert answer.headers["Content-Range"] == "bytes 10-19/100"
    assert answer.headers["Content-Length"] == "10"


def test_a_part_behind_the_end(ann: TestClient) -> None:
    answer = ann.get(PATH, params={"format": "csv"}, headers={"Range": "bytes=100-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100"


def test_parts_of_a_file_that_has_changed(ann: TestClient) -> None:
    headers = {"Range": "bytes=10-19", "If-Range": '"v0"'}
    answer = ann.get(PATH, params={"format": "csv"}, headers=headers)
    assert answer.status_code == 200
    assert answer.content == CONTENT
    answer = ann.get(PATH, params={"format": "csv"}, headers={"Range": "bytes=10-19", "If-Match": '"v0"'})
    assert answer.status_code == 412


def test_a_file_the_client_has_is_not_sent_again(ann: TestClient) -> None:
    answer = ann.get(PATH, params={"format": "csv"}, headers={"If-None-Match": '"v1"'})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == '"v1"'


def test_a_file_too_large_for_one_body_is_served_in_parts(
    ann: TestClient, sessions: FakeSessions, exported: Path
) -> None:
    exported.write_bytes(b"x" * 5001)
    sessions.sessions[SESSION].file = ExportedFile(exported, "v2", 5001, "text/csv", "x.csv")
    for headers in ({}, {"Range": "bytes=0-"}):
        answer = ann.get(PATH, params={"format": "csv"}, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["error"]["data"] == {"limit_bytes": 5000, "bytes": 5001}
    assert ann.head(PATH, params={"format": "csv"}).headers["Content-Length"] == "5001"
    answer = ann.get(PATH, params={"format": "csv"}, headers={"Range": "bytes=4000-"})
    assert (answer.status_code, len(answer.content)) == (206, 1001)


def test_the_query_says_what_to_write(ann: TestClient, sessions: FakeSessions) -> None:
    view = {"where": {"column": "abv", "is": "present"}, "sort": [{"column": "abv", "descending": True}]}
    params = {"format": "parquet", "version": "3", "view": json.dumps(view), "columns": '["abv", "ibu"]'}
    assert ann.get(PATH, params=params).status_code == 200
    assert sessions.sessions[SESSION].exports == [
        ExportRequest(
            "parquet",
            version=3,
            view=View(where=view["where"], sort=(SortKey(column="abv", descending=True),)),  # type: ignore[arg-type]
            columns=("abv", "ibu"),
        )
    ]


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({}, "format"),
        ({"format": "doc"}, "format"),
        ({"format": "csv", "version": "last"}, "version"),
        ({"format": "csv", "version": "-1"}, "version"),
        ({"format": "csv", "view": "{"}, "view"),
        ({"format": "csv", "view": '{"order": []}'}, "view.order"),
        ({"format": "csv", "columns": "abv"}, "columns"),
        ({"format": "csv", "sheet": "1"}, "sheet"),
    ],
)
def test_faults_of_the_query_are_named(ann: TestClient, params: dict[str, str], path: str) -> None:
    answer = ann.get(PATH, params=params)
    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json()["error"]["data"]["fields"]] == [path]


def test_a_file_that_was_cleaned_up_meanwhile(ann: TestClient, exported: Path) -> None:
    exported.unlink()
    answer = ann.get(PATH, params={"format": "csv"})
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "The exported file was deleted meanwhile; ask for it again."


def test_an_empty_file(ann: TestClient, sessions: FakeSessions, exported: Path) -> None:
    exported.write_bytes(b"")
    sessions.sessions[SESSION].file = ExportedFile(exported, "v3", 0, "text/csv", "x.csv")
    answer = ann.get(PATH, params={"format": "csv"})
    assert (answer.status_code, answer.content) == (200, b"")


def test_names_cannot_break_out_of_the_header() -> None:
    header = content_disposition('a"\r\nSet-Cookie: x; 100%\\.csv')
    assert header == (
        'attachment; filename="a___Set-Cookie: x; 100__.csv"; '
        "filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3B%20100%25%5C.csv"
    )
