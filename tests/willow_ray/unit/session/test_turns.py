"""Who may look at the data, and who waits."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from willow_ray.protocol.errors import BusyError
from willow_ray.session.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Looks:
    """Looks that go on until they are told to end."""

    def __init__(self, **settings: Any) -> None:
        self.turns = Turns(**{"max_waiting": 9} | settings)
        self.going_on: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, *names: str, **how: Any) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.ensure_future(self._look(name, how))
        await self._settle()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await self._settle()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await self._settle()

    async def _look(self, name: str, how: dict[str, Any]) -> None:
        async with self.turns.turn(**how):
            self.going_on.append(name)
            await self._ends[name].wait()
            self.going_on.remove(name)

    async def _settle(self) -> None:
        for _ in range(9):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


@pytest.fixture
async def looks() -> AsyncIterator[Looks]:
    async with AsyncExitStack() as stack:
        made = Looks()
        stack.push_async_callback(made.close)
        yield made


async def test_two_look_at_a_time_and_the_others_in_the_order_they_came(looks: Looks) -> None:
    await looks.begin("a", "b", "c", "d")
    assert looks.going_on == ["a", "b"]
    await looks.end("a")
    assert looks.going_on == ["b", "c"]
    await looks.end("c")
    assert looks.going_on == ["b", "d"]


async def test_one_of_them_may_be_long(looks: Looks) -> None:
    await looks.begin("long", "longer", is_long=True)
    assert looks.going_on == ["long"]
    await looks.begin("short", "shorter")
    assert looks.going_on == ["long", "short"]
    await looks.end("long")
    assert looks.going_on == ["short", "shorter"]
    await looks.end("short")
    assert looks.going_on == ["shorter", "longer"]


async def test_who_gives_up_takes_nothing_along(looks: Looks) -> None:
    await looks.begin("a", "b")
    await looks.begin("long", is_long=True)
    await looks.give_up("long")
    await looks.end("a")
    await looks.end("b")
    await looks.begin("another", is_long=True)
    await looks.begin("c")
    assert looks.going_on == ["another", "c"]


@pytest.mark.parametrize("before", [["long"], ["a", "b"], ["long", "a"]], ids=" ".join)
async def test_who_is_hurried_goes_on_without_a_turn_and_leaves_all_to_others(
    looks: Looks, before: list[str]
) -> None:
    for name in before:
        await looks.begin(name, is_long=name == "long")
    hurried = asyncio.Event()
    await looks.begin("draft", is_long=True, unless=(asyncio.Event(), hurried))
    assert looks.going_on == before
    hurried.set()
    await looks._settle()
    assert looks.going_on == [*before, "draft"]
    for name in before:
        await looks.end(name)
    await looks.begin("longer", is_long=True)
    await looks.begin("c")
    assert looks.going_on == ["draft", "longer", "c"]


async def test_too_many_are_sent_away(looks: Looks) -> None:
    looks.turns = Turns(max_waiting=1)
    await looks.begin("long", "longer", is_long=True)
    with pytest.raises(BusyError) as refusal:
        async with looks.turns.turn(is_long=True):
            pass
    assert refusal.value.data == {"retry_after_s": 1.0}
    await looks.give_up("longer")
    await looks.begin("another", is_long=True)
    await looks.begin("short")
    assert looks.going_on == ["long", "short"]
