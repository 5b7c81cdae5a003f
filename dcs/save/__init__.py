"""Writing tables to files, batch by batch, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, assert_never

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from dcs.columns import Schema

ExportFormat = Literal["csv", "tsv", "json", "jsonl", "parquet", "arrow"]


class Writer(Protocol):
    """Writes one file."""

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows: one array a column, in the order of the schema, all of one length."""

    def close(self) -> None:
        """Write what ends the file; the file itself stays open."""


def writer(file: BinaryIO, schema: Schema, *, form: ExportFormat) -> Writer:
    """Return what writes tables with this schema to a file that is open for writing bytes."""
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
        case _:
            assert_never(form)
