"""Cut windows out of chunks with pyarrow, in the actor: the grid stays alive while all workers are busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from dcs.gather import indices
from dcs.values import to_wire
from willow_ray.protocol.base import MAX_CELL_TEXT, MAX_WINDOW_CELLS
from willow_ray.protocol.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from pydantic import JsonValue

    from dcs.gather import Positions
    from willow_ray.engine.chunks import ChunkStore
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table


def require_size(rows: int, columns: int) -> None:
    """Refuse a window with more cells than are promised to work."""
    if rows * columns > MAX_WINDOW_CELLS:
        raise TooLargeError(
            f"A window may have {MAX_WINDOW_CELLS:,} cells; {rows} rows of {columns} columns are more.",
            {"limit": MAX_WINDOW_CELLS},
        )


async def cut(
    chunks: ChunkStore,
    table: Table,
    names: Sequence[str],
    positions: Positions,
    job: Job,
    *,
    first_row: int = 0,
    longest: int | None = MAX_CELL_TEXT,
) -> tuple[list[list[JsonValue]], list[tuple[int, str]]]:
    """Return the cells at some positions, column by column, in wire form, and the places of cut texts.

    `first_row` is the row of the view that the first position is shown in. Text longer than `longest` code
    points is cut, unless that is None.
    """
    parts = np.searchsorted(np.asarray(table.offsets[1:-1]), positions, side="right")
    wanted = [int(part) for part in np.unique(parts)] if len(positions) else []
    ids = [table.columns[name].chunks[part].id for name in names for part in wanted]
    arrays = iter(await chunks.open(ids, job))
    cells: list[list[JsonValue]] = []
    shortened: list[tuple[int, str]] = []
    for name in names:
        by_part = {part: next(arrays) for part in wanted}
        column, cut_rows = _column(by_part, parts, positions, table.offsets, longest)
        cells.append(column)
        shortened += [(first_row + row, name) for row in cut_rows]
    return cells, shortened


def _column(
    by_part: dict[int, pa.Array],
    parts: Positions,
    positions: Positions,
    offsets: Sequence[int],
    longest: int | None,
) -> tuple[list[JsonValue], list[int]]:
    cells: list[JsonValue] = [None] * len(positions)
    cut_rows: list[int] = []
    for part, array in by_part.items():
        rows = np.flatnonzero(parts == part)
        values = array.take(indices(positions[rows] - offsets[part]))
        if longest is not None and values.type == "string":
            values = pc.utf8_slice_codeunits(values, 0, longest + 1)
        for row, value in zip(rows.tolist(), to_wire(values), strict=True):
            if longest is not None and isinstance(value, str) and len(value) > longest:
                cut_rows.append(row)
                cells[row] = value[:longest]
            else:
                cells[row] = value
    return cells, sorted(cut_rows)
