"""What only the store on disk can do: die at any step, be damaged, run full."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from willow_ray.storage.entries import Numbered, RenameEntry
from willow_ray.storage.errors import DamagedError, FencedError, SessionNotFoundError, StorageFullError
from willow_ray.storage.local import LocalStore
from willow_ray.storage.manifest_file import read_manifest, write_manifest
from willow_ray.storage.replay import replay
from willow_ray.storage.segments import read_chunks, write_segment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.willow_ray.unit.storage.conftest import Make, Place
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest


class Death(BaseException):
    """The process ends here: nothing is cleaned up."""


class Life:
    """Lets a process live for so many steps on the disk; remembers them."""

    def __init__(self, steps: int | None = None) -> None:
        self.left = steps
        self.seen: list[str] = []

    def __call__(self, step: str) -> None:
        self.seen.append(step)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Death(step)


class Scripted:
    """A session that does the same each time, and knows what it has acknowledged."""

    def __init__(self, directory: Path, make: Make, life: Life) -> None:
        self.store = LocalStore(directory, after=life)
        self.make = make
        self.life = life
        self.asked: list[Numbered] = []
        self.acknowledged = 0
        _, self.first, _ = read_manifest(directory)

    def run(self) -> None:
        make = self.make
        self.store.open()
        self.do(make.import_(operation_id="import"))
        self.save(0)
        self.do(make.apply(1, 0, operation_id="fill"))
        self.do(make.undo(1, 0))
        self.save(0)
        self.store.close()
        self.store.open()
        self.do(make.recipe((2, 0), (3, 2)))
        self.save(3)
        self.do(RenameEntry(name="New"))
        self.save(3)
        self.store.close()

    def do(self, entry: Entry) -> None:
        self.asked.append(Numbered(len(self.asked) + 1, entry))
        self.acknowledged = self.store.append(entry)

    def save(self, version: int) -> None:
        path = self.store.begin_segment()
        info = write_segment(path, [(path.name, pa.array([version, None]))], after=self.life)
        manifest = replay(self.first, self.asked).with_table(
            version, self.make.table(path.name, rows=2), segments=[info]
        )
        self.store.commit(manifest.with_tables_of([version]))


def steps_of_the_script(tmp_path: Path, place: Place, make: Make) -> list[str]:
    whole = shutil.copytree(place.directory, tmp_path / "whole")
    life = Life()
    Scripted(whole, make, life).run()
    return life.seen


def test_the_script_takes_every_step(tmp_path: Path, place: Place, make: Make) -> None:
    assert set(steps_of_the_script(tmp_path, place, make)) == {
        "epoch taken",
        "journal begun",
        "line written",
        "entry synced",
        "segment written",
        "segment synced",
        "segment published",
        "manifest written",
        "manifest published",
        "garbage removed",
        "journal deleted",
    }


def test_death_after_any_step_loses_nothing_acknowledged(tmp_path: Path, place: Place, make: Make) -> None:
    steps = steps_of_the_script(tmp_path, place, make)
    for number, step in enumerate(steps):
        directory = shutil.copytree(place.directory, tmp_path / f"{number} {step}")
        session = Scripted(directory, make, Life(number))
        with pytest.raises(Death, match=step):
            session.run()
        loaded = LocalStore(directory).open()
        found = replay(loaded.manifest, loaded.entries)
        assert found.covered in (session.acknowledged, len(session.asked)), step
        expected = replay(session.first, session.asked[: found.covered])
        assert found == expected.model_copy(update={"tables": found.tables, "segments": found.segments}), step
        for segment in loaded.manifest.segments:
            path = directory / "segments" / segment.file
            read_chunks(path, [segment.file], expect=segment.checksum)


def test_after_death_the_session_goes_on_and_cleans_up(tmp_path: Path, place: Place, make: Make) -> None:
    steps = steps_of_the_script(tmp_path, place, make)
    for number, step in enumerate(steps):
        directory = shutil.copytree(place.directory, tmp_path / f"{number} {step}")
        with pytest.raises(Death):
            Scripted(directory, make, Life(number)).run()
        store = LocalStore(directory)
        loaded = store.open()
        now = replay(loaded.manifest, loaded.entries)
        entry = RenameEntry(name="after")
        now = replay(now, [Numbered(store.append(entry), entry)])
        store.commit(now)
        store.commit(now)
        store.close()
        assert sorted(path.name for path in directory.iterdir()) == [
            "exports",
            f"journal-{loaded.epoch}",
            f"manifest-{loaded.epoch}-1.json",
            f"manifest-{loaded.epoch}-2.json",
            "segments",
            "source",
            "summary.json",
        ], step
        files = {path.name for path in (directory / "segments").iterdir()}
        assert files == {segment.file for segment in now.segments}, step


def prepared(place: Place, make: Make) -> tuple[LocalStore, Manifest, list[Numbered]]:
    """A session with an import that is saved, and two operations after the first of two checkpoints."""
    store = LocalStore(place.directory)
    manifest = store.open().manifest
    entries: list[Numbered] = []
    for entry in (make.import_(), make.apply(1, 0), make.apply(2, 1)):
        entries.append(Numbered(store.append(entry), entry))
        manifest = replay(manifest, entries)
        if len(entries) < 3:
            store.commit(manifest)
    return store, manifest, entries


def test_a_damaged_checkpoint_is_healed_from_the_one_before(place: Place, make: Make) -> None:
    store, manifest, entries = prepared(place, make)
    store.close()
    newest = place.directory / "manifest-1-2.json"
    newest.write_bytes(newest.read_bytes()[:-5])
    store = LocalStore(place.directory)
    loaded = store.open()
    assert loaded.manifest.covered == 1
    assert loaded.entries == tuple(entries[1:])
    assert replay(loaded.manifest, loaded.entries) == manifest
    assert loaded.notices == (
        "manifest-1-2.json is damaged: its checksum does not fit. The checkpoint before it is used.",
    )
    store.commit(manifest)
    store.close()
    assert not newest.exists()
    assert LocalStore(place.directory).open().notices == ()


def test_the_checkpoint_before_needs_what_it_needed(place: Place, make: Make) -> None:
    """The newest checkpoint needs neither the first journal nor the first segment; the one before does."""
    store = LocalStore(place.directory)
    manifest = store.open().manifest
    first = Numbered(store.append(make.import_()), make.import_())
    path = store.begin_segment()
    info = write_segment(path, [("a", pa.array([1]))])
    before = replay(manifest, [first]).with_table(0, make.table("a", rows=1), segments=[info])
    store.commit(before)
    store.close()
    store.open()
    second = Numbered(store.append(make.apply(1, 0)), make.apply(1, 0))
    store.close()
    store.open()
    newest = replay(before, [second]).with_tables_of([])
    store.commit(newest)
    store.close()
    (place.directory / "manifest-3-1.json").write_bytes(b"")
    loaded = store.open()
    assert loaded.manifest == before
    assert loaded.entries == (second,)
    read = read_chunks(store.segment_path(info.file), ["a"], expect=info.checksum)
    assert read["a"].to_pylist() == [1]
    store.commit(newest)
    store.commit(newest)
    store.close()
    assert not store.segment_path(info.file).exists()


def test_segments_being_written_are_not_garbage(place: Place) -> None:
    store = LocalStore(place.directory)
    manifest = store.open().manifest
    written, writing, abandoned = store.begin_segment(), store.begin_segment(), store.begin_segment()
    for path in (
        written,
        writing.with_name(f"{writing.name}.tmp"),
        abandoned,
        abandoned.with_name("2-9.h5.tmp"),
    ):
        path.write_bytes(b"x")
    foreign = written.with_name("notes.txt")
    foreign.write_bytes(b"x")
    store.abandon_segment(abandoned)
    store.commit(manifest)
    store.close()
    assert sorted(path.name for path in written.parent.iterdir()) == ["1-1.h5", "1-2.h5.tmp", "notes.txt"]
    store.open()
    store.commit(manifest)
    store.close()
    assert [path.name for path in written.parent.iterdir()] == ["notes.txt"]


def test_a_holder_that_is_fenced_while_it_writes_has_not_committed(place: Place, make: Make) -> None:
    new = LocalStore(place.directory)

    def open_elsewhere(step: str) -> None:
        if step == "manifest written":
            new.open()

    old = LocalStore(place.directory, after=open_elsewhere)
    manifest = old.open().manifest
    with pytest.raises(FencedError):
        old.commit(manifest.model_copy(update={"name": "of the old one"}))
    new.append(make.import_())
    new.commit(manifest.model_copy(update={"name": "of the new one"}))
    assert LocalStore(place.directory).open().manifest.name == "of the new one"


def test_a_holder_that_is_fenced_while_it_cleans_up_stops(place: Place) -> None:
    new = LocalStore(place.directory)
    begun: list[Path] = []

    def open_elsewhere(step: str) -> None:
        if step == "garbage removed" and not begun:
            new.open()
            begun.append(new.begin_segment())
            begun[0].write_bytes(b"x")

    old = LocalStore(place.directory, after=open_elsewhere)
    manifest = old.open().manifest
    for _ in range(3):
        leftover = old.begin_segment()
        leftover.write_bytes(b"x")
        old.abandon_segment(leftover)
    with pytest.raises(FencedError):
        old.commit(manifest)
    assert begun[0].exists()
    assert len(list(begun[0].parent.iterdir())) == 3


def test_a_segment_goes_when_two_checkpoints_do_without_it(place: Place, make: Make) -> None:
    store = LocalStore(place.directory)
    empty = store.open().manifest
    path = store.begin_segment()
    info = write_segment(path, [("a", pa.array([1]))])
    store.commit(empty.with_table(0, make.table("a", rows=1), segments=[info]))
    store.commit(empty)
    assert path.exists()
    store.commit(empty)
    assert not path.exists()


def test_a_late_manifest_of_a_fenced_holder_is_not_read(place: Place) -> None:
    old = LocalStore(place.directory)
    manifest = old.open().manifest
    new = LocalStore(place.directory)
    new.open()
    new.commit(manifest.model_copy(update={"name": "of the new one"}))
    write_manifest(place.directory, manifest.model_copy(update={"name": "late"}), (1, 9))
    assert LocalStore(place.directory).open().manifest.name == "of the new one"


def test_a_full_disk_refuses_a_checkpoint_and_keeps_the_one_before(
    place: Place, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, manifest, _ = prepared(place, make)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("os.write", full)
        with pytest.raises(StorageFullError, match=r"manifest-1-3\.json could not be written"):
            store.commit(manifest)
        with pytest.raises(StorageFullError, match=r"journal-1 could not be written"):
            store.append(make.undo(2, 1))
    assert store.append(make.undo(2, 1)) == 4
    loaded = LocalStore(place.directory).open()
    assert [entry.sequence for entry in loaded.entries] == [3, 4]


def test_garbage_that_stays_does_no_harm(place: Place, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    store, manifest, _ = prepared(place, make)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", refuse)
        store.commit(manifest)
    assert len(list(place.directory.glob("manifest-*"))) == 3
    store.commit(manifest)
    store.close()
    assert len(list(place.directory.glob("manifest-*"))) == 2


def test_lost_journals_are_missed(place: Place, make: Make) -> None:
    store, manifest, _ = prepared(place, make)
    store.commit(manifest)
    store.close()
    shutil.move(place.directory / "journal-1", place.directory / "elsewhere")
    with pytest.raises(DamagedError, match=r"The journal is damaged: entries 1 to 3 are missing\."):
        LocalStore(place.directory).open()


def test_lost_entries_are_missed(place: Place, make: Make) -> None:
    store, _, _ = prepared(place, make)
    store.close()
    store.open()
    store.append(make.undo(2, 1))
    store.close()
    (place.directory / "journal-1").unlink()
    with pytest.raises(DamagedError, match=r"The journal is damaged: entry 3 is missing\."):
        LocalStore(place.directory).open()


def test_no_session_no_store(tmp_path: Path) -> None:
    with pytest.raises(SessionNotFoundError):
        LocalStore(tmp_path / "gone").open()


WRITER = """
import sys
from pathlib import Path
from willow_ray.storage.entries import RenameEntry
from willow_ray.storage.local import LocalStore
from willow_ray.storage.manifest_file import read_manifest, write_manifest
from willow_ray.storage.replay import replay

store = LocalStore(Path(sys.argv[1]))
loaded = store.open()
number = loaded.entries[-1].sequence if loaded.entries else loaded.manifest.covered
while True:
    number = store.append(RenameEntry(name=f"{number + 1}"))
    print(number, flush=True)
    if number % 7 == 0:
        store.commit(loaded.manifest.model_copy(update={"name": str(number), "covered": number}))
"""


def test_a_killed_process_loses_nothing_it_has_acknowledged(place: Place) -> None:
    acknowledged = 0
    for life in (5, 23, 60):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, place.directory], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(life):
                acknowledged = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")[:-1]
        acknowledged = max([acknowledged, *map(int, rest)])
        loaded = LocalStore(place.directory).open()
        now = replay(loaded.manifest, loaded.entries)
        assert now.covered in (acknowledged, acknowledged + 1)
        assert now.name == str(now.covered)
        acknowledged = now.covered
