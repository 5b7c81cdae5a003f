"""What happens when a browser does not read: the queue is bounded, and there is a policy."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.websockets import WebSocket

from willow_ray.ingress.feeds import Feeds
from willow_ray.ingress.sockets import Connection
from willow_ray.protocol.errors import UnavailableError
from willow_ray.session.client import Event, Events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Message

    from willow_ray.session.client import SessionClient


class Browser:
    """A socket whose other side reads only when it is told to."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.sent: list[Message] = []
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.websocket = WebSocket(
            {"type": "websocket", "path": "/", "headers": []}, self.incoming.get, self._send
        )

    async def _send(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            await self.reading.wait()
        self.sent.append(message)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(message["text"]) for message in self.sent if message["type"] == "websocket.send"]


class Nobody:
    """A session that is never asked anything."""


@pytest.fixture
async def browser() -> Browser:
    browser = Browser()
    await browser.websocket.accept()
    return browser


@pytest.fixture
async def connection(browser: Browser) -> AsyncIterator[tuple[Connection, asyncio.Task[None]]]:
    client: Any = Nobody()
    connection = Connection(browser.websocket, client, user="ann", queue=8, max_requests=3)
    running = asyncio.create_task(connection.run())
    await asyncio.sleep(0)
    yield connection, running
    running.cancel()


def event(method: str, number: int = 0) -> Event:
    return Event(None, method, {"number": number})


async def test_progress_is_left_out_from_half_full_on(
    browser: Browser, connection: tuple[Connection, asyncio.Task[None]]
) -> None:
    socket, _ = connection
    for number in range(20):
        socket.tell(event("job.progress", number))
    socket.tell(event("job.ended"))
    browser.reading.set()
    await asyncio.sleep(0.01)
    assert [told["method"] for told in browser.told] == ["job.progress"] * 4 + ["job.ended"]


async def test_a_full_queue_closes_the_socket_with_1013(
    browser: Browser, connection: tuple[Connection, asyncio.Task[None]]
) -> None:
    socket, running = connection
    for number in range(20):
        socket.tell(event("session.changed", number))
    await asyncio.wait_for(running, timeout=1)
    assert browser.sent[-1] == {
        "type": "websocket.close",
        "code": 1013,
        "reason": "The browser does not read what it is sent.",
    }
    assert browser.told == []


async def test_a_browser_that_reads_in_time_gets_everything(
    browser: Browser, connection: tuple[Connection, asyncio.Task[None]]
) -> None:
    socket, running = connection
    browser.reading.set()
    for number in range(50):
        socket.tell(event("session.changed", number))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert [told["params"]["number"] for told in browser.told] == list(range(50))
    assert not running.done()


class Unreachable:
    """A session whose actor cannot be asked, from the first poll on or later."""

    def __init__(self, *, polls: int) -> None:
        self._polls = polls

    async def events(self, *, replica: str, since: int | None) -> Events:
        self._polls -= 1
        if self._polls < 0:
            raise UnavailableError("The session is being restarted.")
        return Events(0, ())


class Listener:
    id = "one"

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def tell(self, event: Event) -> None:
        raise AssertionError(event)

    def lose(self) -> None:
        self.lost.set()


async def test_a_session_that_cannot_be_asked_refuses_listeners() -> None:
    client: Any = Unreachable(polls=0)
    with pytest.raises(UnavailableError, match="restarted"):
        async with Feeds("replica").listening("ab", client, Listener()):
            pytest.fail("nobody can listen to this session")


async def test_a_session_that_goes_away_loses_its_listeners() -> None:
    client: SessionClient | Any = Unreachable(polls=3)
    listener = Listener()
    async with Feeds("replica").listening("ab", client, listener):
        await asyncio.wait_for(listener.lost.wait(), timeout=1)
