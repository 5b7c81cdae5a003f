"""What of a session stays in memory, when there is more than it may keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.table import ChunkId
    from willow_ray.session.state import SessionState
    from willow_ray.session.tables import Tables


class Memory:
    """Lets go of chunks above a limit, those first that are least likely to be looked at.

    Args:
        chunks: what is in memory.
        tables: which chunks a version has.
        state: which versions are looked at.
        limit: bytes that may stay.

    """

    def __init__(self, chunks: ChunkStore, tables: Tables, state: SessionState, *, limit: int) -> None:
        self._chunks = chunks
        self._tables = tables
        self._state = state
        self._limit = limit
        self._left = 0

    def trim(self) -> None:
        """Let go of chunks until the rest fits, or nothing is left but what is needed now.

        What is on disk goes first, the versions next to the current one last. Then go versions that no
        checkpoint has: they are made again from an ancestor when somebody goes there.
        """
        if self._chunks.bytes <= self._limit or self._chunks.bytes == self._left:
            return
        history = self._state.history
        needed = {history.current, self._state.saving}
        for near in (needed | {history.undo_target, history.redo_target}, needed):
            self._chunks.forget_all_but(self._chunks_of(near))
            if self._chunks.bytes <= self._limit:
                break
        else:
            of_all = self._tables.chunk_ids(version for version, _ in self._tables.items())
            self._chunks.discard(of_all - self._chunks_of(needed))
        self._left = self._chunks.bytes

    def _chunks_of(self, versions: set[int | None]) -> set[ChunkId]:
        return self._tables.chunk_ids(version for version in versions if version is not None)
