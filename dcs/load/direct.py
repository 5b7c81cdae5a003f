"""Columns that Arrow's reader of CSV may read as values at once, without text in between.

That loses nothing. It reads dates and datetimes in ISO 8601 with the very parser that `read_dates` and
`read_datetimes` begin with, and booleans in three spellings each. Everything else, such as blanks around a
value, another spelling that those take, or a mark for a missing value, it refuses with an error, and then the
block is read as text. Numbers always are: Arrow also takes 007 and 0x1F, and rounds what has too many digits,
which only their text tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcs.load.columns import ColumnPlan

TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
"""How booleans may be spelled to be read at once."""

_KINDS = {"date", "datetime", "boolean"}


def direct_types(columns: Sequence[ColumnPlan]) -> tuple[pa.DataType, ...]:
    """Return the types to ask Arrow for: those of the values where it is to read these, else text."""
    return tuple(column.guess.reading.type if _is_direct(column) else pa.string() for column in columns)


def _is_direct(column: ColumnPlan) -> bool:
    reading = column.guess.reading
    plain = reading.format is None and not column.guess.rivals and not column.marked
    return plain and reading.kind in _KINDS
