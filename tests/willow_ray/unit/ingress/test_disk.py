"""What a person is told when the store cannot be written to."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from willow_ray.storage.errors import StorageFullError
from willow_ray.storage.uploads import UploadStore

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from tests.willow_ray.unit.ingress.conftest import FakeSessions
    from willow_ray.config import Settings


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_refuses_a_part_and_keeps_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = UploadStore(tmp_path)
    upload = store.create(user="ann", name="x", length=10)
    store.append(upload.id, b"abc", user="ann", offset=0)
    with monkeypatch.context() as patched:
        patched.setattr("os.pwrite", full)
        with pytest.raises(StorageFullError, match="disk is full"):
            store.append(upload.id, b"def", user="ann", offset=3)
    assert store.get(upload.id, user="ann").offset == 3
    assert store.append(upload.id, b"def", user="ann", offset=3).offset == 6


def test_a_full_disk_refuses_a_whole_body_and_leaves_nothing(
    ann: TestClient, settings: Settings, sessions: FakeSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("willow_ray.ingress.bodies._flush_and_sync", full)
    answer = ann.post("/api/sessions?name=x.csv", content=b"a,b")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"
    assert sessions.created == []
    assert list((settings.store / "uploads").iterdir()) == []
