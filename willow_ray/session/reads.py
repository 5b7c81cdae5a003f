"""What a session answers without changing: windows, statistics, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dcs.analyze.charts import parse_chart
from dcs.columns import kind_of
from dcs.errors import ColumnNotFoundError, DcsError, NotApplicableError
from dcs.regex import check_pattern
from dcs.view.condition import Search
from willow_ray.engine import tasks
from willow_ray.engine.sharing import Shared
from willow_ray.protocol.base import MAX_WINDOW_COLUMNS
from willow_ray.protocol.errors import TooLargeError, UnknownVersionError, from_dcs
from willow_ray.session.finding import find
from willow_ray.session.subjects import Whole
from willow_ray.session.views import Seen
from willow_ray.session.windows import cut, require_size

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence

    from pydantic import JsonValue

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol import table as wire
    from willow_ray.protocol.charts import ChartRequest
    from willow_ray.protocol.views import View
    from willow_ray.session.drafts import Drafts
    from willow_ray.session.facets import Facets
    from willow_ray.session.history import History
    from willow_ray.session.results import Results
    from willow_ray.session.subjects import Subject
    from willow_ray.session.tables import Tables
    from willow_ray.session.turns import Turns
    from willow_ray.session.views import Views


class Reads:
    """Looks at versions and drafts.

    Args:
        history: knows the current version.
        tables: has the chunks of versions.
        drafts: has the chunks of drafts.
        views: knows which rows a view shows.
        facets: knows the counted values of columns.
        engine: counts.
        turns: who may run tasks.
        results: remembers what was counted, by the identity of chunks.

    """

    def __init__(
        self,
        *,
        history: History,
        tables: Tables,
        drafts: Drafts,
        views: Views,
        facets: Facets,
        engine: Engine,
        turns: Turns,
        results: Results,
    ) -> None:
        self._history = history
        self._tables = tables
        self._drafts = drafts
        self._views = views
        self._facets = facets
        self._engine = engine
        self._turns = turns
        self._results = results
        self._looks: Shared[Any] = Shared()
        self.methods: dict[str, Callable[[Any, Job], Awaitable[JsonValue]]] = {
            "table.window": self.window,
            "cell.get": self.cell,
            "table.find": self.find,
            "column.profile": self.profile,
            "column.analyze": self.analyze,
            "column.values": self.facet,
            "chart.data": self.chart,
        }

    async def window(self, params: wire.WindowRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `table.window`."""
        subject = await self._subject(params, job)
        names = tuple(subject.schema) if params.columns is None else params.columns
        if len(names) > MAX_WINDOW_COLUMNS:
            raise TooLargeError(
                f"A window may have {MAX_WINDOW_COLUMNS} columns; name those that are needed.",
                {"limit": MAX_WINDOW_COLUMNS},
            )
        require_size(params.count, len(names))
        require_columns(subject.schema, names, field="columns")
        seen = await self._seen(subject, params.view, job)
        positions = seen.window(params.row, params.count)
        table, places = await subject.at(names, positions)
        cells, shortened = await cut(self._engine.chunks, table, names, places, job, first_row=params.row)
        return {
            "version": None if params.draft is not None else subject.key,
            "total_rows": seen.rows,
            "row": params.row,
            "rows": positions.tolist(),
            "columns": list(names),
            "cells": cells,
            "cut": [[row, name] for row, name in shortened],
        }

    async def cell(self, params: wire.CellRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `cell.get`."""
        subject = await self._subject(params, job)
        require_column(subject.schema, params.column, field="column")
        seen = await self._seen(subject, params.view, job)
        if params.row >= seen.rows:
            sentence = f"There is no row {params.row}; the view has {seen.rows} rows."
            raise from_dcs(NotApplicableError(sentence, field="row"))
        table, places = await subject.at([params.column], seen.window(params.row, 1))
        cells, _ = await cut(self._engine.chunks, table, [params.column], places, job, longest=None)
        return {"value": cells[0][0]}

    async def analyze(self, params: wire.AnalyzeRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `column.analyze`."""
        subject = await self._subject(params, job)
        require_column(subject.schema, params.column, field="column")
        return await self._count(
            tasks.analyze, params.column, subject=subject, names=[params.column], view=params.view, job=job
        )

    async def profile(self, params: wire.ProfileRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `column.profile`: those not known yet all at once, narrow columns together."""
        subject = await self._subject(params, job)
        require_columns(subject.schema, params.columns, field="columns")
        table = await subject.columns(params.columns)
        chunks = {name: (tasks.profile, table.columns[name].chunks) for name in params.columns}
        known = {name: self._results[key] for name, key in chunks.items() if key in self._results}
        absent = tuple(name for name in chunks if name not in known)

        async def look(looking: Job) -> dict[str, JsonValue]:
            async with self._turns.turn():
                returns = []
                for group in self._engine.sizes.groups(table, absent, table.rows):
                    slots, packs = await self._engine.chunks.arguments(table, group, looking)
                    returns.append([looking.submit(tasks.profile, slots, *packs)])
                found = await looking.results(returns)
            return {name: one for profiles in found for name, one in profiles.items()}

        if absent:
            identity = (tasks.profile, tuple(chunks[name] for name in absent))
            found = await self._looks.get(identity, job, look)
            for name in absent:
                self._results[chunks[name]] = found[name]
            known |= found
        return {name: known[name] for name in params.columns}

    async def facet(self, params: wire.FacetRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `column.values`."""
        subject = await self._subject(params, job)
        require_column(subject.schema, params.column, field="column")
        page = tasks.FacetPage(params.search, params.order, params.start, params.count)

        async def look(table: Table, seen: Seen, looking: Job) -> dict[str, JsonValue]:
            return await self._facets.page(page, params.column, table, seen, looking)

        return await self._look(
            (tasks.facet, page), look, subject=subject, names=[params.column], view=params.view, job=job
        )

    async def find(self, params: wire.FindRequest, job: Job) -> dict[str, JsonValue] | None:
        """Answer `table.find`."""
        subject = await self._subject(params, job)
        names = tuple(subject.schema) if params.columns is None else params.columns
        require_columns(subject.schema, names, field="columns")
        require_column(subject.schema, params.start.column, field="from.column")
        search = Search(
            search=params.text,
            columns=names,
            regex=params.regex,
            case_sensitive=params.case_sensitive,
        )
        try:
            if params.regex:
                check_pattern(params.text, field="text")
        except DcsError as error:
            raise from_dcs(error) from error
        with job.within(0, 0.2):
            seen = await self._seen(subject, params.view, job)
        table = await subject.columns(names)
        place = names.index(params.start.column) if params.start.column in names else 0
        async with self._turns.turn():
            with job.within(0.2, 1):
                cell = await find(
                    self._engine,
                    table,
                    names,
                    seen,
                    job,
                    search=search,
                    start=(params.start.row, place),
                    backwards=params.backwards,
                )
        return None if cell is None else {"row": cell[0], "column": names[cell[1]]}

    async def chart(self, params: ChartRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `chart.data`."""
        subject = await self._subject(params, job)
        try:
            chart = parse_chart(params.chart())
            chart.check(subject.schema)
        except DcsError as error:
            raise from_dcs(error) from error
        names = chart.reads(subject.schema)
        return await self._count(tasks.chart, chart, subject=subject, names=names, view=params.view, job=job)

    async def _count(
        self,
        task: Any,
        asked: Hashable,
        *,
        subject: Subject,
        names: Sequence[str],
        view: View | None,
        job: Job,
    ) -> dict[str, JsonValue]:
        """Let a task look at columns as a view shows them."""

        async def look(table: Table, seen: Seen, looking: Job) -> dict[str, JsonValue]:
            slots, packs = await self._engine.chunks.arguments(table, names, looking)
            counted: dict[str, JsonValue] = await looking.result(
                looking.submit(task, asked, slots, seen.ref, *packs)
            )
            return counted

        return await self._look((task, asked), look, subject=subject, names=names, view=view, job=job)

    async def _look(
        self,
        what: Hashable,
        look: Callable[[Table, Seen, Job], Awaitable[dict[str, JsonValue]]],
        *,
        subject: Subject,
        names: Sequence[str],
        view: View | None,
        job: Job,
    ) -> dict[str, JsonValue]:
        """Look at columns as a view shows them; what is found is remembered by the chunks it is of."""
        with job.within(0, 0.3 if view else 0):
            seen = await self._seen(subject, view, job)
        table = await subject.columns(names)
        chunks = tuple(chunk.id for name in names for chunk in table.columns[name].chunks)
        identity = (what, chunks, None if seen.ref is None else seen.ref.hex())
        if identity in self._results:
            known: dict[str, JsonValue] = self._results[identity]
            return known

        async def look_once(looking: Job) -> dict[str, JsonValue]:
            async with self._turns.turn():
                self._results[identity] = found = await look(table, seen, looking)
            return found

        with job.within(0.3 if view else 0, 1):
            found: dict[str, JsonValue] = await self._looks.get(identity, job, look_once)
        return found

    async def _seen(self, subject: Subject, view: View | None, job: Job) -> Seen:
        """Return the rows that a view shows."""
        if view is None or not view.chooses:
            return Seen(subject.rows)
        table = await subject.columns(self._views.reads(subject.schema, view))
        return await self._views.rows(subject.key, table, view, job)

    async def _subject(self, asked: wire.OfVersion, job: Job) -> Subject:
        """Return what is to be looked at."""
        if asked.draft is not None:
            draft = self._drafts[asked.draft]
            if draft.outcome is not None and not self._engine.chunks.within_reach(draft.outcome.table):
                self._drafts.drop(asked.draft)
                raise UnknownVersionError(asked.draft)
            return draft
        number = self._history.current if asked.version is None else self._history[asked.version].number
        return Whole(number, await self._tables.get(number, job))


def require_column(schema: Collection[str], name: str, *, field: str) -> None:
    """Refuse a name that no column has."""
    if name not in schema:
        raise from_dcs(ColumnNotFoundError(name, schema, field=field))


def require_columns(schema: Collection[str], names: Sequence[str], *, field: str) -> None:
    """Refuse names that no column has, saying which of them."""
    for index, name in enumerate(names):
        require_column(schema, name, field=f"{field}.{index}")


def columns_of(table: Table) -> list[JsonValue]:
    """Return the columns as in `session.describe`."""
    return [
        {"name": name, "type": kind_of(column.type), "missing": column.missing}
        for name, column in table.columns.items()
    ]
