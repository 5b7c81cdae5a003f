"""Reading journals: which lines count, which were cut short, and which are damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from willow_ray.storage.entries import JOURNAL_LINE, EntryLine, EpochLine, Numbered
from willow_ray.storage.errors import DamagedError, told_as_storage_error
from willow_ray.storage.framing import unframe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class JournalContents:
    """What a series of journals says.

    Attributes:
        entries: those that count, without gaps in their numbers.
        last: number of the last entry, also when its journal is deleted.
        last_of: the same for each journal, by epoch.
        notices: sentences about lines that were left out.

    """

    entries: tuple[Numbered, ...]
    last: int
    last_of: Mapping[int, int]
    notices: tuple[str, ...]


def read_journals(paths: Mapping[int, Path]) -> JournalContents:
    """Read journals, given by epoch in ascending order.

    The last line of a file may be cut short: it was never acknowledged, and is left out with a notice, as is
    one that seems complete but is not. A line damaged before the end, a number that is missing, or a file
    that ends before the next one says, raise `DamagedError`. A file that is deleted meanwhile is covered by
    a manifest, and skipped.
    """
    files = [file for epoch, path in paths.items() if (file := _open(epoch, path))]
    entries: list[Numbered] = []
    notices: list[str] = []
    last_of: dict[int, int] = {}
    last: int | None = None
    for number, file in enumerate(files):
        last = file.after if last is None else last
        end = next((later.after for later in files[number + 1 :] if later.after is not None), None)
        if last is not None:
            found = list(file.entries(last, end, notices))
            entries += found
            last += len(found)
            if end is not None and last < end:
                raise DamagedError(file.path.name, f"entries {last + 1} to {end} are missing")
        last_of[file.epoch] = last or 0
    return JournalContents(tuple(entries), last or 0, last_of, tuple(notices))


@dataclass(frozen=True)
class _File:
    """One journal; `after` is None when it ends before its first line is complete."""

    epoch: int
    path: Path
    lines: list[bytes]
    after: int | None

    def entries(self, last: int, end: int | None, notices: list[str]) -> Iterator[Numbered]:
        """Yield the entries that follow number `last`, up to number `end` if there is one."""
        for number, text in enumerate(self.lines[1:], start=2):
            if last == end:
                return
            line = _parse(text, self.path, number)
            if line is None and number == len(self.lines):
                notices.append(_left_out(self.path, text))
                return
            if line is None:
                raise DamagedError(self.path.name, "its checksum does not fit", line=number)
            last += 1
            if not isinstance(line, EntryLine) or line.sequence != last:
                raise DamagedError(self.path.name, f"entry {last} belongs here", line=number)
            yield Numbered(line.sequence, line.entry)


def _left_out(path: Path, line: bytes) -> str:
    if line.endswith(b"\n"):
        return f"The last line of {path.name} is damaged, so it was left out: the last change may be missing."
    return f"The last line of {path.name} was cut short, so it was left out; it was never acknowledged."


def _open(epoch: int, path: Path) -> _File | None:
    with told_as_storage_error(path, doing="read"):
        try:
            *complete, rest = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return None
    lines = [line + b"\n" for line in complete] + ([rest] if rest else [])
    first = _parse(lines[0], path, 1) if lines else None
    if isinstance(first, EpochLine):
        return _File(epoch, path, lines, first.after)
    if len(lines) > 1 or first is not None:
        raise DamagedError(path.name, "its checksum does not fit", line=1)
    return _File(epoch, path, [], after=None)


def _parse(line: bytes, path: Path, number: int) -> EntryLine | EpochLine | None:
    """Return what a line says, or None when it is cut short or altered."""
    text = unframe(line)
    if text is None:
        return None
    try:
        return JOURNAL_LINE.validate_json(text)
    except ValidationError as error:
        reason = "it is whole but not understood, so a newer Willow may have written it"
        raise DamagedError(path.name, reason, line=number) from error
