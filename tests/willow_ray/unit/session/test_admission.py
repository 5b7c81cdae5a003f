from __future__ import annotations

import asyncio

import pytest

from willow_ray.protocol.errors import BusyError
from willow_ray.session.turns import Turns


async def test_two_have_a_turn_some_wait_and_more_are_sent_away() -> None:
    turns = Turns(at_a_time=2, max_waiting=1)
    let = asyncio.Event()
    having = 0

    async def work() -> None:
        nonlocal having
        async with turns.turn():
            having += 1
            await let.wait()

    working = [asyncio.ensure_future(work()) for _ in range(3)]
    await asyncio.sleep(0)
    assert having == 2
    with pytest.raises(BusyError) as refusal:
        await work()
    assert refusal.value.data == {"retry_after_s": 1.0}
    let.set()
    await asyncio.gather(*working)
    assert having == 3


async def test_one_who_gives_up_waiting_makes_room() -> None:
    turns = Turns(at_a_time=1, max_waiting=1)
    async with turns.turn():
        waiting = asyncio.ensure_future(turns.turn().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        another = asyncio.ensure_future(turns.turn().__aenter__())
        await asyncio.sleep(0)
        assert not another.done()
    await another
