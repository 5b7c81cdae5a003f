"""What the first rows of a file are: titles, the names of the columns, or values already."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa

from dcs.load.guess import guess, misfit_count
from dcs.load.marks import without_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.parsing import Reading

_ROWS_COMPARED = 200
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_MOST_TITLES = 20


@dataclass(frozen=True)
class Row:
    """The fields of a record, and how many lines come before it."""

    line: int
    fields: list[str]


def count_titles(rows: Sequence[Row]) -> int:
    """Count the lines above the first row that is about as full as most rows are."""
    if not rows:
        return 0
    filled = [sum(bool(value.strip()) for value in row.fields) for row in rows]
    usual = most_common(filled)
    for row, count in zip(rows[:_MOST_TITLES], filled, strict=False):
        if count >= max(usual - 1, 2):
            return row.line
        if count >= usual / 2:
            break
    return 0


def most_common(counts: Sequence[int]) -> int:
    """Return the most common number, of several the largest."""
    return max(Counter(counts).items(), key=lambda item: (item[1], item[0]))[0]


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row differs in kind from those below it; in doubt it is a header.

    A number, date or boolean where the column has such values speaks against a header, unless all of these
    are years in a row; another text there speaks for it. Where all columns are text, only a first row whose
    every field occurs again below it is none.
    """
    if not rows:
        return True
    first, rest = rows[0], rows[1 : _ROWS_COMPARED + 1]
    if not rest:
        return all(guess(without_marks(pa.array([value]))).reading.kind == "text" for value in first)
    below = [_column(rest, position) for position in range(len(first))]
    like_values = [
        speaks
        for value, column in zip(first, below, strict=True)
        if (speaks := _reads_like(value, guess(without_marks(column)).reading)) is not None
    ]
    if like_values:
        against = sum(like_values)
        return against <= len(like_values) / 2 or _are_years(first, below)
    present = [(value, column) for value, column in zip(first, below, strict=True) if value.strip()]
    return not all(value in column.to_pylist() for value, column in present)


def _column(rows: Sequence[Sequence[str]], position: int) -> pa.Array:
    return pa.array([row[position] for row in rows if position < len(row)], pa.string())


def _reads_like(value: str, reading: Reading) -> bool | None:
    """Say whether a field reads as its column does; None when this says nothing."""
    values = without_marks(pa.array([value]))
    if reading.kind == "text" or len(values) == 0:
        return None
    return misfit_count(values, reading) == 0


def _are_years(first: Sequence[str], below: Sequence[pa.Array]) -> bool:
    """Say whether the numbers of the first row, and not all below, are years that rise in even steps."""
    years = [int(value) for value in first if _YEAR.fullmatch(value.strip())]
    numbers = [value for value in first if value.strip()[:1].isdigit()]
    steps = {later - earlier for earlier, later in pairwise(years)}
    others = [value for column in below for value in column.to_pylist()]
    rising = len(years) == len(numbers) > 1 and len(steps) == 1 and min(steps) > 0
    return rising and len(years) < len(first) and not all(_YEAR.fullmatch(value.strip()) for value in others)
