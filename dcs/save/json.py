"""JSON and JSON Lines: one object a row, values in wire form, missing as null."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.save.lines import bytes_of, holds_any, joined
from dcs.values import text_form
from dcs.values.wire import LARGEST_SAFE_INTEGER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.columns import Schema

_FIRST_PRINTABLE = 0x20


class JsonWriter:
    """Writes objects, either one a line or as one array with an object on each line.

    Args:
        file: where to.
        schema: of all batches.
        lines: JSON Lines instead of an array.

    """

    def __init__(self, file: BinaryIO, schema: Schema, *, lines: bool) -> None:
        self._file = file
        self._keys = [json.dumps(name, ensure_ascii=False) for name in schema]
        self._lines = lines
        self._wrote = False

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        before, after = ("", "}\n") if self._lines else (",\n", "}")
        pieces: list[pa.Array | str] = []
        for place, (key, column) in enumerate(zip(self._keys, columns, strict=True)):
            pieces += [f"{before}{{{key}: " if place == 0 else f", {key}: ", _member(column)]
        for text in joined([*pieces, after], missing="null"):
            first = not self._lines and not self._wrote
            self._file.write(b"[" if first else b"")
            self._file.write(text[1:] if first else text)
            self._wrote = True

    def close(self) -> None:
        """End the array."""
        if not self._lines:
            self._file.write(b"\n]\n" if self._wrote else b"[]\n")


def _member(column: pa.Array) -> pa.Array:
    """Return the values of a column as JSON."""
    match kind_of(column.type):
        case "boolean":
            return text_form(column)
        case "integer":
            large = pc.greater(column, LARGEST_SAFE_INTEGER)
            return _quoted(text_form(column), where=pc.or_(large, pc.less(column, -LARGEST_SAFE_INTEGER)))
        case "decimal":
            return _quoted(text_form(column), where=pc.is_inf(column))
        case "text":
            return _quoted(_escaped(column))
        case "date" | "datetime":
            return _quoted(text_form(column))


def _quoted(text: pa.Array, *, where: pa.Array | None = None) -> pa.Array:
    if where is not None and not pc.any(where).as_py():
        return text
    quoted = pc.binary_join_element_wise('"', text, '"', "")
    return quoted if where is None else pc.if_else(where, quoted, text)


def _escaped(text: pa.Array) -> pa.Array:
    """Return text with quotes, backslashes and control characters as JSON spells them."""
    if holds_any(text, "\\"):
        text = pc.replace_substring(text, "\\", "\\\\")
    if holds_any(text, '"'):
        text = pc.replace_substring(text, '"', '\\"')
    codes = np.frombuffer(bytes_of(text), np.uint8)
    for control in np.unique(codes[codes < _FIRST_PRINTABLE]).tolist():
        text = pc.replace_substring(text, chr(control), json.dumps(chr(control))[1:-1])
    return text
