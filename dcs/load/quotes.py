"""Quotes in separated text: which of them open and close fields, and the repair of those that do neither.

In regular text every other quote opens a field, after a separator or a line end, and the next one closes it,
before one; a doubled quote closes and opens at the same place. That is checked on all quotes at once. Where
a quote breaks this pattern, its field is taken literally and written anew with regular quoting, so that a
strict parser reads exactly what the file says: `5" pipe`, `"bla"bla`, `"a "word" here"`, an opening quote
that is never closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dcs.load.fields import Fields, Mend, Quoting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LONG_FIELD_LINES = 100
LONG_FIELD_BYTES = 2 << 20
"""A quoted field beyond either is perhaps a stray quote that swallows what follows."""

_NEWLINE = 0x0A


@dataclass(frozen=True)
class Lexed:
    """Text with regular quoting.

    Attributes:
        data: the text, rewritten where it was irregular.
        quotes: where its quotes are; opening and closing ones in turn.
        mended: for each field of which quotes became text, how many newlines come before it.

    """

    data: bytes
    quotes: NDArray[np.int64]
    mended: tuple[int, ...] = ()

    def is_quoted(self, position: int) -> bool:
        """Say whether a byte is within a quoted field."""
        return bool(np.searchsorted(self.quotes, position) % 2)


def lex(data: bytes, quoting: Quoting, *, complete: bool) -> Lexed:
    """Find the quotes of text that begins at the start of a record, and repair those that are irregular.

    Unless the data is `complete`, what its end leaves open is left for when the rest is there.
    """
    if quoting.quote is None or quoting.quote not in data:
        return Lexed(data, np.empty(0, np.int64))
    quotes = _positions(data, quoting.quote[0])
    mends = list(_Walk(data, quotes, quoting, complete=complete))
    if not mends:
        return Lexed(data, quotes)
    newlines = _positions(data, _NEWLINE)
    before = np.searchsorted(newlines, [mend.start for mend in mends if not mend.harmless])
    rewritten = _rewritten(data, mends)
    return Lexed(rewritten, _positions(rewritten, quoting.quote[0]), tuple(before.tolist()))


def _positions(data: bytes, code: int) -> NDArray[np.int64]:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == code)


def _rewritten(data: bytes, mends: list[Mend]) -> bytes:
    parts: list[bytes] = []
    done = 0
    for mend in mends:
        parts += data[done : mend.start], mend.text
        done = mend.end
    return b"".join((*parts, data[done:]))


class _Walk:
    """Goes from one irregular quote to the next; iterating gives the mends in order."""

    def __init__(self, data: bytes, quotes: NDArray[np.int64], quoting: Quoting, *, complete: bool) -> None:
        self._data = data
        self._quotes = quotes
        self._complete = complete
        self._fields = Fields(data, quoting, complete=complete)
        opens, closes = _could_open_and_close(data, quotes, quoting)
        # where the pattern breaks, when an opening quote is expected at even and at odd places
        self._breaks = (_breaks(opens, closes), _breaks(closes, opens))

    def __iter__(self) -> Iterator[Mend]:
        first = done = 0
        while first < len(self._quotes):
            mend = self._next(first, done)
            if mend is None:
                return
            yield mend
            done = mend.end
            first = int(np.searchsorted(self._quotes, done))

    def _next(self, first: int, done: int) -> Mend | None:
        """Return the next mend, when an opening quote is expected `first` and text is `done` up to there."""
        breaks = self._breaks[first % 2]
        index = int(np.searchsorted(breaks, first))
        end = int(breaks[index]) if index < len(breaks) else len(self._quotes)
        if (swallowing := self._swallowing(first, end)) is not None:
            return swallowing
        if end == len(self._quotes):
            return self._unclosed(first)
        if (end - first) % 2 == 0:
            before = int(self._quotes[end - 1]) + 1 if end > first else done
            return self._fields.unquoted(before, self._quotes[end:])
        opening = self._opening(first, end - 1)
        return self._fields.irregularly_closed(int(self._quotes[opening]), self._quotes[end:])

    def _opening(self, first: int, index: int) -> int:
        """Return the quote that opens the field in which the opening quote at `index` is doubled."""
        while index > first and self._quotes[index] - self._quotes[index - 1] == 1:
            index -= 2
        return index

    def _swallowing(self, first: int, end: int) -> Mend | None:
        """Mend the first field so long that its opening quote is stray, if this gives a regular record."""
        opening, closing = self._quotes[first:end:2], self._quotes[first + 1 : end : 2]
        opening = opening[: len(closing)]
        for index in self._long(opening, closing):
            start = int(self._quotes[self._opening(first, first + 2 * int(index))])
            mend = self._fields.literal(start)
            if mend is not None and self._fields.is_regular(mend):
                return mend
        return None

    def _long(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which spans have too many lines, or too many bytes."""
        perhaps = np.flatnonzero(ends - starts > LONG_FIELD_LINES)
        if not len(perhaps):
            return perhaps
        starts, ends = starts[perhaps], ends[perhaps]
        lines = np.searchsorted(self._newlines, ends) - np.searchsorted(self._newlines, starts)
        return perhaps[(lines > LONG_FIELD_LINES) | (ends - starts > LONG_FIELD_BYTES)]

    @cached_property
    def _newlines(self) -> NDArray[np.int64]:
        return _positions(self._data, _NEWLINE)

    def _unclosed(self, first: int) -> Mend | None:
        """Mend the last field if its closing quote will not come, or if it is long already."""
        if (len(self._quotes) - first) % 2 == 0:
            return None
        start = int(self._quotes[self._opening(first, len(self._quotes) - 1)])
        mend = self._fields.literal(start)
        if mend is None or self._complete:
            return mend
        is_long = self._long(np.array([start]), np.array([len(self._data)])).size
        return mend if is_long and self._fields.is_regular(mend) else None


def _could_open_and_close(
    data: bytes, quotes: NDArray[np.int64], quoting: Quoting
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each quote whether what is before it lets it open a field, and what follows, close one."""
    assert quoting.quote is not None
    codes = np.frombuffer(data, np.uint8)
    beside = np.zeros(256, np.bool_)
    beside[[*b"\r\n", quoting.separator[0], quoting.quote[0]]] = True
    opens = beside[codes[quotes - 1]]
    opens[0] |= quotes[0] == 0
    closes = beside[codes[np.minimum(quotes + 1, len(data) - 1)]]
    return opens, closes


def _breaks(at_even: NDArray[np.bool_], at_odd: NDArray[np.bool_]) -> NDArray[np.int64]:
    fits = at_even.copy()
    fits[1::2] = at_odd[1::2]
    return np.flatnonzero(~fits)
