"""The bytes of a file, unpacked when it is compressed, to be read from any place."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from dcs.errors import ImportFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_PACKED_SUFFIXES = {".gz", ".gzip", ".zst", ".zstd", ".zip"}
_SPREADSHEET_MEMBERS = {"[Content_Types].xml", "mimetype"}
_COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class Source:
    """A plain file.

    Attributes:
        file: open for reading.
        name: what the person calls it, without the suffix of a compression.
        size: in bytes.
        beside: the file it comes from; temporary files belong in the same folder.

    """

    file: IO[bytes]
    name: str
    size: int
    beside: Path

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset`; safe from any thread."""
        return os.pread(self.file.fileno(), count, offset)

    @property
    def suffix(self) -> str:
        """The suffix of the name in lower case, with its dot."""
        return PurePath(self.name).suffix.lower()


@contextmanager
def open_source(path: Path, *, name: str | None = None) -> Iterator[Source]:
    """Open a file; `.gz`, `.zst` and `.zip` with one member are unpacked beside it into a nameless file.

    What a file is, its first bytes say, not its name. `name` is what the person calls it.
    """
    name = name or path.name
    try:
        file = path.open("rb")
    except OSError as error:
        raise ImportFailedError(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        start = file.read(4)
        file.seek(0)
        if start[:2] == _GZIP:
            yield from _unpacked(path, _plain_name(name), pa.input_stream(str(path), compression="gzip"))
        elif start == _ZSTD:
            yield from _unpacked(path, _plain_name(name), pa.input_stream(str(path), compression="zstd"))
        elif start == _ZIP and (member := _only_member(file, name)) is not None:
            with zipfile.ZipFile(file) as archive:
                yield from _unpacked(path, PurePath(member.filename).name, archive.open(member))
        else:
            yield Source(file, name, os.fstat(file.fileno()).st_size, path)


def _unpacked(path: Path, name: str, packed: IO[bytes]) -> Iterator[Source]:
    with packed, temporary_file(path) as plain:
        try:
            shutil.copyfileobj(packed, plain, _COPY_BYTES)
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
            raise ImportFailedError(f"{path.name} cannot be unpacked: {error}.") from error
        plain.flush()
        yield Source(plain, name, os.fstat(plain.fileno()).st_size, path)


def temporary_file(beside: Path) -> IO[bytes]:
    """Open a file without a name, in the folder of another; it is gone when closed, or with the process."""
    folder = beside.parent if os.access(beside.parent, os.W_OK) else None
    return tempfile.TemporaryFile(dir=folder)


def _only_member(file: IO[bytes], name: str) -> zipfile.ZipInfo | None:
    """Return the one file in a zip archive; None when the archive is a spreadsheet."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except zipfile.BadZipFile as error:
        raise ImportFailedError(f"{name} is a damaged zip archive: {error}.") from error
    finally:
        file.seek(0)
    if _SPREADSHEET_MEMBERS.intersection(member.filename for member in members):
        return None
    files = [member for member in members if not _is_litter(member.filename)]
    if len(files) != 1:
        shown = ", ".join(member.filename for member in files[:5]) or "none"
        raise ImportFailedError(f"{name} must hold one file and holds {len(files)}: {shown}.")
    return files[0]


def _is_litter(member: str) -> bool:
    return member.startswith("__MACOSX/") or PurePath(member).name == ".DS_Store"


def _plain_name(name: str) -> str:
    path = PurePath(name)
    return path.stem if path.suffix.lower() in _PACKED_SUFFIXES else name
