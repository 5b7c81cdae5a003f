"""The session's store, used from the event loop: one call at a time, each in a thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from willow_ray.storage.entries import Numbered
from willow_ray.storage.replay import replay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from willow_ray.storage.base import SessionStore
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest, SavedTable, SegmentInfo


class Ledger:
    """Appends to the journal and commits checkpoints, in the order in which it is asked.

    Args:
        store: an open store.
        manifest: its last checkpoint.
        entries: what was appended after that; `since` grows with what is appended.

    """

    def __init__(self, store: SessionStore, manifest: Manifest, entries: Iterable[Numbered]) -> None:
        self.store = store
        self.manifest = manifest
        self.since = list(entries)
        self._one_at_a_time = asyncio.Lock()

    async def append(self, entry: Entry) -> None:
        """Write an entry; when this returns it is durable."""
        async with self._one_at_a_time:
            number = await asyncio.to_thread(self.store.append, entry)
            self.since.append(Numbered(number, entry))

    async def checkpoint(self, version: int, table: SavedTable, segments: Iterable[SegmentInfo]) -> None:
        """Write down everything appended so far, and that a version is saved in segments."""
        async with self._one_at_a_time:
            manifest = replay(self.manifest, self.since).with_table(version, table, segments=segments)
            await asyncio.to_thread(self.store.commit, manifest)
            self.manifest = manifest
            self.since.clear()

    async def without_segment(self, file: str) -> None:
        """Forget a segment that cannot be read; what was in it is made again when it is needed."""
        async with self._one_at_a_time:
            self.manifest = self.manifest.without_segment(file)

    async def close(self) -> None:
        """Let go of the session; nothing can be written afterwards."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self.store.close)
