"""People who ask sessions, as the ingress does for them, and what tests look at besides."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from typing import TYPE_CHECKING, Any

import ray

from willow_ray.config import NAMESPACE
from willow_ray.protocol.imports import ImportOptions
from willow_ray.protocol.methods import METHODS, NOTIFICATIONS
from willow_ray.session.client import Caller
from willow_ray.session.remote import actor_name, wake

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from ray.actor import ActorHandle

    from willow_ray.session.client import Event
    from willow_ray.session.directory import RaySession, RaySessions

PATIENCE_S = 30.0


class Person:
    """One socket of a session. Every result and notification is held against its declaration."""

    def __init__(self, session: RaySession, *, user: str = "ada", socket: str = "socket") -> None:
        self.session = session
        self.user = user
        self.socket = socket
        self._ids = itertools.count(1)
        self._since: int | None = None
        self._told: list[Event] = []

    def caller(self, request: int | None = None) -> Caller:
        return Caller(self.user, self.socket, next(self._ids) if request is None else request)

    async def reply(self, method: str, params: dict[str, Any], *, request: int | None = None) -> Any:
        """What comes back, a result or an error; either is JSON."""
        answer = await self.session.call(method, params, caller=self.caller(request))
        return json.loads(json.dumps(answer, allow_nan=False))

    async def ask(self, method: str, /, **params: Any) -> Any:
        answer = await self.reply(method, params)
        assert "result" in answer, answer
        METHODS[method].result.model_validate(answer["result"])
        return answer["result"]

    async def refused(self, method: str, /, **params: Any) -> dict[str, Any]:
        """The error that a request is answered with."""
        answer = await self.reply(method, params)
        assert "error" in answer, answer
        error: dict[str, Any] = answer["error"]
        return error

    async def cells(self, *columns: str, **params: Any) -> list[list[Any]]:
        """The first thousand values of some columns (all, if none is named)."""
        named = {"columns": list(columns)} if columns else {}
        window = await self.ask("table.window", row=0, count=1000, **named, **params)
        cells: list[list[Any]] = window["cells"]
        return cells

    async def listen(self) -> None:
        """Begin to hear notifications."""
        self._since = (await self.session.events(replica="test", since=None)).next

    async def told(self, method: str, **expected: Any) -> dict[str, Any]:
        """Wait for a notification with these params among others; those before it are forgotten."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            while self._told:
                event = self._told.pop(0)
                NOTIFICATIONS[event.method].model_validate(event.params)
                if event.method == method and expected.items() <= event.params.items():
                    return event.params
            assert time.monotonic() < deadline, f"{method} {expected} was not told"
            events = await self.session.events(replica="test", since=self._since)
            assert not events.lost
            self._since = events.next
            self._told += [
                event
                for event in events.items
                if event.to in (None, self.socket) and event.but != self.socket
            ]


async def create(sessions: RaySessions, source: Path, **options: Any) -> str:
    """Make a session of a file and return its id at once; the file is moved into it."""
    return await sessions.create(
        user="ada",
        name=source.stem,
        file_name=source.name,
        source=source,
        options=ImportOptions.model_validate(options),
    )


async def opened(sessions: RaySessions, source: Path, **options: Any) -> Person:
    """Make a session of a file, wait until it is imported, and return somebody who works on it."""
    session_id = await create(sessions, source, **options)
    await sessions.wait_ready(session_id)
    return Person(await sessions.get(session_id, user="ada"))


def prepared(sessions: RaySessions, source: Path) -> str:
    """Make a session of a file and start its actor, which has not been asked for anything yet."""
    session_id = sessions._create("ada", source.stem, source, source.name, ImportOptions())
    wake(session_id, str(sessions._root.directory(session_id)), sessions._settings)
    return session_id


def actor_of(session_id: str) -> ActorHandle[Any]:
    """The actor of a session that is awake."""
    return ray.get_actor(actor_name(session_id), namespace=NAMESPACE)


def inside(session_id: str, look: Callable[..., Any], *args: Any) -> Any:
    """Call a function in the actor's process, with the actor as its first argument."""
    return ray.get(actor_of(session_id).__ray_call__.remote(look, *args))


async def until(holds: Callable[[], Awaitable[bool]], *, patience_s: float = PATIENCE_S) -> None:
    """Wait until something holds."""
    began = time.monotonic()
    while not await holds():
        assert time.monotonic() - began < patience_s, f"{holds} never held"
        await asyncio.sleep(0.02)
