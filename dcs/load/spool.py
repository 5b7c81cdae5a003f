"""Text columns kept on disk, batch by batch, until all of a file has been seen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa

from dcs.load.source import temporary_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class Spool:
    """A nameless file of batches. Columns may appear at any time; before that their values are missing.

    Used as a context: the file is gone afterwards, also when the process is killed.
    """

    def __init__(self, beside: Path) -> None:
        self._file = temporary_file(beside)
        self._sizes: list[int] = []
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, columns: Mapping[str, pa.Array], rows: int) -> None:
        """Keep one more batch; there is at least one column."""
        batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        data = sink.getvalue()
        self._file.write(data)
        self._sizes.append(data.size)
        self.rows += rows

    @property
    def count(self) -> int:
        """The number of batches."""
        return len(self._sizes)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches in order, each with the columns it had."""
        self._file.flush()
        offset = 0
        for size in self._sizes:
            data = os.pread(self._file.fileno(), size, offset)
            offset += size
            yield pa.ipc.open_stream(pa.py_buffer(data)).read_next_batch()
