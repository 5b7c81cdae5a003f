"""Values of JSON taken one after another from a text that is read piece by piece."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from dcs.errors import ImportFailedError
from dcs.load.cells import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_VALUE = 64 << 20
"""A value that is still not whole after so many characters is taken as broken."""
_NEAR_THE_END = 16


class JsonText:
    """Reads JSON values; numbers as `Number`, NaN as missing.

    Raises `ImportFailedError` with the line where the text is no JSON.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._position = 0
        self._counted = 0
        self._line = 1
        self._complete = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=lambda name: None if name == "NaN" else Number(name),
        )
        self.repeated_keys = 0

    @property
    def line(self) -> int:
        """The line of what comes next, from 1."""
        self._line += self._text.count("\n", self._counted, self._position)
        self._counted = self._position
        return self._line

    def peek(self, after: int = 0) -> str:
        """Return the next character that is not blank, `after` some others, without taking it.

        Blanks that come first are taken; at the end the character is empty.
        """
        if after:
            self.peek()
        while True:
            found = _BLANKS.match(self._text, self._position + after)
            end = len(self._text) if found is None else found.end()
            if end < len(self._text):
                break
            if not self._fill():
                return ""
        if not after:
            self._position = end
        return self._text[end]

    def take(self, expected: str) -> None:
        """Take one character, which must be the one expected."""
        if self.peek() != expected:
            raise self._error(f"Here should be {expected!r}.")
        self._position += 1

    def value(self) -> Any:
        """Take one whole value."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                if self._is_broken(error) or not self._fill():
                    raise self._error(f"{error.msg}.", at=error.pos) from error
                continue
            if end == len(self._text) and self._fill():
                continue  # a number may go on
            self._position = end
            return value

    def first_line(self) -> str:
        """Return the line that comes next, without taking it; of a very long one only the beginning."""
        self.peek()
        while "\n" not in self._text and len(self._text) < _LONGEST_VALUE and self._fill():
            pass
        end = self._text.find("\n", self._position)
        return self._text[self._position :] if end < 0 else self._text[self._position : end]

    def take_line(self) -> str:
        """Take the rest of the line."""
        while (end := self._text.find("\n", self._position)) < 0 and self._fill():
            pass
        end = len(self._text) if end < 0 else end + 1
        line = self._text[self._position : end]
        self._position = end
        return line

    def decode(self, text: str) -> Any:
        """Return the value that a text is; raises `json.JSONDecodeError`."""
        return self._decoder.decode(text)

    def _fill(self) -> bool:
        """Read one more piece, and let go of what was taken; say whether there was one."""
        if self._complete:
            return False
        piece = next(self._pieces, None)
        self._complete = piece is None
        self._line = self.line
        self._text = self._text[self._position :] + self._utf8.decode(piece or b"", final=self._complete)
        self._position = self._counted = 0
        return not self._complete

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self.repeated_keys += len(pairs) - len(found)
        return found

    def _is_broken(self, error: json.JSONDecodeError) -> bool:
        if len(self._text) - self._position > _LONGEST_VALUE:
            return True
        unterminated = error.msg.startswith(("Unterminated string", "Invalid \\", "Invalid control"))
        return not unterminated and error.pos < len(self._text) - _NEAR_THE_END

    def _error(self, message: str, *, at: int | None = None) -> ImportFailedError:
        ahead = 0 if at is None else self._text.count("\n", self._position, at)
        return ImportFailedError(f"This is not JSON: {message}", line=self.line + ahead)
