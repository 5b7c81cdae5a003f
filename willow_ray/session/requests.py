"""The requests of a session that is ready, by method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.catalogue import parse
from dcs.errors import DcsError
from willow_ray.protocol import operations, session
from willow_ray.protocol.base import Mutation
from willow_ray.protocol.errors import VersionConflictError, from_dcs
from willow_ray.session import commands as c
from willow_ray.session.changes import in_operation
from willow_ray.session.client import Caller
from willow_ray.session.facets import Facets
from willow_ray.session.previews import Previews, drafted_columns
from willow_ray.session.reads import Reads, columns_of
from willow_ray.session.recipes import changes_of, code_of, recipe_of
from willow_ray.session.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from dcs.operation import Operation
    from willow_ray.config import Settings
    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol.base import Params
    from willow_ray.session.changes import Changes
    from willow_ray.session.drafts import Drafts
    from willow_ray.session.notices import Notices
    from willow_ray.session.progress import Jobs
    from willow_ray.session.tables import Tables
    from willow_ray.session.turns import Turns
    from willow_ray.session.views import Views
    from willow_ray.storage.manifest import Manifest

READING = "Read"
"""What is shown for a read that lasts, unless there is a better word."""


class Ready:
    """Answers requests about versions, drafts and the history."""

    def __init__(
        self,
        session_id: str,
        *,
        record: Manifest,
        changes: Changes,
        drafts: Drafts,
        views: Views,
        turns: Turns,
        tables: Tables,
        engine: Engine,
        jobs: Jobs,
        notices: Notices,
        settings: Settings,
        forget: Callable[[str], None],
    ) -> None:
        self.id = session_id
        self.changes = changes
        self.tables = tables
        self.turns = turns
        self.views = views
        assert record.source is not None
        self._source = record.source
        self._engine = engine
        self._jobs = jobs
        self._notices = notices
        self._drafts = drafts
        self._facets = Facets(engine, remembered_bytes=settings.result_cache_bytes)
        self._previews = Previews(
            drafts, engine=engine, turns=turns, jobs=jobs, notices=notices, forget=forget
        )
        self._reads = Reads(
            history=changes.state.history,
            tables=tables,
            drafts=drafts,
            views=views,
            facets=self._facets,
            engine=engine,
            turns=turns,
            results=Results(bytes_kept=settings.result_cache_bytes),
        )

    @property
    def current(self) -> int:
        """The current version."""
        return self.changes.state.history.current

    def forget_socket(self, socket: str) -> None:
        """Drop the draft of a socket that is gone, and the reads nobody waits for."""
        self._drafts.drop_socket(socket)
        self._jobs.cancel_socket(socket)

    def lost(self, object_id: str) -> None:
        """Forget what the object store has lost of what was found out before."""
        self.views.lost(object_id)
        self._facets.lost(object_id)

    def cancel_request(self, caller: Caller) -> None:
        """Take a request back, whatever it was; of a preview that was answered, the draft is dropped."""
        self.changes.withdraw(caller)
        self._drafts.drop_request(caller)

    async def answer(self, method: str, params: Params, caller: Caller) -> JsonValue:
        """Do one request and return its result."""
        if isinstance(params, Mutation) and (command := _command(method, params)) is not None:
            return await self.changes.ask(command, caller, params.operation_id)
        match params:
            case operations.ApplyRecipe():
                return await self._apply_recipe(params, caller)
            case operations.CommitDraft():
                return await self._commit(params, caller)
            case session.CancelJob() | session.CancelRequest() | operations.DiscardDraft():
                self._control(params, caller)
                return None
            case _ if method == "history.list":
                return self._history()
            case _:
                return await self._read(method, params, caller)

    def _control(
        self, params: session.CancelJob | session.CancelRequest | operations.DiscardDraft, caller: Caller
    ) -> None:
        match params:
            case session.CancelJob():
                self._jobs.cancel(params.job)
            case session.CancelRequest():
                self.cancel_request(Caller(caller.user, caller.socket, params.id))
                self._jobs.cancel_request(caller.socket, params.id)
            case operations.DiscardDraft():
                self._drafts.drop(params.draft)

    async def _read(self, method: str, params: Params, caller: Caller) -> JsonValue:
        label = _LABELS.get(method, READING)
        with self._jobs.start(label, socket=caller.socket, request=caller.request, is_read=True) as job:
            if method in self._reads.methods:
                return await self._reads.methods[method](params, job)
            match params:
                case operations.PreviewOperation():
                    return await self._preview(params, caller, job)
                case operations.RecipeRequest():
                    return await self._recipe(method, params, job)
                case _:
                    return await self._describe(job)

    async def _describe(self, job: Job) -> dict[str, JsonValue]:
        state = self.changes.state
        table = await self.tables.get(self.current, job)
        return {
            "session": self.id,
            "name": state.name,
            "state": "ready",
            "version": self.current,
            "rows": table.rows,
            "columns": columns_of(table),
            "can_undo": state.history.undo_target is not None,
            "can_redo": state.history.redo_target is not None,
            "saved": self.current in state.saved,
            "jobs": self._jobs.describe(),
            "source": {
                "name": self._source.name,
                "bytes": self._source.bytes,
                "options": self._source.options,
            },
        }

    def _history(self) -> dict[str, JsonValue]:
        state = self.changes.state
        versions: list[JsonValue] = [
            {
                "version": version.number,
                "parent": version.parent,
                "op": None if version.operation is None else version.operation["op"],
                "summary": version.summary,
                "by": version.by,
                "at": version.at.isoformat(),
                "impact": version.impact,
                "saved": version.number in state.saved,
                "note": version.note,
            }
            for version in state.history
        ]
        return {"current": self.current, "versions": versions}

    async def _preview(
        self, params: operations.PreviewOperation, caller: Caller, job: Job
    ) -> dict[str, JsonValue]:
        """Begin a draft; the one this socket had before is gone."""
        base = self.current
        if params.base is not None and params.base != base:
            raise VersionConflictError(base=params.base, current=base)
        operation = _operation(params.operation)

        async def before(computing: Job) -> Table:
            return await self.tables.get(base, computing)

        draft = await self._previews.begin(operation, base, before, caller, job)
        return {"draft": draft.id, "summary": operation.sentence(), "columns": drafted_columns(draft)}

    async def _recipe(self, method: str, params: operations.RecipeRequest, job: Job) -> dict[str, JsonValue]:
        history = self.changes.state.history
        path = history.path(self.current if params.version is None else params.version)
        if method == "recipe.code":
            return code_of(path, self._source)
        return recipe_of(path, (await self.tables.get(0, job)).schema, self._source)

    async def _apply_recipe(self, params: operations.ApplyRecipe, caller: Caller) -> JsonValue:
        if params.operation_id in self.changes.state.answers:
            return self.changes.state.answers[params.operation_id]
        with self._jobs.start(READING, socket=caller.socket, request=caller.request, is_read=True) as job:
            table = await self.tables.get(self.current, job)
        change = changes_of(params, table.schema)
        return await self.changes.ask(change, caller, params.operation_id)

    async def _commit(self, params: operations.CommitDraft, caller: Caller) -> JsonValue:
        if params.operation_id in self.changes.state.answers:
            return self.changes.state.answers[params.operation_id]
        draft = self._drafts.claim(params.draft)
        try:
            return await self.changes.ask(c.Publish(draft.id, draft.base), caller, params.operation_id)
        finally:
            self._drafts.release(draft)


def _command(method: str, params: Mutation) -> c.Command | None:
    """Return the change that is asked for, None when it must be prepared first."""
    match params:
        case operations.ApplyOperation():
            return c.Apply((c.Step(_operation(params.operation)),), params.base)
        case operations.Step():
            return c.Go("undo") if method == "history.undo" else c.Go("redo")
        case operations.GoTo():
            return c.Go("go", params.version)
        case operations.Note():
            return c.Annotate(params.version, params.text)
        case session.Rename():
            return c.Rename(params.name)
        case _:
            return None


_LABELS = {
    "table.window": "Arrange rows",
    "column.analyze": "Count values",
    "column.profile": "Look at columns",
    "column.values": "Count values",
    "chart.data": "Draw",
    "table.find": "Find",
    "operation.preview": "Preview",
}


def _operation(message: operations.Operation) -> Operation:
    """Parse an operation; faults are told with their path in the request."""
    try:
        return parse(message.to_wire())
    except DcsError as error:
        raise in_operation(from_dcs(error)) from error
