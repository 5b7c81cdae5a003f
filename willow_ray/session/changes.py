"""Performs what the state machine asks for: computing, writing the journal, saving, answering."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from dcs.errors import DcsError
from willow_ray.engine.job import Job
from willow_ray.protocol.errors import InternalError, WillowError, from_dcs
from willow_ray.session import commands as c
from willow_ray.session.anew import anew
from willow_ray.storage.errors import FencedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pydantic import JsonValue

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.table import ChunkId, Table
    from willow_ray.session.checkpoint import Checkpoints
    from willow_ray.session.client import Caller
    from willow_ray.session.drafts import Draft, Drafts
    from willow_ray.session.ledger import Ledger
    from willow_ray.session.memory import Memory
    from willow_ray.session.notices import Notices
    from willow_ray.session.progress import Jobs, ShownJob
    from willow_ray.session.state import SessionState
    from willow_ray.session.tables import Tables

log = logging.getLogger(__name__)

SAVE_AGAIN_S = 1.0
"""How long after a checkpoint that failed another is tried: a worker has died, or the disk is full."""

SAVE_AGAIN_MOST_S = 60.0
"""The same after many that failed; the pause grows to this."""


class Changes:
    """Takes requests for changes to the state machine, and does what it decides.

    Args:
        state: decides.
        tables: where the tables of new versions go.
        drafts: computed or being computed, to be published.
        engine: computes them.
        ledger: the journal.
        checkpoints: saves versions.
        memory: lets go of what need not stay in memory.
        jobs: shows what lasts.
        notices: tells every socket.
        save_pause_s: seconds before a checkpoint is begun.
        forget: called with objects that were lost.
        on_fenced: called when another actor owns the session now.

    """

    def __init__(
        self,
        state: SessionState,
        *,
        tables: Tables,
        drafts: Drafts,
        engine: Engine,
        ledger: Ledger,
        checkpoints: Checkpoints,
        memory: Memory,
        jobs: Jobs,
        notices: Notices,
        save_pause_s: float,
        forget: Callable[[str], None],
        on_fenced: Callable[[], None],
    ) -> None:
        self.state = state
        self._tables = tables
        self._drafts = drafts
        self._engine = engine
        self._ledger = ledger
        self._checkpoints = checkpoints
        self._memory = memory
        self._jobs = jobs
        self._notices = notices
        self._save_pause_s = save_pause_s
        self._forget = forget
        self._on_fenced = on_fenced
        self._waiting: dict[c.Key, tuple[Caller, asyncio.Future[JsonValue]]] = {}
        self._made: dict[c.Ticket, list[Table]] = {}
        self._claimed: dict[c.Ticket, Draft] = {}
        self._chunks_made: dict[c.Ticket, list[ChunkId]] = {}
        self._computing: dict[c.Ticket, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pause_s = SAVE_AGAIN_S
        self._saving_again: asyncio.TimerHandle | None = None
        checkpoints.on_damage = lambda whole: self._handle(c.Damaged(frozenset(whole)))

    async def ask(self, command: c.Command, caller: Caller, operation_id: str | None) -> JsonValue:
        """Ask for a change and wait until it has happened; return its answer, or raise why it has not."""
        key = c.Key(secrets.token_hex(8))
        answered: asyncio.Future[JsonValue] = asyncio.get_running_loop().create_future()
        self._waiting[key] = (caller, answered)
        try:
            self._handle(c.Asked(key, command, caller.user, datetime.now(UTC), operation_id))
            return await answered
        finally:
            del self._waiting[key]

    def withdraw(self, caller: Caller) -> None:
        """Take back the request of a caller, if it still can be."""
        for key, (asker, _) in list(self._waiting.items()):
            if (asker.socket, asker.request) == (caller.socket, caller.request):
                self._handle(c.Withdrawn(key))

    def save(self) -> None:
        """See that a checkpoint is begun soon if the current version needs one."""
        self._perform(self.state.save_if_needed())

    def _handle(self, event: c.Event) -> None:
        self._perform(self.state.handle(event))

    def _perform(self, effects: list[c.Effect]) -> None:  # noqa: C901 - one case for each effect
        for effect in effects:
            match effect:
                case c.Answer(keys=keys, result=result, error=error):
                    self._answer(keys, result, error)
                case c.Compute(ticket=ticket):
                    shown = self._job(effect)
                    self._computing[ticket] = shown.job
                    self._start(self._compute(effect, shown))
                case c.Await(ticket=ticket, draft=draft):
                    self._computing[ticket] = Job("Wait")
                    self._start(self._await(ticket, draft))
                case c.Append():
                    self._start(self._append(effect))
                case c.Accept(ticket=ticket, versions=versions):
                    self._accept(ticket, versions)
                case c.Stop(ticket=ticket):
                    self._computing[ticket].cancel()
                case c.Drop(ticket=ticket):
                    self._drop(ticket)
                case c.Announce(method=method, params=params):
                    self._notices.add(method, params)
                case c.SaveSoon():
                    asyncio.get_running_loop().call_later(self._save_pause_s, self._handle, c.SaveDue())
                case c.Save(version=version):
                    self._start(self._save(version))
                case _:
                    assert_never(effect)

    def _accept(self, ticket: c.Ticket, versions: tuple[int, ...]) -> None:
        for version, table in zip(versions, self._made.pop(ticket), strict=True):
            self._tables.add(version, table)
        if ticket in self._claimed:
            self._drafts.publish(self._claimed.pop(ticket))

    def _drop(self, ticket: c.Ticket) -> None:
        self._made.pop(ticket, None)
        self._engine.chunks.discard(self._chunks_made.pop(ticket, ()))
        if ticket in self._claimed:
            self._drafts.release(self._claimed.pop(ticket))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _answer(self, keys: tuple[c.Key, ...], result: JsonValue, error: WillowError | None) -> None:
        for key in keys:
            _, answered = self._waiting.get(key, (None, None))
            if answered is None or answered.done():
                continue
            if error is None:
                answered.set_result(result)
            else:
                answered.set_exception(error)

    def _job(self, effect: c.Compute) -> ShownJob:
        caller, _ = self._waiting[effect.key]
        label = effect.steps[0].operation.label if len(effect.steps) == 1 else "Apply recipe"
        return self._jobs.start(label, socket=caller.socket, request=caller.request)

    async def _compute(self, effect: c.Compute, shown: ShownJob) -> None:
        try:
            with shown as job:
                made, done = await anew(
                    lambda: self._made_by(effect, job), what=job.label, forget=self._forget
                )
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
            self._handle(c.ChangeFailed(effect.ticket, in_operation(as_willow_error(error))))
        else:
            self._made[effect.ticket] = made
            self._chunks_made[effect.ticket] = job.made
            self._computed(effect.ticket, done)
        finally:
            del self._computing[effect.ticket]

    async def _await(self, ticket: c.Ticket, draft_id: str) -> None:
        """Wait until a draft is computed. It belongs to who looks at it until the change has happened."""
        try:
            with self._computing[ticket]:
                draft = self._claimed[ticket] = self._drafts.claim(draft_id)
                draft.hurried.set()
                outcome = await draft.whole()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
            self._drop(ticket)
            self._handle(c.ChangeFailed(ticket, as_willow_error(error)))
        else:
            self._made[ticket] = [outcome.table]
            step = c.StepDone(draft.operation, outcome.state, outcome.impact.to_wire())
            self._computed(ticket, (step,))
        finally:
            del self._computing[ticket]

    def _computed(self, ticket: c.Ticket, done: tuple[c.StepDone, ...]) -> None:
        """Go on with a change that was computed; one that cannot be written down fails like any other."""
        try:
            self._handle(c.Computed(ticket, done))
        except Exception as error:  # noqa: BLE001 - somebody waits for the answer, and others for their turn
            self._drop(ticket)
            self._handle(c.ChangeFailed(ticket, as_willow_error(error)))

    async def _made_by(self, effect: c.Compute, job: Job) -> tuple[list[Table], tuple[c.StepDone, ...]]:
        """Do the steps of a change, one after another."""
        table = await self._tables.get(effect.base, job)
        made: list[Table] = []
        done: list[c.StepDone] = []
        for index, step in enumerate(effect.steps):
            with job.within(index / len(effect.steps), (index + 1) / len(effect.steps)):
                outcome = await self._engine.run(step.operation, table, job, state=step.state)
            table = outcome.table
            made.append(table)
            done.append(c.StepDone(step.operation, outcome.state, outcome.impact.to_wire()))
        return made, tuple(done)

    async def _append(self, effect: c.Append) -> None:
        try:
            await self._ledger.append(effect.entry)
        except FencedError as error:
            self._handle(c.ChangeFailed(effect.ticket, error))
            self._on_fenced()
        except Exception as error:  # noqa: BLE001 - the change has not happened, whatever the reason
            self._handle(c.ChangeFailed(effect.ticket, as_willow_error(error)))
        else:
            self._chunks_made.pop(effect.ticket, None)
            self._handle(c.Appended(effect.ticket))

    async def _save(self, version: int) -> None:
        try:
            with self._jobs.start("Save") as job:
                await anew(lambda: self._checkpoint(version, job), what="Saving", forget=self._forget)
        except FencedError:
            self._on_fenced()
        except Exception:
            log.exception("Version %d could not be saved; tried again in %.0f s", version, self._pause_s)
            self._save_again()
            self._handle(c.SaveFailed(version))
        else:
            self._pause_s = SAVE_AGAIN_S
            self._handle(c.Saved(version))
            self._memory.trim()

    def _save_again(self) -> None:
        """Try again after a pause, which is longer each time."""
        if self._saving_again is not None:
            self._saving_again.cancel()
        self._saving_again = asyncio.get_running_loop().call_later(self._pause_s, self.save)
        self._pause_s = min(self._pause_s * 2, SAVE_AGAIN_MOST_S)

    async def _checkpoint(self, version: int, job: Job) -> None:
        with job.within(0, 0.5):
            table = await self._tables.get(version, job)
        with job.within(0.5, 1):
            await self._checkpoints.save(version, table, self._engine.chunks, job)


def as_willow_error(error: BaseException) -> WillowError:
    """Return what to tell a client: refusals as they are, a fault of ours as an id that the log explains."""
    if isinstance(error, WillowError):
        return error
    if isinstance(error, DcsError):
        return from_dcs(error)
    error_id = secrets.token_hex(6)
    log.error("Internal error %s", error_id, exc_info=error)
    return InternalError(error_id)


def in_operation(error: WillowError) -> WillowError:
    """Say of faults in an operation's parameters where they are in the request."""
    fields = error.data.get("fields")
    if not isinstance(fields, list):
        return error
    paths: list[JsonValue] = [
        {**field, "path": f"operation.{field['path']}"} for field in fields if isinstance(field, dict)
    ]
    return WillowError(error.code, error.message, {**error.data, "fields": paths})
