"""Previews: drafts are begun, and what nobody looks at yet is computed after they can be looked at."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcs.columns import kind_of
from dcs.errors import DcsError
from dcs.operation import RowwiseOperation, SchemaOperation
from willow_ray.engine.at_once import is_done_at_once
from willow_ray.engine.failures import ChunksGoneError, DiedError
from willow_ray.protocol.errors import CancelledError, WillowError
from willow_ray.session.anew import anew
from willow_ray.session.changes import as_willow_error, in_operation
from willow_ray.session.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import JsonValue

    from dcs.operation import Operation, State
    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.outcome import Outcome
    from willow_ray.engine.rowwise import Rowwise
    from willow_ray.engine.table import Table
    from willow_ray.session.client import Caller
    from willow_ray.session.drafts import Drafts
    from willow_ray.session.notices import Notices
    from willow_ray.session.progress import Jobs, ShownJob
    from willow_ray.session.turns import Turns


log = logging.getLogger(__name__)

ATTEMPTS = 4
"""How often a draft is begun when a worker process, or a machine, dies in it."""

PAUSE_S = 0.3
"""Before it is begun again, twice as long each time: Ray may need a moment to notice who has died."""

PASSING = ("unavailable", "busy")
"""Failures that say nothing of the operation: the draft is dropped, and the next one may go well."""


class Previews:
    """Begins drafts and sees to it that they are computed.

    Args:
        drafts: where they are kept.
        engine: computes them.
        turns: who may run tasks.
        jobs: shows what lasts.
        notices: tells sockets when their draft is ready.
        forget: called with objects that were lost.

    """

    def __init__(
        self,
        drafts: Drafts,
        *,
        engine: Engine,
        turns: Turns,
        jobs: Jobs,
        notices: Notices,
        forget: Callable[[str], None],
    ) -> None:
        self._drafts = drafts
        self._engine = engine
        self._turns = turns
        self._jobs = jobs
        self._notices = notices
        self._forget = forget
        self._going_on: set[asyncio.Task[None]] = set()
        self._newest: dict[str, Caller] = {}

    async def begin(
        self,
        operation: Operation,
        base: int,
        before: Callable[[Job], Awaitable[Table]],
        caller: Caller,
        job: Job,
    ) -> Draft:
        """Return a draft of which windows can be read; the one its socket had before is dropped at once.

        `before` gives the table of the version `base`.
        """
        self._drafts.drop_socket(caller.socket)
        self._newest[caller.socket] = caller
        try:
            table = await before(job)
            if isinstance(operation, RowwiseOperation) and not is_done_at_once(table):
                self._engine.check(operation, table)
                async with self._turns.turn():
                    state = await self._engine.learned(operation, table, job)
                self._require_newest(caller)
                return self._begin_writing(_Writing(operation, state, table, before), base, caller)
            takes_long = not (isinstance(operation, SchemaOperation) or is_done_at_once(table))
            async with self._turns.turn(is_long=takes_long):
                outcome = await self._engine.run(operation, table, job)
            self._require_newest(caller, made=job)
        except (DcsError, WillowError) as error:
            raise in_operation(as_willow_error(error)) from error
        finally:
            if self._newest.get(caller.socket) is caller:
                del self._newest[caller.socket]
        draft = Draft(caller=caller, base=base, operation=operation, job=job)
        self._drafts.put(draft)
        self._finish(draft, outcome)
        return draft

    def _require_newest(self, caller: Caller, *, made: Job | None = None) -> None:
        """Refuse to take the place of a draft that its socket has asked for later."""
        if self._newest.get(caller.socket) is not caller:
            self._engine.chunks.discard(() if made is None else made.made)
            raise CancelledError

    def _begin_writing(self, writing: _Writing, base: int, caller: Caller) -> Draft:
        """Return a draft that is written when it is its turn; parts that are looked at do not wait for it."""
        shown = self._jobs.start("Preview", socket=caller.socket)
        run = self._rowwise(writing, writing.table, shown.job)
        draft = Draft(caller=caller, base=base, operation=writing.operation, job=shown.job, run=run)
        self._drafts.put(draft)
        task = asyncio.ensure_future(self._write(draft, run, writing, shown))
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)
        return draft

    async def _write(self, draft: Draft, run: Rowwise, writing: _Writing, shown: ShownJob) -> None:
        begun: Rowwise | None = run

        async def attempt() -> Outcome:
            nonlocal begun
            run, begun = begun or await self._begun_anew(draft, writing, shown.job), None
            try:
                async with self._turns.turn(is_long=True, unless=(draft.hurried, run.failed)):
                    shown.job.goes_on()
                    outcome = await run.finish()
            except BaseException:
                await self._engine.give_up(run, shown.job)
                raise
            if not self._engine.chunks.within_reach(outcome.table):  # a machine took a part with it
                raise ChunksGoneError
            return outcome

        async def attempts() -> Outcome:
            for number in range(1, ATTEMPTS):
                try:
                    return await attempt()
                except DiedError:
                    log.warning("Draft %s begins anew after attempt %d", draft.id, number, exc_info=True)
                    await asyncio.sleep(PAUSE_S * 2 ** (number - 1))
            return await attempt()

        try:
            with shown:
                outcome = await anew(attempts, what="Preview", forget=self._forget)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who look at the draft are told
            self._fail(draft, in_operation(as_willow_error(error)))
        else:
            self._finish(draft, outcome)

    async def _begun_anew(self, draft: Draft, writing: _Writing, job: Job) -> Rowwise:
        table = await writing.again(job)
        run = self._rowwise(writing, table, job)
        draft.begin(run)
        return run

    def _rowwise(self, writing: _Writing, table: Table, job: Job) -> Rowwise:
        return self._engine.rowwise(writing.operation, table, writing.state, job, part_by_part=True)

    def _finish(self, draft: Draft, outcome: Outcome) -> None:
        draft.finish(outcome)
        ready: dict[str, JsonValue] = {
            "draft": draft.id,
            "impact": outcome.impact.to_wire(),
            "columns": drafted_columns(draft),
        }
        self._notices.add("draft.ready", ready, to=draft.socket)

    def _fail(self, draft: Draft, error: WillowError) -> None:
        if draft.over:  # nobody wants it any more
            return
        draft.fail(error)
        self._notices.add("draft.failed", {"draft": draft.id, "error": error.to_wire()}, to=draft.socket)
        if error.code in PASSING:
            self._drafts.drop(draft.id)


@dataclass(frozen=True)
class _Writing:
    """What is written: an operation that has learned, on a table, which may have to be made again."""

    operation: RowwiseOperation
    state: State
    table: Table
    again: Callable[[Job], Awaitable[Table]]


def drafted_columns(draft: Draft) -> list[JsonValue]:
    """Return the columns of a draft as in `session.describe`; missing values may not be counted yet."""
    return [
        {"name": name, "type": kind_of(arrow), "missing": draft.missing(name)}
        for name, arrow in draft.schema.items()
    ]
