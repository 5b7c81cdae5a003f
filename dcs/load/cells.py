"""Tables of cells that have kinds of their own, as in JSON and spreadsheets.

They are kept as text until all have been seen, for one cell may change what a column is, and a record may
bring a new column. Then every column is judged on all its values, and read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from dcs.columns import kind_of
from dcs.errors import ColumnNotFoundError
from dcs.load.chunks import ChunkBuilder
from dcs.load.columns import ColumnPlan, ColumnTally, read_column
from dcs.load.guess import TEXT, Guess, fitting_readings
from dcs.load.marks import MISSING_MARKS
from dcs.load.notes import column_notes, counted
from dcs.load.plan import asked_reading
from dcs.load.report import ImportedColumn, Part
from dcs.parsing import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dcs.load.chunks import PartSize
    from dcs.load.options import ImportOptions
    from dcs.load.spool import Spool


class Number(str):
    """A number as the file spells it, so that no digit is lost before the column is judged."""

    __slots__ = ()


Key: TypeAlias = tuple[str, ...]
"""What a column is known by until it has a name: the keys that lead to it, or its place."""

Cell: TypeAlias = str | bool | int | float | date | datetime | time | timedelta | None

_LINES = "lines"
_MARKS = {mark.lower() for mark in MISSING_MARKS} | {""}
_SAMPLE_VALUES = 1_000
_WHOLE = 2.0**63
_READINGS: dict[frozenset[str], tuple[Reading, ...]] = {
    frozenset({"number"}): (Reading("integer"), Reading("decimal")),
    frozenset({"boolean"}): (Reading("boolean"),),
    frozenset({"date"}): (Reading("date"),),
    frozenset({"datetime"}): (Reading("datetime"),),
    frozenset({"date", "datetime"}): (Reading("datetime"),),
}


@dataclass
class _Gathered:
    """What is known of a column: its name in the spool, how many cells of each kind, and some texts."""

    name: str
    kinds: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)


class CellTable:
    """Gathers cells, and gives them back as a table.

    Args:
        spool: where the cells are kept.
        options: what the person says of the columns.
        dates_in_text: whether text may be dates; in spreadsheets it is not, for they have cells for that.

    Columns get their names from `parts`.
    """

    def __init__(self, spool: Spool, options: ImportOptions, *, dates_in_text: bool) -> None:
        self._spool = spool
        self._options = options
        self._dates_in_text = dates_in_text
        self._missing = frozenset(options.missing_values or ())
        self._marks = MISSING_MARKS if options.missing_values is None else ()
        self._columns: dict[Key, _Gathered] = {}
        self._tallies: list[ColumnTally] = []
        self.rows_kept = 0

    @property
    def keys(self) -> tuple[Key, ...]:
        """The columns so far, in the order in which they appeared."""
        return tuple(self._columns)

    def add(self, columns: Mapping[Key, Sequence[Cell]], lines: Sequence[int]) -> None:
        """Gather some rows; `lines` says where in the file each begins."""
        arrays = {_LINES: pa.array(lines, pa.int64())}
        for key, cells in columns.items():
            column = self._columns.setdefault(key, _Gathered(str(len(self._columns))))
            arrays[column.name] = pa.array(self._texts(cells, column), pa.string())
        self._spool.append(arrays, len(lines))

    def parts(self, names: Sequence[str], *, size: PartSize, start: float = 0.0) -> Iterator[Part]:
        """Yield all rows; `names` are those of `keys`, in the same order.

        `start` is the share of the work that has been done before.
        """
        unknown = [name for name in self._options.columns or () if name not in names]
        if unknown:
            raise ColumnNotFoundError(unknown[0], names, field=f"columns.{unknown[0]}")
        first = [
            ColumnTally(self._plan(name, column))
            for name, column in zip(names, self._columns.values(), strict=True)
        ]
        for _ in self._read(first):
            pass
        plans = [tally.verdict() for tally in first]
        self._tallies = [ColumnTally(plan) for plan in plans]
        types = [plan.guess.reading.type for plan in plans]
        chunks = ChunkBuilder(names, types, size=size)
        for done, columns in enumerate(self._read(self._tallies), start=1):
            for chunk in chunks.add(columns):
                yield Part(chunk, start + (1 - start) * done / self._spool.count)
            self.rows_kept += len(columns[0]) if columns else 0
        for chunk in chunks.finish():
            yield Part(chunk, 1.0)

    def report(self) -> tuple[ImportedColumn, ...]:
        """Return what was found out about each column, after `parts`."""
        return tuple(
            ImportedColumn(
                tally.plan.name,
                kind_of(tally.plan.guess.reading.type),
                (*column_notes(tally), *_mixed(column.kinds, tally.plan.guess.reading)),
            )
            for tally, column in zip(self._tallies, self._columns.values(), strict=True)
        )

    def _texts(self, cells: Sequence[Cell], column: _Gathered) -> list[str | None]:
        texts: list[str | None] = []
        for cell in cells:
            if cell is None:
                texts.append(None)
                continue
            kind, text = spelled(cell)
            if text in self._missing:
                texts.append(None)
                continue
            texts.append(text)
            if kind != "text":
                column.kinds[kind] += 1
            elif text.strip().lower() not in _MARKS or not self._marks:
                column.kinds[kind] += 1
                if len(column.texts) < _SAMPLE_VALUES:
                    column.texts.append(text)
        return texts

    def _plan(self, name: str, column: _Gathered) -> ColumnPlan:
        values = pa.array(column.texts, pa.string())
        asked = self._options.column(name)
        if asked is not None:
            guess = Guess(asked_reading(name, values, asked))
            return ColumnPlan(name, guess, values, self._marks, asked=True)
        rivals = () if self._options.keep_text else _READINGS.get(frozenset(column.kinds), ())
        if set(column.kinds) == {"text"} and self._dates_in_text and not self._options.keep_text:
            rivals = tuple(found for found in fitting_readings(values) if found.kind in {"date", "datetime"})
        return ColumnPlan(name, Guess(TEXT, rivals), values, self._marks)

    def _read(self, tallies: Sequence[ColumnTally]) -> Iterator[list[pa.Array]]:
        """Read all rows as the tallies plan, and count; yield the values batch by batch."""
        for index, batch in enumerate(self._spool.batches()):
            rows = self._chosen(index, batch.num_rows)
            found = batch if rows is None else batch.take(rows)
            lines = found.column(_LINES)
            values = []
            for tally, column in zip(tallies, self._columns.values(), strict=True):
                present = column.name in found.schema.names
                text = found.column(column.name) if present else pa.nulls(found.num_rows, pa.string())
                read = read_column(text, tally.plan, partial(_at, lines))
                tally.add(text, read)
                values.append(read.values)
            yield values

    def _chosen(self, index: int, count: int) -> pa.Array | None:
        if self._options.sample is None:
            return None
        random = np.random.default_rng([self._options.seed or 0, index]).random(count)
        return pa.array(np.flatnonzero(random < self._options.sample))


def _at(lines: pa.Array, rows: Sequence[int]) -> list[int]:
    found: list[int] = lines.take(pa.array(rows, pa.int64())).to_pylist()
    return found


def spelled(cell: Cell) -> tuple[str, str]:
    """Return the kind of a cell, and its text."""
    match cell:
        case Number():
            return "number", str(cell)
        case str():
            return "text", cell
        case bool():
            return "boolean", "true" if cell else "false"
        case int():
            return "number", str(cell)
        case float():
            return "number", str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
        case datetime():
            return "datetime", cell.isoformat()
        case date():
            return "date", cell.isoformat()
        case time():
            return "time", cell.isoformat()
        case timedelta():
            return "duration", _hours(cell)
        case _:
            raise TypeError(f"{type(cell).__name__} is not a cell")


def _hours(duration: timedelta) -> str:
    """Return a duration as spreadsheets show it, in hours of any number: `255:10:10`."""
    seconds = round(duration.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{second:02d}"


def _mixed(kinds: Counter[str], reading: Reading) -> Iterator[str]:
    if len(kinds) > 1 and reading == TEXT:
        shown = ", ".join(counted(count, kind) for kind, count in kinds.most_common())
        yield f"Kept as text, because it holds {shown}."
