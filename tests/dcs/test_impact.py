"""What counts as a changed cell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from dcs.impact import Change, compare

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (pa.array([1, 2, 3]), pa.array([1, 2, 3]), Change(0, 0)),
        (pa.array([1, 2, None]), pa.array([1, 5, None]), Change(1, 0)),
        (pa.array([1, 2, None]), pa.array([None, 2, 3]), Change(2, 1)),
        (pa.array(["a", "", None]), pa.array(["A", "", ""]), Change(2, 0)),
        (pa.array([0.0, 1.5]), pa.array([-0.0, 1.5]), Change(0, 0)),
        (pa.array([1, None, 3]), pa.array([1.0, 2.0, None]), Change(3, 1)),
        (pa.array(["1", "01", "x"]), pa.array([1, 1, None]), Change(2, 1)),
        (pa.array([1.0, 2.5]), pa.array(["1.0", "2,5"]), Change(1, 0)),
        (pa.array([True, False]), pa.array(["true", "no"]), Change(1, 0)),
        (pa.array([True]), pa.array([1]), Change(1, 0)),
        (pa.array(["2024-01-31", "x"]), pa.array([date(2024, 1, 31), None]), Change(1, 1)),
        (
            pa.array([NOON, NOON], pa.timestamp("us")),
            pa.array([NOON, None], pa.timestamp("ns")),
            Change(1, 1),
        ),
        (pa.array([NOON], pa.timestamp("us")), pa.array([NOON], pa.timestamp("us", "UTC")), Change(1, 0)),
        (pa.array([], pa.string()), pa.array([], pa.int64()), Change(0, 0)),
        (pa.nulls(2, pa.string()), pa.nulls(2, pa.int64()), Change(0, 0)),
    ],
)
def test_compare(old: Any, new: Any, expected: Change) -> None:
    assert compare(old, new) == expected


def test_chunks_may_be_cut_differently() -> None:
    old = pa.chunked_array([["a", "b"], ["c"]])
    new = pa.chunked_array([["a"], ["x", None]])
    assert compare(old, new) == Change(changed=2, became_missing=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (pa.array([1.0, None, 3.0, None]), pa.array([1.0, 2.0, None, None])),
        (pa.array([1, None, 3]), pa.array([1.0, 2.5, 3.0])),
        (pa.array(["1", None]), pa.array([1, 2])),
        (pa.array([], pa.string()), pa.array([], pa.string())),
    ],
)
def test_values_that_were_kept_need_not_be_compared(old: Any, new: Any) -> None:
    assert compare(old, new, kept=True) == compare(old, new)


def test_values_that_are_said_to_be_kept_are_not_compared() -> None:
    old, new = pa.array([1, None, 3]), pa.array([2, 2, None])
    assert compare(old, new) == Change(3, 1)
    assert compare(old, new, kept=True) == Change(2, 1)


def test_changes_add_up() -> None:
    assert Change(2, 1) + Change(3, 0) == Change(5, 1)
