"""What the reader of spreadsheets does not tell: cells with errors, and why a file cannot be opened."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from posixpath import join, normpath
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.load.source import Source

_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt=[\"']e[\"']")
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ATTRIBUTE = re.compile(r"(?:\w+:)?(\w+)=\"([^\"]*)\"")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE_BYTES = 1 << 20


def count_error_cells(source: Source, sheet: str) -> int:
    """Count the cells of a sheet of an xlsx file that hold an error; other formats do not tell, so 0."""
    if not zipfile.is_zipfile(source.file):
        return 0
    with zipfile.ZipFile(source.file) as archive:
        if _WORKBOOK not in archive.namelist() or _RELATIONS not in archive.namelist():
            return 0
        member = _member(archive, sheet)
        if member is None or member not in archive.namelist():
            return 0
        with archive.open(member) as text:
            return _count(text)


def is_encrypted(source: Source) -> bool:
    """Say whether the file is the container in which Office keeps encrypted documents."""
    overlap = len(_ENCRYPTED)
    return any(
        _ENCRYPTED in source.read(offset, _PIECE_BYTES + overlap)
        for offset in range(0, source.size, _PIECE_BYTES)
    )


def _member(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the member of the archive that holds a sheet.

    The two small lists are searched, not parsed: a hostile file could make a parser of XML eat all memory.
    """
    identifier = next(
        (found.get("id") for found in _attributes(archive, _WORKBOOK, "sheet") if found.get("name") == sheet),
        None,
    )
    for found in _attributes(archive, _RELATIONS, "Relationship"):
        if found.get("Id") == identifier and (target := found.get("Target")) is not None:
            return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
    return None


def _attributes(archive: zipfile.ZipFile, member: str, element: str) -> Iterator[dict[str, str]]:
    """Yield the attributes of each element of a name; prefixes of namespaces are dropped."""
    text = archive.read(member).decode("utf-8", "replace")
    for found in re.finditer(rf"<(?:\w+:)?{element}\s([^>]*)>", text):
        yield {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}


def _count(text: IO[bytes]) -> int:
    count = 0
    rest = b""
    while piece := text.read(_PIECE_BYTES):
        data = rest + piece
        whole = data.rfind(b">") + 1
        count += len(_ERROR_CELL.findall(data, 0, whole))
        rest = data[whole:]
    return count
