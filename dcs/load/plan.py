"""What is found out about a file of separated text before it is read, from its head and samples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from dcs.errors import ColumnNotFoundError, ImportFailedError
from dcs.load.blocks import Records, join_blocks
from dcs.load.columns import ColumnPlan
from dcs.load.dialect import HEAD_BYTES, Dialect, detect_dialect, split_record
from dcs.load.encoding import Encoding, Utf8Pieces, detect_encoding
from dcs.load.fields import Quoting
from dcs.load.guess import TEXT, Guess, guess, reading_of_kind
from dcs.load.marks import MISSING_MARKS, mark_missing, without_marks
from dcs.load.names import column_names
from dcs.load.rows import Layout, parse_block
from dcs.parsing import MomentFormat, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from dcs.load.options import ColumnOption, ImportOptions
    from dcs.load.source import Source

PIECE_BYTES = 4 << 20
"""The file is read and parsed in pieces of this size: fastest measured, for they stay in the cache."""

_SAMPLED_WHOLE_BELOW = 4 << 20
_SAMPLES = 64
_SAMPLE_BYTES = 1 << 15
_NUL_SHARE = 0.1


@dataclass(frozen=True)
class CsvPlan:
    """How a file is read.

    Attributes:
        encoding: of its bytes.
        dialect: of its records.
        returns: whether its lines end with a carriage return alone.
        columns: in order.

    """

    encoding: Encoding
    dialect: Dialect
    returns: bool
    columns: tuple[ColumnPlan, ...]

    @property
    def layout(self) -> Layout:
        """How a block is parsed."""
        dialect = self.dialect
        return Layout(dialect.separator, dialect.quote, dialect.width, quoted_is_missing=dialect.all_quoted)

    @property
    def quoting(self) -> Quoting:
        """How fields are found in the text."""
        return _quoting(self.dialect)

    def pieces(self, source: Source) -> Utf8Pieces:
        """Return the text of the whole file."""
        return Utf8Pieces(source, self.encoding, piece_bytes=PIECE_BYTES, returns=self.returns)

    def rows(self, pieces: Iterable[bytes]) -> Records:
        """Return the records below the header."""
        records = Records(pieces, self.quoting)
        records.skip_lines(self.dialect.skip_lines)
        if self.dialect.header:
            records.take_record()
        return records


def detect(source: Source, options: ImportOptions, encoding: Encoding | None = None) -> CsvPlan:
    """Find out how to read a file, except what the options or the caller say.

    Raises `ImportFailedError` for a file without text, and for options that name what is not there.
    """
    encoding = encoding or detect_encoding(source, options.encoding)
    head, returns = _head(source, encoding)
    dialect = detect_dialect(head, options)
    plan = CsvPlan(encoding, dialect, returns, ())
    names = _names(head, dialect)
    unknown = [name for name in options.columns or () if name not in names]
    if unknown:
        raise ColumnNotFoundError(unknown[0], names, field=f"columns.{unknown[0]}")
    samples = _samples(source, plan)
    columns = tuple(_column(name, text, options) for name, text in zip(names, samples, strict=True))
    return CsvPlan(encoding, dialect, returns, columns)


def detect_titles(source: Source, options: ImportOptions) -> int:
    """Return how many lines to skip, when those that look like titles above the header are left out."""
    head, _ = _head(source, detect_encoding(source, options.encoding))
    dialect = detect_dialect(head, options)
    return dialect.skip_lines + dialect.titles


def _head(source: Source, encoding: Encoding) -> tuple[str, bool]:
    """Return the first lines, and whether these end with a carriage return alone."""
    pieces = Utf8Pieces(source, encoding, piece_bytes=HEAD_BYTES)
    head = next((piece for piece in pieces if piece), b"").decode("utf-8", "replace")
    if not head.strip():
        raise ImportFailedError("The file holds no text.")
    if head.count("\0") > _NUL_SHARE * len(head):
        raise ImportFailedError("The file is not text.")
    returns = "\n" not in head and "\r" in head
    if returns:
        head = head.replace("\r", "\n")
    whole_lines = head.rfind("\n") + 1
    return (head if pieces.fraction == 1.0 or not whole_lines else head[:whole_lines]), returns


def _quoting(dialect: Dialect) -> Quoting:
    quote = None if dialect.quote is None else dialect.quote.encode()
    return Quoting(dialect.separator.encode(), quote, dialect.width)


def _names(head: str, dialect: Dialect) -> tuple[str, ...]:
    if not dialect.header:
        return column_names((), dialect.width)
    records = Records([head.encode()], _quoting(dialect))
    records.skip_lines(dialect.skip_lines)
    _, record = records.take_record()
    return column_names(split_record(record.decode(), dialect.separator, dialect.quote), dialect.width)


def _samples(source: Source, plan: CsvPlan) -> list[pa.Array]:
    """Return the text of each column in samples from the whole file; the whole of a small one."""
    if source.size <= _SAMPLED_WHOLE_BELOW:
        blocks = plan.rows(plan.pieces(source)).blocks(plan.quoting)
    else:
        first, *others = _slices(source, plan)
        rest = (Records([text], plan.quoting).blocks(plan.quoting) for text in others)
        blocks = chain(plan.rows([first]).blocks(plan.quoting), *rest)
    return parse_block(join_blocks(blocks), plan.layout).columns


def _slices(source: Source, plan: CsvPlan) -> Iterator[bytes]:
    """Yield whole lines from places all over the file; the first begins with the file."""
    step = (source.size - _SAMPLE_BYTES) // (_SAMPLES - 1)
    step -= step % 4  # whole characters of UTF-16 and UTF-32
    for index in range(_SAMPLES):
        pieces = Utf8Pieces(
            source, plan.encoding, piece_bytes=_SAMPLE_BYTES, start=index * step, returns=plan.returns
        )
        text = next((piece for piece in pieces if piece), b"")
        begin = text.find(b"\n") + 1 if index else 0
        yield text[begin : text.rfind(b"\n") + 1]


def _column(name: str, text: pa.Array, options: ImportOptions) -> ColumnPlan:
    marks = MISSING_MARKS if options.missing_values is None else ()
    present = mark_missing(text, options.missing_values).drop_null()
    values = without_marks(present, marks)
    marked = len(values) < len(present)
    asked = options.column(name)
    if asked is not None:
        found = Guess(asked_reading(name, values, asked))
        return ColumnPlan(name, found, values, marks, asked=True, marked=marked)
    return ColumnPlan(name, Guess(TEXT) if options.keep_text else guess(values), values, marks, marked=marked)


def asked_reading(name: str, values: pa.Array, asked: ColumnOption) -> Reading:
    """Return how to read a column whose kind the person chose; a sample of its values finds the format."""
    if asked.format is None:
        return reading_of_kind(values, asked.type)
    reading = Reading(asked.type, asked.format)
    reading.check(field=f"columns.{name}.format")
    if asked.type == "datetime" and MomentFormat.parse(asked.format).has_offset:
        return Reading("datetime", asked.format, zone="UTC")
    return reading
