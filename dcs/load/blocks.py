"""Cuts the text of a file into blocks of whole records, and knows on which line each record begins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from dcs.errors import ImportFailedError
from dcs.load.quotes import Lexed, lex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from dcs.load.fields import Quoting

LONGEST_RECORD_BYTES = 64 << 20
"""A record beyond this is taken as broken by a quote that is never closed."""

_NEWLINE, _RETURN = 0x0A, 0x0D


@dataclass(frozen=True)
class RecordPlaces:
    """Where records are: positions in the data, line ends excluded, and lines in the file."""

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    lines: NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Whole records with regular quoting.

    Attributes:
        index: 0, 1, 2 … from the start of the file.
        data: the text of the records, line ends included.
        line: the line in the file on which the first begins, from 1.
        quotes: where the quotes are in `data`.
        mended: lines on which irregular quotes were taken literally, in this block or what follows it.

    """

    index: int
    data: bytes
    line: int
    quotes: NDArray[np.int64]
    mended: tuple[int, ...]

    def records(self, *, blank_counts: bool = False) -> RecordPlaces:
        """Return where each record is; blank lines are none unless they count."""
        codes = np.frombuffer(self.data, np.uint8)
        following = np.append(codes[1:], 0)
        ends = np.flatnonzero((codes == _NEWLINE) | ((codes == _RETURN) & (following != _NEWLINE)))
        ends = ends[np.searchsorted(self.quotes, ends) % 2 == 0]
        starts = np.concatenate([[0], ends + 1])
        stops = np.concatenate([ends, [len(codes)]])
        stops -= (stops > starts) & (stops < len(codes)) & (codes[stops - 1] == _RETURN)
        keep = np.ones(len(starts), np.bool_) if blank_counts else stops > starts
        keep[-1] = starts[-1] < len(codes)
        newlines = np.flatnonzero(codes == _NEWLINE)
        lines = self.line + np.searchsorted(newlines, starts[keep])
        return RecordPlaces(starts[keep], stops[keep], lines)


def join_blocks(blocks: Iterable[Block]) -> Block:
    """Return the records of blocks from anywhere as one block; its lines say nothing of the file."""
    found = list(blocks)
    ends = accumulate((len(block.data) for block in found), initial=0)
    quotes = [np.empty(0, np.int64), *(block.quotes + end for block, end in zip(found, ends, strict=False))]
    return Block(0, b"".join(block.data for block in found), 1, np.concatenate(quotes), ())


class Records:
    """The records of a text, taken from its start: lines to skip, then the header, then blocks."""

    def __init__(self, pieces: Iterable[bytes], quoting: Quoting) -> None:
        self._pieces = iter(pieces)
        self._quoting = quoting
        self._rest = b""
        self._complete = False
        self._line = 1

    def skip_lines(self, count: int) -> None:
        """Leave out lines, whatever is in them."""
        for _ in range(count):
            while (end := self._rest.find(b"\n")) < 0 and not self._complete:
                self._read()
            self._drop(end + 1 if end >= 0 else len(self._rest))

    def take_record(self) -> tuple[int, bytes]:
        """Return the next record that is not blank, with its line; empty at the end of the text."""
        self._skip_blank_lines()
        end = -1
        while True:
            end = self._rest.find(b"\n", end + 1)
            if end < 0 and self._complete:
                record = lex(self._rest, self._quoting, complete=True).data
                cut = len(self._rest)
                break
            if end < 0:
                end = len(self._rest) - 1
                self._read()
                continue
            lexed = lex(self._rest[: end + 1], self._quoting, complete=False)
            if not lexed.is_quoted(len(lexed.data) - 1):
                record, cut = lexed.data, end + 1
                break
        line = self._line
        self._drop(cut)
        return line, record

    def blocks(self, quoting: Quoting) -> Iterator[Block]:
        """Yield the remaining records; `quoting` may now know the width of a regular one."""
        index = 0
        mended: list[int] = []
        while not self._complete or self._rest:
            if not self._complete:
                self._read()
            forced = len(self._rest) > LONGEST_RECORD_BYTES
            lexed = lex(self._rest, quoting, complete=self._complete or forced)
            mended += [self._line + before for before in lexed.mended]
            cut = len(lexed.data) if self._complete else _last_record_end(lexed)
            self._rest = lexed.data
            if not cut and forced:
                raise ImportFailedError("A record is longer than 64 MB.", line=self._line)
            if cut:
                quotes = lexed.quotes[: int(np.searchsorted(lexed.quotes, cut))]
                yield Block(index, self._rest[:cut], self._line, quotes, tuple(mended))
                mended = []
                self._drop(cut)
                index += 1

    def _skip_blank_lines(self) -> None:
        while True:
            stripped = self._rest.lstrip(b"\r\n")
            self._drop(len(self._rest) - len(stripped))
            if stripped or self._complete:
                return
            self._read()

    def _read(self) -> None:
        piece = next(self._pieces, None)
        self._complete = piece is None
        self._rest += piece or b""

    def _drop(self, count: int) -> None:
        if count:
            codes = np.frombuffer(self._rest, np.uint8, count)  # ten times faster than bytes.count
            self._line += int(np.count_nonzero(codes == _NEWLINE))
            self._rest = self._rest[count:]


def _last_record_end(lexed: Lexed) -> int:
    """Return where the last whole record ends, 0 when there is none."""
    end = lexed.data.rfind(b"\n")
    while end >= 0 and lexed.is_quoted(end):
        opening = int(lexed.quotes[np.searchsorted(lexed.quotes, end) - 1])
        end = lexed.data.rfind(b"\n", 0, opening)
    return end + 1
