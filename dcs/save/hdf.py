"""HDF5 files that `pandas.read_hdf(path, "table")` reads."""

from __future__ import annotations

import os
import pickle
import shutil
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO
from weakref import finalize

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.errors import NotApplicableError, TooLargeError
from dcs.values import text_form
from dcs.values.wire import LARGEST_SAFE_INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dcs.columns import Schema

MISSING = "\ufffemissing\uffff"
"""Stands for missing text inside the file: pandas has only a text for that, and "nan" may be a value."""
MOST_NAMES_BYTES = 60_000
"""Bytes of all column names as PyTables keeps them: an attribute of HDF5 ends at 64 KiB."""
MOST_ROW_BYTES = 1 << 20
"""All text columns of a row are as wide as the longest text in any."""
BATCH_BYTES = 1 << 26
BATCH_ROWS = 100_000

_NANOSECONDS = pa.timestamp("ns")


class HdfWriter:
    """Writes a pandas table of HDF5, compressed, under the key `table`.

    How columns are kept depends on all their values, so rows wait in a temporary file until `close`.
    Integers stay integers when none is missing; else they are decimals, with NaN for missing. Booleans with
    missing values are the texts `true` and `false`. Dates and datetimes are datetimes in nanoseconds, and
    text when one of a column is outside of 1677 to 2262, or in a time zone. Missing text is missing, and
    empty text is empty.

    Args:
        file: where to.
        schema: of all batches.
        scratch: directory for temporary files; absent, the system's.

    Raises `NotApplicableError` naming the column for what would not come back equal: integers beyond 2^53
    beside missing values, and text that ends in a NUL character or is the mark for missing text.
    Raises `TooLargeError` for names that are too long together, and rows with too much text.

    """

    def __init__(self, file: BinaryIO, schema: Schema, *, scratch: Path | None = None) -> None:
        if len(pickle.dumps(list(schema), 0)) > MOST_NAMES_BYTES:
            raise TooLargeError(
                f"An HDF5 table holds {MOST_NAMES_BYTES:,} bytes of column names; those of the"
                f" {len(schema):,} columns are longer. Export fewer columns, or Parquet."
            )
        self._file = file
        self._scratch = scratch
        self._schema = pa.schema(list(schema.items()))
        self._waiting = TemporaryFile(dir=scratch)  # noqa: SIM115 - closed by `close` or the finalizer
        finalize(self, self._waiting.close)
        self._spool = pa.ipc.new_stream(self._waiting, self._schema)
        self._missing = dict.fromkeys(schema, False)
        self._as_text = {
            name for name, arrow in schema.items() if pa.types.is_timestamp(arrow) and arrow.tz is not None
        }
        self._large: set[str] = set()
        self._width = len(MISSING.encode())

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Keep some rows, and note what decides how their columns are written."""
        for name, column in zip(self._schema.names, columns, strict=True):
            self._missing[name] |= column.null_count > 0
            self._note(name, column)
        self._spool.write_batch(pa.RecordBatch.from_arrays(list(columns), schema=self._schema))

    def close(self) -> None:
        """Write the file."""
        self._spool.close()
        self._decide()
        with self._waiting, NamedTemporaryFile(dir=self._scratch, delete=False) as made:
            try:
                store = pd.HDFStore(made.name, "w", complevel=5, complib="blosc:lz4")  # type: ignore[arg-type]
            finally:
                # Both handles keep it until they are closed, and a killed process leaves nothing behind.
                os.unlink(made.name)  # noqa: PTH108
            with store:
                self._write_rows(store)
            made.seek(0)
            shutil.copyfileobj(made, self._file, 1 << 20)

    def _note(self, name: str, column: pa.Array) -> None:
        match kind_of(column.type):
            case "text":
                self._check_text(name, column)
            case "integer":
                bounds = pc.min_max(column).as_py()
                if bounds["min"] is not None and (
                    bounds["min"] < -LARGEST_SAFE_INTEGER or bounds["max"] > LARGEST_SAFE_INTEGER
                ):
                    self._large.add(name)
            case "date" | "datetime":
                try:
                    column.cast(_NANOSECONDS)
                except pa.ArrowInvalid:
                    self._as_text.add(name)

    def _check_text(self, name: str, column: pa.Array) -> None:
        if pc.any(pc.ends_with(column, "\0")).as_py():
            raise NotApplicableError(
                f"HDF5 cuts NUL characters off the end of text, and column {name!r} has one.", column=name
            )
        if pc.any(pc.equal(column, MISSING)).as_py():
            raise NotApplicableError(f"Column {name!r} has {MISSING!r}, the mark for missing.", column=name)
        self._width = max(self._width, pc.max(pc.binary_length(column)).as_py() or 0)

    def _decide(self) -> None:
        for name, missing in self._missing.items():
            if missing and name in self._large:
                raise NotApplicableError(
                    f"Column {name!r} has missing values beside integers beyond 2^53, which HDF5 would"
                    " round. Convert it to text first.",
                    column=name,
                )
            if missing and pa.types.is_boolean(self._schema.field(name).type):
                self._as_text.add(name)
        texts = sum(field.name in self._as_text or pa.types.is_string(field.type) for field in self._schema)
        # 48 bytes hold any boolean, date and datetime in text form.
        self._width = max(self._width, 48)
        if texts * self._width > MOST_ROW_BYTES:
            raise TooLargeError(
                f"An HDF5 table gives each of {texts:,} text columns the {self._width:,} bytes of the longest"
                f" text; together that is more than {MOST_ROW_BYTES:,} bytes a row."
            )
        self._batch = max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, texts * self._width)))

    def _write_rows(self, store: pd.HDFStore) -> None:
        first = 0
        for batch in self._batches():
            frame = self._frame(batch, first)
            store.append("table", frame, index=False, min_itemsize=self._width, nan_rep=MISSING)
            first += len(frame)
        if first == 0:
            # A table without rows is not kept by `append`; the fixed format keeps its columns.
            nothing = self._frame(self._schema.empty_table(), 0)
            store.put("table", nothing, format="fixed", track_times=False)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        self._waiting.seek(0)
        for batch in pa.ipc.open_stream(self._waiting):
            for first in range(0, batch.num_rows, self._batch):
                yield batch.slice(first, self._batch)

    def _frame(self, rows: pa.RecordBatch | pa.Table, first: int) -> pd.DataFrame:
        columns = [self._series(name, rows.column(place)) for place, name in enumerate(self._schema.names)]
        frame = pd.DataFrame(dict(enumerate(columns)))
        return frame.set_axis(self._schema.names, axis=1).set_axis(pd.RangeIndex(first, first + len(frame)))

    def _series(self, name: str, column: Any) -> Any:
        """Return a column in the numpy type that it has in the whole file."""
        if name in self._as_text:
            return text_form(column).to_pandas().astype(object)
        match kind_of(column.type):
            case "text":
                return column.to_pandas().astype(object)
            case "integer":
                return column.to_pandas().astype(np.float64 if self._missing[name] else np.int64)
            case "decimal":
                return column.to_pandas().astype(np.float64)
            case "boolean":
                return column.to_pandas().astype(np.bool_)
            case "date" | "datetime":
                return column.cast(_NANOSECONDS).to_pandas()
