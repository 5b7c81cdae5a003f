"""Reads Parquet and Arrow files."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dcs.columns import kind_of
from dcs.errors import ColumnNotFoundError, ImportFailedError
from dcs.load.arrow_types import DoesNotFitError, arrays, leaves
from dcs.load.chunks import PART_SIZE, ChunkBuilder
from dcs.load.marks import mark_missing
from dcs.load.names import column_names
from dcs.load.notes import counted
from dcs.load.report import ImportedColumn, ImportReport, Part, StartAgain
from dcs.parsing import Reading
from dcs.values import text_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.load.arrow_types import Leaf
    from dcs.load.cells import Key
    from dcs.load.chunks import PartSize
    from dcs.load.options import ImportOptions
    from dcs.load.report import Event
    from dcs.load.source import Source

BATCH_CELLS = 1 << 22
MOST_BATCH_ROWS, FEWEST_BATCH_ROWS = 1 << 16, 1 << 8
"""Of Parquet files, batches of about so many cells are read: fewer rows of a table with many columns."""


def load_arrow(
    source: Source, options: ImportOptions, *, size: PartSize = PART_SIZE, limit: int | None = None
) -> Iterator[Event]:
    """Yield the rows of a Parquet or Arrow file, and at last the report; of the first `limit` rows, if given.

    Types are those of the file. What dcs has no type for becomes text: lists and maps as JSON, bytes as UTF-8
    or hexadecimal, integers beyond 64 bits and decimals beyond 17 digits as they are. Columns of records
    become a column for each member, `a.b`. Dictionaries are unfolded, NaN is missing.
    """
    misfits: frozenset[Key] = frozenset()
    while True:
        reading = _Pass(source, options, misfits, size=size, limit=limit)
        yield from reading.parts()
        if not reading.misfits:
            yield reading.report()
            return
        yield StartAgain("Some values do not fit the type of their column.")
        misfits |= reading.misfits


class _Pass:
    """Reads the whole file with some columns as text; `misfits` are those that must be text besides."""

    def __init__(
        self,
        source: Source,
        options: ImportOptions,
        as_text: frozenset[Key],
        *,
        size: PartSize,
        limit: int | None,
    ) -> None:
        schema, self._batches = _open(source)
        found = leaves(schema, misfits=as_text)
        if not found:
            raise ImportFailedError(f"{source.name} has no columns.")
        names = column_names([".".join(leaf.path) for leaf in found], len(found))
        unknown = [name for name in options.columns or () if name not in names]
        if unknown:
            raise ColumnNotFoundError(unknown[0], names, field=f"columns.{unknown[0]}")
        self._columns = [_Column(name, leaf, options) for name, leaf in zip(names, found, strict=True)]
        types = [column.type for column in self._columns]
        self._chunks = ChunkBuilder(names, types, size=size)
        self._options = options
        self._limit = limit
        self._read = self._kept = 0
        self.misfits: frozenset[Key] = frozenset()

    def parts(self) -> Iterator[Part]:
        """Yield the rows until a value does not fit; then only look for more such columns."""
        for index, (batch, fraction) in enumerate(self._batches):
            rows = batch if self._limit is None else batch.slice(0, self._limit - self._read)
            self._read += rows.num_rows
            values = self._values(rows)
            if not self.misfits:
                kept = self._chosen(index, values)
                self._kept += len(kept[0])
                for chunk in self._chunks.add(kept):
                    yield Part(chunk, fraction)
            if self._read == self._limit:
                break
        if not self.misfits:
            for chunk in self._chunks.finish():
                yield Part(chunk, 1.0)

    def report(self) -> ImportReport:
        """Return the account of the whole file."""
        return ImportReport(
            rows_read=self._read,
            columns=tuple(
                ImportedColumn(column.name, kind_of(column.type), tuple(column.notes()))
                for column in self._columns
            ),
            notes=() if self._options.sample is None else (f"A sample: {self._kept:,} rows were kept.",),
        )

    def _values(self, rows: pa.RecordBatch) -> list[pa.Array]:
        values: list[pa.Array] = []
        for column, array in zip(self._columns, arrays(rows), strict=True):
            try:
                values.append(column.read(array))
            except DoesNotFitError:
                self.misfits |= {column.leaf.path}
        return values

    def _chosen(self, index: int, values: list[pa.Array]) -> list[pa.Array]:
        if self._options.sample is None:
            return values
        random = np.random.default_rng([self._options.seed or 0, index]).random(len(values[0]))
        rows = pa.array(np.flatnonzero(random < self._options.sample))
        return [value.take(rows) for value in values]


class _Column:
    """One column of the table: where its values come from, and what the person asks of it."""

    def __init__(self, name: str, leaf: Leaf, options: ImportOptions) -> None:
        self.name = name
        self.leaf = leaf
        self._missing = options.missing_values
        self._reading = self._asked(options)
        self._nan = self._lost = 0

    @property
    def type(self) -> pa.DataType:
        """The type it has in the table."""
        return self.leaf.target if self._reading is None else self._reading.type

    def read(self, array: pa.Array) -> pa.Array:
        """Return the values of one batch; raises `DoesNotFitError`."""
        values = self.leaf.read(array)
        self._nan += values.null_count - array.null_count
        if self._missing:
            kept = mark_missing(text_form(values), self._missing).is_valid()
            values = pc.if_else(kept, values, pa.scalar(None, values.type))
        if self._reading is None:
            return values
        text = text_form(values)
        read = self._reading.read(text, exact=False)
        self._lost += read.null_count - text.null_count
        return read

    def notes(self) -> Iterator[str]:
        """Yield what a person should know of the column."""
        if self.leaf.misfit:
            yield f"Kept as text, because some of its values, of type {self.leaf.source}, fit nothing else."
        elif self.type == pa.string() and not _is_text(self.leaf.source) and self._reading is None:
            yield f"Text for values of the type {self.leaf.source}."
        if self._nan:
            yield f"NaN ({counted(self._nan, 'cell')}) is missing."
        if self._lost:
            yield f"{counted(self._lost, 'cell')} did not read as {kind_of(self.type)} and became missing."

    def _asked(self, options: ImportOptions) -> Reading | None:
        """Return how to read the text of the values, None when they stay what they are."""
        asked = options.column(self.name)
        if asked is None:
            return Reading("text") if options.keep_text and self.leaf.target != pa.string() else None
        if asked.format is None and asked.type == kind_of(self.leaf.target):
            return None
        reading = Reading(asked.type, asked.format)
        reading.check(field=f"columns.{self.name}.format")
        return reading


def _open(source: Source) -> tuple[pa.Schema, Iterator[tuple[pa.RecordBatch, float]]]:
    """Open a file: its schema, and its batches, each with the share of the file read so far."""
    start = source.read(0, 6)
    with _explained(source):
        source.file.seek(0)
        if start[:4] == b"PAR1":
            file = parquet.ParquetFile(source.file)
            return file.schema_arrow, _guarded(source, _row_groups(file))
        if start == b"ARROW1":
            reader = pa.ipc.open_file(source.file)
            return reader.schema, _guarded(source, _blocks(reader))
        stream = pa.ipc.open_stream(source.file)
        return stream.schema, _guarded(source, ((batch, 0.5) for batch in stream))


def _row_groups(file: parquet.ParquetFile) -> Iterator[tuple[pa.RecordBatch, float]]:
    read = 0
    rows = min(MOST_BATCH_ROWS, max(FEWEST_BATCH_ROWS, BATCH_CELLS // max(1, file.metadata.num_columns)))
    for batch in file.iter_batches(rows):
        read += batch.num_rows
        yield batch, read / file.metadata.num_rows


def _blocks(reader: pa.RecordBatchFileReader) -> Iterator[tuple[pa.RecordBatch, float]]:
    for index in range(reader.num_record_batches):
        yield reader.get_batch(index), (index + 1) / reader.num_record_batches


def _guarded(
    source: Source, batches: Iterator[tuple[pa.RecordBatch, float]]
) -> Iterator[tuple[pa.RecordBatch, float]]:
    with _explained(source):
        yield from batches


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise ImportFailedError(f"{source.name} is damaged, or no Parquet or Arrow file: {error}.") from error


def _is_text(arrow: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(arrow) or pa.types.is_large_string(arrow) or pa.types.is_string_view(arrow)
    )
