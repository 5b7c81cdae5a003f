"""Notifications: one long poll per session with sockets on this replica, told on to each of them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from willow_ray.ingress.shell import logged
from willow_ray.protocol.errors import WillowError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from willow_ray.session.client import Event, SessionClient


class Listener(Protocol):
    """A socket, as a feed sees it. Both methods return at once."""

    @property
    def id(self) -> str:
        """The name under which the session knows it."""

    def tell(self, event: Event) -> None:
        """Send a notification."""

    def lose(self) -> None:
        """Learn that notifications were lost: the client has to begin anew."""


class Feeds:
    """The feeds of one replica."""

    def __init__(self, replica: str) -> None:
        self._replica = replica
        self._feeds: dict[str, _Feed] = {}

    @asynccontextmanager
    async def listening(
        self, session_id: str, client: SessionClient, listener: Listener
    ) -> AsyncIterator[None]:
        """Tell the listener everything that happens from the moment the context is entered."""
        feed = self._feeds.get(session_id)
        if feed is None or feed.ended:
            feed = self._feeds[session_id] = _Feed(client, self._replica)
        feed.listeners[listener.id] = listener
        try:
            await feed.begun()
            yield
        finally:
            del feed.listeners[listener.id]
            if not feed.listeners:
                if self._feeds.get(session_id) is feed:
                    del self._feeds[session_id]
                feed.stop()


class _Feed:
    def __init__(self, client: SessionClient, replica: str) -> None:
        self.listeners: dict[str, Listener] = {}
        self._client = client
        self._replica = replica
        self._begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._poll())

    @property
    def ended(self) -> bool:
        return self._task.done()

    async def begun(self) -> None:
        """Wait until nothing can be missed any more; raise what the session raised if it cannot be asked."""
        await asyncio.shield(self._begun)

    def stop(self) -> None:
        """End the poll; nobody listens any more."""
        self._task.cancel()

    async def _poll(self) -> None:
        """Poll until the session cannot be asked any more, or has forgotten what happened meanwhile.

        Then the sockets are closed, and the browsers come back and describe the session anew. That is the
        one way to begin, whatever was lost.
        """
        since: int | None = None
        try:
            while True:
                events = await self._client.events(replica=self._replica, since=since)
                if events.lost and since is not None:
                    break
                since = events.next
                if not self._begun.done():
                    self._begun.set_result(None)
                for event in events.items:
                    self._tell(event)
        except WillowError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - it ends here, in the log, and the sockets are closed
            self._fail(logged(error))
        for listener in list(self.listeners.values()):
            listener.lose()

    def _tell(self, event: Event) -> None:
        for listener in list(self.listeners.values()):
            if event.to in {None, listener.id} and listener.id != event.but:
                listener.tell(event)

    def _fail(self, error: WillowError) -> None:
        """Tell the reason to those who wait for the beginning, of whom there is at least one."""
        if not self._begun.done():
            self._begun.set_exception(error)
