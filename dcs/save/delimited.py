"""CSV and TSV: values in text form, missing empty, the empty text in quotes so that it is not missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from dcs.save.lines import holds_any, joined
from dcs.values import text_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.columns import Schema


class DelimitedWriter:
    r"""Writes UTF-8 lines that end in `\n`, with quotes only where they are needed.

    Args:
        file: where to.
        schema: of all batches.
        separator: between fields, one ASCII character.

    """

    def __init__(self, file: BinaryIO, schema: Schema, *, separator: str = ",") -> None:
        self._file = file
        self._separator = separator
        self._special = f'{separator}"\r\n'
        names = self._quoted(pa.array(list(schema), pa.string())).to_pylist()
        self._file.write(f"{separator.join(names)}\n".encode())

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        pieces: list[pa.Array | str] = []
        for column in columns:
            pieces += [self._field(column), self._separator]
        pieces[-1:] = ["\n"]
        for text in joined(pieces, missing=""):
            self._file.write(text)

    def close(self) -> None:
        """End the file; there is nothing to add."""

    def _field(self, column: pa.Array) -> pa.Array:
        text = text_form(column)
        return self._quoted(text) if pa.types.is_string(column.type) else text

    def _quoted(self, text: pa.Array) -> pa.Array:
        needed = pc.equal(text, "")
        if holds_any(text, self._special):
            needed = pc.or_(needed, pc.match_substring_regex(text, f"[{self._special}]"))
        elif not pc.any(needed).as_py():
            return text
        doubled = pc.replace_substring(text, '"', '""')
        return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), text)
