"""CSV and TSV: values in text form, missing empty, the empty text in quotes so that it is not missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

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
        self._special = f'[{separator}"\r\n]'
        names = pa.chunked_array([pa.array(list(schema), pa.string())])
        quoted = self._quoted(names).to_pylist()
        self._file.write(f"{separator.join(quoted)}\n".encode())

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""
        if not columns or not len(columns[0]):
            return
        separator, end = pa.scalar(self._separator), pa.scalar("\n")
        pieces: list[pa.Array | pa.Scalar] = []
        for column in columns:
            pieces += [self._field(column), separator]
        pieces[-1] = end
        lines = pc.binary_join_element_wise(*pieces, "", null_handling="replace", null_replacement="")
        for chunk in lines.chunks if isinstance(lines, pa.ChunkedArray) else [lines]:
            self._file.write(_bytes_of(chunk))

    def close(self) -> None:
        """End the file; there is nothing to add."""

    def _field(self, column: pa.Array) -> pa.Array:
        text = text_form(column)
        return self._quoted(text) if pa.types.is_string(column.type) else text

    def _quoted(self, text: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        needed = pc.or_(pc.match_substring_regex(text, self._special), pc.equal(text, ""))
        if not pc.any(needed).as_py():
            return text
        doubled = pc.replace_substring(text, '"', '""')
        return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _bytes_of(texts: pa.StringArray) -> memoryview:
    """Return all texts one after another, as they are in memory."""
    _, offsets, data = texts.buffers()
    first, last = (
        int.from_bytes(offsets.slice(4 * place, 4).to_pybytes(), "little")
        for place in (texts.offset, texts.offset + len(texts))
    )
    return memoryview(data)[first:last]
