from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from willow_ray.protocol.errors import ConflictError, NotFoundError, TooLargeError
from willow_ray.storage.uploads import UploadStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads")


def test_parts_make_up_the_file(store: UploadStore) -> None:
    upload = store.create(user="ann", name="beers.csv", length=7)
    assert not upload.complete
    store.append(upload.id, b"a,b\n", user="ann", offset=0)
    finished = store.append(upload.id, b"1,2", user="ann", offset=4)
    assert finished.complete
    assert finished.path.read_bytes() == b"a,b\n1,2"
    assert store.get(upload.id, user="ann") == finished


def test_another_store_on_the_same_directory_goes_on(store: UploadStore, tmp_path: Path) -> None:
    upload = store.create(user="ann", name="x", length=4)
    store.append(upload.id, b"ab", user="ann", offset=0)
    other = UploadStore(tmp_path / "uploads")
    assert other.get(upload.id, user="ann").offset == 2
    assert other.append(upload.id, b"cd", user="ann", offset=2).path.read_bytes() == b"abcd"


def test_what_a_crash_left_behind_the_offset_is_cut_off(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=10)
    store.append(upload.id, b"abc", user="ann", offset=0)
    with upload.path.open("ab") as file:
        file.write(b"half a part")
    assert store.get(upload.id, user="ann").offset == 3
    assert store.append(upload.id, b"d", user="ann", offset=3).path.read_bytes() == b"abcd"


def test_a_part_must_begin_where_the_upload_stands(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=10)
    store.append(upload.id, b"abc", user="ann", offset=0)
    for offset in (0, 2, 4):
        with pytest.raises(ConflictError, match="stands at 3 bytes") as refused:
            store.append(upload.id, b"d", user="ann", offset=offset)
        assert refused.value.data == {"offset": 3}
    assert upload.path.read_bytes() == b"abc"


def test_more_than_was_announced_is_refused(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=2)
    with pytest.raises(TooLargeError, match="announced with 2 bytes"):
        store.append(upload.id, b"abc", user="ann", offset=0)
    assert store.get(upload.id, user="ann").offset == 0


def test_two_writers_at_once_are_refused(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=2)
    descriptor = os.open(upload.path, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(ConflictError, match="Another request"):
            store.append(upload.id, b"a", user="ann", offset=0)
    finally:
        os.close(descriptor)
    assert store.append(upload.id, b"a", user="ann", offset=0).offset == 1


def test_uploads_belong_to_their_user(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=2)
    with pytest.raises(NotFoundError):
        store.get(upload.id, user="bob")
    with pytest.raises(NotFoundError):
        store.remove(upload.id, user="bob")
    store.remove(upload.id, user="ann")
    with pytest.raises(NotFoundError):
        store.get(upload.id, user="ann")


@pytest.mark.parametrize("name", ["..", "../../etc", "", "x" * 30, "AB" * 15])
def test_only_ids_that_were_given_out_are_looked_up(store: UploadStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.get(name, user="ann")


def test_a_file_larger_than_the_disk_is_refused_at_once(store: UploadStore) -> None:
    with pytest.raises(TooLargeError, match="has room for"):
        store.create(user="ann", name="x", length=10**18)


def test_only_old_uploads_are_swept(store: UploadStore, tmp_path: Path) -> None:
    old = store.create(user="ann", name="old", length=2)
    new = store.create(user="ann", name="new", length=2)
    (tmp_path / "uploads" / "something else").mkdir()
    os.utime(old.path.with_name("offset"), (1000, 1000))
    assert store.sweep(older_than=2000) == [old.id]
    assert store.get(new.id, user="ann").name == "new"
    assert (tmp_path / "uploads" / "something else").exists()


def test_sweeping_nothing_is_fine(store: UploadStore) -> None:
    assert store.sweep(older_than=2000) == []


def test_a_session_that_waits_is_known_and_is_the_only_one(store: UploadStore) -> None:
    upload = store.create(user="ann", name="x", length=2)
    assert upload.session is None
    store.promise(upload, "s1")
    store.promise(upload, "s1")
    assert store.get(upload.id, user="ann").session == "s1"
    with pytest.raises(ConflictError, match="Another session waits"):
        store.promise(upload, "s2")
    assert store.append(upload.id, b"ab", user="ann", offset=0).session == "s1"
    assert sorted(path.name for path in upload.path.parent.iterdir()) == [
        "data",
        "offset",
        "session",
        "upload.json",
    ]


def test_a_whole_upload_is_taken_and_forgotten(store: UploadStore, tmp_path: Path) -> None:
    upload = store.create(user="ann", name="x", length=2)
    store.append(upload.id, b"ab", user="ann", offset=0)
    store.take(upload, tmp_path / "taken")
    assert (tmp_path / "taken").read_bytes() == b"ab"
    assert not upload.path.parent.exists()
