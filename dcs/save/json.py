"""JSON and JSON Lines: one object a row, values in wire form, missing as null."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from dcs.values import to_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from dcs.columns import Schema


class JsonWriter:
    """Writes objects, either one a line or as one array.

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
        values = [[json.dumps(value, ensure_ascii=False) for value in to_wire(column)] for column in columns]
        for row in zip(*values, strict=True):
            members = ", ".join(f"{key}: {value}" for key, value in zip(self._keys, row, strict=True))
            before = b"" if self._lines else (b",\n" if self._wrote else b"[\n")
            self._file.write(before + f"{{{members}}}".encode() + (b"\n" if self._lines else b""))
            self._wrote = True

    def close(self) -> None:
        """End the array."""
        if not self._lines:
            self._file.write(b"\n]\n" if self._wrote else b"[]\n")
