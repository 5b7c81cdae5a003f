"""One file out of a `multipart/form-data` body, handed on while it streams in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from willow_ray.protocol.errors import InvalidParamsError, InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FileField:
    """The field `field` of a form, which must be a file and the only field."""

    def __init__(self, content_type: str, *, field: str) -> None:
        _, options = parse_options_header(content_type)
        if b"boundary" not in options:
            raise InvalidRequestError("The content type of a form names its boundary.")
        self.file_name = ""
        """Known as soon as the first piece has come."""
        self._field = field
        self._found = False
        self._ended = False
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._pieces: list[bytes] = []
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise InvalidRequestError(f"This is not a form: {error}.") from error

    async def pieces(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the content of the file; refuse a form without it or with anything else."""
        try:
            async for piece in body:
                await asyncio.to_thread(self._parser.write, piece)
                for content in self._pieces:
                    yield content
                self._pieces.clear()
        except FormParserError as error:
            raise InvalidRequestError(f"This is not a form: {error}.") from error
        if not self._ended:
            raise InvalidRequestError("The form ends in the middle.")
        if not self._found:
            raise InvalidParamsError([(self._field, "The form has no such file")], what="form")

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode(errors="replace")
        if name != self._field or b"filename" not in options or self._found:
            raise InvalidParamsError([(name, f"A form has one file, {self._field!r}")], what="form")
        self._found = True
        self.file_name = options[b"filename"].decode(errors="replace")

    def _end(self) -> None:
        self._ended = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])
