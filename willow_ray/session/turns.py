"""Who looks at the data of a session: a few at a time, some wait, and more are sent away."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from willow_ray.protocol.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Coroutine, Iterable

LOOKS = 2
"""Looks at the data that run tasks at a time; each may use every worker."""

LONG_LOOKS = 1
"""Looks among them that may go on for long, previews and exports: another one can always go on."""

RETRY_AFTER_S = 1.0


class Turns:
    """Turns to run tasks that look at data.

    Args:
        at_a_time: how many have a turn at a time.
        max_waiting: how many may wait for one; more are answered with `busy`.

    """

    def __init__(self, *, at_a_time: int = LOOKS, max_waiting: int) -> None:
        self._turns = asyncio.Semaphore(at_a_time)
        self._long = asyncio.Semaphore(LONG_LOOKS)
        self._max_waiting = max_waiting
        self._waiting = 0

    @asynccontextmanager
    async def turn(
        self, *, is_long: bool = False, unless: Collection[asyncio.Event] = ()
    ) -> AsyncIterator[None]:
        """Wait for a turn and have it; never take a second one meanwhile.

        When one of `unless` is set before it is this one's turn, it goes on without.
        """
        needed = (self._long, self._turns) if is_long else (self._turns,)
        if any(one.locked() for one in needed) and self._waiting >= self._max_waiting:
            raise BusyError("Too many requests wait for their turn.", retry_after_s=RETRY_AFTER_S)
        async with AsyncExitStack() as held:
            self._waiting += 1
            try:
                if unless:
                    await _until_first(_taken(needed, held), *(event.wait() for event in unless))
                else:
                    await _taken(needed, held)
            finally:
                self._waiting -= 1
            if any(event.is_set() for event in unless):
                await held.aclose()
            yield


async def _taken(needed: Iterable[asyncio.Semaphore], held: AsyncExitStack) -> None:
    for one in needed:
        await held.enter_async_context(one)


async def _until_first(*waiting: Coroutine[Any, Any, object]) -> None:
    """Wait until one of these has happened; the others are given up."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()
