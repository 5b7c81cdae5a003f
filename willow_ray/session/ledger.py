"""The session's store, used from the event loop: one call at a time, each in a thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from willow_ray.storage.entries import GoEntry, Numbered, RenameEntry
from willow_ray.storage.errors import StorageError
from willow_ray.storage.replay import replay
from willow_ray.storage.summary import summarize, write_summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from willow_ray.storage.base import SessionStore
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest, SavedTable, SegmentInfo

SHOW_AFTER_S = 1.0
"""When the list of sessions learns where somebody has gone who goes no further: that is in nobody's way."""


class Ledger:
    """Appends to the journal and commits checkpoints, in the order in which it is asked.

    Args:
        directory: of the session; its line in the list of sessions is kept there.
        store: an open store.
        manifest: its last checkpoint.
        entries: what was appended after that; `since` grows with what is appended.

    """

    def __init__(
        self, directory: Path, store: SessionStore, manifest: Manifest, entries: Iterable[Numbered]
    ) -> None:
        self.store = store
        self._directory = directory
        self.manifest = manifest
        self.since = list(entries)
        self._one_at_a_time = asyncio.Lock()
        self._to_show: asyncio.TimerHandle | None = None
        self._showing: asyncio.Task[None] | None = None
        if any(isinstance(one.entry, GoEntry) for one in self.since):
            self._show_later()  # whoever wrote it down may have died before

    async def append(self, entry: Entry) -> None:
        """Write an entry; when this returns it is durable."""
        async with self._one_at_a_time:
            number = await asyncio.to_thread(self.store.append, entry)
            self.since.append(Numbered(number, entry))
            if isinstance(entry, RenameEntry):
                await asyncio.to_thread(self._show)
        if isinstance(entry, GoEntry):
            self._show_later()

    async def checkpoint(self, version: int, table: SavedTable, segments: Iterable[SegmentInfo]) -> None:
        """Write down everything appended so far, and that a version is saved in segments."""
        async with self._one_at_a_time:
            manifest = replay(self.manifest, self.since).with_table(version, table, segments=segments)
            await asyncio.to_thread(self._commit, manifest)
            self.manifest = manifest
            self.since.clear()

    async def note_failure(self) -> None:
        """Show in the list of sessions that the import has failed."""
        failed = summarize(self.manifest).model_copy(update={"state": "failed"})
        async with self._one_at_a_time:
            with suppress(StorageError):
                await asyncio.to_thread(write_summary, self._directory, failed)

    async def without_segment(self, file: str) -> None:
        """Forget a segment that cannot be read; what was in it is made again when it is needed."""
        async with self._one_at_a_time:
            self.manifest = self.manifest.without_segment(file)

    async def close(self) -> None:
        """Let go of the session; nothing can be written afterwards."""
        if self._to_show is not None:
            self._to_show.cancel()
            self._begin_to_show()
        if self._showing is not None:
            await asyncio.wait([self._showing])  # those before it had the lock earlier
        async with self._one_at_a_time:
            await asyncio.to_thread(self.store.close)

    def _commit(self, manifest: Manifest) -> None:
        self.store.commit(manifest)
        write_summary(self._directory, summarize(manifest))

    def _show_later(self) -> None:
        if self._to_show is not None:
            self._to_show.cancel()
        self._to_show = asyncio.get_running_loop().call_later(SHOW_AFTER_S, self._begin_to_show)

    def _begin_to_show(self) -> None:
        self._to_show = None
        self._showing = asyncio.create_task(self._show_now())

    async def _show_now(self) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._show)

    def _show(self) -> None:
        """Let the list of sessions show what no checkpoint follows; when that fails, the next one does."""
        with suppress(StorageError):
            write_summary(self._directory, summarize(replay(self.manifest, self.since)))
