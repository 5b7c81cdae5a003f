"""How a file is read, what was detected, and what could not be read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from willow_ray.protocol.base import Answer, Cell, ColumnType, Params, Position

FileFormat = TypeAliasType(
    "FileFormat",
    Literal["csv", "tsv", "json", "jsonl", "xlsx", "xls", "xlsb", "ods", "parquet", "arrow"],
)


class ImportColumnOption(Params):
    """The type of a column, with the format its values are written in."""

    type: ColumnType
    format: str | None = None


class ImportOptions(Params):
    """What the person says about a file; what is absent is detected."""

    format: FileFormat | None = None
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    header: bool | None = None
    skip_lines: Position | None = None
    """Title lines above the header, to be left out."""
    sheet: str | None = None
    sample: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of rows to keep, chosen at random."""
    seed: int | None = None
    """The same seed chooses the same rows."""
    columns: dict[str, ColumnType | ImportColumnOption] | None = None
    missing_values: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    """Texts that stand for a missing value."""
    keep_text: bool | None = None
    """Detect no types: every column stays text."""


class PreviewColumn(Answer):
    """A column as it would be imported."""

    name: str
    type: ColumnType


class ImportPreview(Answer):
    """What was detected in a file, and its first rows read accordingly."""

    options: ImportOptions
    """Detected, or as asked for."""
    sheets: list[str]
    """Names of the sheets to choose from; empty for files without sheets."""
    columns: list[PreviewColumn]
    cells: list[list[Cell]]
    """The values of the first 100 rows, per column."""


class RejectedLine(Answer):
    """A record of the file that is not in the table."""

    line: int
    reason: str
    text: str


class ImportedColumn(Answer):
    """What the import found out about a column."""

    name: str
    type: ColumnType
    notes: list[str]


class ImportReport(Answer):
    """The account of an import: rows read + rows rejected = records in the file."""

    rows_read: int
    rows_rejected: int
    rejected: list[RejectedLine]
    """The first 10,000."""
    columns: list[ImportedColumn]
    notes: list[str]
