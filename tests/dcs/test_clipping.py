"""Clipping of outliers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import dcs
from dcs.catalogue import parse
from dcs.errors import InvalidParametersError, NotApplicableError, NothingToLearnError
from dcs.run import run

INF = float("inf")


def clip(values: Any, **parameters: Any) -> pa.ChunkedArray:
    return run(dcs.ClipOutliers(columns=["x"], **parameters), pa.table({"x": values})).table["x"]


@pytest.mark.parametrize(
    ("parameters", "values", "expected"),
    [
        ({"method": "iqr"}, [20, 30, 40, 50, 600], [20, 30, 40, 50, 80]),
        ({"method": "iqr", "factor": 0.5}, [1.0, 2.0, 3.0, 4.0, None], [1.0, 2.0, 3.0, 4.0, None]),
        ({"method": "iqr", "factor": 0.1}, [1.0, 2.0, 3.0, 4.0], [1.6, 2.0, 3.0, 3.4]),
        ({"method": "iqr"}, [1.0, 2.0, 3.0, 4.0, INF], [1.0, 2.0, 3.0, 4.0, 7.0]),
        ({"method": "deviations", "factor": 1}, [1, 2, 3, 4, 5], [2, 2, 3, 4, 4]),
        ({"method": "deviations", "factor": 1}, [0.0, 0.0, 3.0], [0.0, 0.0, 2.732050807568877]),
        ({"method": "percentile"}, list(range(101)), [5] * 5 + list(range(5, 96)) + [95] * 5),
        ({"method": "percentile", "factor": 0.25}, [0.0, 1.0, 2.0, 3.0], [0.75, 1.0, 2.0, 2.25]),
        ({"method": "deviations"}, [7], [7]),
        ({"method": "deviations"}, [-1.7e308, 1.7e308], [-1.7e308, 1.7e308]),
    ],
)
def test_clips(parameters: Any, values: Any, expected: Any) -> None:
    clipped = clip(values, **parameters)
    assert clipped.to_pylist() == expected
    assert clipped.type == pa.array(values).type


def test_bounds_of_large_integers_are_exact_and_travel_as_text() -> None:
    values = pa.table({"x": [2**60 - 9, 2**60 - 1, 2**60, 2**60 + 1, 2**60 + 9]})
    outcome = run(dcs.ClipOutliers(columns=["x"], method="iqr"), values)
    assert outcome.table["x"].to_pylist() == [2**60 - 4, 2**60 - 1, 2**60, 2**60 + 1, 2**60 + 4]
    assert outcome.state == {"low": {"x": "1152921504606846972"}, "high": {"x": "1152921504606846980"}}


def test_refuses_integers_with_none_between_the_bounds() -> None:
    with pytest.raises(NotApplicableError, match=r"No integer lies between 2\.45 and 2\.55"):
        clip([2, 3], method="percentile", factor=0.45)


@pytest.mark.parametrize(
    ("method", "values"), [("deviations", [1.0, INF]), ("iqr", [INF, INF, 1.0]), ("percentile", [-INF, INF])]
)
def test_refuses_bounds_that_infinities_decide(method: Any, values: Any) -> None:
    with pytest.raises(NotApplicableError, match="infinite values") as refused:
        clip(values, method=method)
    assert (refused.value.field, refused.value.column) == ("columns", "x")


def test_refuses_to_learn_from_nothing() -> None:
    with pytest.raises(NothingToLearnError, match="'x' has no values"):
        clip(pa.nulls(2, pa.int64()), method="iqr")


@pytest.mark.parametrize(
    "parameters",
    [
        {"method": "percentile", "factor": 0.5},
        {"method": "iqr", "factor": 0},
        {"method": "iqr", "factor": -1},
    ],
)
def test_factor_fits_the_method(parameters: Any) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "clip_outliers", "columns": ["x"], **parameters})
    assert [path for path, _ in refused.value.fields] == ["factor"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"method": "deviations"}, "Clip x at 3.0 standard deviations from the mean"),
        ({"method": "iqr", "factor": 2}, "Clip x at 2.0 interquartile ranges from the quartiles"),
        ({"method": "percentile"}, "Clip x at the percentiles 0.05 from either end"),
    ],
)
def test_says_where_it_clips(parameters: Any, expected: str) -> None:
    assert dcs.ClipOutliers(columns=["x"], **parameters).sentence() == expected
