"""Drafts: versions that were computed for looking at, one per socket, until they are published or dropped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import UnknownVersionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from willow_ray.engine.table import ChunkId, Table
    from willow_ray.session.commands import StepDone


@dataclass(frozen=True)
class Draft:
    """A computed version that nobody has published; `made` are the chunks that no other version has."""

    id: str
    socket: str
    base: int
    step: StepDone
    table: Table
    made: tuple[ChunkId, ...]


class Drafts:
    """The drafts of a session.

    Args:
        expiry_s: how long a draft is kept.
        dropped: called with each draft that is gone without being published.

    """

    def __init__(self, *, expiry_s: float, dropped: Callable[[Draft], None]) -> None:
        self._expiry_s = expiry_s
        self._dropped = dropped
        self._by_socket: dict[str, Draft] = {}

    def __getitem__(self, draft: str) -> Draft:
        for one in self._by_socket.values():
            if one.id == draft:
                return one
        raise UnknownVersionError(draft)

    def put(self, draft: Draft) -> None:
        """Keep a draft for a while; the one its socket had before is dropped."""
        self.drop_socket(draft.socket)
        self._by_socket[draft.socket] = draft
        asyncio.get_running_loop().call_later(self._expiry_s, self._drop, draft)

    def drop(self, draft: str) -> None:
        """Drop a draft; refuse if there is none."""
        self._drop(self[draft])

    def drop_socket(self, socket: str) -> None:
        """Drop the draft of a socket, if it has one."""
        if socket in self._by_socket:
            self._drop(self._by_socket[socket])

    def publish(self, draft: Draft) -> None:
        """Forget a draft whose chunks belong to a version now."""
        if self._by_socket.get(draft.socket) is draft:
            del self._by_socket[draft.socket]

    def _drop(self, draft: Draft) -> None:
        if self._by_socket.get(draft.socket) is draft:
            del self._by_socket[draft.socket]
            self._dropped(draft)
