"""Sessions on Ray: from an id to the actor, from any process of the cluster."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import ActorDiedError, ActorUnavailableError, PendingCallsLimitExceeded

from willow_ray import __version__
from willow_ray.config import NAMESPACE
from willow_ray.engine import tasks
from willow_ray.protocol.errors import BusyError, NotFoundError, UnavailableError, WillowError
from willow_ray.protocol.methods import METHODS
from willow_ray.protocol.session import SessionSummary
from willow_ray.session.actor import AsleepError
from willow_ray.session.remote import actor_name, awake_actors, wake
from willow_ray.storage.entries import Source
from willow_ray.storage.sessions import StoreRoot
from willow_ray.storage.uploads import UPLOADS, UploadStore

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue
    from ray.actor import ActorHandle

    from willow_ray.config import Settings
    from willow_ray.protocol.imports import ImportOptions
    from willow_ray.session.client import Caller, Events, ExportedFile, ExportRequest
    from willow_ray.storage.uploads import Upload

LEFTOVER_AGE = timedelta(hours=1)
"""A creation or deletion that was begun so long ago has died."""

TEND_S = 3600.0
ATTEMPTS = 5
PAUSE_S = 0.3
"""Before another attempt to reach an actor that restarts; grows with each."""
LIVED_S = 0.5
"""An actor that went to sleep so long after it was asked was there: attempts are counted anew."""


class RaySession:
    """One session, reached through its actor, which is started again when it has gone."""

    def __init__(self, session_id: str, directory: Path, settings: Settings) -> None:
        self.id = session_id
        self._directory = directory
        self._settings = settings
        self._actor: ActorHandle[Any] | None = None

    async def call(self, method: str, params: JsonValue, *, caller: Caller) -> dict[str, JsonValue]:
        """Do one request; see `SessionClient.call`.

        When the actor dies meanwhile, requests that may be repeated are; others are answered `unavailable`.
        """
        repeatable = (method in METHODS and METHODS[method].kind != "mutate") or (
            isinstance(params, dict) and params.get("operation_id") is not None
        )
        try:
            if not repeatable:
                await self._ask("version")  # wakes a session that has gone to sleep since the last request
            answer: dict[str, JsonValue] = await self._ask(
                "call", method, params, caller=caller, repeatable=repeatable
            )
        except WillowError as error:
            return {"error": error.to_wire()}
        return answer

    async def cancel(self, *, caller: Caller) -> None:
        """Stop a request."""
        await self._ask("cancel", caller=caller)

    async def events(self, *, replica: str, since: int | None) -> Events:
        """Wait for events."""
        events: Events = await self._ask("events", since=since)
        return events

    async def closed(self, socket: str) -> None:
        """Tell that a socket is gone; a session that is not awake need not know."""
        if self._actor is not None:
            await self._ask("closed", socket)

    async def export(self, request: ExportRequest, *, caller: Caller) -> ExportedFile:
        """Return a file of the session."""
        exported: ExportedFile = await self._ask("export", request, caller=caller)
        return exported

    async def import_report(self) -> dict[str, JsonValue]:
        """Return the account of the import."""
        report: dict[str, JsonValue] = await self._ask("import_report")
        return report

    async def wait_ready(self) -> None:
        """Wait until the import has ended."""
        await self._ask("wait_ready")

    async def start(self) -> None:
        """Start the actor, so that it begins its import."""
        await self._ask("start")

    async def _ask(self, name: str, *args: Any, repeatable: bool = True, **kwargs: Any) -> Any:
        attempt = 0
        while attempt < ATTEMPTS:
            attempt += 1
            asked = time.monotonic()
            try:
                actor = await self._awake()
                asked = time.monotonic()  # to start an actor takes longer than it may take to fall asleep
                return await getattr(actor, name).remote(*args, **kwargs)
            except AsleepError:  # it did nothing, so anything may be asked again
                self._actor = None
                if time.monotonic() - asked > LIVED_S:  # who waits for an import may do so for hours
                    attempt = 0
                await asyncio.sleep(PAUSE_S)
                continue
            except ActorDiedError:
                self._actor = None
            except ActorUnavailableError:
                pass
            except PendingCallsLimitExceeded:
                raise BusyError("Too many requests at a time.", retry_after_s=PAUSE_S) from None
            except ray.exceptions.RayTaskError as error:
                raise (error.cause if isinstance(error.cause, WillowError) else error) from error
            if not repeatable:
                break
            await asyncio.sleep(PAUSE_S * attempt)
        raise UnavailableError("The session is being restarted; nothing acknowledged is lost. Try again.")

    async def _awake(self) -> ActorHandle[Any]:
        """Return the actor, started if there is none, and replaced if it runs another release of Willow."""
        if self._actor is None:
            if not await asyncio.to_thread(self._directory.is_dir):
                raise NotFoundError(f"There is no session {self.id!r}.")
            actor = await asyncio.to_thread(wake, self.id, str(self._directory), self._settings)
            if await actor.version.remote() != __version__:
                with suppress(ActorDiedError):
                    await actor.retire.remote()
                actor = await asyncio.to_thread(wake, self.id, str(self._directory), self._settings)
            self._actor = actor
        return self._actor


class RaySessions:
    """All sessions of a store; each process has its own, and all see the same sessions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = StoreRoot(settings.store)
        self._uploads = UploadStore(settings.store / UPLOADS)
        self._awake: dict[str, RaySession] = {}

    async def create(
        self, *, user: str, name: str, source: Path, file_name: str, options: ImportOptions
    ) -> str:
        """Make a session of a file, which is moved into it, and begin its import."""
        session_id = await asyncio.to_thread(self._create, user, name, source, file_name, options)
        await self._session(session_id).start()
        return session_id

    async def create_for_upload(
        self, upload: Upload, *, file_name: str, name: str, options: ImportOptions
    ) -> str:
        """Make a session that waits for the file of an upload."""
        session_id = await asyncio.to_thread(self._create_for, upload, file_name, name, options)
        await self._session(session_id).start()
        return session_id

    async def start(self, session_id: str) -> None:
        """Wake a session up."""
        await self._session(session_id).start()

    async def get(self, session_id: str, *, user: str | None) -> RaySession:
        """Return a session of a user (of anybody, if None), waking it up if it sleeps."""
        summary = await asyncio.to_thread(self._root.summary, session_id)
        if user is not None and summary.owner != user:
            raise NotFoundError(f"There is no session {session_id!r}.")
        return self._session(session_id)

    async def list(self, *, user: str) -> list[SessionSummary]:
        """Return the sessions of a user, the one used last first."""
        summaries = await asyncio.to_thread(self._root.summaries, owner=user)
        return [
            SessionSummary(
                id=summary.session,
                name=summary.name,
                rows=summary.rows,
                columns=summary.columns,
                size=summary.bytes,
                last_use=summary.last_use.isoformat(),
                state=summary.state,
            )
            for summary in summaries
        ]

    async def delete(self, session_id: str, *, user: str) -> None:
        """Remove a session for good."""
        await self.get(session_id, user=user)
        await asyncio.to_thread(self._delete, session_id)
        self._awake.pop(session_id, None)

    async def preview(self, path: Path, *, file_name: str, options: ImportOptions) -> dict[str, JsonValue]:
        """Return what was detected in a file, and its first rows."""
        try:
            found: dict[str, JsonValue] = await tasks.preview.remote(
                str(path), file_name, options.model_dump(mode="json", exclude_none=True)
            )
        except ray.exceptions.RayTaskError as error:
            refused = getattr(error.cause, "error", None)
            raise (WillowError.from_wire(refused) if isinstance(refused, dict) else error) from error
        return found

    async def wait_ready(self, session_id: str) -> None:
        """Wait until the import has ended."""
        await self._session(session_id).wait_ready()

    async def tend(self) -> None:
        """Remove, now and every hour, what has expired and what died while it was made or removed."""
        while True:
            await self.sweep(datetime.now(UTC))
            await asyncio.sleep(TEND_S)

    async def sweep(self, now: datetime) -> None:
        """Remove what has expired by now, and what died while it was made or removed."""
        await asyncio.to_thread(self._root.sweep, before=now - LEFTOVER_AGE)
        if self._settings.session_expiry_s is None:
            return
        oldest = now - timedelta(seconds=self._settings.session_expiry_s)
        awake = await asyncio.to_thread(awake_actors)
        for summary in await asyncio.to_thread(self._root.summaries):
            if summary.last_use < oldest and actor_name(summary.session) not in awake:
                await self.delete(summary.session, user=summary.owner)

    def _session(self, session_id: str) -> RaySession:
        if session_id not in self._awake:
            directory = self._root.directory(session_id)
            self._awake[session_id] = RaySession(session_id, directory, self._settings)
        return self._awake[session_id]

    def _create(self, user: str, name: str, source: Path, file_name: str, options: ImportOptions) -> str:
        record = _source(file_name, source.stat().st_size, options)
        self._root.check(need_bytes=record.bytes or 0)
        return self._root.create(name=name, owner=user, at=datetime.now(UTC), source=record, upload=source)

    def _create_for(self, upload: Upload, file_name: str, name: str, options: ImportOptions) -> str:
        """Make the session first: an upload that is promised to none that exists could be used by nobody."""
        record = _source(file_name, upload.length, options).model_copy(update={"upload": upload.id})
        self._root.check()
        session_id = self._root.create(name=name, owner=upload.user, at=datetime.now(UTC), source=record)
        try:
            self._uploads.promise(upload, session_id)
        except BaseException:
            self._root.delete(session_id)
            raise
        return session_id

    def _delete(self, session_id: str) -> None:
        """End the actor first: it must not write into a directory that is being removed."""
        try:
            actor = ray.get_actor(actor_name(session_id), namespace=NAMESPACE)
        except ValueError:
            pass
        else:
            ray.kill(actor, no_restart=True)
        awaited = self._root.awaited_upload(session_id)
        self._root.delete(session_id)
        if awaited is not None:
            self._uploads.discard(awaited)


def _source(file_name: str, size: int | None, options: ImportOptions) -> Source:
    return Source(
        file=f"upload{PurePath(file_name).suffix}",
        name=file_name,
        bytes=size,
        options=options.model_dump(mode="json", exclude_none=True),
    )
