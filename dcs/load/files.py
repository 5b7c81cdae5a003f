"""Any file that dcs reads: what it is, and who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dcs.load.arrow_files import load_arrow
from dcs.load.chunks import PART_SIZE
from dcs.load.csv import load_csv
from dcs.load.formats import family, file_format
from dcs.load.json import load_json
from dcs.load.options import ImportOptions
from dcs.load.preview import Preview, preview_csv, preview_events
from dcs.load.report import Event, ImportReport, Part, StartAgain
from dcs.load.sheets import detect_sheet, load_sheet
from dcs.load.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dcs.load.chunks import PartSize

DETECT_ALL = ImportOptions()


def load(
    path: Path,
    options: ImportOptions = DETECT_ALL,
    *,
    name: str | None = None,
    size: PartSize = PART_SIZE,
) -> Iterator[Event]:
    """Yield the rows of a file part by part, and at last the report.

    A `StartAgain` makes all parts before it void; types may differ after it. At least one part comes, with no
    rows if the file has none. What a file is, its first bytes say, or the suffix of `name`, which is what the
    person calls it. `.gz`, `.zst` and `.zip` with one file in it are unpacked. Raises `ImportFailedError`
    when the file cannot be read as a table.
    """
    with open_source(path, name=name) as source:
        match family(file_format(source, options)):
            case "text":
                yield from load_csv(source, options, size=size)
            case "json":
                yield from load_json(source, options, size=size)
            case "sheet":
                yield from load_sheet(source, options, size=size)
            case "arrow":
                yield from load_arrow(source, options, size=size)


def read_table(
    path: Path, options: ImportOptions = DETECT_ALL, *, name: str | None = None
) -> tuple[pa.Table, ImportReport]:
    """Return the whole table of a file, and the report of what was read."""
    batches: list[pa.RecordBatch] = []
    for event in load(path, options, name=name):
        match event:
            case Part(rows=rows):
                batches.append(rows)
            case StartAgain():
                batches.clear()
            case ImportReport():
                return pa.Table.from_batches(batches), event
    raise AssertionError("an import ends with its report")


def preview(path: Path, options: ImportOptions = DETECT_ALL, *, name: str | None = None) -> Preview:
    """Return the first rows of a file, and how it would be read."""
    with open_source(path, name=name) as source:
        form = file_format(source, options)
        known = options.model_copy(update={"format": form})
        match family(form):
            case "text":
                return preview_csv(source, options)
            case "json":
                return preview_events(load_json, source, known)
            case "sheet":
                found, sheets = detect_sheet(source, known)
                return preview_events(load_sheet, source, found, sheets)
            case "arrow":
                return preview_events(load_arrow, source, known)
