"""Excel workbooks of one sheet: real numbers and dates where Excel keeps them exactly, else text."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO
from weakref import finalize

import pyarrow as pa
import pyarrow.compute as pc
from typing_extensions import override
from xlsxwriter import Workbook

from dcs.columns import kind_of
from dcs.errors import TooLargeError
from dcs.values import text_form
from dcs.values.wire import LARGEST_SAFE_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dcs.columns import Schema

MOST_ROWS = 1_048_575
"""Rows of a sheet, without the header."""
MOST_COLUMNS = 16_384
MOST_TEXT = 32_767
"""Length of the text of a cell, in UTF-16 units as Excel counts."""

_FIRST_DAY = datetime(1900, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
_DATE, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


class XlsxWriter:
    """Writes an Excel workbook; nothing reaches the file before `close`.

    Missing is an empty cell. Text is text, whatever it looks like. Dates and datetimes from 1900 to 9999 in
    whole milliseconds are real ones; others, datetimes with a time zone, integers beyond 2^53 and infinities
    are written in text form.

    Args:
        file: where to.
        schema: of all batches.
        rows: of all batches together, when that is known.
        scratch: directory for temporary files; absent, the system's.

    Raises `TooLargeError` for more rows, columns or text than a sheet can hold.

    """

    def __init__(
        self, file: BinaryIO, schema: Schema, *, rows: int | None = None, scratch: Path | None = None
    ) -> None:
        if len(schema) > MOST_COLUMNS:
            raise TooLargeError(
                f"An Excel sheet holds {MOST_COLUMNS:,} columns; this table has {len(schema):,}."
            )
        _check_rows(rows or 0)
        for name in schema:
            _check_text(pa.array([name], pa.string()), name)
        self._columns = list(schema)
        directory = mkdtemp(dir=scratch, prefix="xlsx-")
        self._book = Workbook(file, {"constant_memory": True, "tmpdir": directory})
        self._sheet = self._book.add_worksheet()
        self._tidy = finalize(self, _tidy, self._sheet.row_data_fh, directory)
        self._formats = {form: self._book.add_format({"num_format": form}) for form in (_DATE, _MOMENT)}
        self._rows = 0
        for place, name in enumerate(schema):
            self._sheet.write_string(0, place, name)

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        _check_rows(self._rows + len(columns[0]))
        for name, column in zip(self._columns, columns, strict=True):
            if pa.types.is_string(column.type):
                _check_text(column, name)
        setters = [self._setter(column.type) for column in columns]
        for values in zip(*map(_cells, columns), strict=True):
            self._rows += 1
            for place, value in enumerate(values):
                if isinstance(value, str):
                    self._sheet.write_string(self._rows, place, value)
                elif value is not None:
                    setters[place](self._rows, place, value)

    def close(self) -> None:
        """Write the workbook."""
        self._book.close()
        self._tidy()

    def _setter(self, arrow: pa.DataType) -> Callable[[int, int, Any], object]:
        """Return what sets a cell to a value that Excel has a type for."""
        sheet = self._sheet
        match kind_of(arrow):
            case "boolean":
                return sheet.write_boolean  # type: ignore[no-any-return]
            case "date" | "datetime" as kind:
                look = self._formats[_DATE if kind == "date" else _MOMENT]
                return lambda row, place, value: sheet.write_datetime(row, place, value, look)
            case _:
                return sheet.write_number  # type: ignore[no-any-return]


class _Decimal(float):
    """A number that is written with all its digits; XlsxWriter would cut it to 16."""

    @override
    def __format__(self, spec: str) -> str:
        return repr(float(self))


def _tidy(rows: TextIO, directory: str) -> None:
    """Remove the temporary files, also those of a workbook that was given up."""
    rows.close()
    shutil.rmtree(directory, ignore_errors=True)


def _cells(column: pa.Array) -> list[Any]:
    """Return the values of a column; those Excel cannot keep as text."""
    match kind_of(column.type):
        case "boolean" | "text":
            plain: list[Any] = column.to_pylist()
            return plain
        case "integer":
            fits = pc.less_equal(pc.abs(column), LARGEST_SAFE_INTEGER)
            # The absolute value of the smallest integer wraps to itself, which is negative.
            fits = pc.and_(fits, pc.greater_equal(column, -LARGEST_SAFE_INTEGER))
            return _or_text(column.to_pylist(), column, fits)
        case "decimal":
            exact = [None if value is None else _Decimal(value) for value in column.to_pylist()]
            return _or_text(exact, column, pc.is_finite(column))
        case "date":
            low, high = (pa.scalar(moment.date(), pa.date32()) for moment in (_FIRST_DAY, _END))
            fits = pc.and_(pc.greater_equal(column, low), pc.less_equal(column, high))
            return _or_text(pc.if_else(fits, column, None).to_pylist(), column, fits)
        case "datetime":
            if column.type.tz is not None:
                return _or_text([None] * len(column), column, pc.is_null(column))
            ticks = pa.timestamp(column.type.unit)
            low, high = (
                pa.scalar(moment.replace(tzinfo=None), ticks) for moment in (_FIRST_DAY, _highest(ticks))
            )
            fits = pc.and_(pc.greater_equal(column, low), pc.less_equal(column, high))
            whole = pc.if_else(fits, column, None).cast(pa.timestamp("ms"), safe=False)
            fits = pc.and_(fits, pc.equal(whole.cast(ticks), column))
            return _or_text(pc.if_else(fits, whole, None).to_pylist(), column, fits)


def _highest(ticks: pa.DataType) -> datetime:
    """Return the last moment that both Excel and the type know: nanoseconds in 64 bits end in 2262."""
    return datetime(2262, 4, 11, tzinfo=UTC) if ticks.unit == "ns" else _END


def _or_text(values: list[Any], column: pa.Array, fits: pa.Array) -> list[Any]:
    """Return the values, in text form where they do not fit."""
    if pc.all(fits).as_py() is not False:
        return values
    texts = text_form(column).to_pylist()
    return [
        text if fit is False else value
        for value, text, fit in zip(values, texts, fits.to_pylist(), strict=True)
    ]


def _check_rows(rows: int) -> None:
    if rows > MOST_ROWS:
        raise TooLargeError(f"An Excel sheet holds {MOST_ROWS:,} rows below its header; this table has more.")


def _check_text(texts: pa.Array, name: str) -> None:
    long = texts.filter(pc.greater(pc.binary_length(texts), MOST_TEXT))
    if any(len(text.encode("utf-16-le")) > 2 * MOST_TEXT for text in long.to_pylist()):
        raise TooLargeError(
            f"An Excel cell holds {MOST_TEXT:,} characters; column {name!r} has longer text.", column=name
        )
