from __future__ import annotations

import os
import pickle
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from willow_ray.protocol.errors import CODES
from willow_ray.storage.errors import (
    DamagedError,
    FencedError,
    SessionNotFoundError,
    StorageAccessError,
    StorageFullError,
)
from willow_ray.storage.local import LocalStore
from willow_ray.storage.sessions import StoreRoot
from willow_ray.storage.summary import Summary, note_use, read_summary, summarize, write_summary

if TYPE_CHECKING:
    from pathlib import Path

    from tests.willow_ray.unit.storage.conftest import Make, Place


def test_a_new_session_has_its_directories(place: Place) -> None:
    assert re.fullmatch(r"[0-9a-f]{30}", place.session)
    assert place.directory == place.root.path / "sessions" / place.session
    assert sorted(path.name for path in place.directory.iterdir()) == [
        "exports",
        "manifest-0-1.json",
        "segments",
        "source",
        "summary.json",
    ]


def test_a_session_is_made_with_its_file(tmp_path: Path, make: Make) -> None:
    upload = tmp_path / "upload-17"
    upload.write_bytes(b"a;b\n1;2\n")
    root = StoreRoot(tmp_path / "store")
    session = root.create(name="Trips", owner="ann", at=make.noon, source=make.source(), upload=upload)
    assert (root.directory(session) / "source" / "upload.csv").read_bytes() == b"a;b\n1;2\n"
    assert not upload.exists()


def test_a_session_without_its_file_is_not_made(tmp_path: Path, make: Make) -> None:
    root = StoreRoot(tmp_path)
    with pytest.raises(StorageAccessError, match="No such file"):
        root.create(name="x", owner="ann", at=make.noon, source=make.source(), upload=tmp_path / "gone")
    assert root.summaries() == []


@pytest.mark.parametrize("step", ["manifest written", "manifest published"])
def test_a_session_that_is_half_made_is_not_there(tmp_path: Path, make: Make, step: str) -> None:
    class Death(BaseException):
        pass

    def die(done: str) -> None:
        if done == step:
            raise Death

    with pytest.raises(Death):
        StoreRoot(tmp_path, after=die).create(name="x", owner="ann", at=make.noon)
    root = StoreRoot(tmp_path)
    assert root.summaries() == []
    root.sweep(before=datetime.now(UTC) - timedelta(hours=1))
    assert len(list(root.sessions.iterdir())) == 1
    root.sweep(before=datetime.now(UTC) + timedelta(hours=1))
    assert list(root.sessions.iterdir()) == []


def test_ids_that_are_none_are_not_found(place: Place) -> None:
    for name in (
        "",
        "..",
        "0" * 30,
        "../" + place.session,
        place.session.upper() + "x",
        f"{place.session}\n",
    ):
        with pytest.raises(SessionNotFoundError, match="There is no session"):
            place.root.directory(name)


def test_sessions_are_listed_the_last_used_first(tmp_path: Path, make: Make) -> None:
    root = StoreRoot(tmp_path)
    assert root.summaries() == []
    made = [
        root.create(name=name, owner=owner, at=make.noon + timedelta(hours=hours))
        for name, owner, hours in (("a", "ann", 2), ("b", "bob", 9), ("c", "ann", 5))
    ]
    assert [summary.name for summary in root.summaries()] == ["b", "c", "a"]
    assert [summary.session for summary in root.summaries(owner="ann")] == [made[2], made[0]]
    assert root.summary(made[1]) == Summary(
        session=made[1],
        name="b",
        owner="bob",
        created=make.noon + timedelta(hours=9),
        last_use=make.noon + timedelta(hours=9),
        state="importing",
        bytes=0,
    )


def test_a_summary_is_kept_and_worked_out_when_it_is_lost(place: Place, make: Make) -> None:
    kept = summarize(make.manifest()).model_copy(update={"rows": 7, "state": "failed"})
    write_summary(place.directory, kept)
    assert read_summary(place.directory) == kept
    for damage in (b"", b"{}", b"\xff\x00"):
        (place.directory / "summary.json").write_bytes(damage)
        assert read_summary(place.directory).name == "Trips"
        assert read_summary(place.directory).rows is None
    (place.directory / "summary.json").unlink()
    assert read_summary(place.directory).bytes == 520


def test_looking_at_a_session_is_using_it(place: Place, make: Make) -> None:
    summary = summarize(make.manifest()).model_copy(update={"last_use": make.noon})
    write_summary(place.directory, summary)
    assert read_summary(place.directory).last_use == make.noon
    before = datetime.now(UTC) - timedelta(seconds=1)
    note_use(place.directory)
    assert before < read_summary(place.directory).last_use
    write_summary(place.directory, summary)
    assert before < read_summary(place.directory).last_use
    (place.directory / "summary.json").unlink()
    note_use(place.directory)


def test_a_summary_counts_what_is_saved(make: Make) -> None:
    manifest = make.manifest(current=1).with_table(
        1, make.table("a", "b", rows=4), segments=[make.segment("1-1.h5", "a"), make.segment("1-2.h5", "b")]
    )
    summary = summarize(manifest)
    assert (summary.rows, summary.columns, summary.bytes) == (8, 1, 520 + 24 + 24)


def test_a_session_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path, make: Make) -> None:
    root = StoreRoot(tmp_path)
    broken, fine = (root.create(name=name, owner="ann", at=make.noon) for name in ("broken", "fine"))
    (root.directory(broken) / "summary.json").unlink()
    (root.directory(broken) / "manifest-0-1.json").write_bytes(b"")
    assert [summary.session for summary in root.summaries()] == [fine]


def test_a_deleted_session_is_gone_and_fences_its_holder(place: Place, make: Make) -> None:
    store = LocalStore(place.directory)
    store.open()
    place.root.delete(place.session)
    assert list(place.root.sessions.iterdir()) == []
    with pytest.raises(FencedError):
        store.append(make.import_())
    with pytest.raises(SessionNotFoundError):
        place.root.delete(place.session)
    with pytest.raises(SessionNotFoundError):
        LocalStore(place.directory).open()


def test_a_deletion_that_died_is_finished_later(place: Place) -> None:
    class Death(BaseException):
        pass

    def die(step: str) -> None:
        if step == "session hidden":
            raise Death

    with pytest.raises(Death):
        StoreRoot(place.root.path, after=die).delete(place.session)
    assert place.root.summaries() == []
    place.root.sweep(before=datetime.now(UTC) + timedelta(hours=1))
    assert list(place.root.sessions.iterdir()) == []


def test_a_store_that_can_be_used(tmp_path: Path) -> None:
    root = StoreRoot(tmp_path / "new" / "store")
    root.check(need_bytes=1000)
    assert root.sessions.is_dir()
    assert list(root.sessions.iterdir()) == []


def test_a_store_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10**11, 10**11 - 10**9, 10**9)
    )
    root = StoreRoot(tmp_path)
    root.check(need_bytes=10**9)
    with pytest.raises(StorageFullError) as caught:
        root.check(need_bytes=5 * 10**9)
    assert str(caught.value) == f"{tmp_path} has 1.0 GB of free space; this needs 5.0 GB."


def test_a_store_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(StorageAccessError, match=r"sessions could not be used: Not a directory\."):
        StoreRoot(tmp_path / "store").check()


def test_a_store_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(StorageAccessError) as caught:
        StoreRoot(tmp_path).check()
    assert str(caught.value) == f"sessions could not be used: no permission for {tmp_path}."


def test_errors_cross_processes_with_their_codes() -> None:
    errors = [
        FencedError("Fenced."),
        StorageFullError("Full.", file="journal-1"),
        StorageAccessError("No.", file="journal-1"),
        DamagedError("journal-1", "it is torn", line=3),
        SessionNotFoundError("00"),
    ]
    for error in errors:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert type(copy) is type(error)
        assert (copy.code, str(copy), copy.data) == (error.code, str(error), error.data)
        assert error.code in CODES
    assert errors[3].to_wire() == {
        "code": "internal",
        "message": "Line 3 of journal-1 is damaged: it is torn.",
        "data": {"file": "journal-1", "line": 3},
    }
