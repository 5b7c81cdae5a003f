"""A store without a disk: the model of what a store promises, and what quick tests use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from willow_ray.storage.base import Loaded, require_follows
from willow_ray.storage.entries import Numbered
from willow_ray.storage.errors import FencedError

if TYPE_CHECKING:
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest


@dataclass
class MemoryDisk:
    """What outlives the holder of a session."""

    manifest: Manifest
    entries: list[Numbered] = field(default_factory=list)
    epoch: int = 0


class MemoryStore:
    """A `SessionStore` over a `MemoryDisk`."""

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk
        self._epoch: int | None = None
        self._segments = 0

    def open(self) -> Loaded:
        """Take the session over, and return what is known of it."""
        self._disk.epoch += 1
        self._epoch = self._disk.epoch
        manifest = self._disk.manifest
        return Loaded(self._disk.epoch, manifest, tuple(self._disk.entries[manifest.covered :]))

    def append(self, entry: Entry) -> int:
        """Keep an entry and return its number."""
        self._refuse_if_fenced()
        self._disk.entries.append(Numbered(len(self._disk.entries) + 1, entry))
        return len(self._disk.entries)

    def begin_segment(self) -> Path:
        """Return a path that was not returned before; nothing is there."""
        self._refuse_if_fenced()
        self._segments += 1
        return self.segment_path(f"{self._epoch}-{self._segments}.h5")

    def abandon_segment(self, path: Path) -> None:
        """Do nothing: there are no files."""

    def segment_path(self, file: str) -> Path:
        """Return where a segment would be."""
        return Path("segments") / file

    def commit(self, manifest: Manifest) -> None:
        """Keep a manifest."""
        self._refuse_if_fenced()
        require_follows(manifest, self._disk.manifest, last=len(self._disk.entries))
        self._disk.manifest = manifest

    def close(self) -> None:
        """Give the session up."""
        self._epoch = None

    def _refuse_if_fenced(self) -> None:
        if self._epoch != self._disk.epoch:
            raise FencedError("The session is not open here.")
