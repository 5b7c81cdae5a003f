"""Looking at columns: order, statistics, facets, charts, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import ray

from dcs.gather import Gathering
from willow_ray.engine.arrays import kept_rows, narrowed, one_array, positions_of
from willow_ray.engine.tasks.refusing import refusing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from pydantic import JsonValue

    from dcs.analyze.charts.base import Chart
    from dcs.analyze.facet import CountedColumn, FacetOrder
    from dcs.gather import Positions
    from dcs.view.condition import Search
    from dcs.view.sort import SortKey
    from willow_ray.engine.packs import Pack, Slot, Slots


@dataclass(frozen=True)
class FacetPage:
    """Which values of a facet: those that contain `search`, from number `start` on, at most `count`."""

    search: str | None
    order: FacetOrder
    start: int
    count: int


@ray.remote(max_retries=3, num_returns=2)
@refusing
def order(
    keys: Sequence[SortKey], slots: Slots, masks: Sequence[Slot], *packs: Pack
) -> tuple[int, Positions]:
    """Put rows in order, those only that masks keep (all, without masks): how many, and their positions."""
    from dcs.view.sort import sort_positions  # noqa: PLC0415 - only workers sort

    columns = slots.table(packs)
    if not masks:
        positions = sort_positions(columns, keys)
        return len(positions), narrowed(positions, slots.rows)
    staying = [packs[slot.pack][slot.index] for slot in masks]
    kept = kept_rows(staying)
    if not keys:
        return len(kept), kept
    mask = pa.chunked_array(staying, pa.bool_())
    chosen = {name: column.filter(mask) for name, column in columns.items()}
    return len(kept), kept[sort_positions(chosen, keys)]


@ray.remote(max_retries=3)
@refusing
def reorder(keys: Sequence[SortKey], slots: Slots, positions: Positions, *packs: Pack) -> Positions:
    """Put the rows at some positions in order."""
    from dcs.view.sort import sort_positions  # noqa: PLC0415 - only workers sort

    columns = {name: _seen(name, slots, positions, packs) for name in slots.columns}
    ordered: Positions = positions[sort_positions(columns, keys)]
    return ordered


@ray.remote(max_retries=3)
@refusing
def analyze(name: str, slots: Slots, positions: Positions | None, *packs: Pack) -> dict[str, JsonValue]:
    """Return all statistics of a column, of the rows at `positions` only unless None."""
    from dcs.analyze import analyze as statistics  # noqa: PLC0415 - only workers count

    return statistics(_seen(name, slots, positions, packs))


@ray.remote(max_retries=3)
@refusing
def profile(slots: Slots, *packs: Pack) -> dict[str, dict[str, JsonValue]]:
    """Return what the headers of columns show."""
    from dcs.analyze import profile as glance  # noqa: PLC0415 - only workers count

    return {name: glance(column) for name, column in slots.table(packs).items()}


@ray.remote(max_retries=3, num_returns=2)
@refusing
def count(name: str, slots: Slots, positions: Positions | None, *packs: Pack) -> tuple[int, CountedColumn]:
    """Count the values of a column: the bytes that the counts take, and the counts."""
    from dcs.analyze import count_column  # noqa: PLC0415 - only workers count

    counted = count_column(_seen(name, slots, positions, packs))
    return counted.nbytes, counted


@ray.remote(max_retries=3)
@refusing
def facet(page: FacetPage, counted: CountedColumn) -> dict[str, JsonValue]:
    """Return a page of the values of a column with their counts."""
    return counted.page(search=page.search, order=page.order, start=page.start, count=page.count)


@ray.remote(max_retries=3)
@refusing
def chart(asked: Chart, slots: Slots, positions: Positions | None, *packs: Pack) -> dict[str, JsonValue]:
    """Return the data of a chart."""
    return asked.data({name: _seen(name, slots, positions, packs) for name in slots.columns})


@ray.remote(max_retries=3)
@refusing
def find(
    searched: Search, first: int, end: int, slots: Slots, positions: Positions | None, *packs: Pack
) -> dict[str, npt.NDArray[np.int64]]:
    """Look for a text in the rows `first` to `end` of a view: for each column the rows that have it."""
    from dcs.view.searching import searched as rows_with  # noqa: PLC0415 - only workers search

    rows = np.arange(first, end) if positions is None else positions[first:end]
    gathering = Gathering(slots.offsets, rows)
    found = {}
    for name in slots.columns:
        taken = gathering.take_from(slots.chunks(name, packs))
        found[name] = first + positions_of(one_array(rows_with([pa.chunked_array([taken])], searched)))
    return found


def _seen(name: str, slots: Slots, positions: Positions | None, packs: Sequence[Pack]) -> pa.ChunkedArray:
    """Return a column as a view shows it."""
    if positions is None:
        return slots.column(name, packs)
    taken = Gathering(slots.offsets, positions).take_from(slots.chunks(name, packs))
    return pa.chunked_array([taken])
