"""Random tables: a column of every kind, odd values, odd names, any number of rows and chunks."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import strategies as st

from dcs.columns import KINDS, Kind

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

MAX_ROWS = 8

_ODD_TEXTS = (
    "",
    " ",
    "a",
    "A b",
    "b, a",
    " 1",
    "-2.5",
    "true",
    "N/A",
    "2024-01-31",
    "31/12/1999 23:59",
    "éß",
    "e\u0301\u00a0\u2003",
    "👍🏽!",
    "\0\n\t",
    "x" * 300,
)
_ODD_NAMES = ("", "a.b", "a b", "it's", '"', "naïve 👍🏽", "x", "x_1", "x_2", "x_missing", "{x}", "n" * 300)
_ODD_INTEGERS = (0, 1, -1, 7, 100, 2**53 + 1, 2**63 - 1, -(2**63))
_ODD_DECIMALS = (0.0, -0.0, 1.0, 2.5, -0.1, 1e300, 5e-324, 1e21, float("inf"), float("-inf"))
_ODD_DATES = (date(1, 1, 1), date(1500, 2, 28), date(1970, 1, 1), date(2024, 2, 29), date(9999, 12, 31))
_ODD_MOMENTS = tuple(
    datetime.fromisoformat(text)
    for text in ("1600-01-01", "1969-12-31T23:59:59.999999", "2024-02-29T12:30", "9999-12-31T23:59:59")
)

_ODD_NANOSECONDS = (0, 1, -1, 86_400_000_000_000, 1_700_000_000_123_456_789, 2**63 - 1, 1 - 2**63)

_VALUES: dict[Kind, SearchStrategy[Any]] = {
    "text": st.sampled_from(_ODD_TEXTS) | st.text(max_size=5),
    "integer": st.sampled_from(_ODD_INTEGERS) | st.integers(-5, 5),
    "decimal": st.sampled_from(_ODD_DECIMALS) | st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "date": st.sampled_from(_ODD_DATES) | st.dates(),
    "datetime": st.sampled_from(_ODD_MOMENTS),
}
_NANOSECONDS = pa.timestamp("ns")
_TYPES: dict[Kind, tuple[pa.DataType, ...]] = {
    "text": (pa.string(),),
    "integer": (pa.int64(),),
    "decimal": (pa.float64(),),
    "boolean": (pa.bool_(),),
    "date": (pa.date32(),),
    "datetime": (
        pa.timestamp("us"),
        pa.timestamp("us", "UTC"),
        pa.timestamp("us", "Europe/Paris"),
        _NANOSECONDS,
    ),
}


@st.composite
def tables(draw: DrawFn) -> pa.Table:
    """Draw a table that has a column of every kind, and some more; it may have no rows, or no values."""
    rows = draw(st.integers(0, MAX_ROWS))
    kinds = (*KINDS, *draw(st.lists(st.sampled_from(KINDS), max_size=2)))
    names = draw(
        st.lists(
            st.sampled_from(_ODD_NAMES) | st.text(max_size=3),
            min_size=len(kinds),
            max_size=len(kinds),
            unique=True,
        )
    )
    cuts = sorted(draw(st.lists(st.integers(0, rows), max_size=2)))
    columns = {
        name: _chunked(draw(_column(kind, rows)), cuts) for name, kind in zip(names, kinds, strict=True)
    }
    return pa.table(columns)


@st.composite
def _column(draw: DrawFn, kind: Kind, rows: int) -> pa.Array:
    """Draw a column; few distinct values, so that some repeat, and any share of missing ones."""
    arrow = draw(st.sampled_from(_TYPES[kind]))
    values = st.sampled_from(_ODD_NANOSECONDS) if arrow == _NANOSECONDS else _VALUES[kind]
    some = draw(st.lists(values, max_size=3))
    share = st.sampled_from([*some, None]) if some else st.none()
    return pa.array(draw(st.lists(share, min_size=rows, max_size=rows)), arrow)


def _chunked(column: pa.Array, cuts: list[int]) -> pa.ChunkedArray:
    bounds = [0, *cuts, len(column)]
    parts = [column.slice(low, high - low) for low, high in pairwise(bounds)]
    return pa.chunked_array(parts, type=column.type)
