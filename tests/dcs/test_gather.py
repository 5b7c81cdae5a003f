"""Values taken from columns in chunks: any order, repeats, chunks of each column's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dcs.gather import Gathering, take_rows, take_rows_of


@pytest.mark.parametrize("positions", [[], [0], [4, 4, 0], [5, 3, 1, 0, 2, 4], [0, 1, 2, 3, 4, 5] * 3])
@pytest.mark.parametrize("processors", [1, 3])
@pytest.mark.parametrize("dtype", [np.int64, np.uint32])
def test_takes_from_columns_that_are_cut_anywhere(positions: list[int], processors: int, dtype: Any) -> None:
    texts: Any = ["a", "b", None, "d", "é", ""]
    columns = [
        pa.chunked_array([texts]),
        pa.chunked_array([texts[:2], texts[2:2], texts[2:]], pa.string()),
        pa.chunked_array([texts[:5], texts[5:]]),
        pa.chunked_array([texts[:5], texts[5:]]),
    ]
    before = pa.cpu_count()
    pa.set_cpu_count(processors)
    try:
        found = take_rows_of(columns, np.array(positions, dtype))
    finally:
        pa.set_cpu_count(before)
    assert [column.to_pylist() for column in found] == [[texts[row] for row in positions]] * 4
    assert take_rows(columns[0], np.array(positions, dtype)).equals(found[0])


def test_positions_in_four_bytes_reach_the_last_row_they_can() -> None:
    positions = np.array([(1 << 32) - 1, (1 << 32) - 3], np.uint32)
    gathering = Gathering([0, 7, (1 << 32) - 3, 1 << 32], positions)
    assert gathering.parts == [2]
    assert gathering.take([pa.array(["a", "b", "c"])]).to_pylist() == ["c", "a"]


def test_nothing_is_taken_from_no_chunks_or_no_columns() -> None:
    nowhere = np.zeros(0, np.int64)
    assert take_rows(pa.chunked_array([], pa.string()), nowhere).equals(pa.chunked_array([], pa.string()))
    assert take_rows_of([], nowhere) == []
