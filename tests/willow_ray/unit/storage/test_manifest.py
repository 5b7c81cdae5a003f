from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from willow_ray.storage.durable import write_durably
from willow_ray.storage.entries import RenameEntry
from willow_ray.storage.errors import DamagedError, SessionNotFoundError, StorageFullError
from willow_ray.storage.framing import frame, unframe
from willow_ray.storage.manifest import Manifest, SavedColumn, SavedTable, VersionRecord
from willow_ray.storage.manifest_file import manifests, read_manifest, write_manifest

if TYPE_CHECKING:
    from tests.willow_ray.unit.storage.conftest import Make


def full_manifest(make: Make) -> Manifest:
    versions = (
        VersionRecord(
            version=0,
            parent=None,
            operation=None,
            state={},
            impact=None,
            summary="Open",
            by="ann",
            at=make.noon,
            visited=1,
        ),
        VersionRecord(**make.step(1, 0, column='a "b" 🙂').model_dump() | {"note": "why"}),
    )
    shared = SavedColumn(type="string", chunks=("c1", "c2"))
    changed = SavedColumn(type="timestamp[us, Europe/Berlin]", chunks=("c3", "c4"))
    return make.manifest(
        report={"rows_read": 5},
        versions=versions,
        current=1,
        answers={"op-1": {"version": 1}, "op-2": None},
        covered=7,
        segments=(make.segment("1-1.h5", "c1", "c2"), make.segment("1-2.h5", "c3", "c4")),
        tables={
            0: SavedTable(columns={"y": shared, "x": shared}, partition=(3, 2)),
            1: SavedTable(columns={"y": shared, "x": changed}, partition=(3, 2)),
        },
    )


def test_a_manifest_survives(tmp_path: Path, make: Make) -> None:
    manifest = full_manifest(make)
    write_manifest(tmp_path, manifest, (2, 5))
    place, read, notices = read_manifest(tmp_path)
    assert place == (2, 5)
    assert read == manifest
    assert list(read.tables[0].columns) == ["y", "x"]
    assert notices == ()
    assert [path.name for path in tmp_path.iterdir()] == ["manifest-2-5.json"]


def test_a_column_of_many_versions_is_written_once(tmp_path: Path, make: Make) -> None:
    path = write_manifest(tmp_path, full_manifest(make), (1, 1))
    text = path.read_bytes()
    assert text.count(b'["c1","c2"]') == 1
    assert b'"tables":{"0":{"columns":{"y":0,"x":0},"partition":[3,2]}' in text


def test_the_highest_counts(tmp_path: Path, make: Make) -> None:
    for place in ((2, 1), (10, 1), (9, 12), (10, 2)):
        write_manifest(tmp_path, make.manifest(name=str(place)), place)
    assert read_manifest(tmp_path)[1].name == "(10, 2)"
    assert list(manifests(tmp_path)) == [(2, 1), (9, 12), (10, 1), (10, 2)]


def test_every_damage_falls_back_to_the_one_before(tmp_path: Path, make: Make) -> None:
    write_manifest(tmp_path, make.manifest(name="before"), (1, 1))
    path = write_manifest(tmp_path, make.manifest(name="newest"), (1, 2))
    whole = path.read_bytes()
    for position in range(0, len(whole), 7):
        for damaged in (whole[:position], whole[:position] + b"\xff" + whole[position + 1 :]):
            path.write_bytes(damaged)
            place, manifest, notices = read_manifest(tmp_path)
            assert place == (1, 1)
            assert manifest.name == "before"
            assert notices == (
                "manifest-1-2.json is damaged: its checksum does not fit. The checkpoint before it is used.",
            )


def test_a_manifest_of_a_newer_version_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest-1-1.json").write_bytes(frame(b'{"format":3}'))
    with pytest.raises(DamagedError, match=r"none of its checkpoints can be read"):
        read_manifest(tmp_path)


def test_checksums_of_the_first_format_are_understood_and_written_as_today(
    tmp_path: Path, make: Make
) -> None:
    manifest = make.manifest(segments=(make.segment("1-1.h5", "c1"),))
    path = write_manifest(tmp_path, manifest, (1, 1))
    text = unframe(path.read_bytes())
    assert text is not None
    older = text.replace(b'"format":2', b'"format":1').replace(b'"checksum":"blake3:00"', b'"sha256":"00"')
    assert older != text
    path.write_bytes(frame(older))
    _, read, notices = read_manifest(tmp_path)
    assert notices == ()
    assert read.format == 2
    assert read.segments[0].checksum == "sha256:00"
    write_manifest(tmp_path, read, (1, 2))
    assert read_manifest(tmp_path)[1] == read


def test_a_checksum_of_an_unknown_kind_is_told(tmp_path: Path, make: Make) -> None:
    path = write_manifest(tmp_path, make.manifest(segments=(make.segment("1-1.h5", "c1"),)), (1, 1))
    text = unframe(path.read_bytes())
    assert text is not None
    path.write_bytes(frame(text.replace(b"blake3:00", b"crc:00")))
    with pytest.raises(DamagedError):
        read_manifest(tmp_path)


def test_a_directory_without_manifest_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(SessionNotFoundError):
        read_manifest(tmp_path)
    with pytest.raises(SessionNotFoundError, match="There is no session 'gone'"):
        read_manifest(tmp_path / "gone")


def test_a_table_is_added_with_its_segments(make: Make) -> None:
    manifest = make.manifest().with_table(0, make.table("a"), segments=[make.segment("1-1.h5", "a")])
    manifest = manifest.with_table(1, make.table("a", "b"), segments=[make.segment("1-2.h5", "b")])
    assert manifest.chunk_files() == {"a": "1-1.h5", "b": "1-2.h5"}
    assert list(manifest.tables) == [0, 1]
    assert manifest.with_table(1, make.table("b")).segments == manifest.segments


def test_tables_are_forgotten_with_segments_nobody_needs(make: Make) -> None:
    manifest = make.manifest().with_table(0, make.table("a"), segments=[make.segment("1-1.h5", "a")])
    manifest = manifest.with_table(1, make.table("b"), segments=[make.segment("1-2.h5", "b", "c")])
    kept = manifest.with_tables_of([1])
    assert list(kept.tables) == [1]
    assert [segment.file for segment in kept.segments] == ["1-2.h5"]


def test_a_lost_segment_takes_the_versions_that_need_it(make: Make) -> None:
    manifest = make.manifest().with_table(0, make.table("a"), segments=[make.segment("1-1.h5", "a")])
    manifest = manifest.with_table(1, make.table("a", "b"), segments=[make.segment("1-2.h5", "b")])
    healed = manifest.without_segment("1-2.h5")
    assert list(healed.tables) == [0]
    assert [segment.file for segment in healed.segments] == ["1-1.h5"]
    assert manifest.without_segment("1-1.h5").tables == {}
    assert manifest.without_segment("1-9.h5") == manifest


def test_frames_know_when_they_are_whole() -> None:
    line = frame(b'{"a":1}')
    assert line == b'015abd7f5cc57a2d {"a":1}\n'
    assert unframe(line) == b'{"a":1}'
    assert all(unframe(line[:end]) is None for end in range(len(line)))
    assert unframe(b"") is None


def test_a_file_is_durable_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        names = sorted(path.name for path in tmp_path.iterdir())
        done.append(f"{Path(f'/proc/self/fd/{descriptor}').readlink().name} of {names}")
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    write_durably(tmp_path / "a.json", b"new")
    assert done == ["a.json.tmp of ['a.json.tmp']", f"{tmp_path.name} of ['a.json']"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_durably(tmp_path / "a.json", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFullError, match=r"The disk is full: a\.json"):
        write_durably(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_names_of_entries_are_pinned() -> None:
    assert RenameEntry(name="x").model_dump(mode="json") == {
        "kind": "rename",
        "name": "x",
        "operation_id": None,
        "answer": None,
    }
