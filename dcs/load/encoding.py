"""The encoding of a text file: found on samples from the whole file, then taken away."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from dcs.errors import ImportFailedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dcs.load.source import Source

_MARKS = (  # the longer first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WHOLE_BELOW = 1 << 20
_SAMPLES = 64
_SAMPLE_BYTES = 1 << 14
_JUDGED_BYTES = 1 << 16
_NUL_SHARE = 0.2
_REPLACEMENT = "\ufffd"
_FITTING_PER_FAULT = 10
_LONGEST_CHARACTER = 4
_WESTERN = "cp1252"
_COMMON = (
    *("utf_8", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_15"),
    *("koi8_r", "mac_roman", "cp437", "cp850", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
_TELLING_BYTES = 8
"""With fewer bytes beyond ASCII than this, nothing can be said about an encoding."""


@dataclass(frozen=True)
class Encoding:
    """How bytes become text.

    Attributes:
        name: a name that Python's codecs know.
        mark: how many bytes of byte order mark come first.
        certain: whether bytes that do not fit are faults of the file. Otherwise there was no evidence (all
            samples were ASCII), and the first such byte is reason to judge again.

    """

    name: str
    mark: int = 0
    certain: bool = True

    @property
    def is_utf8(self) -> bool:
        """Say whether the bytes are UTF-8 as they are."""
        return self.name == "utf-8"


def detect_encoding(source: Source, asked: str | None = None) -> Encoding:
    """Return the encoding of a file: what was asked for, else what its mark or its bytes say."""
    mark, marked = _mark(source.read(0, 4))
    if asked is not None:
        name = _known(asked)
        return Encoding(name, mark if marked == name else 0)
    if marked is not None:
        return Encoding(marked, mark)
    return judge(_samples(source))


def judge(samples: Iterable[bytes]) -> Encoding:
    """Return the encoding that fits pieces of a file; they may begin and end within a character."""
    pieces = list(samples)
    if wide := _wide(b"".join(pieces)):
        return Encoding(wide)
    odd = [piece for piece in pieces if not _is_utf8(piece)]
    if not odd:
        return Encoding("utf-8", certain=any(not piece.isascii() for piece in pieces))
    if _mostly_utf8(pieces):
        return Encoding("utf-8")
    lines = b"\n".join(line for piece in odd for line in piece.splitlines() if not line.isascii())
    return Encoding(_most_likely(lines[:_JUDGED_BYTES]))


def _mostly_utf8(pieces: Iterable[bytes]) -> bool:
    """Say whether the bytes that are not UTF-8 are a few faults among many characters that are."""
    text = "".join(piece.decode("utf-8", "replace") for piece in pieces)
    faults = text.count(_REPLACEMENT)
    fitting = sum(not character.isascii() for character in text) - faults
    return fitting > _FITTING_PER_FAULT * faults


def _most_likely(sample: bytes) -> str:
    """Return the encoding of 8-bit or East Asian text; that of Western Windows unless another fits better.

    Few bytes fit many encodings equally well, and then the choice of the library is arbitrary.
    """
    matches = list(from_bytes(sample, cp_isolation=list(_COMMON)))
    western = [match for match in matches if _WESTERN in match.could_be_from_charset]
    odd_bytes = sum(byte > 0x7F for byte in sample)  # noqa: PLR2004 - beyond ASCII
    if not matches or (odd_bytes < _TELLING_BYTES and _fits_western(sample)):
        return _WESTERN
    best = matches[0]
    for match in western:
        if match.chaos <= best.chaos + 0.05 and match.coherence >= best.coherence - 0.1:
            return _WESTERN
    return _known(best.encoding)


def _fits_western(sample: bytes) -> bool:
    try:
        sample.decode(_WESTERN)
    except UnicodeDecodeError:
        return False
    return True


class Utf8Pieces:
    """The text of a file as UTF-8, piece by piece.

    UTF-8 is passed on unchecked. Of other encodings, bytes that do not fit become U+FFFD and are counted.

    Args:
        source: the file.
        encoding: of its bytes.
        piece_bytes: how many bytes are read at once.
        start: where to begin, in bytes after the byte order mark.
        returns: whether lines end with a carriage return alone; newlines take their place.

    """

    def __init__(
        self, source: Source, encoding: Encoding, *, piece_bytes: int, start: int = 0, returns: bool = False
    ) -> None:
        self._source = source
        self._encoding = encoding
        self._piece_bytes = piece_bytes
        self._offset = encoding.mark + start
        self._returns = returns
        self.replaced = 0

    @property
    def fraction(self) -> float:
        """The share of the file read so far."""
        return min(1.0, self._offset / max(self._source.size, 1))

    def __iter__(self) -> Iterator[bytes]:
        text = self._raw() if self._encoding.is_utf8 else self._decoded()
        return (piece.replace(b"\r", b"\n") for piece in text) if self._returns else text

    def _raw(self) -> Iterator[bytes]:
        while piece := self._source.read(self._offset, self._piece_bytes):
            self._offset += len(piece)
            yield piece

    def _decoded(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self._encoding.name)("replace")
        for piece in self._raw():
            yield self._encoded(decoder.decode(piece))
        yield self._encoded(decoder.decode(b"", final=True))

    def _encoded(self, text: str) -> bytes:
        self.replaced += text.count(_REPLACEMENT)
        return text.encode("utf-8", "replace")


def _known(name: str) -> str:
    try:
        normal = codecs.lookup(name).name
    except LookupError as error:
        raise ImportFailedError(f"There is no encoding {name!r}.") from error
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(
        normal, normal
    )


def _mark(start: bytes) -> tuple[int, str | None]:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return len(mark), name
    return 0, None


def _samples(source: Source) -> list[bytes]:
    if source.size <= _WHOLE_BELOW:
        return [source.read(0, source.size)]
    step = (source.size - _SAMPLE_BYTES) // (_SAMPLES - 1)
    step -= step % 4  # whole characters of UTF-16 and UTF-32
    return [source.read(index * step, _SAMPLE_BYTES) for index in range(_SAMPLES)]


def _wide(sample: bytes) -> str | None:
    """Recognise UTF-16 without a mark by where its many zero bytes are."""
    pairs = len(sample) // 2
    if pairs == 0:
        return None
    first, second = sample[::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if second > _NUL_SHARE and first < second / 4:
        return "utf-16-le"
    if first > _NUL_SHARE and second < first / 4:
        return "utf-16-be"
    return None


def _is_utf8(piece: bytes) -> bool:
    start = 0
    while start < min(_LONGEST_CHARACTER - 1, len(piece)) and piece[start] & 0xC0 == 0x80:  # noqa: PLR2004
        start += 1
    try:
        codecs.getincrementaldecoder("utf-8")().decode(piece[start:])
    except UnicodeDecodeError:
        return False
    return True
