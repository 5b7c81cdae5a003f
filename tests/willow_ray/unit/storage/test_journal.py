from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from willow_ray.storage.entries import GoEntry, NoteEntry, Numbered, RenameEntry
from willow_ray.storage.errors import DamagedError, FencedError, StorageAccessError, StorageFullError
from willow_ray.storage.framing import frame
from willow_ray.storage.journal import Journal, journals, read_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.willow_ray.unit.storage.conftest import Make
    from willow_ray.storage.entries import Entry


def rename(name: str) -> RenameEntry:
    return RenameEntry(name=name)


def names(directory: Path) -> list[str]:
    """The names given by all rename entries that count."""
    return [
        numbered.entry.name
        for numbered in read_entries(directory).entries
        if isinstance(numbered.entry, RenameEntry)
    ]


def write(directory: Path, *given: str) -> Journal:
    journal = Journal.open(directory)
    for name in given:
        journal.append(rename(name))
    return journal


def test_an_empty_directory_has_no_entries(tmp_path: Path) -> None:
    contents = read_entries(tmp_path)
    assert contents.entries == ()
    assert contents.last == 0


def test_a_line_is_checksum_and_json(tmp_path: Path) -> None:
    write(tmp_path, "Trips").seal()
    first, second = (tmp_path / "journal-1").read_bytes().splitlines()
    assert first == b'631d84ff88e2c140 {"epoch":1,"after":0}'
    assert second == (
        b'd6219a1cb625f548 {"sequence":1,"entry":'
        b'{"operation_id":null,"answer":null,"kind":"rename","name":"Trips"}}'
    )


def test_every_kind_of_entry_survives(tmp_path: Path, make: Make) -> None:
    written: list[Entry] = [
        make.import_(operation_id="a"),
        make.apply(1, 0, operation_id="b", column="naïve 🙂 \n\r\u2028"),
        make.undo(1, 0),
        GoEntry(origin=0, target=1, how="redo", operation_id="c", answer={"version": 1}),
        make.recipe((2, 1), (3, 2)),
        rename("Städte"),
        NoteEntry(version=1, text="why"),
    ]
    journal = Journal.open(tmp_path)
    assert [journal.append(entry) for entry in written] == [1, 2, 3, 4, 5, 6, 7]
    journal.seal()
    expected = tuple(Numbered(number, entry) for number, entry in enumerate(written, start=1))
    assert read_entries(tmp_path).entries == expected


def test_a_go_entry_says_from_and_to(make: Make) -> None:
    assert make.undo(1, 0).model_dump_json() == (
        '{"operation_id":null,"answer":null,"kind":"go","from":1,"to":0,"how":"undo"}'
    )


def test_numbers_go_on_over_epochs(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    Journal.open(tmp_path).seal()
    journal = Journal.open(tmp_path)
    assert journal.epoch == 3
    assert [numbered.sequence for numbered in journal.contents.entries] == [1, 2]
    assert journal.append(rename("c")) == 3
    journal.seal()
    assert names(tmp_path) == ["a", "b", "c"]


def test_the_epoch_is_higher_than_asked_for(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, above=7)
    journal.seal()
    assert journal.epoch == 8


def test_ten_comes_after_nine(tmp_path: Path) -> None:
    for number in range(10):
        write(tmp_path, str(number)).seal()
    assert list(journals(tmp_path)) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert names(tmp_path) == list("0123456789")


def test_openers_at_the_same_time_get_different_epochs(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Journal.open(tmp_path), range(24)))
    assert sorted(journal.epoch for journal in opened) == list(range(1, 25))
    for journal in opened:
        journal.seal()


def test_a_new_holder_fences_the_old_one(tmp_path: Path) -> None:
    old = write(tmp_path, "a")
    new = Journal.open(tmp_path)
    with pytest.raises(FencedError, match=r"The session was opened elsewhere in the meantime\."):
        old.append(rename("late"))
    with pytest.raises(FencedError, match="must be opened again"):
        old.append(rename("later"))
    assert new.append(rename("b")) == 2
    old.seal()
    new.seal()
    assert names(tmp_path) == ["a", "b"]


def test_what_a_fenced_holder_wrote_never_comes_back(tmp_path: Path) -> None:
    old = write(tmp_path, "a")
    Journal.open(tmp_path).seal()
    with pytest.raises(FencedError):
        old.append(rename("ghost"))
    old.seal()
    assert b"ghost" in (tmp_path / "journal-1").read_bytes()
    journal = Journal.open(tmp_path)
    journal.seal()
    assert [numbered.entry for numbered in journal.contents.entries] == [rename("a")]


def test_half_a_line_of_a_fenced_holder_is_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "a").seal()
    write(tmp_path, "b").seal()
    with (tmp_path / "journal-1").open("ab") as file:
        file.write(b"half a line\nand another")
    assert names(tmp_path) == ["a", "b"]


def test_a_deleted_session_fences_its_holder(tmp_path: Path) -> None:
    directory = tmp_path / "session"
    directory.mkdir()
    journal = write(directory, "a")
    directory.rename(tmp_path / "gone")
    with pytest.raises(FencedError, match="session cannot be read any more: No such file or directory"):
        journal.append(rename("b"))
    journal.seal()


def test_a_sealed_journal_takes_no_entries(tmp_path: Path) -> None:
    journal = write(tmp_path, "a")
    journal.seal()
    journal.seal()
    with pytest.raises(FencedError):
        journal.append(rename("b"))


def test_a_last_line_cut_anywhere_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    path = tmp_path / "journal-1"
    whole = path.read_bytes()
    begin = whole.rindex(b"\n", 0, -1) + 1
    for end in range(begin, len(whole)):
        path.write_bytes(whole[:end])
        contents = read_entries(tmp_path)
        assert [numbered.entry for numbered in contents.entries] == [rename("a")]
        cut = ("The last line of journal-1 was cut short, so it was left out; it was never acknowledged.",)
        assert contents.notices == (() if end == begin else cut)


def test_a_first_line_cut_anywhere_is_an_empty_journal(tmp_path: Path) -> None:
    Journal.open(tmp_path).seal()
    path = tmp_path / "journal-1"
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert read_entries(tmp_path).entries == ()
    path.write_bytes(whole[:10])
    assert write(tmp_path, "a").last == 1
    assert names(tmp_path) == ["a"]


def test_every_altered_byte_before_the_end_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    path = tmp_path / "journal-1"
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    second = whole.index(b"\n", first) + 1
    for position in range(second - 1):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x01]) + whole[position + 1 :])
        with pytest.raises(DamagedError) as caught:
            read_entries(tmp_path)
        line = 1 if position < first else 2
        assert str(caught.value) == f"Line {line} of journal-1 is damaged: its checksum does not fit."
        assert caught.value.data == {"file": "journal-1", "line": line}


def test_an_altered_last_line_is_left_out_and_told(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    path = tmp_path / "journal-1"
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"c"'))
    contents = read_entries(tmp_path)
    assert [numbered.entry for numbered in contents.entries] == [rename("a")]
    assert contents.notices == (
        "The last line of journal-1 is damaged, so it was left out: the last change may be missing.",
    )


def test_zeros_at_the_end_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a").seal()
    with (tmp_path / "journal-1").open("ab") as file:
        file.write(bytes(4096))
    assert names(tmp_path) == ["a"]


def test_an_acknowledged_line_that_is_gone_is_missed(tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "c").seal()
    write(tmp_path, "d").seal()
    path = tmp_path / "journal-1"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    with pytest.raises(DamagedError, match=r"journal-1 is damaged: entries 2 to 3 are missing\."):
        read_entries(tmp_path)


def test_a_line_in_the_wrong_place_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    path = tmp_path / "journal-1"
    first, a, b = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b + a)
    with pytest.raises(DamagedError, match="Line 2 of journal-1 is damaged: entry 1 belongs here"):
        read_entries(tmp_path)


def test_a_line_of_a_newer_version_is_not_taken_for_cut_short(tmp_path: Path) -> None:
    write(tmp_path, "a").seal()
    with (tmp_path / "journal-1").open("ab") as file:
        file.write(frame(b'{"sequence":2,"entry":{"kind":"merge","with":"another"}}'))
    with pytest.raises(DamagedError, match="Line 3 of journal-1 is damaged: it is whole but not understood"):
        read_entries(tmp_path)


def failing_write(left: int, error: int) -> Callable[[int, bytes], int]:
    """An `os.write` that takes `left` bytes, one piece at a time, and then fails."""
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        nonlocal left
        if left == 0:
            raise OSError(error, os.strerror(error))
        taken = real(descriptor, bytes(data[: min(left, 7)]))
        left -= taken
        return taken

    return write


@pytest.mark.parametrize("room", [0, 1, 50])
def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    journal = write(tmp_path, "a")
    before = (tmp_path / "journal-1").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("os.write", failing_write(room, errno.ENOSPC))
        with pytest.raises(StorageFullError, match="The disk is full: journal-1 could not be written"):
            journal.append(rename("lost"))
        assert (tmp_path / "journal-1").read_bytes() == before
    assert journal.append(rename("b")) == 2
    journal.seal()
    assert names(tmp_path) == ["a", "b"]


def test_an_error_of_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = write(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("os.write", failing_write(3, errno.EIO))
        with pytest.raises(StorageAccessError, match=r"journal-1 could not be written: Input/output error\."):
            journal.append(rename("lost"))
    assert journal.append(rename("a")) == 1
    journal.seal()


def test_a_failed_fsync_takes_the_line_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = write(tmp_path, "a")
    before = (tmp_path / "journal-1").read_bytes()
    real = os.fsync
    failures = [OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))]

    def fsync(descriptor: int) -> None:
        if failures:
            raise failures.pop()
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(StorageFullError):
        journal.append(rename("lost"))
    assert (tmp_path / "journal-1").read_bytes() == before
    assert journal.append(rename("b")) == 2
    journal.seal()


def test_a_line_that_cannot_be_taken_back_ends_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = write(tmp_path, "a")

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", refuse)
        with pytest.raises(FencedError, match=r"journal-1 cannot be written any more: Input/output error\."):
            journal.append(rename("in doubt"))
    with pytest.raises(FencedError):
        journal.append(rename("b"))
    journal.seal()


def test_a_journal_opens_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a").seal()
    with monkeypatch.context() as patch:
        patch.setattr("os.write", failing_write(5, errno.ENOSPC))
        journal = Journal.open(tmp_path)
        assert [numbered.entry for numbered in journal.contents.entries] == [rename("a")]
        with pytest.raises(StorageFullError):
            journal.append(rename("lost"))
    assert journal.append(rename("b")) == 2
    journal.seal()
    assert names(tmp_path) == ["a", "b"]


def test_what_cannot_be_json_is_refused_and_not_written(tmp_path: Path) -> None:
    journal = write(tmp_path)
    with pytest.raises(ValueError, match="finite"):
        NoteEntry.model_validate(
            {**NoteEntry(version=0, text="").model_dump(), "answer": {"x": float("nan")}}
        )
    with pytest.raises(ValueError, match="surrogates not allowed"):
        journal.append(rename("\ud800"))
    assert journal.append(rename("a")) == 1
    journal.seal()


def test_covered_journals_are_deleted_and_numbers_go_on(tmp_path: Path) -> None:
    write(tmp_path, "a", "b").seal()
    write(tmp_path, "c").seal()
    journal = Journal.open(tmp_path)
    journal.delete_covered(1)
    assert list(journals(tmp_path)) == [1, 2, 3]
    journal.delete_covered(2)
    assert list(journals(tmp_path)) == [2, 3]
    journal.delete_covered(3)
    assert list(journals(tmp_path)) == [3]
    journal.seal()
    journal = Journal.open(tmp_path)
    assert journal.contents.entries == ()
    assert journal.append(rename("d")) == 4
    journal.seal()


def test_numbers_outlive_journals_also_after_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a", "b").seal()
    with monkeypatch.context() as patch:
        patch.setattr("os.write", failing_write(0, errno.ENOSPC))
        journal = Journal.open(tmp_path)
    journal.delete_covered(2)
    journal.seal()
    assert list(journals(tmp_path)) == [2]
    assert write(tmp_path, "c").last == 3


def test_a_fenced_holder_deletes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a").seal()
    old = Journal.open(tmp_path)
    Journal.open(tmp_path).seal()
    with pytest.raises(FencedError):
        old.delete_covered(1)
    old.seal()
    assert list(journals(tmp_path)) == [1, 2, 3]


def test_other_files_are_not_journals(tmp_path: Path) -> None:
    for name in ("journal-0", "journal-x", "journal-1.tmp", "journal-01", "xjournal-1", "manifest-1-1.json"):
        (tmp_path / name).write_bytes(b"?")
    assert journals(tmp_path) == {}


def test_a_line_is_on_the_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real_write, real_sync = os.write, os.fsync

    def write(descriptor: int, data: bytes) -> int:
        done.append("write")
        return real_write(descriptor, data)

    def fsync(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        real_sync(descriptor)

    directory = tmp_path / "session"
    directory.mkdir()
    monkeypatch.setattr("os.write", write)
    monkeypatch.setattr("os.fsync", fsync)
    journal = Journal.open(directory)
    assert done == ["sync session", "write", "sync journal-1"]
    done.clear()
    journal.append(rename("a"))
    assert done == ["write", "sync journal-1"]
    journal.seal()
