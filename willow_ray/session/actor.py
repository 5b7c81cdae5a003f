"""The session: opens itself, imports its file once, answers requests, and lets the state machine decide.

A plain class; `willow_ray.session.directory` makes a Ray actor of it. It holds references and JSON, never a
whole column, and never imports pandas.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from willow_ray.engine.chunks import ChunksGoneError, ChunkStore
from willow_ray.engine.engine import Engine, Sizes
from willow_ray.protocol.errors import (
    ImportFailedError,
    InvalidParamsError,
    MethodNotFoundError,
    NotReadyError,
    UnavailableError,
    WillowError,
)
from willow_ray.protocol.methods import METHODS
from willow_ray.session.changes import Changes, as_willow_error
from willow_ray.session.checkpoint import Checkpoints
from willow_ray.session.exports import Exports
from willow_ray.session.history import history_of
from willow_ray.session.importing import import_source, read_report, write_report
from willow_ray.session.ledger import Ledger
from willow_ray.session.notices import Notices
from willow_ray.session.progress import Jobs
from willow_ray.session.requests import Ready
from willow_ray.session.state import SessionState
from willow_ray.session.tables import Tables
from willow_ray.storage.entries import ImportEntry
from willow_ray.storage.local import LocalStore
from willow_ray.storage.replay import replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from willow_ray.config import Settings
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol.base import Params
    from willow_ray.session.client import Caller, Events, ExportedFile, ExportRequest
    from willow_ray.storage.base import SessionStore
    from willow_ray.storage.manifest import Manifest

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""How often a request is begun anew when chunks it needs turn out to be lost."""


class AsleepError(UnavailableError):
    """This actor has sealed its session and is about to end; another one will answer."""

    def __init__(self) -> None:
        super().__init__("The session is going to sleep; ask again.")


class Session:
    """One session, awake.

    Args:
        session_id: names it everywhere.
        directory: what it keeps on disk.
        settings: limits and sizes.
        leave: ends the process, when another actor owns the session now.

    """

    def __init__(
        self, session_id: str, directory: str, settings: Settings, leave: Callable[[], None]
    ) -> None:
        self.id = session_id
        self._directory = Path(directory)
        self._settings = settings
        self._leave = leave
        self._notices = Notices()
        self._jobs = Jobs(self._notices)
        self._last_use = time.monotonic()
        self._asleep = False
        self._opening: asyncio.Task[None] | None = None
        self._importing: asyncio.Task[None] | None = None
        self._failure: WillowError | None = None
        self._ready: Ready | None = None

    async def call(self, method: str, params: JsonValue, *, caller: Caller) -> dict[str, JsonValue]:
        """Do one request; return `{"result": …}` or `{"error": …}`."""
        try:
            checked = check(method, params)
            await self._open()
            for _ in range(ATTEMPTS):
                try:
                    return {"result": await self._answer(method, checked, caller)}
                except ChunksGoneError:
                    log.warning("%s begins anew: chunks were lost", method)
            return {"result": await self._answer(method, checked, caller)}
        except AsleepError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller waits for an answer
            return {"error": as_willow_error(error).to_wire()}

    async def cancel(self, *, caller: Caller) -> None:
        """Stop the request of a caller, if it still can be."""
        if caller.request is None:
            return
        if self._ready is not None:
            self._ready.changes.withdraw(caller)
        self._jobs.cancel_request(caller.socket, caller.request)

    async def events(self, *, since: int | None) -> Events:
        """Wait for notifications; see `SessionClient.events`."""
        await self._open()
        return await self._notices.since(since)

    async def closed(self, socket: str) -> None:
        """Forget a socket that is gone."""
        if self._ready is not None:
            self._ready.forget_socket(socket)

    async def export(self, request: ExportRequest, *, caller: Caller) -> ExportedFile:
        """Return a file of a version, writing it first if it is not there."""
        await self._open()
        return await self._exports.file(self._require_ready(), request, caller)

    async def import_report(self) -> dict[str, JsonValue]:
        """Return the account of the import."""
        await self._open()
        self._require_ready()
        return await asyncio.to_thread(read_report, self._directory)

    @property
    def idle_s(self) -> float:
        """Seconds since anybody asked for anything."""
        return time.monotonic() - self._last_use

    async def seal(self) -> bool:
        """Let go of the session if nothing is going on and everything is saved; say whether that was so.

        From then on every request raises `AsleepError`, so that it is asked of the next actor.
        """
        ready = self._ready
        working = self._jobs.any_running or (ready is not None and not ready.changes.state.idle)
        if self._opening is None or not self._opening.done() or working:
            return False
        self._asleep = True
        await self._ledger.close()
        return True

    async def start(self) -> None:
        """Open the session, and begin its import if that has not been done."""
        await self._open()

    async def wait_ready(self) -> None:
        """Wait until the import has ended; raise why it failed."""
        await self._open()
        if self._importing is not None:
            await asyncio.shield(self._importing)
        self._require_ready()

    async def _open(self) -> None:
        """Open the session once; everybody waits for the same opening."""
        if self._asleep:
            raise AsleepError
        self._last_use = time.monotonic()
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open_store())
        await asyncio.shield(self._opening)

    def _store(self) -> SessionStore:
        return LocalStore(self._directory)

    async def _open_store(self) -> None:
        store = self._store()
        loaded = await asyncio.to_thread(store.open)
        for notice in loaded.notices:
            log.warning("Session %s: %s", self.id, notice)
        self._ledger = Ledger(self._directory, store, loaded.manifest, loaded.entries)
        self._checkpoints = Checkpoints(self._ledger)
        settings = self._settings
        self._engine = Engine(
            ChunkStore(self._checkpoints, open_bytes=settings.window_cache_bytes),
            Sizes(settings.chunk_rows, settings.chunk_bytes, settings.group_bytes),
        )
        self._exports = Exports(self._directory, self._engine, self._jobs)
        record = replay(loaded.manifest, loaded.entries)
        self._record = record
        if record.current is None:
            self._importing = asyncio.ensure_future(self._import(record))
        else:
            self._begin(record, self._checkpoints.tables())

    async def _import(self, record: Manifest) -> None:
        """Read the file; the session is ready, or its failure is kept to be told."""
        try:
            with self._jobs.start("Import", shown=True) as job:
                table, report = await self._read_source(job)
                await asyncio.to_thread(write_report, self._directory, report)
                source = record.source
                assert source is not None
                entry = ImportEntry(
                    source=source,
                    report={"rows_read": report["rows_read"], "rows_rejected": report["rows_rejected"]},
                    summary=f"Open {source.name}",
                    by=record.owner,
                    at=datetime.now(UTC),
                )
                await self._ledger.append(entry)
        except Exception as error:  # noqa: BLE001 - the failure is the answer to every request from now on
            self._failure = as_willow_error(error)
            await self._ledger.note_failure()
            return
        self._begin(replay(self._ledger.manifest, self._ledger.since), {0: table})
        self._notices.add("session.changed", {"version": 0, "summary": entry.summary})

    async def _read_source(self, job: Job) -> tuple[Table, dict[str, JsonValue]]:
        source = self._record.source
        assert source is not None
        return await import_source(self._engine, self._directory, source, job)

    def _begin(self, record: Manifest, tables: dict[int, Table]) -> None:
        """Be ready: from here on there is a current version."""

        async def again(job: Job) -> Table:
            table, _ = await self._read_source(job)
            return table

        history = history_of(record)
        kept = Tables(self._engine, history, again)
        for version, table in tables.items():
            kept.add(version, table)
        state = SessionState(
            name=record.name,
            history=history,
            answers=dict(record.answers),
            saved=set(self._checkpoints.tables()),
            max_waiting=self._settings.max_waiting_requests,
        )
        changes = Changes(
            state,
            tables=kept,
            engine=self._engine,
            ledger=self._ledger,
            checkpoints=self._checkpoints,
            jobs=self._jobs,
            notices=self._notices,
            memory_bytes=self._settings.session_memory_bytes,
            on_fenced=self._leave,
        )
        self._ready = Ready(
            self.id,
            record=record,
            changes=changes,
            tables=kept,
            engine=self._engine,
            jobs=self._jobs,
            notices=self._notices,
            settings=self._settings,
        )
        changes.save()

    async def _answer(self, method: str, params: Params, caller: Caller) -> JsonValue:
        if method == "session.describe" and self._ready is None:
            return self._describe_unready()
        if method == "job.cancel" and self._ready is None:
            self._jobs.cancel(str(params.model_dump()["job"]))
            return None
        return await self._require_ready().answer(method, params, caller)

    def _require_ready(self) -> Ready:
        if self._failure is not None:
            raise ImportFailedError(self._failure.message, self._failure.data)
        if self._ready is None:
            raise NotReadyError
        return self._ready

    def _describe_unready(self) -> dict[str, JsonValue]:
        source = self._record.source
        assert source is not None
        described: dict[str, JsonValue] = {
            "session": self.id,
            "name": self._record.name,
            "state": "importing" if self._failure is None else "failed",
            "version": 0,
            "rows": 0,
            "columns": [],
            "can_undo": False,
            "can_redo": False,
            "saved": False,
            "jobs": self._jobs.describe(),
            "source": {"name": source.name, "bytes": source.bytes, "options": source.options},
        }
        return described if self._failure is None else {**described, "error": self._failure.to_wire()}


def check(method: str, params: JsonValue) -> Params:
    """Turn the params of a request into their model, or refuse with every fault and its path."""
    if method not in METHODS:
        raise MethodNotFoundError(method, METHODS)
    try:
        return METHODS[method].params.model_validate(params if params is not None else {})
    except ValidationError as error:
        raise InvalidParamsError.from_validation(error) from error
