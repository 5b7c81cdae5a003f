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
from willow_ray.session.windows import cut, require_size

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from pydantic import JsonValue

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol import table as wire
    from willow_ray.protocol.charts import ChartRequest
    from willow_ray.protocol.views import View
    from willow_ray.session.drafts import Drafts
    from willow_ray.session.history import History
    from willow_ray.session.results import Results
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
        engine: Engine,
        turns: Turns,
        results: Results,
    ) -> None:
        self._history = history
        self._tables = tables
        self._drafts = drafts
        self._views = views
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
        key, table = await self._table(params.version, params.draft, job)
        names = tuple(table.columns) if params.columns is None else params.columns
        if len(names) > MAX_WINDOW_COLUMNS:
            raise TooLargeError(
                f"A window may have {MAX_WINDOW_COLUMNS} columns; name those that are needed.",
                {"limit": MAX_WINDOW_COLUMNS},
            )
        require_size(params.count, len(names))
        require_columns(table, names, field="columns")
        seen = await self._views.rows(key, table, params.view, job)
        positions = seen.window(params.row, params.count)
        cells, shortened = await cut(self._engine.chunks, table, names, positions, job, first_row=params.row)
        return {
            "version": None if params.draft is not None else key,
            "total_rows": seen.rows,
            "row": params.row,
            "rows": positions.tolist(),
            "columns": list(names),
            "cells": cells,
            "cut": [[row, name] for row, name in shortened],
        }

    async def cell(self, params: wire.CellRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `cell.get`."""
        key, table = await self._table(params.version, None, job)
        require_column(table, params.column, field="column")
        seen = await self._views.rows(key, table, params.view, job)
        if params.row >= seen.rows:
            sentence = f"There is no row {params.row}; the view has {seen.rows} rows."
            raise from_dcs(NotApplicableError(sentence, field="row"))
        positions = seen.window(params.row, 1)
        cells, _ = await cut(self._engine.chunks, table, [params.column], positions, job, longest=None)
        return {"value": cells[0][0]}

    async def analyze(self, params: wire.AnalyzeRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `column.analyze`."""
        key, table = await self._table(None, None, job)
        require_column(table, params.column, field="column")
        return await self._look(
            tasks.analyze,
            params.column,
            table=table,
            names=[params.column],
            view=(key, params.view),
            job=job,
        )

    async def profile(self, params: wire.ProfileRequest, job: Job) -> dict[str, JsonValue]:
        """Answer `column.profile`: those not known yet all at once, narrow columns together."""
        _, table = await self._table(None, None, job)
        require_columns(table, params.columns, field="columns")
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
        key, table = await self._table(None, None, job)
        require_column(table, params.column, field="column")
        page = tasks.FacetPage(params.search, params.order, params.start, params.count)
        return await self._look(
            tasks.facet,
            page,
            params.column,
            table=table,
            names=[params.column],
            view=(key, params.view),
            job=job,
        )

    async def find(self, params: wire.FindRequest, job: Job) -> dict[str, JsonValue] | None:
        """Answer `table.find`."""
        key, table = await self._table(None, None, job)
        names = tuple(table.columns) if params.columns is None else params.columns
        require_columns(table, names, field="columns")
        require_column(table, params.start.column, field="from.column")
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
            seen = await self._views.rows(key, table, params.view, job)
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
        key, table = await self._table(None, None, job)
        try:
            chart = parse_chart(params.chart())
            chart.check(table.schema)
        except DcsError as error:
            raise from_dcs(error) from error
        names = chart.reads(table.schema)
        view = (key, params.view)
        return await self._look(tasks.chart, chart, table=table, names=names, view=view, job=job)

    async def _look(
        self,
        task: Any,
        *asked: Hashable,
        table: Table,
        names: Sequence[str],
        view: tuple[Hashable, View | None],
        job: Job,
    ) -> dict[str, JsonValue]:
        """Let a task look at columns as a view shows them; remember what it found by the chunks it was of."""
        key, rows = view
        with job.within(0, 0.3 if rows else 0):
            seen = await self._views.rows(key, table, rows, job)
        chunks = tuple(chunk.id for name in names for chunk in table.columns[name].chunks)
        identity = (task, asked, chunks, None if seen.ref is None else seen.ref.hex())
        if identity in self._results:
            known: dict[str, JsonValue] = self._results[identity]
            return known

        async def look(looking: Job) -> dict[str, JsonValue]:
            async with self._turns.turn():
                slots, packs = await self._engine.chunks.arguments(table, names, looking)
                counted: dict[str, JsonValue] = await looking.result(
                    looking.submit(task, *asked, slots, seen.ref, *packs)
                )
            self._results[identity] = counted
            return counted

        with job.within(0.3 if rows else 0, 1):
            found: dict[str, JsonValue] = await self._looks.get(identity, job, look)
        return found

    async def _table(self, version: int | None, draft: str | None, job: Job) -> tuple[Hashable, Table]:
        """Return the table that is meant, and what its views are known by."""
        if draft is not None:
            table = self._drafts[draft].table
            if not self._engine.chunks.within_reach(table):
                self._drafts.drop(draft)
                raise UnknownVersionError(draft)
            return draft, table
        number = self._history.current if version is None else self._history[version].number
        return number, await self._tables.get(number, job)


def require_column(table: Table, name: str, *, field: str) -> None:
    """Refuse a name that no column has."""
    if name not in table.columns:
        raise from_dcs(ColumnNotFoundError(name, table.columns, field=field))


def require_columns(table: Table, names: Sequence[str], *, field: str) -> None:
    """Refuse names that no column has, saying which of them."""
    for index, name in enumerate(names):
        require_column(table, name, field=f"{field}.{index}")


def columns_of(table: Table) -> list[JsonValue]:
    """Return the columns as in `session.describe`."""
    return [
        {"name": name, "type": kind_of(column.type), "missing": column.missing}
        for name, column in table.columns.items()
    ]
