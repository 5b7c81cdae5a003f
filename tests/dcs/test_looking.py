"""Views, statistics and charts of frames, in a notebook."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest

import dcs
from dcs import looking


def people() -> pd.DataFrame:
    return pd.DataFrame({"name": ["Ada", "Bob", "Eve"], "age": [36, None, 12]}, index=["x", "y", "z"])


def test_the_examples_run() -> None:
    runner = doctest.DocTestRunner()
    examples = [case for case in doctest.DocTestFinder().find(looking, globs={"dcs": dcs}) if case.examples]
    assert len(examples) == 3
    for example in examples:
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_rows_are_shown_with_their_index() -> None:
    assert dcs.look(people()).index.tolist() == ["x", "y", "z"]
    present = dcs.look(
        people(), where={"column": "age", "is": "present"}, sort=[{"column": "age", "descending": False}]
    )
    assert present.index.tolist() == ["z", "x"]
    assert present["age"].tolist() == [12, 36]
    assert people().pipe(dcs.look, where={"search": "nobody"})["name"].tolist() == []


def test_statistics_are_those_of_the_column() -> None:
    assert people().pipe(dcs.statistics, "age")["missing"] == 1
    with pytest.raises(dcs.ColumnNotFoundError, match="no column 'aeg'; did you mean 'age'"):
        dcs.statistics(people(), "aeg")


def test_charts_follow_a_view() -> None:
    names = people().pipe(dcs.chart, "frequency", column="name", view={"where": {"search": "a"}})
    assert names == {"values": [["Ada", 1]], "total": 1, "distinct": 1}


def test_refuses_by_name() -> None:
    with pytest.raises(dcs.InvalidParametersError, match=r"view is not valid: wehre: .* mean where\?"):
        dcs.chart(people(), "histogram", columns=["age"], view={"wehre": {"search": "a"}})
    with pytest.raises(dcs.InvalidParametersError, match="no chart 'histogramm'; did you mean histogram"):
        dcs.chart(people(), "histogramm", columns=["age"])
    with pytest.raises(dcs.NotApplicableError, match="'name' is text; this needs integer, decimal"):
        dcs.chart(people(), "histogram", columns=["name"])
