"""Reads JSON, JSON Lines and GeoJSON: objects become rows, their members columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.errors import ImportFailedError
from dcs.load.cells import CellTable
from dcs.load.chunks import PART_SIZE
from dcs.load.encoding import Utf8Pieces, detect_encoding
from dcs.load.json_records import JsonRecords, cells_of
from dcs.load.json_text import JsonText
from dcs.load.names import column_names
from dcs.load.notes import counted
from dcs.load.report import MAX_REJECTED_LISTED, ImportReport, Progress
from dcs.load.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.load.cells import Cell, Key
    from dcs.load.chunks import PartSize
    from dcs.load.options import ImportOptions
    from dcs.load.report import Event
    from dcs.load.source import Source

BATCH_ROWS = 10_000
_PIECE_BYTES = 1 << 20


def load_json(
    source: Source, options: ImportOptions, *, size: PartSize = PART_SIZE, limit: int | None = None
) -> Iterator[Event]:
    """Yield the rows of a JSON file, and at last the report; of the first `limit` records only, if given.

    Nested objects become columns `a.b`, lists their JSON text; a key that an object lacks is missing. Text is
    taken as dates where all of a column reads as such, and never as numbers.
    """
    encoding = detect_encoding(source, options.encoding)
    pieces = Utf8Pieces(source, encoding, piece_bytes=_PIECE_BYTES)
    text = JsonText(pieces)
    records = JsonRecords(text, lines=options.format == "jsonl" or None)
    with Spool(source.beside) as spool:
        table = CellTable(spool, options, dates_in_text=True)
        batch = _Batch()
        for count, (line, record) in enumerate(records, start=1):
            batch.add(cells_of(record), line)
            if len(batch.lines) == BATCH_ROWS:
                table.add(batch.columns, batch.lines)
                batch = _Batch()
                yield Progress(pieces.fraction / 2)
            if count == limit:
                break
        if batch.lines:
            table.add(batch.columns, batch.lines)
        if not table.keys:
            raise ImportFailedError("The file holds no records.")
        names = column_names([".".join(key) for key in table.keys], len(table.keys))
        yield from table.parts(names, size=size, start=0.5)
        yield ImportReport(
            rows_read=spool.rows,
            rows_rejected=len(records.rejected),
            rejected=tuple(records.rejected[:MAX_REJECTED_LISTED]),
            columns=table.report(),
            notes=tuple(_notes(records, text, pieces, table.rows_kept if options.sample else None)),
        )


class _Batch:
    """Rows on their way into columns; what a row lacks is missing."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self._columns: dict[Key, list[Cell]] = {}

    @property
    def columns(self) -> dict[Key, list[Cell]]:
        """The columns, all of one length."""
        for column in self._columns.values():
            _fill(column, len(self.lines))
        return self._columns

    def add(self, cells: dict[Key, Cell], line: int) -> None:
        """Add one row."""
        for key, cell in cells.items():
            column = self._columns.setdefault(key, [])
            _fill(column, len(self.lines))
            column.append(cell)
        self.lines.append(line)


def _fill(column: list[Cell], length: int) -> None:
    column.extend([None] * (length - len(column)))


def _notes(records: JsonRecords, text: JsonText, pieces: Utf8Pieces, sampled: int | None) -> Iterator[str]:
    if pieces.replaced:
        yield f"{pieces.replaced:,} characters could not be decoded and are \ufffd now."
    if records.left_out:
        yield f"Left out, because it is not among the records: {', '.join(records.left_out)}."
    if text.repeated_keys:
        yield f"A key came twice in an object {counted(text.repeated_keys, 'time')}; the last value counts."
    if sampled is not None:
        yield f"A sample: {sampled:,} rows were kept."
