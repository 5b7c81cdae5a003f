"""Parquet and Arrow files: types and missing values are kept exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.columns import Schema


class ParquetWriter:
    """Writes a Parquet file, zstd-compressed, one row group for each batch."""

    def __init__(self, file: BinaryIO, schema: Schema) -> None:
        from pyarrow import parquet  # noqa: PLC0415 - only who writes one loads it

        self._schema = pa.schema(list(schema.items()))
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        self._writer.write_batch(pa.RecordBatch.from_arrays(list(columns), schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class ArrowWriter:
    """Writes an Arrow IPC file, zstd-compressed."""

    def __init__(self, file: BinaryIO, schema: Schema) -> None:
        self._schema = pa.schema(list(schema.items()))
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        self._writer = pa.ipc.new_file(file, self._schema, options=options)

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        self._writer.write_batch(pa.RecordBatch.from_arrays(list(columns), schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()
