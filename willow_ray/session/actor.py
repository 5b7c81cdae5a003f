"""The session: opens itself, imports its file once, answers requests, and lets the state machine decide.

A plain class; `willow_ray.session.directory` makes a Ray actor of it. It holds references and JSON, never a
whole column, and never imports pandas.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from willow_ray.engine import tasks
from willow_ray.engine.chunks import ChunkStore
from willow_ray.engine.engine import Engine, Sizes
from willow_ray.engine.heap import object_store_here
from willow_ray.engine.reshaping import Reshaping
from willow_ray.engine.rowwise import Width
from willow_ray.protocol.errors import (
    BusyError,
    CancelledError,
    ImportFailedError,
    NotReadyError,
    UnavailableError,
    WillowError,
)
from willow_ray.protocol.methods import METHODS, parse_params
from willow_ray.session.anew import anew
from willow_ray.session.changes import Changes, as_willow_error
from willow_ray.session.checkpoint import Checkpoints
from willow_ray.session.drafts import Drafts
from willow_ray.session.exports import Exports
from willow_ray.session.history import history_of
from willow_ray.session.importing import import_source, read_report, write_report
from willow_ray.session.ledger import Ledger
from willow_ray.session.memory import Memory
from willow_ray.session.notices import Notices
from willow_ray.session.progress import Jobs
from willow_ray.session.receiving import receive
from willow_ray.session.requests import Ready
from willow_ray.session.state import RETRY_AFTER_S, SessionState
from willow_ray.session.tables import Tables
from willow_ray.session.turns import Turns
from willow_ray.session.views import Views
from willow_ray.storage.entries import ImportEntry
from willow_ray.storage.errors import FencedError
from willow_ray.storage.local import LocalStore
from willow_ray.storage.replay import replay
from willow_ray.storage.summary import note_use
from willow_ray.storage.uploads import UPLOADS, UploadStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from pydantic import JsonValue

    from willow_ray.config import Settings
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol.base import Params
    from willow_ray.session.client import Caller, Events, ExportedFile, ExportRequest
    from willow_ray.storage.base import SessionStore
    from willow_ray.storage.manifest import Manifest

log = logging.getLogger(__name__)

T = TypeVar("T")

WARM_AFTER_S = 1.0

IMPORT_ATTEMPTS = 3
"""How often an import is begun when a worker process dies in it."""


OPEN_SHARE = 4
"""At most so great a part of the object store of the machine does one session keep open: a quarter."""


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
        self._jobs = Jobs(self._notices, grace_s=settings.cancel_grace_s)
        self._last_use = time.monotonic()
        self._asking = 0
        self._listening = 0
        self._asleep = False
        self._opening: asyncio.Task[None] | None = None
        self._importing: asyncio.Task[None] | None = None
        self._receiving = False
        self._warming: asyncio.Task[None] | None = None
        self._failure: WillowError | None = None
        self._ready: Ready | None = None

    async def call(self, method: str, params: JsonValue, *, caller: Caller) -> dict[str, JsonValue]:
        """Do one request; return `{"result": …}` or `{"error": …}`."""
        try:
            checked = parse_params(method, {} if params is None else params)
            if METHODS[method].kind != "control":
                self._require_room()
            with self._asked():
                await self._open()
                return {"result": await self._anew(method, lambda: self._answer(method, checked, caller))}
        except AsleepError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller waits for an answer
            return {"error": as_willow_error(error).to_wire()}

    async def cancel(self, *, caller: Caller) -> None:
        """Stop the request of a caller, if it still can be."""
        await self._open()
        if caller.request is None:
            return
        if self._ready is not None:
            self._ready.cancel_request(caller)
        self._jobs.cancel_request(caller.socket, caller.request)

    async def events(self, *, since: int | None) -> Events:
        """Wait for notifications; see `SessionClient.events`. Meanwhile the session stays awake."""
        await self._open()
        self._listening += 1
        try:
            return await self._notices.since(since)
        finally:
            self._listening -= 1
            self._last_use = time.monotonic()

    async def closed(self, socket: str) -> None:
        """Forget a socket that is gone."""
        if self._ready is not None:
            self._ready.forget_socket(socket)

    async def export(self, request: ExportRequest, *, caller: Caller) -> ExportedFile:
        """Return a file of a version, writing it first if it is not there."""
        self._require_room()
        with self._asked():
            await self._open()
            ready = self._require_ready()
            return await self._anew("Export", lambda: self._exports.file(ready, request, caller))

    async def import_report(self) -> dict[str, JsonValue]:
        """Return the account of the import."""
        with self._asked():
            await self._open()
            self._require_ready()
            return await asyncio.to_thread(read_report, self._directory)

    @property
    def in_use(self) -> bool:
        """Somebody asks for something, or has the session open."""
        return self._asking > 0 or self._listening > 0

    @property
    def idle_s(self) -> float:
        """Seconds since anybody asked for anything."""
        return time.monotonic() - self._last_use

    async def seal(self, *, though_listened_to: bool = False) -> bool:
        """Let go of the session if nothing is going on and everything is saved; say whether that was so.

        From then on every request raises `AsleepError`, so that it is asked of the next actor.
        """
        if self._asking or (self._listening and not though_listened_to):
            return False
        await self._stop_receiving()
        if self._jobs.any_running:
            return False
        if not all(begun is None or begun.done() for begun in (self._opening, self._importing)):
            return False
        if self._ready is not None and not self._ready.changes.state.idle:
            self._ready.changes.save()  # the last attempt may have failed
            return False
        self._asleep = True
        if self._opening is not None:
            await asyncio.to_thread(note_use, self._directory)
            await self._ledger.close()
        return True

    async def start(self) -> None:
        """Open the session, and begin its import if that has not been done."""
        await self._open()

    async def wait_ready(self) -> None:
        """Wait until the import has ended; raise why it failed."""
        await self._open()
        if self._importing is not None:
            await asyncio.wait([self._importing])
            if self._importing.cancelled():
                raise AsleepError
        self._require_ready()

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Stay awake while something is asked."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            self._last_use = time.monotonic()

    def _require_room(self) -> None:
        if self._asking >= self._settings.max_waiting_requests:
            raise BusyError("Too many requests at a time.", retry_after_s=RETRY_AFTER_S)

    async def _anew(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await anew(work, what=what, forget=self._forget)
        finally:
            if self._ready is not None:
                self._memory.trim()

    def _forget(self, object_id: str) -> None:
        """Forget what the object store has lost."""
        self._engine.chunks.lost(object_id)
        if self._ready is not None:
            self._ready.lost(object_id)

    async def _open(self) -> None:
        """Open the session once; everybody waits for the same opening. If it fails, the next one tries."""
        if self._asleep:
            raise AsleepError
        self._last_use = time.monotonic()
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open_store())
        opening = self._opening
        if opening.done() and opening.exception() is None:
            return
        try:
            await asyncio.shield(opening)
        except Exception:
            if self._opening is opening:
                self._opening = None
            raise

    def _store(self) -> SessionStore:
        return LocalStore(self._directory)

    async def _open_store(self) -> None:
        store = self._store()
        loaded = await asyncio.to_thread(store.open)
        await asyncio.to_thread(note_use, self._directory)
        for notice in loaded.notices:
            log.warning("Session %s: %s", self.id, notice)
        settings = self._settings
        self._ledger = Ledger(self._directory, store, loaded.manifest, loaded.entries)
        self._checkpoints = Checkpoints(self._ledger)
        self._engine = Engine(
            ChunkStore(self._checkpoints, open_bytes=await asyncio.to_thread(open_bytes, settings)),
            Sizes(settings.chunk_rows, settings.chunk_bytes, settings.group_bytes),
            width=await asyncio.to_thread(Width.of_cluster, settings.max_parallel_tasks),
            reshaping=Reshaping(settings.engine, settings.modin_threshold_bytes),
        )
        self._exports = Exports(self._directory, self._engine, self._jobs, expiry_s=settings.export_expiry_s)
        await asyncio.to_thread(self._exports.remove_unfinished)
        record = replay(loaded.manifest, loaded.entries)
        self._record = record
        if record.current is None:
            self._importing = asyncio.ensure_future(self._import(record))
        else:
            self._begin(record, self._checkpoints.tables())

    async def _import(self, record: Manifest) -> None:
        """Read the file; the session is ready, or its failure is kept to be told."""
        try:
            await self._receive(record)
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
        except FencedError:
            self._give_up()
        except CancelledError:
            self._failure = CancelledError("The import was cancelled.")
            await self._ledger.note_failure()
        except Exception as error:  # noqa: BLE001 - the failure is the answer to every request from now on
            self._failure = as_willow_error(error)
            await self._ledger.note_failure()
        else:
            self._begin(replay(self._ledger.manifest, self._ledger.since), {0: table})
            self._notices.add("session.changed", {"version": 0, "summary": entry.summary})

    async def _receive(self, record: Manifest) -> None:
        """Have the file, if the session was made while it is being uploaded."""
        source = record.source
        if source is not None and source.upload is not None:
            store = UploadStore(self._settings.store / UPLOADS)
            with self._jobs.start(f"Receive {source.name}", shown=True) as job:
                self._receiving = True
                try:
                    await receive(store, source, self._directory, owner=record.owner, job=job)
                finally:
                    self._receiving = False

    async def _stop_receiving(self) -> None:
        """Leave the wait for the file to the next life, which the last part of the upload begins."""
        if self._receiving and self._importing is not None:
            self._importing.cancel()
            await asyncio.wait([self._importing])

    async def _read_source(self, job: Job) -> tuple[Table, dict[str, JsonValue]]:
        """Import the file, again when a worker process dies in it."""
        source = self._record.source
        assert source is not None
        for attempt in range(1, IMPORT_ATTEMPTS + 1):
            try:
                return await import_source(self._engine, self._directory, source, job)
            except UnavailableError:
                if attempt == IMPORT_ATTEMPTS:
                    raise
                log.warning("Session %s: the import begins anew", self.id, exc_info=True)
        raise AssertionError("the last attempt returns or raises")

    def _give_up(self) -> None:
        """Leave the session to the actor that has taken it over."""
        self._asleep = True
        self._leave()

    def _begin(self, record: Manifest, tables: dict[int, Table]) -> None:
        """Be ready: from here on there is a current version."""

        async def again(job: Job) -> Table:
            table, _ = await self._read_source(job)
            return table

        settings = self._settings
        history = history_of(record)
        kept = Tables(self._engine, history, again)
        for version, table in tables.items():
            kept.add(version, table)
        state = SessionState(
            name=record.name,
            history=history,
            answers=dict(record.answers),
            saved=set(self._checkpoints.tables()),
            max_waiting=settings.max_waiting_requests,
        )
        turns = Turns(max_waiting=settings.max_waiting_requests)
        views = Views(self._engine, turns, remembered_bytes=settings.result_cache_bytes)
        drafts = Drafts(self._engine.chunks, views, expiry_s=settings.draft_expiry_s)
        self._memory = Memory(self._engine.chunks, kept, state, limit=settings.session_memory_bytes)
        changes = Changes(
            state,
            tables=kept,
            drafts=drafts,
            engine=self._engine,
            ledger=self._ledger,
            checkpoints=self._checkpoints,
            memory=self._memory,
            jobs=self._jobs,
            notices=self._notices,
            save_pause_s=self._settings.save_pause_s,
            forget=self._forget,
            on_fenced=self._give_up,
        )
        self._ready = Ready(
            self.id,
            record=record,
            changes=changes,
            drafts=drafts,
            views=views,
            turns=turns,
            tables=kept,
            engine=self._engine,
            jobs=self._jobs,
            notices=self._notices,
            settings=settings,
            forget=self._forget,
        )
        changes.save()
        self._warming = asyncio.ensure_future(self._warm())

    async def _warm(self) -> None:
        """Have workers ready for the first operation, when the first window has been shown."""
        await asyncio.sleep(WARM_AFTER_S)
        await asyncio.to_thread(tasks.warm_workers)

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


def open_bytes(settings: Settings) -> int:
    """Return how many bytes of chunks a session keeps open for windows."""
    return min(settings.window_cache_bytes, object_store_here() // OPEN_SHARE)
