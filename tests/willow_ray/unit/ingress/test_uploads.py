from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from willow_ray.ingress.bodies import part_body

if TYPE_CHECKING:
    from starlette.testclient import TestClient

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


def begin(client: TestClient, length: int, name: str = "beers.csv") -> str:
    answer = client.post("/api/uploads", params={"name": name}, headers={**TUS, "Upload-Length": str(length)})
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == "0"
    location: str = answer.headers["Location"]
    assert location.startswith("/api/uploads/")
    return location


def test_an_upload_from_beginning_to_end(ann: TestClient) -> None:
    location = begin(ann, 6)
    for offset, part in ((0, b"a,b"), (3, b"\n1,")):
        answer = ann.patch(location, content=part, headers={**PART, "Upload-Offset": str(offset)})
        assert answer.status_code == 204
        assert answer.headers["Upload-Offset"] == str(offset + 3)
    answer = ann.head(location, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == "6"
    assert answer.headers["Upload-Length"] == "6"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Tus-Resumable"] == "1.0.0"


def test_the_server_says_what_it_can(ann: TestClient) -> None:
    answer = ann.options("/api/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration"


def test_an_unfinished_upload_says_when_it_expires(ann: TestClient) -> None:
    assert ann.head(begin(ann, 6), headers=TUS).headers["Upload-Expires"].endswith("GMT")


def test_a_wrong_offset_is_a_conflict(ann: TestClient) -> None:
    location = begin(ann, 6)
    answer = ann.patch(location, content=b"abc", headers={**PART, "Upload-Offset": "1"})
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "conflict",
        "message": "The upload stands at 0 bytes, not at 1.",
        "data": {"offset": 0},
    }


def test_a_part_that_is_too_large_names_the_limit(ann: TestClient) -> None:
    location = begin(ann, 6000)
    answer = ann.patch(location, content=b"x" * 1001, headers={**PART, "Upload-Offset": "0"})
    assert answer.status_code == 413
    assert answer.json()["error"]["data"] == {"limit_bytes": 1000}
    assert ann.head(location, headers=TUS).headers["Upload-Offset"] == "0"


def test_a_part_has_its_content_type(ann: TestClient) -> None:
    headers = {**TUS, "Content-Type": "text/csv", "Upload-Offset": "0"}
    answer = ann.patch(begin(ann, 6), content=b"abc", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("version", [None, "0.2.2"])
def test_another_version_of_tus_is_refused(ann: TestClient, version: str | None) -> None:
    headers = {} if version is None else {"Tus-Resumable": version}
    answer = ann.post("/api/uploads", headers={**headers, "Upload-Length": "1"})
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize("length", [None, "", "-1", "1.5", "٣", "lots"])
def test_a_length_is_a_whole_number(ann: TestClient, length: str | None) -> None:
    headers = TUS if length is None else {**TUS, "Upload-Length": length.encode()}
    assert ann.post("/api/uploads", headers=headers).status_code == 400  # type: ignore[arg-type]


def test_a_deleted_upload_is_gone(ann: TestClient) -> None:
    location = begin(ann, 6)
    assert ann.delete(location, headers=TUS).status_code == 204
    assert ann.head(location, headers=TUS).status_code == 404


def test_uploads_of_others_do_not_exist(ann: TestClient, bob: TestClient) -> None:
    location = begin(ann, 3)
    assert bob.head(location, headers=TUS).status_code == 404
    assert bob.delete(location, headers=TUS).status_code == 404
    answer = bob.patch(location, content=b"abc", headers={**PART, "Upload-Offset": "0"})
    assert answer.status_code == 404


def test_the_preview_reads_the_file_with_options(ann: TestClient) -> None:
    location = begin(ann, 3, name="Größe.csv")
    ann.patch(location, content=b"a,b", headers={**PART, "Upload-Offset": "0"})
    answer = ann.post(f"{location}/preview", json={"separator": ",", "missing_values": ["-"]})
    assert answer.status_code == 200
    assert answer.json() == {
        "options": {"separator": ",", "missing_values": ["-"]},
        "columns": [],
        "cells": [["a,b"]],
        "sheets": ["Größe.csv"],
    }


def test_the_preview_needs_no_options(ann: TestClient) -> None:
    location = begin(ann, 3)
    ann.patch(location, content=b"a,b", headers={**PART, "Upload-Offset": "0"})
    assert ann.post(f"{location}/preview").json()["options"] == {}


def test_the_preview_names_wrong_options(ann: TestClient) -> None:
    location = begin(ann, 3)
    ann.patch(location, content=b"a,b", headers={**PART, "Upload-Offset": "0"})
    answer = ann.post(f"{location}/preview", json={"sepparator": ",", "sample": 2})
    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json()["error"]["data"]["fields"]] == ["sample", "sepparator"]


def test_the_preview_waits_for_the_whole_file(ann: TestClient) -> None:
    answer = ann.post(f"{begin(ann, 3)}/preview")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_ready"


def test_the_name_may_come_as_tus_metadata(ann: TestClient) -> None:
    encoded = base64.b64encode("täble.csv".encode()).decode()
    headers = {**TUS, "Upload-Length": "0", "Upload-Metadata": f"relativePath bnVsbA==,filename {encoded}"}
    location = ann.post("/api/uploads", headers=headers).headers["Location"]
    assert ann.post(f"{location}/preview").json()["sheets"] == ["täble.csv"]


def test_metadata_that_is_not_base64_is_refused(ann: TestClient) -> None:
    headers = {**TUS, "Upload-Length": "0", "Upload-Metadata": "filename ***"}
    answer = ann.post("/api/uploads", headers=headers)
    assert answer.status_code == 400
    assert "filename" in answer.json()["error"]["message"]


async def test_what_came_before_the_client_went_away_is_kept() -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b"abc", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    request = Request({"type": "http", "method": "PATCH", "headers": []}, receive)
    assert await part_body(request, limit=10) == b"abc"


def test_options_of_more_than_a_million_bytes_are_refused(ann: TestClient) -> None:
    location = begin(ann, 0)
    answer = ann.post(f"{location}/preview", content=b" " * (1024 * 1024 + 1))
    assert answer.status_code == 413
