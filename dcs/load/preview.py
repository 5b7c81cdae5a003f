"""What a file would look like when read as detected, before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dcs.columns import kind_of
from dcs.load.marks import mark_missing
from dcs.load.plan import detect, detect_titles
from dcs.load.report import Part, StartAgain
from dcs.load.rows import parse_block
from dcs.values import to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import JsonValue

    from dcs.columns import Kind
    from dcs.load.options import ImportOptions
    from dcs.load.report import Event
    from dcs.load.source import Source

PREVIEW_ROWS = 100
_JUDGED_ROWS = 1_000


@dataclass(frozen=True)
class Preview:
    """A first look at a file.

    Attributes:
        options: what was said and, for the rest, what was detected.
        sheets: the names of the sheets to choose from; none for files without sheets.
        columns: names and kinds; the whole file may decide otherwise.
        rows: the first rows, 100 at most.

    """

    options: ImportOptions
    rows: pa.RecordBatch
    sheets: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Kind]:
        """Names of the columns and their kinds, as far as samples tell; the whole file may say otherwise."""
        return {field.name: kind_of(field.type) for field in self.rows.schema}

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the preview in JSON form; cells are given column by column."""
        return {
            "options": self.options.to_wire(),
            "sheets": list(self.sheets),
            "columns": [{"name": name, "type": kind} for name, kind in self.columns.items()],
            "cells": [to_wire(column) for column in self.rows.columns],
        }


def preview_events(
    events: Callable[..., Iterator[Event]],
    source: Source,
    options: ImportOptions,
    sheets: tuple[str, ...] = (),
) -> Preview:
    """Look at the first rows that a reader gives; these alone tell the types."""
    batches: list[pa.RecordBatch] = []
    for event in events(source, options, limit=_JUDGED_ROWS):
        match event:
            case Part(rows=rows):
                batches.append(rows)
            case StartAgain():
                batches.clear()
    rows = pa.Table.from_batches(batches).slice(0, PREVIEW_ROWS).combine_chunks()
    first = rows.to_batches() or batches
    return Preview(options, first[0], sheets)


def preview_csv(source: Source, options: ImportOptions) -> Preview:
    """Look at the head of a file of separated text, and at samples from all of it for the types.

    Lines that look like titles are skipped and counted in `skip_lines`; the person may take that back.
    """
    plan = detect(source, options.model_copy(update={"skip_lines": detect_titles(source, options)}))
    dialect = plan.dialect
    found = {
        "format": "tsv" if dialect.separator == "\t" else "csv",
        "encoding": plan.encoding.name,
        "separator": dialect.separator,
        "quote": dialect.quote or "",
        "header": dialect.header,
        "skip_lines": dialect.skip_lines,
    }
    head = [next(iter(plan.pieces(source)))]
    block = next(plan.rows(head).blocks(plan.quoting), None)
    texts = [] if block is None else parse_block(block, plan.layout).columns
    columns = []
    for position, column in enumerate(plan.columns):
        text = texts[position].slice(0, PREVIEW_ROWS) if texts else pa.array([], pa.string())
        text = mark_missing(text, options.missing_values)
        columns.append(column.guess.reading.read(text, exact=not column.asked))
    rows = pa.RecordBatch.from_arrays(columns, [column.name for column in plan.columns])
    return Preview(options.model_copy(update=found), rows)
