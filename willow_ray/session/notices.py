"""Notifications on their way to sockets: a bounded log that every replica reads at its own pace."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import TYPE_CHECKING

from willow_ray.session.client import Event, Events

if TYPE_CHECKING:
    from pydantic import JsonValue

KEPT = 2000
"""Notifications kept for a replica that is behind; one further behind is told that it missed some."""

KEPT_BYTES = 16 << 20
"""What they may take as JSON; an operation that lists a hundred thousand rows is told whole."""

WAIT_S = 25.0
"""Longest time a replica is kept waiting, so that a dead one does not wait forever."""


class Notices:
    """The last notifications, numbered from a moment in time, so that numbers of different lives differ."""

    def __init__(self) -> None:
        self._log: deque[tuple[int, Event, int]] = deque()
        self._bytes = 0
        self._last = time.time_ns() // 1000
        self._news = asyncio.Event()

    def add(
        self, method: str, params: dict[str, JsonValue], *, to: str | None = None, but: str | None = None
    ) -> None:
        """Log a notification for a socket, or for all (but one), and wake those who wait."""
        self._last += 1
        size = len(json.dumps(params))
        self._log.append((self._last, Event(to, method, params, but), size))
        self._bytes += size
        while len(self._log) > KEPT or self._bytes > KEPT_BYTES:
            self._bytes -= self._log.popleft()[2]
        self._news.set()
        self._news = asyncio.Event()

    async def since(self, number: int | None) -> Events:
        """Wait for notifications after `number` (None: from now on); return them, or none after a while."""
        if number is None:
            return Events(self._last, ())
        if number > self._last:
            return Events(self._last, (), lost=True)
        if number == self._last:
            try:
                await asyncio.wait_for(self._news.wait(), WAIT_S)
            except TimeoutError:
                return Events(self._last, ())
        items = tuple(event for at, event, _ in self._log if at > number)
        return Events(self._last, items, lost=len(items) < self._last - number)
