"""Unpivoting, pivoting and exploding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

import dcs
from dcs.clean import pivot as pivoting
from dcs.clean import unpivot as unpivoting
from dcs.errors import InvalidParametersError, NotApplicableError, TooLargeError
from dcs.parts import LEAST_ROWS
from dcs.run import run

if TYPE_CHECKING:
    from pathlib import Path


def tidyr(fixtures: Path, name: str) -> pa.Table:
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    return pyarrow.csv.read_csv(fixtures / "A12_tidyr_tables" / f"{name}.csv", convert_options=options)


def unpivot(table: Any, *keep: str, name_to: str = "name", value_to: str = "value") -> pa.Table:
    return run(dcs.Unpivot(keep=keep, name_to=name_to, value_to=value_to), pa.table(table)).table


def test_unpivot_takes_column_after_column() -> None:
    after = unpivot({"k": ["p", "q"], "a": [1, None], "b": [3, 4]}, "k")
    assert after.to_pydict() == {
        "k": ["p", "q", "p", "q"],
        "name": ["a", "a", "b", "b"],
        "value": [1, None, 3, 4],
    }


@pytest.mark.parametrize(
    ("columns", "expected", "arrow"),
    [
        ({"a": [1], "b": [2]}, [1, 2], pa.int64()),
        ({"a": [1], "b": [2.5]}, [1.0, 2.5], pa.float64()),
        ({"a": [1.0], "b": ["x"]}, ["1.0", "x"], pa.string()),
        ({"a": [True], "b": [2]}, ["true", "2"], pa.string()),
        ({"a": [date(1500, 1, 2)], "b": [None]}, ["1500-01-02", None], pa.string()),
        ({"a": [date(1500, 1, 2)], "b": [date(1, 1, 1)]}, [date(1500, 1, 2), date(1, 1, 1)], pa.date32()),
    ],
)
def test_unpivot_finds_a_type_for_all_values(columns: Any, expected: Any, arrow: pa.DataType) -> None:
    table = pa.table(columns)
    if table["b"].type == pa.null():
        table = table.set_column(1, "b", table["b"].cast(pa.string()))
    values = unpivot(table)["value"]
    assert (values.to_pylist(), values.type) == (expected, arrow)


def test_unpivot_refuses_integers_that_no_decimal_holds() -> None:
    with pytest.raises(NotApplicableError, match="integers too large") as refused:
        unpivot({"a": [2**53 + 1], "b": [0.5]})
    assert (refused.value.field, refused.value.column) == ("keep", "a")


def test_unpivot_copies_no_column_it_need_not_convert() -> None:
    table = pa.table({"k": ["p"] * 100, "a": [1] * 100, "b": [2] * 100})
    after = unpivot(table, "k")
    buffers = {chunk.buffers()[1].address for chunk in after["value"].chunks}
    assert buffers == {table[name].chunk(0).buffers()[1].address for name in ("a", "b")}
    assert {chunk.buffers()[2].address for chunk in after["k"].chunks} == {
        table["k"].chunk(0).buffers()[2].address
    }


def test_names_of_many_rows_share_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpivoting, "ROWS_PER_NAME", 2)
    assert unpivot({"a": [1, 2, 3], "b": [4, 5, 6]})["name"].to_pylist() == ["a", "a", "a", "b", "b", "b"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"keep": ["a", "b"]}, "keep"),
        ({"keep": ["a"], "name_to": "a"}, "name_to"),
        ({"keep": ["a"], "value_to": "a"}, "value_to"),
        ({"keep": ["a"], "value_to": "name"}, "value_to"),
    ],
)
def test_unpivot_refuses_names_that_are_taken(parameters: Any, field: str) -> None:
    operation = dcs.Unpivot(**{"name_to": "name", "value_to": "value", **parameters})
    with pytest.raises(NotApplicableError) as refused:
        run(operation, pa.table({"a": [1], "b": [2]}))
    assert refused.value.field == field


def test_new_columns_of_unpivot_may_be_called_as_those_that_went() -> None:
    assert unpivot({"a": [1]}, name_to="a", value_to="value").to_pydict() == {"a": ["a"], "value": [1]}


def test_religions_and_incomes(fixtures: Path) -> None:
    after = unpivot(tidyr(fixtures, "relig_income"), "religion", name_to="income", value_to="count")
    assert after.num_rows == 180
    assert pc.sum(after["count"]).as_py() == 35_556
    assert after.slice(18, 1).to_pylist() == [{"religion": "Agnostic", "income": "$10-20k", "count": 34}]


def test_construction_keeps_its_missing_values(fixtures: Path) -> None:
    table = tidyr(fixtures, "construction")
    nothing = table.column_names.index("2 to 4 units")
    after = unpivot(
        table.set_column(nothing, "2 to 4 units", table[nothing].cast(pa.int64())), "Year", "Month"
    )
    assert (after.num_rows, after["value"].null_count) == (80, 10)
    assert after["value"].type == pa.int64()


def pivot(table: Any, rows: list[str], columns: str, values: str, aggregate: Any = "first") -> pa.Table:
    operation = dcs.Pivot(rows=rows, columns=columns, values=values, aggregate=aggregate)
    return run(operation, pa.table(table)).table


def test_table2_pivots_to_table1(fixtures: Path) -> None:
    after = pivot(tidyr(fixtures, "table2"), ["country", "year"], "type", "count")
    assert after.equals(tidyr(fixtures, "table1"))


def test_table4a_unpivots_and_pivots_back(fixtures: Path) -> None:
    table = tidyr(fixtures, "table4a")
    long = unpivot(table, "country", name_to="year", value_to="cases")
    assert long.slice(2, 2).to_pydict() == {
        "country": ["China", "Afghanistan"],
        "year": ["1999", "2000"],
        "cases": [212_258, 2_666],
    }
    assert pivot(long, ["country"], "year", "cases").equals(table)


def test_rents_and_incomes(fixtures: Path) -> None:
    table = tidyr(fixtures, "us_rent_income")
    after = pivot(table, ["GEOID", "NAME"], "variable", "estimate", "sum")
    assert after.column_names == ["GEOID", "NAME", "income", "rent"]
    assert after.num_rows == 52
    assert after.slice(0, 1).to_pylist() == [{"GEOID": 1, "NAME": "Alabama", "income": 24_476, "rent": 747}]


SALES: dict[str, Any] = {
    "shop": ["B", "A", None, "A", "B"],
    "year": [2024, 2024, 2023, None, 2024],
    "sold": [1, 2, 3, None, 4],
}


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("first", [[None, None, 3], [2, 1, None], [None, None, None]]),
        ("sum", [[None, None, 3], [2, 5, None], [0, None, None]]),
        ("count", [[0, 0, 1], [1, 2, 0], [0, 0, 0]]),
        ("mean", [[None, None, 3.0], [2.0, 2.5, None], [None, None, None]]),
    ],
)
def test_pivot_orders_rows_and_columns_by_value(aggregate: Any, expected: Any) -> None:
    after = pivot(SALES, ["shop"], "year", "sold", aggregate)
    assert after.column_names == ["shop", "2023", "2024", "missing"]
    assert after["shop"].to_pylist() == ["A", "B", None]
    assert [column.to_pylist() for column in after.columns[1:]] == expected


def test_columns_of_a_pivot_are_called_as_their_values() -> None:
    names = pa.table({"k": [1] * 4, "c": ["", "missing", None, "k"], "v": [1, 2, 3, 4]})
    after = pivot(names, ["k"], "c", "v")
    assert after.to_pydict() == {"k": [1], "empty": [1], "k_2": [4], "missing": [2], "missing_2": [3]}
    numbers = pa.table({"k": [1] * 3, "c": [2.5, -0.0, 10.0], "v": ["a", "b", "c"]})
    assert pivot(numbers, ["k"], "c", "v").to_pydict() == {
        "k": [1],
        "0.0": ["b"],
        "2.5": ["a"],
        "10.0": ["c"],
    }


def test_pivot_makes_the_columns_it_has_learned() -> None:
    operation = dcs.Pivot(rows=["shop"], columns="year", values="sold", aggregate="sum")
    outcome = run(operation, pa.table(SALES))
    assert outcome.state == {
        "values": {"year": [2023, 2024, None]},
        "names": {"year": ["2023", "2024", "missing"]},
    }
    later = pa.table({"shop": ["C", "D"], "year": [2024, 1999], "sold": [5, 6]})
    assert run(operation, later, state=outcome.state).table.to_pydict() == {
        "shop": ["C", "D"],
        "2023": [None, None],
        "2024": [5, None],
        "missing": [None, None],
    }


def test_pivot_refuses_what_would_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {"k": list(range(10_001)), "c": list(range(10_001)), "v": [1] * 10_001}
    with pytest.raises(TooLargeError, match="10001 different values; the limit is 10000") as refused:
        pivot(many, ["k"], "c", "v")
    assert refused.value.field == "columns"
    monkeypatch.setattr(pivoting, "MAX_CELLS", 3)
    with pytest.raises(TooLargeError, match="2 rows of 2 columns are more than 3 cells"):
        pivot({"k": [1, 2], "c": [1, 2], "v": [1, 1]}, ["k"], "c", "v")


@pytest.mark.parametrize(
    ("parameters", "message", "field"),
    [
        ({"rows": ["c"]}, "both rows and columns", "columns"),
        ({"values": "t", "aggregate": "sum"}, "'t' is text; its sum needs numbers", "aggregate"),
    ],
)
def test_pivot_refuses_what_cannot_be(parameters: Any, message: str, field: str) -> None:
    table = pa.table({"k": [1], "c": [1], "v": [1], "t": ["x"]})
    given = {"rows": ["k"], "columns": "c", "values": "v", "aggregate": "first", **parameters}
    with pytest.raises(NotApplicableError, match=message) as refused:
        run(dcs.Pivot(**given), table)
    assert refused.value.field == field


def explode(table: Any, separator: str) -> dict[str, Any]:
    after = run(dcs.ExplodeRows(column="x", separator=separator), pa.table(table)).table
    found: dict[str, Any] = after.to_pydict()
    return found


@pytest.mark.parametrize(
    ("texts", "separator", "parts", "rows"),
    [
        (["a|b", "c", None, ""], "|", ["a", "b", "c", None, ""], [0, 0, 1, 2, 3]),
        (["a||b", "|"], "|", ["a", "", "b", "", ""], [0, 0, 0, 1, 1]),
        (["a. b.c"], ".", ["a", " b", "c"], [0, 0, 0]),
        (["aXXbXc"], "XX", ["a", "bXc"], [0, 0]),
    ],
)
def test_explode_makes_a_row_of_each_part(texts: Any, separator: str, parts: Any, rows: Any) -> None:
    assert explode({"row": list(range(len(texts))), "x": texts}, separator) == {"row": rows, "x": parts}


def test_explode_of_a_long_column_goes_part_by_part() -> None:
    table = {"x": ["a", "b|c"] * LEAST_ROWS, "row": list(range(2 * LEAST_ROWS))}
    found = explode(table, "|")
    assert found["x"] == ["a", "b", "c"] * LEAST_ROWS
    assert found["row"] == [
        row for first in range(0, 2 * LEAST_ROWS, 2) for row in (first, first + 1, first + 1)
    ]


def test_explode_goes_chunk_by_chunk() -> None:
    texts = pa.chunked_array([["a|b"], [], ["c", None], ["d|e"]], pa.string()).slice(0, 4)
    table = {"x": texts, "row": pa.chunked_array([[0, 1], [2, 3]])}
    assert explode(table, "|") == {"x": ["a", "b", "c", None, "d", "e"], "row": [0, 0, 1, 2, 3, 3]}


def test_authors_and_subjects(fixtures: Path) -> None:
    articles = pyarrow.csv.read_csv(
        fixtures / "A08_doaj" / "doaj-article-sample.csv",
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
    )
    authors = run(dcs.ExplodeRows(column="Authors", separator="|"), articles).table
    assert authors.num_rows == 4_009
    assert authors["Title"].slice(1, 1).equals(articles["Title"].slice(0, 1))
    assert run(dcs.ExplodeRows(column="Subjects", separator="|"), articles).table.num_rows == 7_281


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"op": "explode_rows", "column": "x", "separator": ""}, "separator"),
        ({"op": "pivot", "rows": [], "columns": "c", "values": "v", "aggregate": "first"}, "rows"),
        ({"op": "pivot", "rows": ["r"], "columns": "c", "values": "v", "aggregate": "mode"}, "aggregate"),
    ],
)
def test_faults_are_named(message: Any, field: str) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        dcs.catalogue.parse(message)
    assert [path for path, _ in refused.value.fields] == [field]
