"""The inside of a segment: an HDF5 file of the buffers of Arrow arrays.

`/index` is a JSON text that says where the buffers of each chunk are. Large buffers are arrays of their own,
`/b<number>`; small ones lie one after another in `/pack`, because an HDF5 array costs about 0.3 ms and a
table may have thousands of narrow chunks.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import tables

from willow_ray.storage.buffers import from_buffers, to_buffers
from willow_ray.storage.column_types import arrow_type, type_name
from willow_ray.storage.entries import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from willow_ray.storage.buffers import Buffer

OWN_ARRAY_BYTES = 64 << 10
"""Buffers from this size on are arrays of their own."""

ALIGNMENT = 64
"""Of buffers in the pack, as Arrow likes it."""

HDF5_CHUNK_BYTES = 1 << 20
"""Compressed arrays are cut so; smaller pieces cost much more per byte, larger ones read more slowly."""

COMPRESSION = "blosc2:lz4"
COMPRESSION_LEVEL = 1
WORTH_RATIO = 0.25
"""Arrays of which a sample does not shrink to this are stored as they are.

Measured: compressing costs 1.5 ms per MB of numbers and 3.5 ms per MB of text, a good disk 0.7 to 2.5 ms.
"""

MOST_ARRAYS = 1 << 24
"""PyTables warns of more in one group; its own limit is made for people who browse."""

SAMPLE_BYTES = 64 << 10
SAMPLE_PIECES = 4


class Place(NamedTuple):
    """Where a buffer is: in array `array` as a whole, or in the pack when that is None."""

    array: int | None
    start: int
    bytes: int


class IndexedChunk(Stored):
    """How a chunk was taken apart; the buffers are those of `buffers.to_buffers`."""

    type: str
    rows: int
    nulls: int
    buffers: tuple[Place | None, ...]


class Index(Stored):
    """All chunks of a segment, by id."""

    format: Literal[1] = 1
    chunks: dict[str, IndexedChunk]


@contextmanager
def writing(path: Path) -> Iterator[SegmentWriter]:
    """Make a new file; the segment is complete when the block has ended without an error."""
    with tables.open_file(str(path), "w", pytables_sys_attrs=False, max_group_width=MOST_ARRAYS) as file:
        writer = SegmentWriter(file)
        yield writer
        writer.finish()


@contextmanager
def reading(path: Path) -> Iterator[SegmentReader]:
    """Open a file that `writing` has completed. Give it no other: PyTables trusts what it opens."""
    with tables.open_file(str(path), "r") as file:
        yield SegmentReader(file)


class SegmentWriter:
    """Puts chunks into a file."""

    def __init__(self, file: tables.File) -> None:
        self._file = file
        self._arrays = 0
        self._pack: list[Buffer] = []
        self._packed_bytes = 0
        self._chunks: dict[str, IndexedChunk] = {}

    def add(self, chunk_id: str, array: pa.Array) -> None:
        """Write one chunk; of a slice, the part it shows."""
        self._chunks[chunk_id] = IndexedChunk(
            type=type_name(array.type),
            rows=len(array),
            nulls=array.null_count,
            buffers=tuple(None if buffer is None else self._put(buffer) for buffer in to_buffers(array)),
        )

    def finish(self) -> None:
        """Write the pack and the index."""
        if self._pack:
            self._write("pack", np.concatenate(self._pack))
        index = Index(chunks=self._chunks).model_dump_json().encode()
        self._write("index", np.frombuffer(index, np.uint8))

    def _put(self, buffer: Buffer) -> Place:
        if buffer.nbytes < OWN_ARRAY_BYTES:
            place = Place(None, self._packed_bytes, buffer.nbytes)
            padding = -buffer.nbytes % ALIGNMENT
            self._pack += [buffer.view(np.uint8), np.zeros(padding, np.uint8)]
            self._packed_bytes += buffer.nbytes + padding
            return place
        self._arrays += 1
        self._write(f"b{self._arrays}", buffer)
        return Place(self._arrays, 0, buffer.nbytes)

    def _write(self, name: str, values: Buffer) -> None:
        if not worth_compressing(values):
            self._file.create_array("/", name, obj=values)
            return
        filters = tables.Filters(
            complevel=COMPRESSION_LEVEL, complib=COMPRESSION, shuffle=values.itemsize > 1
        )
        cut = min(len(values), HDF5_CHUNK_BYTES // values.itemsize)
        self._file.create_carray("/", name, obj=values, filters=filters, chunkshape=(cut,))


class SegmentReader:
    """Reads chunks out of a file."""

    def __init__(self, file: tables.File) -> None:
        self._file = file
        self._pack: Buffer | None = None
        self.index = Index.model_validate_json(self._read("index").tobytes())

    def chunk(self, chunk_id: str) -> pa.Array:
        """Return a chunk; an unknown id raises `KeyError`."""
        chunk = self.index.chunks[chunk_id]
        buffers = [None if place is None else self._get(place) for place in chunk.buffers]
        return from_buffers(arrow_type(chunk.type), chunk.rows, chunk.nulls, buffers)

    def _get(self, place: Place) -> Buffer:
        if place.array is not None:
            return self._read(f"b{place.array}")
        if self._pack is None:
            self._pack = self._read("pack")
        return self._pack[place.start : place.start + place.bytes]

    def _read(self, name: str) -> Buffer:
        values: Buffer = self._file.get_node("/", name).read()
        return values


def worth_compressing(values: Buffer) -> bool:
    """Say whether a sample of the values, taken from pieces all over them, shrinks enough."""
    if values.nbytes < OWN_ARRAY_BYTES:
        return False
    piece = min(len(values), SAMPLE_BYTES // SAMPLE_PIECES // values.itemsize)
    starts = np.linspace(0, len(values) - piece, SAMPLE_PIECES).astype(int)
    sample = np.concatenate([values[start : start + piece] for start in starts])
    shuffled = np.ascontiguousarray(sample.view(np.uint8).reshape(-1, values.itemsize).T)
    return len(pa.compress(shuffled, codec="lz4_raw", asbytes=True)) < WORTH_RATIO * shuffled.nbytes
