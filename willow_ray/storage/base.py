"""What a session asks of its storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.storage.entries import Entry, Numbered
    from willow_ray.storage.manifest import Manifest


@dataclass(frozen=True)
class Loaded:
    """What was found when a session was opened.

    Attributes:
        epoch: the number of this life of the session.
        manifest: the last checkpoint that could be read.
        entries: what was acknowledged after it, in order, without gaps.
        notices: sentences about what had to be healed.

    """

    epoch: int
    manifest: Manifest
    entries: tuple[Numbered, ...]
    notices: tuple[str, ...] = ()


class SessionStore(Protocol):
    """Keeps one session. One holder at a time; opening fences all others.

    One call at a time, except that segments may be begun and abandoned during any other call.
    """

    def open(self) -> Loaded:
        """Take the session over, and return what is known of it. Called once, before anything else."""

    def append(self, entry: Entry) -> int:
        """Make an entry durable and return its number; numbers begin at 1.

        After this, and not before, it may be acknowledged. `StorageFullError` and `StorageAccessError` leave
        everything as it was; after `FencedError` the holder must give up.
        """

    def begin_segment(self) -> Path:
        """Return a fresh path for `segments.write_segment`; the file is safe until a manifest names it."""

    def abandon_segment(self, path: Path) -> None:
        """Say that a segment that was begun will not be part of a manifest."""

    def segment_path(self, file: str) -> Path:
        """Return where a segment named by the manifest is."""

    def commit(self, manifest: Manifest) -> None:
        """Make a checkpoint, which covers entries that were appended, and no fewer than the one before.

        The checkpoint before stays readable, for healing; what neither of them needs is removed. Segments
        that were begun and are named by this manifest are no longer begun. Errors as for `append`.
        """

    def close(self) -> None:
        """Give the session up; it can be opened again."""


def require_follows(manifest: Manifest, before: Manifest, *, last: int) -> None:
    """Raise `ValueError` unless a checkpoint covers what the one before did, and only what there is."""
    if manifest.covered > last:
        raise ValueError(f"The manifest covers entry {manifest.covered}, which was never appended.")
    if manifest.covered < before.covered:
        raise ValueError(
            f"The manifest covers entry {manifest.covered}, the one before covers entry {before.covered}."
        )
