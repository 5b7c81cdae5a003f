"""The order of rows, and views: filtered and sorted positions."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.errors import ColumnNotFoundError, NotApplicableError
from dcs.view import sort
from dcs.view.order import stable_order
from dcs.view.sort import SortKey, sort_positions
from dcs.view.view import View, positions

INFINITY = float("inf")


def column(values: list[Any], arrow: pa.DataType) -> pa.ChunkedArray:
    """A column in two chunks; dates and datetimes are given as days and ticks."""
    stored = pa.int32() if pa.types.is_date(arrow) else pa.int64() if pa.types.is_timestamp(arrow) else arrow
    array = pa.array(values, stored).cast(arrow)
    return pa.chunked_array([array.slice(0, len(values) // 3), array.slice(len(values) // 3)], arrow)


@pytest.mark.parametrize(
    ("values", "arrow", "ascending", "descending"),
    [
        ([3, None, 1, 3, -2], pa.int64(), [4, 2, 0, 3, 1], [0, 3, 2, 4, 1]),
        ([2**63 - 1, -(2**63), None, 0], pa.int64(), [1, 3, 0, 2], [0, 3, 1, 2]),
        ([0.0, INFINITY, -0.0, -INFINITY, None], pa.float64(), [3, 0, 2, 1, 4], [1, 0, 2, 3, 4]),
        ([-1.5, 5e-324, -5e-324, 1e308], pa.float64(), [0, 2, 1, 3], [3, 1, 2, 0]),
        (
            ["b", None, "B", "é", "", "\U00010000", "\uffff"],
            pa.string(),
            [4, 2, 0, 3, 6, 5, 1],
            [5, 6, 3, 0, 2, 4, 1],
        ),
        ([True, None, False, True], pa.bool_(), [2, 0, 3, 1], [0, 3, 2, 1]),
        ([0, 2**31 - 1, -(2**31), None], pa.date32(), [2, 0, 1, 3], [1, 0, 2, 3]),
        ([1, None, -1, 1], pa.timestamp("ns", "UTC"), [2, 0, 3, 1], [0, 3, 2, 1]),
    ],
)
def test_sorts_every_kind_with_missing_last(
    values: list[Any], arrow: pa.DataType, ascending: list[int], descending: list[int]
) -> None:
    columns = {"x": column(values, arrow)}
    assert sort_positions(columns, [SortKey(column="x")]).tolist() == ascending
    assert sort_positions(columns, [SortKey(column="x", descending=True)]).tolist() == descending


@pytest.mark.parametrize("descending", [False, True])
def test_missing_first_whatever_the_direction(*, descending: bool) -> None:
    columns = {"x": column([2, None, 1, None], pa.int64()), "t": column(["b", None, "a", None], pa.string())}
    expected = [1, 3, 0, 2] if descending else [1, 3, 2, 0]
    for name in columns:
        key = SortKey(column=name, descending=descending)
        assert sort_positions(columns, [key], missing="first").tolist() == expected


@pytest.mark.parametrize(("missing", "expected"), [("first", [1, 3, 2, 0]), ("last", [3, 2, 0, 1])])
def test_distinct_texts_with_one_missing(missing: Any, expected: list[int]) -> None:
    columns = {"t": column(["c", None, "b", "a"], pa.string())}
    assert sort_positions(columns, [SortKey(column="t")], missing=missing).tolist() == expected


def test_the_first_key_counts_most_and_equal_rows_keep_their_order() -> None:
    columns = {
        "a": column(["x", "y", "x", "y", "x"], pa.string()),
        "b": column([1, 1, 2, None, 2], pa.int64()),
    }
    keys = [SortKey(column="a"), SortKey(column="b", descending=True)]
    assert sort_positions(columns, keys).tolist() == [2, 4, 0, 1, 3]
    assert sort_positions(columns, keys[::-1]).tolist() == [2, 4, 0, 1, 3]


@pytest.mark.parametrize("arrow", [pa.int64(), pa.string(), pa.float64()])
def test_nothing_to_sort(arrow: pa.DataType) -> None:
    for empty in (pa.chunked_array([], arrow), column([], arrow)):
        assert sort_positions({"x": empty}, [SortKey(column="x")]).tolist() == []
    assert sort_positions({"x": column([None, None], arrow)}, [SortKey(column="x")]).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rows", "modulus"), [(70_000, 1 << 62), (70_000, 1 << 40), (70_000, 1 << 20), (70_000, 1_000)]
)
def test_large_columns_agree_with_arrow(rows: int, modulus: int) -> None:
    """Ranges that take two passes, one, and the sort of small numbers; text with many and few values."""
    numbers = column(
        [(row * 0x9E37_79B9_7F4A_7C15) % modulus - modulus // 2 for row in range(rows)], pa.int64()
    )
    for values in (numbers, numbers.cast(pa.float64(), safe=False), numbers.cast(pa.string())):
        expected = pc.sort_indices(values).to_pylist()
        assert sort_positions({"x": values}, [SortKey(column="x")]).tolist() == expected


VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "n": (pa.int64(), st.integers(-2, 2) | st.integers(-(2**63), 2**63 - 1)),
    "f": (pa.float64(), st.floats(allow_nan=False)),
    "t": (pa.string(), st.text(max_size=2)),
    "w": (pa.string(), st.sampled_from(["a", "b"])),
    "b": (pa.bool_(), st.booleans()),
}


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({name: st.none() | values for name, (_, values) in VALUES.items()})),
    keys=st.lists(st.tuples(st.sampled_from(sorted(VALUES)), st.booleans()), min_size=1, max_size=3),
    missing_first=st.booleans(),
)
def test_agrees_with_pythons_stable_sort(
    rows: list[dict[str, Any]], keys: list[tuple[str, bool]], *, missing_first: bool
) -> None:
    def compare(left: int, right: int) -> int:
        for name, descending in keys:
            one, other = rows[left][name], rows[right][name]
            if one == other:
                continue
            if one is None or other is None:
                return -1 if (one is None) == missing_first else 1
            return -1 if (one < other) != descending else 1
        return 0

    expected = sorted(range(len(rows)), key=cmp_to_key(compare))
    columns = {name: column([row[name] for row in rows], arrow) for name, (arrow, _) in VALUES.items()}
    sort_keys = [SortKey(column=name, descending=descending) for name, descending in keys]
    found = sort_positions(columns, sort_keys, missing="first" if missing_first else "last")
    assert found.tolist() == expected


TABLE = {
    "n": column([3, None, 1, 2, 3], pa.int64()),
    "t": column(["a", "b", "b", None, "b"], pa.string()),
}


@pytest.mark.parametrize(
    ("message", "rows"),
    [
        ({}, None),
        ({"where": None, "sort": []}, None),
        ({"where": {"column": "t", "is": "equal", "value": "b"}}, [1, 2, 4]),
        ({"sort": [{"column": "n"}]}, [2, 3, 0, 4, 1]),
        (
            {
                "where": {"column": "t", "is": "equal", "value": "b"},
                "sort": [{"column": "n", "descending": True}],
            },
            [4, 2, 1],
        ),
        ({"where": {"column": "n", "is": "outlier", "deviations": 1.2}}, [2]),
        ({"where": {"columns": ["n"], "is": "duplicate"}, "sort": [{"column": "t"}]}, [0, 4]),
        ({"where": {"search": "zzz"}, "sort": [{"column": "n"}]}, []),
    ],
)
def test_a_view_is_the_positions_of_its_rows(message: Any, rows: list[int] | None) -> None:
    view = View.model_validate(message)
    schema = {name: values.type for name, values in TABLE.items()}
    view.check(schema)
    found = positions(view, {name: TABLE[name] for name in view.reads(schema)})
    assert (None if found is None else found.tolist()) == rows


def test_a_view_names_the_field_it_cannot_use() -> None:
    schema = {"n": pa.int64()}
    with pytest.raises(ColumnNotFoundError) as unknown:
        View.model_validate({"sort": [{"column": "n"}, {"column": "m"}]}).check(schema)
    assert unknown.value.field == "sort.1.column"
    with pytest.raises(NotApplicableError) as unfit:
        View.model_validate({"where": {"column": "n", "is": "less", "value": "x"}}).check(schema)
    assert unfit.value.field == "where.value"


def test_a_sample_tells_columns_of_many_values_from_columns_of_mostly_distinct_ones() -> None:
    many = pa.chunked_array([pa.array([str(number * 7919 % 20_000) for number in range(200_000)])])
    distinct = pa.chunked_array([pa.array([str(number * 7919 % 200_003) for number in range(200_000)])])
    assert not sort._is_mostly_distinct_text(many)
    assert sort._is_mostly_distinct_text(distinct)
    assert not sort._is_mostly_distinct_text(pa.chunked_array([], pa.string()))


@st.composite
def close_numbers(draw: st.DrawFn) -> npt.NDArray[np.uint64]:
    """Numbers of up to 64 bits, of which many differ in their lowest bits only, or not at all."""
    high = draw(st.lists(st.integers(0, 2**40 - 1), min_size=1, max_size=4))
    numbers = st.builds(
        lambda above, below: (above << 24) | below, st.sampled_from(high), st.sampled_from([0, 1, 2**24 - 1])
    )
    return np.array(draw(st.lists(numbers, max_size=40)), np.uint64)


@given(close_numbers(), st.integers(1, 300))
def test_numbers_that_differ_in_their_lowest_bits_only(numbers: npt.NDArray[np.uint64], repeats: int) -> None:
    codes = np.resize(numbers, len(numbers) * repeats)
    assert stable_order(codes).tolist() == np.argsort(codes, kind="stable").tolist()
