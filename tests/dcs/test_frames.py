"""The façade in a notebook: frames of any pandas types in, the same rows with Arrow types out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dcs
from dcs.frames import from_frame


def people() -> pd.DataFrame:
    return pd.DataFrame({"age": [20, np.nan, 40], "name": ["Ada", None, "Bob"]}, index=["x", "y", "z"])


def test_one_line_in_a_notebook() -> None:
    frame = people()
    done = frame.pipe(dcs.FillMissing(columns=["age"], using="median"))
    assert done["age"].tolist() == [20, 30, 40]
    assert done.index.tolist() == ["x", "y", "z"]
    assert done.dtypes.astype(str).tolist() == ["double[pyarrow]", "string[pyarrow]"]
    assert frame.equals(people())


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([1, 2], np.int8), "int64"),
        (np.array([1, 2], np.uint64), "int64"),
        (np.array([1.5, np.nan], np.float16), "double"),
        (np.array([True, False]), "bool"),
        ([True, None], "bool"),
        (["a", None], "string"),
        ([None, None], "string"),
        (pd.Categorical(["a", None]), "string"),
        (pd.array(["a", None], dtype="string"), "string"),
        (pd.array([1, None], dtype="Int64"), "int64"),
        (pd.array([True, None], dtype="boolean"), "bool"),
        (pd.array([1, None], dtype="int32[pyarrow]"), "int64"),
        (np.array(["2024-01-31", "NaT"], "datetime64[s]"), "timestamp[us]"),
        (pd.DatetimeIndex(["2024-01-31", None]).as_unit("ns"), "timestamp[ns]"),
        (
            pd.DatetimeIndex(["2024-01-31", None], tz="Europe/Paris").as_unit("us"),
            "timestamp[us, Europe/Paris]",
        ),
        ([date(1500, 2, 28), None], "date32[day]"),
        ([datetime.fromisoformat("1500-02-28T01:02"), None], "timestamp[us]"),
    ],
)
def test_columns_of_any_pandas_type(values: Any, kind: str) -> None:
    found = from_frame(pd.DataFrame({"c": values}))["c"]
    assert str(found.type).replace("tz=", "") == kind
    given: list[Any] = pd.Series(values).tolist()
    assert found.to_pylist() == [None if pd.isna(value) else value for value in given]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, "x"], "values that dcs does not clean: Could not convert 'x'"),
        ([2**70], "values that dcs does not clean: .* too large"),
        ([2**64 - 1], "does not fit int64"),
        (pd.Series(["\ud800"], dtype=object), "values that dcs does not clean: .*surrogates"),
        ([1j], "values that dcs does not clean"),
        ([b"x"], "values of type binary"),
        ([[1], [2]], r"values of type list<"),
        (pd.to_timedelta([1, 2]), "values of type duration"),
        (pd.period_range("2024-01", periods=2, freq="M"), "values of type extension<pandas.period"),
    ],
)
def test_refuses_values_that_are_in_no_table(values: Any, message: str) -> None:
    with pytest.raises(dcs.NotApplicableError, match=f"Column 'c' .*{message}") as refused:
        pd.DataFrame({"c": values}).pipe(dcs.FlagMissing(columns=["c"]))
    assert refused.value.column == "c"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({1: [1]}), "Column names must be text; 1 is int"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "There are two columns 'a'"),
        (pd.DataFrame(index=[1, 2]), "Rows need at least one column"),
    ],
)
def test_refuses_frames_that_are_no_table(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(dcs.NotApplicableError, match=message):
        frame.pipe(dcs.AddRowNumber(to="n"))


def test_rows_keep_their_index() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])
    frame = pd.DataFrame({"age": [3.0, None, 1.0]}, index=index)
    assert frame.pipe(dcs.SortRows(by=[{"column": "age"}])).index.tolist() == [("b", 1), ("a", 1), ("a", 2)]
    assert frame.pipe(dcs.DeleteMissingRows()).index.tolist() == [("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3),
        (np.float64(2.5), 2.5),
        (np.float32("inf"), "Infinity"),
        (np.bool_(True), True),  # noqa: FBT003
        (np.str_("a"), "a"),
        (pd.Timestamp("2024-01-31"), "2024-01-31T00:00:00"),
    ],
)
def test_values_may_come_from_frames(value: Any, expected: Any) -> None:
    filled = dcs.FillMissing(columns=["c"], value=value)
    assert type(filled.value) is type(expected)
    assert filled.value == expected
    assert eval(filled.source(), {"dcs": dcs}) == filled  # noqa: S307 - our own source


def test_positions_may_come_from_frames() -> None:
    ages = people()
    missing = dcs.DeleteRows(rows=np.flatnonzero(ages["age"].isna()))
    assert missing == dcs.DeleteRows(rows=[1])
    assert ages.pipe(missing)["name"].tolist() == ["Ada", "Bob"]


@pytest.mark.parametrize("value", [np.nan, pd.NaT, pd.NA, np.timedelta64(1, "s"), np.datetime64("2024"), 1j])
def test_refuses_what_is_no_value(value: Any) -> None:
    with pytest.raises(dcs.InvalidParametersError, match="value: This needs a text, a number"):
        dcs.FillMissing(columns=["c"], value=value)


class TestNearNames:
    def test_of_columns(self) -> None:
        with pytest.raises(dcs.ColumnNotFoundError, match="no column 'Agee'; did you mean 'age'"):
            people().pipe(dcs.FillMissing(columns=["Agee"], using="median"))

    def test_of_parameters(self) -> None:
        with pytest.raises(dcs.InvalidParametersError) as refused:
            dcs.FillMissing(column=["age"], usnig="median")  # type: ignore[call-arg]
        assert refused.value.fields[-2:] == (
            ("column", "Extra inputs are not permitted; did you mean columns?"),
            ("usnig", "Extra inputs are not permitted; did you mean using?"),
        )

    def test_of_operations(self) -> None:
        with pytest.raises(
            AttributeError, match="'dcs' has no attribute 'fill_missing'; did you mean FillMissing"
        ):
            dcs.fill_missing  # noqa: B018

    def test_are_completed_by_a_notebook(self) -> None:
        assert {"FillMissing", "Recipe", "RecipeTransformer", "table"} <= set(dir(dcs))


def test_a_name_is_no_list_of_names() -> None:
    with pytest.raises(dcs.InvalidParametersError, match="columns: Input should be a list"):
        dcs.FillMissing(columns="age", value=1)
