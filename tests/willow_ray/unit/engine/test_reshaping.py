from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pytest

from willow_ray.engine.reshaping import Reshaping
from willow_ray.engine.tasks.operations import _in_parts


@pytest.mark.parametrize(
    ("engine", "rows", "size", "expected"),
    [
        ("auto", 9, 99, False),
        ("auto", 9, 100, True),
        ("pandas", 9, 1000, False),
        ("modin", 9, 1, True),
        ("modin", 0, 0, False),
    ],
)
def test_the_settings_choose(
    engine: Literal["auto", "pandas", "modin"], rows: int, size: int, *, expected: bool
) -> None:
    assert Reshaping(engine, 100).by_modin(rows=rows, size=size) is expected


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([5, 1, 0, 2], [3, 3, 2]), ([3, 3], [3, 3]), ([], [0]), ([0], [0]), ([1, 1], [2])],
    ids=str,
)
def test_rows_are_cut_anew(lengths: list[int], expected: list[int]) -> None:
    schema = pa.schema([("n", pa.int64())])
    whole = pa.table({"n": range(sum(lengths))}, schema)
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    tables = [whole.slice(start, length) for start, length in zip(starts, lengths, strict=True)]
    parts = list(_in_parts(tables, schema, 3))
    assert [part.num_rows for part in parts] == expected
    assert pa.concat_tables(parts).combine_chunks().equals(whole.combine_chunks())
