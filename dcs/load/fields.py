"""Single fields of separated text: where they end, and how to write an irregular one with regular quoting."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_MOST_TRIALS = 20


@dataclass(frozen=True)
class Quoting:
    """How fields are separated and quoted.

    Attributes:
        separator: one byte.
        quote: one byte, or none.
        width: the number of fields of a regular record; None when it is not known yet.

    """

    separator: bytes
    quote: bytes | None
    width: int | None = None


@dataclass(frozen=True)
class Mend:
    """The bytes from `start` to `end` are to be replaced by `text`, one field with regular quoting.

    It is `harmless` when only blanks around a quoted field were in the way.
    """

    start: int
    end: int
    text: bytes
    harmless: bool = False


class Fields:
    """Finds fields in text. What the end of the data leaves open is None, unless the data is complete."""

    def __init__(self, data: bytes, quoting: Quoting, *, complete: bool) -> None:
        assert quoting.quote is not None
        self._data = data
        self._separator = quoting.separator
        self._quote = quoting.quote
        self._width = quoting.width
        self._complete = complete
        separator, quote = re.escape(quoting.separator), re.escape(quoting.quote)
        self._delimiter = re.compile(b"[" + separator + b"\r\n]")
        self._line_end = re.compile(b"[\r\n]")
        self._blanks = b" \t".replace(quoting.separator, b"")
        blanks = b"[" + self._blanks + b"]*" if self._blanks else b""
        whole = quote + b"(?:[^" + quote + b"]|" + quote + quote + b")*" + quote
        self._quoted = re.compile(b"(?:^|(?<=[" + separator + b"\r\n]))" + blanks + whole + blanks)

    def unquoted(self, after: int, quotes: NDArray[np.int64]) -> Mend | None:
        """Quote the field in whose midst the first of `quotes` is; `after` is no later than its start.

        After blanks alone, the quote opens the field if this gives a regular record.
        """
        quote = int(quotes[0])
        line_start = self._line_start(quote, floor=after)
        start = max(line_start, self._data.rfind(self._separator, line_start, quote) + 1)
        if start < quote and not self._data[start:quote].strip(self._blanks):
            line_end = self._end(self._line_end, quote)
            if line_end is None:
                return None
            for mend in islice(self._lenient(quote, quotes[1:], line_end), _MOST_TRIALS):
                whole = replace(mend, start=start, harmless=True)
                if self.is_regular(whole):
                    return whole
        return self._literal(start, self._end(self._delimiter, quote))

    def literal(self, start: int) -> Mend | None:
        """Quote a field up to the next delimiter, its own opening quote taken as text."""
        return self._literal(start, self._end(self._delimiter, start + 1))

    def irregularly_closed(self, start: int, quotes: NDArray[np.int64]) -> Mend | None:
        """Rewrite a quoted field that goes on after the first of `quotes`, which should close it.

        Blanks alone after it are dropped. Else tried in this order, until the record has its regular width:
        quotes inside are text, up to one on the same line that could close it; the field is text up to the
        next delimiter; up to the first delimiter after the closing quote. If none gives a regular record, the
        damage is kept to the one line.
        """
        line_end = self._end(self._line_end, start)
        if line_end is None:
            return None
        simplest = self.literal(start)
        closing = int(quotes[0])
        end = self._end(self._delimiter, closing + 1)
        if end is not None and not self._data[closing + 1 : end].strip(self._blanks):
            return Mend(start, end, self._data[start : closing + 1], harmless=True)
        beyond = self._literal(start, end)
        for candidate in (*islice(self._lenient(start, quotes, line_end), _MOST_TRIALS), simplest, beyond):
            if candidate is not None and self.is_regular(candidate):
                return candidate
        return None if beyond is None else simplest

    def is_regular(self, mend: Mend) -> bool:
        """Say whether the record around a mended field has the regular width and ends with its line."""
        end = self._end(self._line_end, mend.end)
        if end is None:
            return False
        start = self._line_start(mend.start)
        record = self._data[start : mend.start] + mend.text + self._data[mend.end : end]
        bare = self._quoted.sub(b"", record)
        whole = self._line_end.search(bare) is None and self._quote not in bare
        return whole and self._width in {None, bare.count(self._separator) + 1}

    def _line_start(self, position: int, *, floor: int = 0) -> int:
        start = max(floor, self._data.rfind(b"\n", floor, position) + 1)
        return max(start, self._data.rfind(b"\r", start, position) + 1)

    def _lenient(self, start: int, quotes: NDArray[np.int64], line_end: int) -> Iterator[Mend]:
        for quote in quotes:
            if quote >= line_end:
                return
            end = int(quote) + 1
            if end == line_end or self._delimiter.match(self._data, end):
                inner = self._data[start + 1 : end - 1].replace(self._quote * 2, self._quote)
                yield Mend(start, end, self._quoted_text(inner))

    def _literal(self, start: int, end: int | None) -> Mend | None:
        return None if end is None else Mend(start, end, self._quoted_text(self._data[start:end]))

    def _quoted_text(self, text: bytes) -> bytes:
        return self._quote + text.replace(self._quote, self._quote * 2) + self._quote

    def _end(self, pattern: re.Pattern[bytes], position: int) -> int | None:
        found = pattern.search(self._data, position)
        if found is not None:
            return found.start()
        return len(self._data) if self._complete else None
