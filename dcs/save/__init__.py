"""Writing tables to files, batch by batch, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, assert_never

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from dcs.columns import Schema

ExportFormat = Literal["csv", "tsv", "json", "jsonl", "parquet", "arrow", "xlsx", "hdf"]


class Writer(Protocol):
    """Writes one file."""

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows: one array a column, in the order of the schema, all of one length."""

    def close(self) -> None:
        """Write what ends the file; the file itself stays open."""


def writer(
    file: BinaryIO,
    schema: Schema,
    *,
    form: ExportFormat,
    rows: int | None = None,
    scratch: Path | None = None,
) -> Writer:
    """Return what writes tables with this schema to a file that is open for writing bytes.

    Args:
        file: where to.
        schema: of all batches.
        form: of the file.
        rows: of all batches together, when that is known: a form that cannot hold them refuses at once.
        scratch: directory for the temporary files of `xlsx` and `hdf`; absent, the system's.

    """
    match form:
        case "csv" | "tsv":
            from dcs.save.delimited import DelimitedWriter  # noqa: PLC0415 - only the one that is used

            return DelimitedWriter(file, schema, separator="," if form == "csv" else "\t")
        case "json" | "jsonl":
            from dcs.save.json import JsonWriter  # noqa: PLC0415

            return JsonWriter(file, schema, lines=form == "jsonl")
        case "parquet":
            from dcs.save.arrows import ParquetWriter  # noqa: PLC0415

            return ParquetWriter(file, schema)
        case "arrow":
            from dcs.save.arrows import ArrowWriter  # noqa: PLC0415

            return ArrowWriter(file, schema)
        case "xlsx":
            from dcs.save.xlsx import XlsxWriter  # noqa: PLC0415

            return XlsxWriter(file, schema, rows=rows, scratch=scratch)
        case "hdf":
            from dcs.save.hdf import HdfWriter  # noqa: PLC0415

            return HdfWriter(file, schema, scratch=scratch)
        case _:
            assert_never(form)
