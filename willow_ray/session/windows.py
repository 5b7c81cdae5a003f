"""Cut windows out of chunks with pyarrow, in the actor: the grid stays alive while all workers are busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dcs.gather import Gathering
from dcs.values import to_wire
from dcs.values.build import number
from willow_ray.protocol.base import MAX_CELL_TEXT, MAX_WINDOW_CELLS
from willow_ray.protocol.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    gathering = Gathering(table.offsets, positions)
    ids = [table.columns[name].chunks[part].id for name in names for part in gathering.parts]
    arrays = iter(await chunks.open(ids, job))
    cells: list[list[JsonValue]] = []
    shortened: list[tuple[int, str]] = []
    for name in names:
        values = gathering.take([next(arrays) for _ in gathering.parts])
        cut_rows = [] if longest is None else _longer(values, longest)
        column = to_wire(values)
        for row in cut_rows:
            column[row] = str(column[row])[:longest]
        cells.append(column)
        shortened += [(first_row + row, name) for row in cut_rows]
    return cells, shortened


def _longer(values: pa.Array, longest: int) -> list[int]:
    """Return the places of texts with more code points than `longest`."""
    if values.type != "string" or values.nbytes <= longest:
        return []
    found: list[int] = pc.indices_nonzero(
        pc.greater(pc.utf8_length(values), number(longest, pa.int32()))
    ).to_pylist()
    return found
