"""What kind of file a source is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from dcs.load.options import FileFormat, ImportOptions
    from dcs.load.source import Source

Family: TypeAlias = Literal["text", "json", "sheet", "arrow"]

_FAMILIES: dict[str, Family] = {
    "csv": "text",
    "tsv": "text",
    "json": "json",
    "jsonl": "json",
    "xlsx": "sheet",
    "xls": "sheet",
    "xlsb": "sheet",
    "ods": "sheet",
    "parquet": "arrow",
    "arrow": "arrow",
}
_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".psv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".geojson": "json",
    ".jsonl": "jsonl",
    ".jsonlines": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
}
_PARQUET, _ARROW_FILE, _ARROW_STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 256


def file_format(source: Source, options: ImportOptions) -> FileFormat:
    """Return what a file is: as asked for, by its first bytes, by its suffix, or separated text."""
    if options.format is not None:
        return options.format
    head = source.read(0, _HEAD_BYTES)
    named = _SUFFIXES.get(source.suffix)
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith((_ARROW_FILE, _ARROW_STREAM)):
        return "arrow"
    if head.startswith((_ZIP, _OLE)):
        known = named if named is not None and _FAMILIES[named] == "sheet" else None
        return known or ("xlsx" if head.startswith(_ZIP) else "xls")
    if named is None and head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return "json"
    return named or "csv"


def family(form: FileFormat) -> Family:
    """Return which reader a format needs."""
    return _FAMILIES[form]
