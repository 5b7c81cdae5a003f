"""Reads sheets of spreadsheets: xlsx, xls, xlsb and ods."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from dcs.errors import ImportFailedError, near_names
from dcs.load.cells import CellTable, spelled
from dcs.load.chunks import PART_SIZE
from dcs.load.header import Row, count_titles, looks_like_header
from dcs.load.names import column_names
from dcs.load.notes import counted, titles_note
from dcs.load.report import ImportReport, Progress
from dcs.load.sheet_errors import count_error_cells, is_encrypted
from dcs.load.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from python_calamine import CalamineSheet

    from dcs.load.cells import Cell, Key
    from dcs.load.chunks import PartSize
    from dcs.load.options import ImportOptions
    from dcs.load.report import Event
    from dcs.load.source import Source

BATCH_ROWS = 10_000
_HEAD_ROWS = 1_000

SheetRow: TypeAlias = tuple[int, list["Cell"]]
"""The number of a row in its sheet, from 1, and its cells."""


def load_sheet(
    source: Source, options: ImportOptions, *, size: PartSize = PART_SIZE, limit: int | None = None
) -> Iterator[Event]:
    """Yield the rows of one sheet, and at last the report; of the first `limit` rows only, if given.

    The sheet is the one asked for, else the first that holds something. Dates are known by the format of
    their cells; text is never taken as a number or a date, and a column of mixed kinds becomes text as shown.
    Blank rows at the end are left out.
    """
    with open_workbook(source) as workbook, Spool(source.beside) as spool:
        sheet = choose_sheet(workbook, source, options)
        rows = _rows(sheet, options.skip_lines or 0)
        head = list(islice(rows, _HEAD_ROWS))
        if not head:
            raise ImportFailedError(f"The sheet {sheet.name!r} is empty.")
        fields = [_texts(cells) for _, cells in head]
        header = looks_like_header(fields) if options.header is None else options.header
        width = len(head[0][1])
        names = column_names(fields[0] if header else (), width)
        table = CellTable(spool, options, dates_in_text=False)
        below = islice(chain(head[1:] if header else head, rows), limit)
        total = max(sheet.total_height, 1)
        batch: list[SheetRow] = []
        for row in below:
            batch.append(row)
            if len(batch) == BATCH_ROWS:
                _add(table, batch, width)
                yield Progress(row[0] / total / 2)
                batch = []
        _add(table, batch, width)
        yield from table.parts(names, size=size, start=0.5)
        titles = 0 if options.skip_lines is not None else _titles(head)
        sampled = None if options.sample is None else table.rows_kept
        yield ImportReport(
            rows_read=spool.rows,
            columns=table.report(),
            notes=tuple(_notes(source, workbook, sheet, titles=titles, sampled=sampled)),
        )


def detect_sheet(source: Source, options: ImportOptions) -> tuple[ImportOptions, tuple[str, ...]]:
    """Return the options with what a sheet says of itself, and the names of all sheets."""
    with open_workbook(source) as workbook:
        sheet = choose_sheet(workbook, source, options)
        skip_lines = options.skip_lines
        if skip_lines is None:
            skip_lines = _titles(list(islice(_rows(sheet, 0), _HEAD_ROWS)))
        fields = [_texts(cells) for _, cells in islice(_rows(sheet, skip_lines), _HEAD_ROWS)]
        header = looks_like_header(fields) if options.header is None else options.header
        found = {"sheet": sheet.name, "header": header, "skip_lines": skip_lines}
        return options.model_copy(update=found), tuple(_sheets(workbook))


@contextmanager
def open_workbook(source: Source) -> Iterator[CalamineWorkbook]:
    """Open a spreadsheet; raises `ImportFailedError` when it has a password, or is none."""
    source.file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(source.file)
    except CalamineError as error:
        if isinstance(error, PasswordError) or is_encrypted(source):
            raise ImportFailedError(f"{source.name} is protected by a password.") from error
        raise ImportFailedError(f"{source.name} is no spreadsheet, or a damaged one: {error}.") from error
    with workbook:
        yield workbook


def choose_sheet(workbook: CalamineWorkbook, source: Source, options: ImportOptions) -> CalamineSheet:
    """Return the sheet asked for, else the first that is not empty."""
    names = _sheets(workbook)
    if options.sheet is not None:
        if options.sheet not in names:
            near = near_names(options.sheet, names) or names
            raise ImportFailedError(f"There is no sheet {options.sheet!r}; there is {', '.join(near)}.")
        return workbook.get_sheet_by_name(options.sheet)
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height:
            return sheet
    raise ImportFailedError(f"All sheets of {source.name} are empty.")


def _sheets(workbook: CalamineWorkbook) -> list[str]:
    return [found.name for found in workbook.sheets_metadata if found.typ == SheetTypeEnum.WorkSheet]


def _rows(sheet: CalamineSheet, skip: int) -> Iterator[SheetRow]:
    """Yield the rows from the first that is not blank to the last; blank columns before the first are cut."""
    left = sheet.start[1] if sheet.start is not None else 0
    blank: list[SheetRow] = []
    begun = False
    for number, found in enumerate(sheet.iter_rows(), start=1):
        if number <= skip:
            continue
        cells: list[Cell] = [None if cell == "" else cell for cell in found[left:]]
        if all(cell is None for cell in cells):
            if begun:
                blank.append((number, cells))
            continue
        begun = True
        yield from blank
        blank = []
        yield number, cells


def _texts(cells: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else spelled(cell)[1] for cell in cells]


def _titles(head: Sequence[SheetRow]) -> int:
    """Count the rows of the sheet above the header, when some of those look like titles."""
    lines = count_titles([Row(number - 1, _texts(cells)) for number, cells in head])
    return lines if head and lines >= head[0][0] else 0


def _add(table: CellTable, batch: Sequence[SheetRow], width: int) -> None:
    columns: dict[Key, list[Cell]] = {
        (str(place),): [cells[place] for _, cells in batch] for place in range(width)
    }
    table.add(columns, [number for number, _ in batch])


def _notes(
    source: Source, workbook: CalamineWorkbook, sheet: CalamineSheet, *, titles: int, sampled: int | None
) -> Iterator[str]:
    sheets = _sheets(workbook)
    if len(sheets) > 1:
        yield f"Sheet {sheet.name!r} of {len(sheets)}."
    if titles:
        yield titles_note(titles)
    if errors := count_error_cells(source, sheet.name):
        yield f"Missing, because they hold an error such as #DIV/0!: {counted(errors, 'cell')}."
    if sampled is not None:
        yield f"A sample: {sampled:,} rows were kept."
