"""Drafts: versions that were computed for looking at, one per socket, until they are published or dropped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import UnknownVersionError

if TYPE_CHECKING:
    from willow_ray.engine.table import Table
    from willow_ray.session.commands import StepDone


@dataclass(frozen=True)
class Draft:
    """A computed version that nobody has published."""

    id: str
    socket: str
    base: int
    step: StepDone
    table: Table
    made_at: float = field(default_factory=time.monotonic)


class Drafts:
    """The drafts of a session; those older than `expiry_s` are gone."""

    def __init__(self, *, expiry_s: float) -> None:
        self._expiry_s = expiry_s
        self._by_socket: dict[str, Draft] = {}

    def __getitem__(self, draft: str) -> Draft:
        self.expire()
        for one in self._by_socket.values():
            if one.id == draft:
                return one
        raise UnknownVersionError(draft)

    def __iter__(self) -> object:
        return iter(self._by_socket.values())

    def put(self, draft: Draft) -> Draft | None:
        """Keep a draft; return the one its socket had before."""
        before = self._by_socket.pop(draft.socket, None)
        self._by_socket[draft.socket] = draft
        return before

    def drop(self, draft: str) -> Draft:
        """Forget a draft and return it."""
        found = self[draft]
        return self._by_socket.pop(found.socket)

    def drop_socket(self, socket: str) -> Draft | None:
        """Forget the draft of a socket."""
        return self._by_socket.pop(socket, None)

    def expire(self) -> None:
        """Forget drafts that are too old."""
        oldest = time.monotonic() - self._expiry_s
        self._by_socket = {
            socket: draft for socket, draft in self._by_socket.items() if draft.made_at >= oldest
        }
