"""One block parsed into columns of text; a record with faults is filled, or rejected with its line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from dcs.errors import ImportFailedError
from dcs.load.direct import FALSE, TRUE
from dcs.load.report import MAX_REJECTED_TEXT, RejectedLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dcs.load.blocks import Block, RecordPlaces


@dataclass(frozen=True)
class Layout:
    """How records are parsed.

    Attributes:
        separator: one character.
        quote: one character, or None.
        width: how many fields a record has.
        quoted_is_missing: whether an empty field in quotes is missing like one without; so in files in which
            every field has quotes.
        types: of the columns, when some are to be read at once (see `dcs.load.direct`); none: all are text.

    """

    separator: str
    quote: str | None
    width: int
    quoted_is_missing: bool = False
    types: tuple[pa.DataType, ...] = ()


@dataclass
class BlockRows:
    """The rows of a block.

    Attributes:
        block: where they come from.
        columns: one array for each field: text, or values that were read at once.
        rejected: the records that are not among the rows, in order.
        filled: lines of the records that had too few fields.
        numbers: which record of the block each row is; None when row and record are the same.
        undecodable: whether records were rejected because they are not UTF-8.
        refused: whether all columns are text because some could not be read at once.

    """

    block: Block
    columns: list[pa.Array]
    blank_counts: bool
    rejected: list[RejectedLine] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    numbers: NDArray[np.int64] | None = None
    undecodable: bool = False
    refused: bool = False

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.columns[0])

    @cached_property
    def places(self) -> RecordPlaces:
        """Where the records of the block are."""
        return self.block.records(blank_counts=self.blank_counts)

    def keep(self, chosen: NDArray[np.int64]) -> None:
        """Keep only the chosen rows."""
        self.columns = [column.take(pa.array(chosen)) for column in self.columns]
        self.numbers = chosen if self.numbers is None else self.numbers[chosen]

    def lines(self, rows: Sequence[int]) -> list[int]:
        """Return the lines on which some rows begin."""
        numbers = np.asarray(rows, np.int64) if self.numbers is None else self.numbers[rows]
        return [int(line) for line in self.places.lines[numbers]]


def parse_block(block: Block, layout: Layout) -> BlockRows:
    """Return the rows of a block: too few fields are filled with missing, other faults reject the record.

    An empty field is missing. Blank lines are no records, unless there is just one column.
    """
    try:
        return _rows(block, layout)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if not layout.types:
            return _without_undecodable(block, layout, error)
    rows = parse_block(block, replace(layout, types=()))
    rows.refused = True
    return rows


def _rows(block: Block, layout: Layout) -> BlockRows:
    invalid: list[pa_csv.InvalidRow] = []
    columns = _parse(block.data, layout, layout.width, invalid, quoted=len(block.quotes) > 0)
    rows = BlockRows(block, columns, layout.width == 1)
    if invalid:
        _settle(rows, layout, invalid)
    return rows


def _parse(
    data: bytes, layout: Layout, width: int, invalid: list[pa_csv.InvalidRow], *, quoted: bool
) -> list[pa.Array]:
    """Return columns of the records that have `width` fields, and collect the others."""
    types = layout.types[:width] or [pa.string()] * width
    if not data:
        return [pa.array([], arrow) for arrow in types]
    names = [str(position) for position in range(width)]

    def collect(row: pa_csv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=layout.separator,
            quote_char=layout.quote or False,
            newlines_in_values=quoted,
            ignore_empty_lines=layout.width > 1,
            invalid_row_handler=collect,
        ),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=not data.isascii(),
            column_types=dict(zip(names, types, strict=True)),
            null_values=[""],
            true_values=TRUE,
            false_values=FALSE,
            strings_can_be_null=True,
            quoted_strings_can_be_null=layout.quoted_is_missing,
        ),
    )
    return [_one(column) for column in table.columns]


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _settle(rows: BlockRows, layout: Layout, invalid: Sequence[pa_csv.InvalidRow]) -> None:
    """Put records with too few fields in their places, and note those with too many."""
    total = rows.count + len(invalid)
    wrong = np.array([row.number - 1 for row in invalid], np.int64)
    numbers = [np.setdiff1d(np.arange(total), wrong, assume_unique=True)]
    parts = [rows.columns]
    lines = rows.places.lines
    for width in sorted({row.actual_columns for row in invalid if row.actual_columns < layout.width}):
        short = [row for row in invalid if row.actual_columns == width]
        text = "\n".join(row.text for row in short).encode()
        found = _parse(text, layout, width, [], quoted=True)
        missing = [pa.nulls(len(short), column.type) for column in rows.columns[width:]]
        parts.append([*found, *missing])
        numbers.append(np.array([row.number - 1 for row in short], np.int64))
        rows.filled += [int(lines[row.number - 1]) for row in short]
    rows.filled.sort()
    for row in invalid:
        if row.actual_columns > layout.width:
            reason = f"{row.actual_columns} fields instead of {layout.width}"
            rows.rejected.append(
                RejectedLine(int(lines[row.number - 1]), reason, row.text[:MAX_REJECTED_TEXT])
            )
    merged = np.concatenate(numbers)
    order = np.argsort(merged, kind="stable")
    rows.numbers = merged[order]
    rows.columns = [pa.concat_arrays(pieces).take(pa.array(order)) for pieces in zip(*parts, strict=True)]


def _without_undecodable(block: Block, layout: Layout, error: Exception) -> BlockRows:
    """Parse the records that are UTF-8, and reject the others; if there are none, that was not the error."""
    places = block.records(blank_counts=layout.width == 1)
    good: list[int] = []
    rejected: list[RejectedLine] = []
    for number, (start, stop) in enumerate(zip(places.starts, places.stops, strict=True)):
        record = block.data[start:stop]
        try:
            record.decode()
        except UnicodeDecodeError:
            text = record.decode(errors="replace")[:MAX_REJECTED_TEXT]
            rejected.append(RejectedLine(int(places.lines[number]), "not in the file's encoding", text))
        else:
            good.append(number)
    if not rejected:
        raise ImportFailedError(f"This cannot be parsed: {error}", line=block.line) from error
    data = b"".join(block.data[places.starts[number] : places.stops[number]] + b"\n" for number in good)
    rest = parse_block(replace(block, data=data, quotes=_quotes(data, layout)), layout)
    numbers = np.array(good, np.int64)
    lines = {line: int(places.lines[number]) for line, number in zip(rest.places.lines, good, strict=True)}
    rejected += [replace(line, line=lines[line.line]) for line in rest.rejected]
    rest.rejected = sorted(rejected, key=lambda line: line.line)
    rest.filled = [lines[line] for line in rest.filled]
    rest.numbers = numbers if rest.numbers is None else numbers[rest.numbers]
    rest.block = block
    rest.undecodable = True
    del rest.places
    return rest


def _quotes(data: bytes, layout: Layout) -> NDArray[np.int64]:
    if layout.quote is None:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(layout.quote))
