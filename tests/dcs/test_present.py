"""Values that are there, as numpy arrays: chunks, offsets that are no whole byte, and empty columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.parts import LEAST_ROWS, map_parts
from dcs.present import (
    BLOCK,
    is_present,
    only_where,
    present_numbers,
    present_of,
    stored_numbers,
    truths,
)
from dcs.view.groups import encoded


@settings(deadline=None)  # the first call of pa.array imports pandas
@given(st.lists(st.none() | st.integers(-5, 5), max_size=40), st.integers(0, 20), st.integers(0, 20))
def test_what_is_there_as_arrow_has_it(values: list[int | None], start: int, size: int) -> None:
    whole = pa.array(values, pa.int64())
    column = pa.chunked_array([whole.slice(start, size), whole.slice(0, start), whole[3:]])
    assert is_present(column).tolist() == column.is_valid().to_pylist()
    assert present_numbers(column).tolist() == column.drop_null().to_pylist()
    assert stored_numbers(column)[is_present(column)].tolist() == column.drop_null().to_pylist()
    rows = np.arange(len(column))
    assert present_of(rows, column).tolist() == rows[is_present(column)].tolist()


@pytest.mark.parametrize("start", [0, 1, 7, 8, 9])
def test_only_what_is_kept_stays(start: int) -> None:
    whole = pa.array([0.5, None, 1.5, 2.5] * 5)
    column = pa.chunked_array([whole.slice(start), whole[:start], whole[:0], whole[2:4]])
    numbers = column.to_pylist()
    found = only_where(lambda block: block != 1.5, column)
    assert found.to_pylist() == [None if one == 1.5 else one for one in numbers]
    assert column.to_pylist() == numbers


def test_only_what_is_kept_stays_beyond_a_block() -> None:
    column = pa.chunked_array([np.arange(2 * BLOCK + 3)])
    found = only_where(lambda block: (block != BLOCK - 1) & (block <= 2 * BLOCK), column)
    assert np.flatnonzero(~is_present(found)).tolist() == [BLOCK - 1, 2 * BLOCK + 1, 2 * BLOCK + 2]
    assert only_where(lambda block: block >= 0, column).equals(column)


@pytest.mark.parametrize("start", [0, 1, 7, 8, 9])
def test_truths_from_any_bit_on(start: int) -> None:
    flags = [True, False, False, True, True, False, True, False, True, True, False]
    assert truths(pa.array(flags).slice(start)).tolist() == flags[start:]


@pytest.mark.parametrize("arrow", [pa.int64(), pa.int32(), pa.float64()])
def test_columns_without_rows(arrow: Any) -> None:
    for column in (pa.chunked_array([], arrow), pa.array([], arrow)):
        assert present_numbers(column).dtype == np.dtype(arrow.to_pandas_dtype())
        assert len(present_numbers(column)) == len(is_present(column)) == 0


@pytest.mark.parametrize("processors", [1, 3])
def test_parts_follow_one_another_and_miss_nothing(processors: int) -> None:
    column = pa.chunked_array([np.arange(100), np.arange(100, 4 * LEAST_ROWS + 1)])
    before = pa.cpu_count()
    pa.set_cpu_count(processors)
    try:
        parts = map_parts(column, pa.ChunkedArray.combine_chunks)
    finally:
        pa.set_cpu_count(before)
    assert len(parts) == processors
    assert pa.chunked_array(parts).equals(column)


@pytest.mark.parametrize("processors", [1, 2])
def test_values_of_a_long_column_are_numbered_as_they_appear_and_missing_last(processors: int) -> None:
    half = ["b", None, "a", "b"] * (LEAST_ROWS // 4) + ["c", None, "a", "é"] * (LEAST_ROWS // 4)
    before = pa.cpu_count()
    pa.set_cpu_count(processors)
    try:
        values, codes = encoded(pa.chunked_array([half[:1], half[1:]]))
    finally:
        pa.set_cpu_count(before)
    assert values.to_pylist() == ["b", "a", "c", "é", None]
    assert codes[:4].tolist() == [0, 4, 1, 0]
    assert codes[-4:].tolist() == [2, 4, 1, 3]
    assert np.bincount(codes).tolist() == [LEAST_ROWS // share for share in (2, 2, 4, 4, 2)]
