"""How a text file separates, quotes and names its columns, found in its first lines."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcs.errors import ImportFailedError
from dcs.load.fields import Quoting
from dcs.load.header import Row, count_titles, looks_like_header, most_common
from dcs.load.quotes import lex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.load.options import ImportOptions

HEAD_BYTES = 1 << 17
"""So much of the file is looked at."""

_SEPARATORS = (",", ";", "\t", "|")
_MOST_ROWS = 1_000
_QUOTED_ROWS = 100
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a text file is written.

    Attributes:
        separator: one ASCII character.
        quote: one ASCII character, or None.
        skip_lines: how many lines come before the header, or before the first row.
        header: whether the first row names the columns.
        width: how many fields a record has, by most of them.
        all_quoted: whether every field has quotes, so that empty ones in quotes are missing like any.
        titles: how many lines after `skip_lines` look like titles above the header.

    """

    separator: str
    quote: str | None
    skip_lines: int
    header: bool
    width: int
    all_quoted: bool
    titles: int


def detect_dialect(head: str, options: ImportOptions) -> Dialect:
    """Find out, from the first lines, what the options leave open.

    Lines end with a newline, the last one too. A first line `sep=;`, as Excel writes it, is obeyed.
    """
    _require_ascii(options)
    skip_lines = options.skip_lines or 0
    separator = options.separator or ("\t" if options.format == "tsv" else None)
    hint = _EXCEL_HINT.match(head)
    if hint and options.skip_lines is None:
        skip_lines, separator = 1, separator or hint[1]
    head = "".join(head.splitlines(keepends=True)[skip_lines:])
    quote = _quote(head) if options.quote is None else options.quote or None
    if separator is None:
        separator = _separator(head, quote)
    rows = _rows(head, separator, quote)
    fields = [row.fields for row in rows]
    return Dialect(
        separator=separator,
        quote=quote,
        skip_lines=skip_lines,
        header=looks_like_header(fields) if options.header is None else options.header,
        width=_width(fields),
        all_quoted=quote is not None and _all_quoted(head, separator, quote),
        titles=0 if options.skip_lines is not None else count_titles(rows),
    )


def split_record(record: str, separator: str, quote: str | None) -> list[str]:
    """Return the fields of one record."""
    rows = _rows(record, separator, quote)
    return rows[0].fields if rows else []


def _require_ascii(options: ImportOptions) -> None:
    for name, character in (("separator", options.separator), ("quote", options.quote)):
        if character and (not character.isascii() or character in "\r\n"):
            raise ImportFailedError(f"The {name} {character!r} is not an ASCII character.")


def _rows(text: str, separator: str, quote: str | None) -> list[Row]:
    """Return the first rows that are not blank; what Python cannot read ends them."""
    quoting = Quoting(separator.encode(), None if quote is None else quote.encode())
    regular = lex(text.encode(), quoting, complete=True).data.decode()
    reader = csv.reader(
        io.StringIO(regular, newline=""),
        delimiter=separator,
        quotechar=quote or '"',
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
    )
    rows: list[Row] = []
    before = 0
    try:
        for fields in reader:
            if fields:
                rows.append(Row(before, fields))
            before = reader.line_num
            if len(rows) == _MOST_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _quote(head: str) -> str:
    """Return the apostrophe if fields begin and end with it throughout and no field with a quotation mark."""
    marks = "".join(_SEPARATORS)
    if re.search(rf'(?:^|[{marks}])"', head, re.MULTILINE):
        return '"'
    begin = len(re.findall(rf"(?:^|[{marks}])'", head, re.MULTILINE))
    whole = len(re.findall(rf"(?:^|[{marks}])'[^'\n]*'(?=[{marks}\r\n]|\Z)", head, re.MULTILINE))
    return "'" if begin > 1 and begin == whole else '"'


def _separator(head: str, quote: str | None) -> str:
    """Return the separator that gives the most even rows; of equally good ones, the most fields."""
    best, best_score = _SEPARATORS[0], (0.0, 0)
    for separator in _SEPARATORS:
        widths = [len(row.fields) for row in _rows(head, separator, quote)]
        if not widths or (width := most_common(widths)) == 1:
            continue
        share = widths.count(width) / len(widths)
        score = (round(share + 0.1 * (widths[0] == width), 1), width)
        if score > best_score:
            best, best_score = separator, score
    return best


def _width(rows: Sequence[list[str]]) -> int:
    """Return the width of most records, or that of a wider first one; empty names at its end do not count."""
    if not rows:
        return 1
    first, usual = len(rows[0]), most_common([len(row) for row in rows])
    while first > usual and not rows[0][first - 1].strip():
        first -= 1
    return max(first, usual)


def _all_quoted(head: str, separator: str, quote: str) -> bool:
    lines = [line for line in head.splitlines()[:_QUOTED_ROWS] if line]
    between = quote + separator + quote
    widths = {line.count(between) for line in lines}
    return len(widths) == 1 and all(len(line) > 1 and line[0] == line[-1] == quote for line in lines)
