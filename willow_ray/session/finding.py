"""Find: the next cell that has a text, row by row from a place on, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from willow_ray.engine import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from dcs.view.condition import Search
    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.session.views import Seen

BLOCK = 250_000
"""Rows looked at by one task: a near match is found soon, a far one is reported on the way."""

Cell = tuple[int, int]
"""Row of the view, and place of the column among those looked at."""


async def find(
    engine: Engine,
    table: Table,
    names: Sequence[str],
    seen: Seen,
    job: Job,
    *,
    search: Search,
    start: Cell,
    backwards: bool,
) -> Cell | None:
    """Return the first cell with the text from `start` on (which is looked at too), or None."""
    slots, packs = await engine.chunks.arguments(table, names, job)
    blocks = list(_blocks(start[0], seen.rows, backwards=backwards))
    for number, (first, end) in enumerate(blocks):
        with job.within(number / len(blocks), (number + 1) / len(blocks)):
            found = await job.result(job.submit(tasks.find, search, first, end, slots, seen.ref, *packs))
        cell = nearest(found, names, start, backwards=backwards)
        if cell is not None:
            return cell
    return None


def nearest(
    found: Mapping[str, npt.NDArray[np.int64]], names: Sequence[str], start: Cell, *, backwards: bool
) -> Cell | None:
    """Return the cell that reading comes to first, of those found from `start` on (or before it)."""
    cells: list[Cell] = []
    for place, name in enumerate(names):
        rows = found[name]
        if backwards:
            index = int(np.searchsorted(rows, start[0] - (place > start[1]), side="right")) - 1
        else:
            index = int(np.searchsorted(rows, start[0] + (place < start[1]), side="left"))
        if 0 <= index < len(rows):
            cells.append((int(rows[index]), place))
    return (max if backwards else min)(cells, default=None)


def _blocks(row: int, rows: int, *, backwards: bool) -> Iterator[tuple[int, int]]:
    if backwards:
        for end in range(min(row + 1, rows), 0, -BLOCK):
            yield max(0, end - BLOCK), end
    else:
        for first in range(row, rows, BLOCK):
            yield first, min(first + BLOCK, rows)
