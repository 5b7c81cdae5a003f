"""Groups by Arrow's own hashing and sums: for long tables of few groups, where these are close enough.

Rows are grouped some at a time, on several processors, and then the groups of these, so that results depend
neither on chunks nor on the number of processors.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dcs.clean.arrow_ways import ROWS, way_of
from dcs.parts import at_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dcs.clean.aggregates import Function
    from dcs.clean.arrow_ways import Column

PART_ROWS = 1 << 18
"""So many rows are grouped at a time; shorter tables are done soon in any way."""

SAMPLES, SAMPLE_ROWS = 16, (1_000, 4_000)
"""Runs of rows from all over a table that tell few groups from many, and the least and most rows in each.

In between, a 16th of the rows is looked at.
"""


def grouped_by_arrow(
    by: Sequence[Column], wanted: Sequence[tuple[Function, Column | None]]
) -> list[Column] | None:
    """Return the distinct rows of some columns, in order, and what each function makes of their groups.

    Functions are those of `aggregate`; count has no column where it counts rows. None where rows are few or
    groups are many, or something is wanted that Arrow does not make as exactly.
    """
    if any(pa.types.is_floating(column.type) for column in by) or not _has_few_groups(by):
        return None
    ways = [ROWS if column is None else way_of(function, column) for function, column in wanted]
    sure = [way for way in ways if way is not None]
    if len(sure) < len(ways):
        return None
    functions = [*chain.from_iterable(way.functions for way in sure)]
    is_key = by[0].is_valid()  # which is there for each row
    columns = [is_key if column is None else column for _, column in wanted]

    def of_part(start: int) -> pa.Table:
        part = {id(column): column.slice(start, PART_ROWS) for column in (*by, is_key, *columns)}
        keys, values = ([part[id(column)] for column in some] for some in (by, columns))
        terms = (way.terms(own, part[id(is_key)]) for way, own in zip(sure, values, strict=True))
        return _aggregated([*keys, *chain.from_iterable(terms)], functions)

    parts = pa.concat_tables(at_once(of_part, range(0, len(is_key), PART_ROWS)))
    merging = ["sum" if function == "count" else function for function in functions]
    groups = _aggregated(parts.columns, merging)
    order = [(name, "ascending") for name in groups.column_names[: len(by)]]
    totals: list[Column] = groups.sort_by(order).columns
    found, made = totals[: len(by)], iter(totals[len(by) :])
    for way in sure:
        column = way.result(*(next(made) for _ in way.functions))
        if column is None:
            return None
        found.append(column)
    return found


def _has_few_groups(by: Sequence[Column]) -> bool:
    """Judge by runs of rows whether groups are few: of many, most rows of the runs would be distinct."""
    rows = len(by[0])
    if rows < PART_ROWS:
        return False
    keys = _table(by)
    step = rows // SAMPLES
    length = np.clip(step // 16, *SAMPLE_ROWS).item()
    runs = pa.concat_tables(keys.slice(start, length) for start in range(0, rows, step))
    distinct: pa.Table = runs.group_by(runs.column_names, use_threads=False).aggregate([])
    return 2 * len(distinct) < len(runs)


def _aggregated(columns: Sequence[Column], functions: Sequence[str]) -> pa.Table:
    """Return the groups by the first of the columns, and what each function makes of one of the others."""
    keys = len(columns) - len(functions)
    table = _table(columns)
    names = table.column_names
    first = {id(column): name for column, name in zip(columns[::-1], names[::-1], strict=True)}
    wanted = [
        (first[id(column)], function) for column, function in zip(columns[keys:], functions, strict=True)
    ]
    found = table.group_by(names[:keys], use_threads=False).aggregate([*dict.fromkeys(wanted)])
    return found.select([*names[:keys], *(f"{term}_{function}" for term, function in wanted)])


def _table(columns: Iterable[Column]) -> pa.Table:
    return pa.table({str(place): column for place, column in enumerate(columns)})
