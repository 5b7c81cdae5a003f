"""What is said of statistics is what is computed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from dcs.analyze.meanings import STATISTICS, statistics_of
from dcs.analyze.statistics import analyze
from dcs.columns import KINDS, Kind, arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUES: Mapping[Kind, object] = {
    "text": "a b",
    "integer": 1,
    "decimal": 1.5,
    "boolean": True,
    "date": date(2024, 1, 31),
    "datetime": datetime.fromisoformat("2024-01-31T12:00"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_statistic_of_a_kind_is_explained(kind: Kind) -> None:
    column = pa.chunked_array([pa.array([VALUES[kind]] * 2, arrow_type(kind))])
    assert set(analyze(column)) == {statistic.name for statistic in statistics_of(kind)}


def test_statistics_are_listed_once_and_explained_by_a_sentence() -> None:
    names = [statistic.name for statistic in STATISTICS]
    assert len(set(names)) == len(names)
    assert all(statistic.meaning.endswith(".") for statistic in STATISTICS)
