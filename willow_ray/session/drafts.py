"""Drafts: versions that are computed for looking at, one per socket, until they are published or dropped."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

import numpy as np

from willow_ray.protocol.errors import UnknownVersionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from dcs.gather import Positions
    from dcs.operation import Operation
    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.engine.outcome import Outcome
    from willow_ray.engine.rowwise import Rowwise
    from willow_ray.engine.table import Table
    from willow_ray.protocol.errors import WillowError
    from willow_ray.session.client import Caller
    from willow_ray.session.views import Views


class Draft:
    """A version that nobody has published. While it is being computed, parts of it can be looked at.

    Args:
        caller: who asked for it.
        base: the version it is made from.
        operation: makes it.
        job: computes it, and knows the chunks that were made for it.
        run: what is being computed, unless all is computed at once.

    """

    def __init__(
        self, *, caller: Caller, base: int, operation: Operation, job: Job, run: Rowwise | None = None
    ) -> None:
        self.id = secrets.token_hex(8)
        self.caller = caller
        self.base = base
        self.operation = operation
        self.job = job
        self.outcome: Outcome | None = None
        """What was made, when all is computed."""
        self.hurried = asyncio.Event()
        """Set when it is being published: it is the change that is going on, and waits for no turn.

        It stays set when the publishing is withdrawn: what was begun so is done so.
        """
        self._run = run
        self._failure: WillowError | None = None
        self._news = asyncio.Event()

    @property
    def key(self) -> str:
        """What its views are known by."""
        return self.id

    @property
    def socket(self) -> str:
        """The socket it belongs to."""
        return self.caller.socket

    @property
    def over(self) -> bool:
        """Nothing more is computed."""
        return self.outcome is not None or self._failure is not None

    @property
    def schema(self) -> Mapping[str, pa.DataType]:
        """Names and types of the columns, in order."""
        return self._running.schema if self.outcome is None else self.outcome.table.schema

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self._running.before.rows if self.outcome is None else self.outcome.table.rows

    def missing(self, name: str) -> int | None:
        """Return how many values of a column are missing, None while they are not counted."""
        if self.outcome is not None:
            return self.outcome.table.columns[name].missing
        return None if self._running.may_write(name) else self._running.before.columns[name].missing

    def begin(self, run: Rowwise) -> None:
        """Note that it is computed anew."""
        self._run = run
        self._tell()

    def finish(self, outcome: Outcome) -> None:
        """Note that all is computed."""
        self.outcome, self._run = outcome, None
        self._tell()

    def fail(self, error: WillowError) -> None:
        """Note why it cannot be computed: everybody who wants to look at it is told."""
        self._failure = error
        self._tell()

    async def whole(self) -> Outcome:
        """Wait until all is computed; raise why it cannot be."""
        while self.outcome is None:
            await self._wait()
        return self.outcome

    async def columns(self, names: Sequence[str]) -> Table:
        """Return a table with at least these columns, as soon as they are computed."""
        if self.outcome is not None:
            return self.outcome.table
        if any(self._running.may_write(name) for name in names):
            return (await self.whole()).table  # to ask for every part at once would be no sooner
        return await self._look(names, range(len(self._running.before.partition)))

    async def at(self, names: Sequence[str], positions: Positions) -> tuple[Table, Positions]:
        """Return a table that has some rows of these columns, and where they are in it.

        The parts that have these rows are computed first.
        """
        if self.outcome is not None:
            return self.outcome.table, positions
        before = self._running.before
        parts = np.searchsorted(np.asarray(before.offsets[1:-1]), positions, side="right")
        wanted, places = np.unique(parts, return_inverse=True)
        # No rows are rows of any part: their columns have types all the same.
        table = await self._look(names, wanted.tolist() or [0])
        return table, positions - np.asarray(before.offsets)[parts] + np.asarray(table.offsets)[places]

    async def _look(self, names: Sequence[str], parts: Sequence[int]) -> Table:
        while self.outcome is None:
            self._raise_failure()
            run = self._running
            found = await run.look(names, parts)
            if found is not None:
                return found
            if run is self._run:
                await self._wait()
        return self.outcome.table.cut(names, parts)

    @property
    def _running(self) -> Rowwise:
        self._raise_failure()
        assert self._run is not None
        return self._run

    async def _wait(self) -> None:
        self._raise_failure()
        await self._news.wait()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Drafts:
    """The drafts of a session.

    One that is claimed, because it is about to be published, goes on when nobody wants to look at it any
    more.

    Args:
        chunks: where those of drafts are; they are dropped with their draft.
        views: what is known of the rows of drafts is forgotten with them.
        expiry_s: how long a draft is kept.

    """

    def __init__(self, chunks: ChunkStore, views: Views, *, expiry_s: float) -> None:
        self._chunks = chunks
        self._views = views
        self._expiry_s = expiry_s
        self._known: dict[str, Draft] = {}
        self._of_socket: dict[str, Draft] = {}
        self._claims: dict[Draft, int] = {}

    def __getitem__(self, draft: str) -> Draft:
        if draft not in self._known:
            raise UnknownVersionError(draft)
        return self._known[draft]

    def put(self, draft: Draft) -> None:
        """Keep a draft for a while after it is computed; the one its socket had before is dropped."""
        self.drop_socket(draft.socket)
        self._known[draft.id] = draft
        self._of_socket[draft.socket] = draft
        self._expire_later(draft)

    def drop(self, draft: str) -> None:
        """Drop a draft; refuse if there is none."""
        self._unwant(self[draft])

    def drop_socket(self, socket: str) -> None:
        """Drop the draft of a socket, if it has one."""
        if socket in self._of_socket:
            self._unwant(self._of_socket[socket])

    def drop_request(self, caller: Caller) -> None:
        """Drop the draft that a request has begun, though it was answered already."""
        draft = self._of_socket.get(caller.socket)
        if draft is not None and draft.caller.request == caller.request:
            self._unwant(draft)

    def claim(self, draft: str) -> Draft:
        """Keep a draft until it is published or released; refuse if there is none."""
        claimed = self[draft]
        self._claims[claimed] = self._claims.get(claimed, 0) + 1
        return claimed

    def release(self, draft: Draft) -> None:
        """Give a claim up, unless it was published; a draft that nobody wants any more is dropped."""
        if draft not in self._claims:
            return
        self._claims[draft] -= 1
        if not self._claims[draft]:
            del self._claims[draft]
        if self._of_socket.get(draft.socket) is not draft:
            self._drop(draft)

    def publish(self, draft: Draft) -> None:
        """Forget a draft whose chunks belong to a version now."""
        self._claims.pop(draft, None)
        if self._of_socket.get(draft.socket) is draft:
            del self._of_socket[draft.socket]
        self._known.pop(draft.id, None)
        self._views.forget(draft.key)

    def _expire_later(self, draft: Draft) -> None:
        asyncio.get_running_loop().call_later(self._expiry_s, self._expire, draft)

    def _expire(self, draft: Draft) -> None:
        if draft.over:
            self._unwant(draft)
        else:
            self._expire_later(draft)

    def _unwant(self, draft: Draft) -> None:
        if self._of_socket.get(draft.socket) is draft:
            del self._of_socket[draft.socket]
            self._drop(draft)

    def _drop(self, draft: Draft) -> None:
        if draft in self._claims or self._known.pop(draft.id, None) is None:
            return
        if not draft.over:
            draft.fail(UnknownVersionError(draft.id))
            draft.job.cancel()
        self._views.forget(draft.key)
        self._chunks.discard(draft.job.made)
