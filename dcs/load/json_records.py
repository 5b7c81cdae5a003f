"""The records of a JSON file, whatever they are wrapped in, and their cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dcs.errors import ImportFailedError
from dcs.load.cells import Number
from dcs.load.report import MAX_REJECTED_TEXT, RejectedLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.load.cells import Cell, Key
    from dcs.load.json_text import JsonText


class JsonRecords:
    """Finds the records: JSON Lines, an array, or an object with one array of records in it.

    After iterating, `rejected` holds lines that are no records, `left_out` the keys beside the array.
    """

    def __init__(self, text: JsonText, *, lines: bool | None) -> None:
        self._text = text
        self._lines = lines
        self.rejected: list[RejectedLine] = []
        self.left_out: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Yield the records, each with its line."""
        first = self._text.peek()
        if self._lines or (self._lines is None and first == "{" and self._looks_like_lines()):
            yield from self._from_lines()
        elif first == "[":
            yield from self._elements()
        elif first == "{":
            yield from self._wrapped()
        else:
            raise ImportFailedError("A JSON file holds an array, an object, or an object on each line.")
        if self._text.peek():
            raise ImportFailedError("There is more after the end of the JSON value.", line=self._text.line)

    def _looks_like_lines(self) -> bool:
        line = self._text.first_line()
        try:
            self._text.decode(line)
        except json.JSONDecodeError:
            return False
        return self._text.peek(len(line)) != ""

    def _from_lines(self) -> Iterator[tuple[int, Any]]:
        while self._text.peek():
            number, line = self._text.line, self._text.take_line()
            try:
                yield number, self._text.decode(line)
            except json.JSONDecodeError as error:
                reason = f"not JSON: {error.msg} at column {error.colno}"
                self.rejected.append(RejectedLine(number, reason, line.strip()[:MAX_REJECTED_TEXT]))

    def _elements(self) -> Iterator[tuple[int, Any]]:
        self._text.take("[")
        if self._text.peek() == "]":
            self._text.take("]")
            return
        while True:
            self._text.peek()
            line = self._text.line
            yield line, self._text.value()
            if self._text.peek() != ",":
                break
            self._text.take(",")
        self._text.take("]")

    def _wrapped(self) -> Iterator[tuple[int, Any]]:
        """Yield the elements of the one array of records in an object, or the object itself without one."""
        line = self._text.line
        found: str | None = None
        others: dict[str, Any] = {}
        self._text.take("{")
        while self._text.peek() not in {"}", ""}:
            key = self._text.value()
            self._text.take(":")
            if self._text.peek() == "[" and self._text.peek(1) == "{":
                if found is not None:
                    raise ImportFailedError(f"Both {found!r} and {key!r} hold records; a table has one kind.")
                found = str(key)
                yield from self._elements()
            else:
                others[key] = self._text.value()
            if self._text.peek() == ",":
                self._text.take(",")
        self._text.take("}")
        if found is None:
            yield from self._inner(line, others)
        else:
            self.left_out = list(others)

    def _inner(self, line: int, found: dict[str, Any]) -> Iterator[tuple[int, Any]]:
        """Look for the one array in an object that was read whole; without one it is a record itself."""
        arrays = list(_arrays(found, ()))
        if len(arrays) != 1:
            yield line, found
            return
        path, records = arrays[0]
        self.left_out = [key for key in found if key != path[0]]
        for record in records:
            yield line, record


def cells_of(record: Any) -> dict[Key, Cell]:
    """Return the cells of a record: members of nested objects by their path, lists as JSON text.

    An array gives `column_1`, `column_2`, …; any other value is the one cell `value`.
    """
    if isinstance(record, dict):
        return dict(_flat(record, ()))
    if isinstance(record, list):
        return {(f"column_{place}",): _cell(value) for place, value in enumerate(record, start=1)}
    return {("value",): _cell(record)}


def _flat(record: dict[str, Any], path: Key) -> Iterator[tuple[Key, Cell]]:
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, (*path, key))
        else:
            yield (*path, key), _cell(value)


def _cell(value: Any) -> Cell:
    return json_text(value) if isinstance(value, dict | list) else value


def json_text(value: Any) -> str:
    """Return a value as JSON, its numbers as the file spells them."""
    match value:
        case Number():
            return str(value)
        case dict():
            members = (f"{json_text(key)}: {json_text(item)}" for key, item in value.items())
            return "{" + ", ".join(members) + "}"
        case list():
            return "[" + ", ".join(json_text(item) for item in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _arrays(found: dict[str, Any], path: Key) -> Iterator[tuple[Key, list[Any]]]:
    """Yield the arrays in nested objects that hold objects or arrays."""
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _arrays(value, (*path, key))
        elif isinstance(value, list) and value and all(isinstance(item, dict | list) for item in value):
            yield (*path, key), value
