"""The journal: what was acknowledged, line by line, in one file per life of the session actor.

Each holder of a session takes the next *epoch* by creating `journal-<epoch>` exclusively, before it reads the
older ones. Its first line says up to which number the older files count, so that a line which a fenced
holder still managed to write never comes back. A holder that finds a higher epoch after writing does not
acknowledge.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from willow_ray.storage.durable import AfterStep, go_on, sync_directory, write_all
from willow_ray.storage.entries import EntryLine, EpochLine
from willow_ray.storage.errors import FencedError, StorageFullError, from_os_error, told_as_storage_error
from willow_ray.storage.framing import frame
from willow_ray.storage.journal_reading import JournalContents, read_journals

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.storage.entries import Entry

_NAME = re.compile(r"journal-([1-9][0-9]*)")


class Journal:
    """The journal that this process writes; made by `open`. Not safe for use by two threads at a time.

    Attributes:
        epoch: the number of this life of the session.
        contents: what older journals said when it began.
        last: number of the last entry.

    """

    def __init__(
        self, directory: Path, epoch: int, descriptor: int, contents: JournalContents, after: AfterStep
    ) -> None:
        self.epoch = epoch
        self.contents = contents
        self.last = contents.last
        self._directory = directory
        self._path = journal_path(directory, epoch)
        self._descriptor = descriptor
        self._older = sorted(contents.last_of.items())
        self._length = 0
        self._after = after
        self._begun = False
        self._ended = False

    @classmethod
    def open(cls, directory: Path, *, above: int = 0, after: AfterStep = go_on) -> Journal:
        """Take the next epoch, higher than `above`, then read the older journals.

        From here on every older holder is fenced. On a full disk the journal opens, and appending is refused
        until there is space. Steps: `epoch taken`, `journal begun`.
        """
        with told_as_storage_error(directory, doing="opened"):
            epoch, descriptor = _take_epoch(directory, above)
        try:
            after("epoch taken")
            journal = cls(directory, epoch, descriptor, read_journals(_older(directory, epoch)), after)
            try:
                journal._begin()
            except StorageFullError:
                pass
            else:
                after("journal begun")
        except BaseException:
            os.close(descriptor)
            raise
        return journal

    def append(self, entry: Entry) -> int:
        """Write an entry, durably, and return its number once it is certain to count.

        After `StorageFullError` or `StorageAccessError` nothing was written, and it can be tried again; after
        `FencedError` it cannot. Steps: `line written`, `entry synced`.
        """
        if self._ended:
            raise FencedError("This journal has ended; the session must be opened again.")
        line = frame(EntryLine(sequence=self.last + 1, entry=entry).model_dump_json().encode())
        self._begin()
        self._write(line)
        self._after("entry synced")
        self.ensure_ours()
        self.last += 1
        return self.last

    def ensure_ours(self) -> None:
        """Raise `FencedError` if a higher epoch was taken, or if that cannot be found out."""
        try:
            highest = max(journals(self._directory), default=0)
        except OSError as error:
            self._ended = True
            raise FencedError(f"{self._directory.name} cannot be read any more: {error.strerror}.") from error
        if highest != self.epoch:
            self._ended = True
            raise FencedError("The session was opened elsewhere in the meantime.")

    def delete_covered(self, covered: int) -> None:
        """Delete older journals whose entries all have numbers up to `covered`; the oldest goes first.

        Step: `journal deleted`.
        """
        self._begin()  # else nothing would be left that knows the numbers given so far
        while self._older and self._older[0][1] <= covered:
            self.ensure_ours()
            path = journal_path(self._directory, self._older[0][0])
            with told_as_storage_error(path, doing="deleted"):
                path.unlink(missing_ok=True)
            del self._older[0]
            self._after("journal deleted")

    def seal(self) -> None:
        """Close the file; nothing can be appended any more."""
        self._ended = True
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _begin(self) -> None:
        """Write the first line, unless it is there."""
        if not self._begun:
            line = EpochLine(epoch=self.epoch, after=self.contents.last)
            self._write(frame(line.model_dump_json().encode()))
            self._begun = True

    def _write(self, line: bytes) -> None:
        try:
            write_all(self._descriptor, line)
            self._after("line written")
            os.fsync(self._descriptor)
        except OSError as error:
            self._cut_back()
            raise from_os_error(error, self._path) from error
        self._length += len(line)

    def _cut_back(self) -> None:
        """Remove what a failed write left behind, so that the next line begins on a clean edge."""
        self.ensure_ours()
        try:
            os.ftruncate(self._descriptor, self._length)
            os.fsync(self._descriptor)
        except OSError as error:
            self._ended = True
            raise FencedError(f"{self._path.name} cannot be written any more: {error.strerror}.") from error


def journals(directory: Path) -> dict[int, Path]:
    """Return the journals of a session directory by epoch, in ascending order."""
    found = ((_NAME.fullmatch(path.name), path) for path in directory.iterdir())
    return dict(sorted((int(match[1]), path) for match, path in found if match))


def journal_path(directory: Path, epoch: int) -> Path:
    """Return where the journal of an epoch is."""
    return directory / f"journal-{epoch}"


def read_entries(directory: Path) -> JournalContents:
    """Read all journals of a session without taking part; for looking, not for writing."""
    return read_journals(journals(directory))


def _older(directory: Path, epoch: int) -> dict[int, Path]:
    return {number: path for number, path in journals(directory).items() if number < epoch}


def _take_epoch(directory: Path, above: int) -> tuple[int, int]:
    while True:
        epoch = max(above, *journals(directory), 0) + 1
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        try:
            descriptor = os.open(journal_path(directory, epoch), flags, 0o600)
        except FileExistsError:
            continue
        sync_directory(directory)
        return epoch, descriptor
