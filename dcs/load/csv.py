"""Reads separated text: in one pass when the guess on a sample holds for the whole file, else in another."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dcs.columns import kind_of
from dcs.load.chunks import PART_SIZE, ChunkBuilder
from dcs.load.columns import ColumnPlan, ColumnRead, ColumnTally, read_column
from dcs.load.direct import direct_types
from dcs.load.encoding import judge
from dcs.load.marks import mark_missing
from dcs.load.notes import column_notes, file_notes
from dcs.load.plan import CsvPlan, detect
from dcs.load.report import MAX_REJECTED_LISTED, ImportedColumn, ImportReport, Part, Progress, StartAgain
from dcs.load.rows import BlockRows, parse_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from dcs.load.blocks import Block
    from dcs.load.chunks import PartSize
    from dcs.load.options import ImportOptions
    from dcs.load.report import Event, RejectedLine
    from dcs.load.rows import Layout
    from dcs.load.source import Source

THREADS = min(os.cpu_count() or 1, 7) + 1
"""One more than can run, for now and then one waits for another."""

BLOCKS_AHEAD = 2 * THREADS + 2
"""So many blocks are read while a chunk is put together and taken away."""

MOST_REFUSED = 3
"""After so many blocks that could not be read at once, all are read as text."""


def load_csv(source: Source, options: ImportOptions, *, size: PartSize = PART_SIZE) -> Iterator[Event]:
    """Yield the rows of a file of separated text, and at last the report.

    Columns are read as samples suggest, and every value is checked on the way. Once one does not fit, the
    rest of the file is only looked at, and then everything is read again as it should be.
    """
    plan = detect(source, options)
    done = 0.0

    def further(event: Part | Progress) -> Part | Progress:
        return replace(event, fraction=done + (1 - done) * event.fraction)

    while True:
        reading = _Pass(source, options, plan, size=size)
        yield from map(further, reading.parts())  # a loop would keep each part until the next one is there
        if reading.instead is None:
            yield reading.report()
            return
        yield StartAgain(reading.reason)
        plan = reading.instead
        done += (1 - done) * 0.5


@dataclass(frozen=True)
class _BlockRead:
    """One block, parsed and read."""

    rows: BlockRows
    columns: list[ColumnRead]
    records: int


class _Pass:
    """Reads the whole file as planned, or finds out how to plan better.

    After `parts` is exhausted, `instead` is the better plan, for the `reason`; if None, there is a `report`.
    """

    def __init__(self, source: Source, options: ImportOptions, plan: CsvPlan, *, size: PartSize) -> None:
        self.instead: CsvPlan | None = None
        self.reason = ""
        self._source = source
        self._options = options
        self._plan = plan
        self._pieces = plan.pieces(source)
        self._tallies = [ColumnTally(column) for column in plan.columns]
        self._chunks = ChunkBuilder(
            [column.name for column in plan.columns],
            [column.guess.reading.type for column in plan.columns],
            size=size,
        )
        self._records = self._rows = self._rejected = self._refused = 0
        self._listed: list[RejectedLine] = []
        self._filled: list[int] = []
        self._mended: list[int] = []

    def parts(self) -> Iterator[Part | Progress]:
        """Yield the rows as long as all of them were read as planned, then only the progress."""
        holds = True
        for read in self._in_order():
            if read.rows.undecodable and not self._plan.encoding.certain:
                self._decode_otherwise(read.rows.block)
                return
            self._count(read)
            holds = holds and all(tally.holds for tally in self._tallies)
            if not holds:
                yield Progress(self._pieces.fraction)
                continue
            chunks = self._chunks.add([column.values for column in read.columns])
            yield from _as_parts(chunks, self._pieces.fraction)
        verdicts = tuple(tally.verdict() for tally in self._tallies)
        changed = [new.name for old, new in zip(self._plan.columns, verdicts, strict=True) if new is not old]
        if not changed:
            yield from _as_parts(self._chunks.finish(), 1.0)
            return
        self.instead = replace(self._plan, columns=verdicts)
        self.reason = f"Values far down decide the type of: {', '.join(changed)}."

    def report(self) -> ImportReport:
        """Return the account of the whole file."""
        return ImportReport(
            rows_read=self._records,
            rows_rejected=self._rejected,
            rejected=tuple(self._listed),
            columns=tuple(
                ImportedColumn(
                    tally.plan.name,
                    kind_of(tally.plan.guess.reading.type),
                    tuple(column_notes(tally)),
                )
                for tally in self._tallies
            ),
            notes=tuple(
                file_notes(
                    self._plan,
                    filled=self._filled,
                    mended=sorted(set(self._mended)),
                    replaced=self._pieces.replaced,
                    sampled=None if self._options.sample is None else self._rows,
                )
            ),
        )

    def _in_order(self) -> Iterator[_BlockRead]:
        """Yield the blocks in the order of the file, while threads read those that follow."""
        blocks = self._plan.rows(self._pieces).blocks(self._plan.quoting)
        pending: deque[Future[_BlockRead]] = deque()
        pool = ThreadPoolExecutor(THREADS)
        try:
            for block in blocks:
                columns = [tally.plan for tally in self._tallies]
                layout = self._layout(columns)
                pending.append(pool.submit(_read_block, block, layout, columns, self._options))
                if len(pending) > BLOCKS_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _layout(self, columns: Sequence[ColumnPlan]) -> Layout:
        """Return how the next block is parsed: at once, where that does not fail all the time."""
        if self._options.missing_values or self._refused >= MOST_REFUSED:
            return self._plan.layout
        return replace(self._plan.layout, types=direct_types(columns))

    def _count(self, read: _BlockRead) -> None:
        rows = read.rows
        self._refused += rows.refused
        self._records += read.records
        self._rows += rows.count
        self._rejected += len(rows.rejected)
        self._listed += rows.rejected[: MAX_REJECTED_LISTED - len(self._listed)]
        self._filled += rows.filled
        self._mended += rows.block.mended
        for tally, text, column in zip(self._tallies, rows.columns, read.columns, strict=True):
            tally.add(text, column)

    def _decode_otherwise(self, block: Block) -> None:
        encoding = judge([block.data])
        self.instead = detect(self._source, self._options, replace(encoding, certain=True))
        self.reason = f"The file is not UTF-8, but {encoding.name}."


def _as_parts(chunks: Iterator[pa.RecordBatch], fraction: float) -> Iterator[Part]:
    return map(partial(Part, fraction=fraction), chunks)


def _read_block(
    block: Block, layout: Layout, columns: Sequence[ColumnPlan], options: ImportOptions
) -> _BlockRead:
    rows = parse_block(block, layout)
    records = rows.count
    if options.sample is not None:
        chosen = np.random.default_rng([options.seed or 0, block.index]).random(rows.count)
        rows.keep(np.flatnonzero(chosen < options.sample))
    if options.missing_values:
        rows.columns = [mark_missing(column, options.missing_values) for column in rows.columns]
    read = [read_column(text, column, rows.lines) for text, column in zip(rows.columns, columns, strict=True)]
    return _BlockRead(rows, read, records)
