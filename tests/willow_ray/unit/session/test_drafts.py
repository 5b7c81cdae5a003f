"""Which draft a socket has, and what becomes of one that is published."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from dcs.clean.columns import RenameColumn
from willow_ray.engine.chunks import ChunkStore
from willow_ray.engine.engine import Engine, Sizes
from willow_ray.engine.failures import ChunksGoneError
from willow_ray.engine.impact import Impact
from willow_ray.engine.job import Job
from willow_ray.engine.outcome import Outcome
from willow_ray.engine.table import Chunk, ChunkId, Column, Table
from willow_ray.protocol.errors import UnavailableError, UnknownVersionError
from willow_ray.session.client import Caller
from willow_ray.session.drafts import Draft, Drafts
from willow_ray.session.turns import Turns
from willow_ray.session.views import Views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from willow_ray.engine.chunks import Place

TABLE = Table({"b": Column(pa.int64(), (Chunk(ChunkId("1"), 1, 24),))}, (3,))
OUTCOME = Outcome(TABLE, {}, Impact.between(TABLE, TABLE))


class EmptyShelf:
    async def load(self, chunks: Sequence[ChunkId], job: Job) -> Mapping[ChunkId, Place]:
        raise ChunksGoneError

    def holds(self, chunk: ChunkId) -> bool:
        return False


@pytest.fixture
def drafts() -> Drafts:
    chunks = ChunkStore(EmptyShelf())
    views = Views(Engine(chunks, Sizes(9, 9, 9)), Turns(max_waiting=1), remembered_bytes=99)
    return Drafts(chunks, views, expiry_s=0.05)


def begun(drafts: Drafts, socket: str = "s") -> Draft:
    caller = Caller("ada", socket, 7)
    draft = Draft(caller=caller, base=0, operation=RenameColumn(column="a", to="b"), job=Job("Preview"))
    drafts.put(draft)
    return draft


async def waiting(draft: Draft) -> asyncio.Future[Outcome]:
    waiter = asyncio.ensure_future(draft.whole())
    await asyncio.sleep(0)
    return waiter


async def test_the_draft_before_is_stopped_and_gone_and_that_of_another_socket_is_not(drafts: Drafts) -> None:
    first, other = begun(drafts), begun(drafts, "another")
    waiter = await waiting(first)
    second = begun(drafts)
    with pytest.raises(UnknownVersionError):
        await waiter
    assert (first.job.cancelled, second.job.cancelled, other.job.cancelled) == (True, False, False)
    with pytest.raises(UnknownVersionError):
        drafts[first.id]
    assert (drafts[second.id], drafts[other.id]) == (second, other)


async def test_everybody_who_waits_is_told_what_came_of_it(drafts: Drafts) -> None:
    good, bad = begun(drafts), begun(drafts, "another")
    waiters = [await waiting(good), await waiting(good), await waiting(bad)]
    good.finish(OUTCOME)
    bad.fail(UnavailableError("A worker process has ended."))
    assert await asyncio.gather(*waiters[:2]) == [OUTCOME, OUTCOME]
    with pytest.raises(UnavailableError):
        await waiters[2]
    with pytest.raises(UnavailableError):
        await bad.columns(["b"])
    assert (good.missing("b"), good.rows, dict(good.schema)) == (1, 3, {"b": pa.int64()})


@pytest.mark.parametrize("published", [True, False])
async def test_a_claimed_draft_goes_on_though_its_socket_is_gone(drafts: Drafts, *, published: bool) -> None:
    draft = begun(drafts)
    assert drafts.claim(draft.id) is draft
    drafts.drop_socket("s")
    assert not draft.job.cancelled
    assert drafts[draft.id] is draft
    if published:
        draft.finish(OUTCOME)
        drafts.publish(draft)
    else:
        drafts.release(draft)
    assert draft.job.cancelled is not published
    with pytest.raises(UnknownVersionError):
        drafts[draft.id]


async def test_a_claim_on_a_draft_that_was_published_meanwhile_is_over(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.claim(draft.id)
    drafts.claim(draft.id)
    drafts.publish(draft)
    drafts.release(draft)
    assert not draft.job.cancelled


async def test_a_claim_that_is_given_up_leaves_the_draft_to_its_socket(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.claim(draft.id)
    drafts.claim(draft.id)
    drafts.release(draft)
    drafts.release(draft)
    assert not draft.job.cancelled
    drafts.drop(draft.id)
    assert draft.job.cancelled


async def test_a_cancel_that_comes_after_the_answer_stops_the_draft_of_that_request(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.drop_request(Caller("ada", "s", 8))
    assert not draft.job.cancelled
    drafts.drop_request(Caller("ada", "s", 7))
    assert draft.job.cancelled


async def test_a_draft_expires_but_not_while_it_is_computed(drafts: Drafts) -> None:
    draft = begun(drafts)
    await asyncio.sleep(0.2)
    assert drafts[draft.id] is draft
    draft.finish(OUTCOME)
    await asyncio.sleep(0.2)
    with pytest.raises(UnknownVersionError):
        drafts.drop(draft.id)
