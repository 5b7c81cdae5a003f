"""Which rows a view shows, and in what order: computed once per version and view, then kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from dcs.clean.rows import FilterRows
from dcs.errors import DcsError, InvalidParametersError
from dcs.view import view as dcs_view
from willow_ray.engine import tasks
from willow_ray.engine.masks import NO_MASKS
from willow_ray.engine.sharing import Shared
from willow_ray.protocol.errors import InvalidParamsError, from_dcs

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ray import ObjectRef

    from dcs.columns import Schema
    from dcs.gather import Positions
    from dcs.operation import SelectionOperation
    from dcs.view.sort import SortKey
    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.protocol.views import View
    from willow_ray.session.turns import Turns


@dataclass(frozen=True)
class Seen:
    """The rows of a view; without `positions` they are all rows in the order of the table.

    Attributes:
        rows: how many.
        positions: their positions in the version, mapped from the object store; None for all.
        ref: the same in the object store, for tasks; None for all.

    """

    rows: int
    positions: Positions | None = None
    ref: ObjectRef | None = None

    @property
    def bytes(self) -> int:
        """How much of the object store the positions take."""
        return 0 if self.positions is None else self.positions.nbytes

    def window(self, row: int, count: int) -> Positions:
        """Return the positions of the rows shown from `row` on, as many as there are."""
        end = min(row + count, self.rows)
        if self.positions is None:
            return np.arange(min(row, end), end, dtype=np.int64)
        return self.positions[row:end]


class Views:
    """Rows of views, remembered for the views used last.

    Args:
        engine: runs the tasks.
        turns: who may run them.
        remembered_bytes: how much of the object store the positions may take.

    """

    def __init__(self, engine: Engine, turns: Turns, *, remembered_bytes: int) -> None:
        self._engine = engine
        self._turns = turns
        self._remembered_bytes = remembered_bytes
        self._known: OrderedDict[Hashable, Seen] = OrderedDict()
        self._coming: Shared[Seen] = Shared()

    async def rows(self, key: Hashable, table: Table, view: View | None, job: Job) -> Seen:
        """Return the rows of a view of the table that `key` names.

        Requests for rows that are being computed wait for the same work.
        """
        if view is None or not view.chooses:
            return Seen(table.rows)
        keyed = (key, view.model_dump_json())
        if keyed in self._known:
            self._known.move_to_end(keyed)
            return self._known[keyed]
        checked = self._checked(table.schema, view)
        where = None if checked.where is None else FilterRows(where=checked.where)
        keys = checked.sort

        async def compute(computing: Job) -> Seen:
            async with self._turns.turn():
                seen = await self._compute(table, where, keys, computing)
            self._remember(keyed, seen)
            return seen

        return await self._coming.get(keyed, job, compute)

    def reads(self, schema: Schema, view: View) -> tuple[str, ...]:
        """Return the columns that decide which rows are shown where, or refuse the view."""
        return self._checked(schema, view).reads(schema)

    def forget(self, key: Hashable) -> None:
        """Drop what is known of the views of one table."""
        for keyed in [keyed for keyed in self._known if keyed[0] == key]:  # type: ignore[index]
            del self._known[keyed]

    def lost(self, object_id: str) -> None:
        """Forget a view whose rows the object store has lost."""
        for keyed, seen in list(self._known.items()):
            if seen.ref is not None and seen.ref.hex() == object_id:
                del self._known[keyed]

    def _checked(self, schema: Schema, view: View) -> dcs_view.View:
        try:
            checked = dcs_view.View.model_validate(view.model_dump())
            checked.check(schema)
        except ValidationError as error:
            raise _in_view(InvalidParametersError.from_validation(error, what="view")) from error
        except DcsError as error:
            raise _in_view(error) from error
        return checked

    async def _compute(
        self, table: Table, where: SelectionOperation | None, keys: tuple[SortKey, ...], job: Job
    ) -> Seen:
        chunks = self._engine.chunks
        sorted_by = tuple(dict.fromkeys(key.column for key in keys))
        if where is not None and not where.chunkwise:
            with job.within(0, 0.6):
                state = await self._engine.learned(where, table, job)
                count, positions = await self._engine.positions(where, table, job, state)
            if keys:
                slots, packs = await chunks.arguments(table, sorted_by, job)
                positions = job.submit(tasks.reorder, keys, slots, positions, *packs)
            with job.within(0.6, 1):
                return Seen(count, await job.result(positions), positions)
        masks = NO_MASKS
        if where is not None:
            with job.within(0, 0.6):
                state = await self._engine.learned(where, table, job)
                masks = await self._engine.masks(where, table, job, state)
        slots, packs = await chunks.arguments(table, sorted_by, job)
        places, packs = masks.arguments(0, len(masks.places), packs)
        returns = job.submit(tasks.order, keys, slots, places, *packs)
        with job.within(0.6 if places else 0, 1):
            (count,) = await job.results([returns])
        return Seen(count, await job.fetch(returns[1]), returns[1])

    def _remember(self, keyed: Hashable, seen: Seen) -> None:
        self._known[keyed] = seen
        kept = sum(one.bytes for one in self._known.values())
        while kept > self._remembered_bytes and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            kept -= oldest.bytes


def _in_view(error: DcsError) -> Exception:
    """Say where in the request a fault of the view is."""
    fields = getattr(error, "fields", None)
    if fields is not None:
        return InvalidParamsError([(f"view.{path}", message) for path, message in fields], what="view")
    translated = from_dcs(error)
    for field in translated.data.get("fields", ()):  # type: ignore[union-attr]
        field["path"] = f"view.{field['path']}"  # type: ignore[index, call-overload]
    return translated
