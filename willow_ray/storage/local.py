"""A session on a file system: journal, manifests and segments put together."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from willow_ray.storage.base import Loaded, require_follows
from willow_ray.storage.durable import AfterStep, go_on
from willow_ray.storage.errors import DamagedError, FencedError, StorageError
from willow_ray.storage.garbage import Kept, collect_garbage
from willow_ray.storage.journal import Journal
from willow_ray.storage.manifest_file import newest_place, read_manifest, write_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.storage.entries import Entry, Numbered
    from willow_ray.storage.journal_reading import JournalContents
    from willow_ray.storage.manifest import Manifest

SEGMENTS = "segments"


class LocalStore:
    """A `SessionStore` in a directory that `sessions.StoreRoot.create` has made.

    Args:
        directory: the directory of the session.
        after: called after each step that reaches the disk; tests die in it.

    """

    def __init__(self, directory: Path, *, after: AfterStep = go_on) -> None:
        self._directory = directory
        self._after = after
        self._journal: Journal | None = None
        self._checkpoints: list[Kept] = []
        self._begun: set[str] = set()
        self._numbers = count(1)

    def open(self) -> Loaded:
        """Take the next epoch, then read: first journals, since what vanishes meanwhile is in a manifest."""
        above, _ = newest_place(self._directory)
        journal = Journal.open(self._directory, above=above, after=self._after)
        try:
            place, manifest, notices = read_manifest(self._directory)
            entries = _following(manifest, journal.contents)
        except BaseException:
            journal.seal()
            raise
        self._journal = journal
        self._checkpoints = [Kept(place, manifest)]
        self._begun.clear()
        self._numbers = count(1)
        return Loaded(journal.epoch, manifest, entries, (*notices, *journal.contents.notices))

    def append(self, entry: Entry) -> int:
        """Write an entry to the journal; see `Journal.append`."""
        return self._held().append(entry)

    def begin_segment(self) -> Path:
        """Return a path named after epoch and number, so that no two holders ever write one file."""
        name = f"{self._held().epoch}-{next(self._numbers)}.h5"
        self._begun.add(name)
        return self.segment_path(name)

    def abandon_segment(self, path: Path) -> None:
        """Let the next checkpoint remove the file, if there is one."""
        self._begun.discard(path.name)

    def segment_path(self, file: str) -> Path:
        """Return where a segment named by the manifest is."""
        return self._directory / SEGMENTS / file

    def commit(self, manifest: Manifest) -> None:
        """Write a manifest; its rename is the checkpoint. Then remove what no checkpoint needs.

        Garbage that cannot be removed now stays for the next time.
        """
        journal = self._held()
        journal.ensure_ours()
        require_follows(manifest, self._checkpoints[-1].manifest, last=journal.last)
        place = (journal.epoch, next(self._numbers))
        write_manifest(self._directory, manifest, place, after=self._after)
        journal.ensure_ours()
        self._checkpoints = [*self._checkpoints[-1:], Kept(place, manifest)]
        self._begun.difference_update(segment.file for segment in manifest.segments)
        try:
            collect_garbage(
                self._directory, keep=self._checkpoints, begun=self._begun, journal=journal, after=self._after
            )
        except FencedError:
            raise
        except StorageError:
            return

    def close(self) -> None:
        """Seal the journal."""
        if self._journal is not None:
            self._journal.seal()
            self._journal = None

    def _held(self) -> Journal:
        if self._journal is None:
            raise FencedError("The session is not open here.")
        return self._journal


def _following(manifest: Manifest, contents: JournalContents) -> tuple[Numbered, ...]:
    """Return the entries after a checkpoint, having seen that none is missing."""
    if contents.last < manifest.covered:
        raise DamagedError("The journal", f"entries {contents.last + 1} to {manifest.covered} are missing")
    entries = tuple(entry for entry in contents.entries if entry.sequence > manifest.covered)
    if contents.last > manifest.covered + len(entries):
        raise DamagedError("The journal", f"entry {manifest.covered + 1} is missing")
    return entries
