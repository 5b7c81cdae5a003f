"""Rows as lines of text: fields and what stands between them, joined for many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 1 << 28
"""Rows are joined a few at a time when their text may be longer: an Arrow array of text holds 2 GiB."""


def joined(pieces: Sequence[pa.Array | str], *, missing: str) -> Iterator[memoryview]:
    """Yield the text of all rows, one after another; a string among the pieces is the same in every row."""
    rows = max((len(piece) for piece in pieces if isinstance(piece, pa.Array)), default=0)
    if rows == 0:
        return
    fixed = rows * sum(len(piece.encode()) for piece in pieces if isinstance(piece, str))
    size = fixed + sum(piece.nbytes for piece in pieces if isinstance(piece, pa.Array))
    if size > MOST_BYTES and rows > 1:
        half = rows // 2
        for start, count in ((0, half), (half, rows - half)):
            part = [piece if isinstance(piece, str) else piece.slice(start, count) for piece in pieces]
            yield from joined(part, missing=missing)
        return
    scalars = [pa.scalar(piece) if isinstance(piece, str) else piece for piece in pieces]
    text = pc.binary_join_element_wise(*scalars, "", null_handling="replace", null_replacement=missing)
    yield bytes_of(text)


def bytes_of(texts: pa.Array) -> memoryview:
    """Return all texts one after another, as they are in memory."""
    _, offsets, data = texts.buffers()
    if data is None:
        return memoryview(b"")
    places = np.frombuffer(offsets, np.int32)
    return memoryview(data)[int(places[texts.offset]) : int(places[texts.offset + len(texts)])]


def holds_any(texts: pa.Array, characters: str) -> bool:
    """Say whether any of some ASCII characters occurs in any text."""
    codes = np.frombuffer(bytes_of(texts), np.uint8)
    return any(bool((codes == ord(character)).any()) for character in characters)
