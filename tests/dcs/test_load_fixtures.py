"""Real files, with what they are known to hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pytest

from dcs.load import ImportOptions, ImportReport, RejectedLine, preview, read_table

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def read(path: Path, **options: Any) -> tuple[pa.Table, ImportReport]:
    return read_table(path, ImportOptions.model_validate(options))


def kinds(report: ImportReport) -> dict[str, str]:
    return {column.name: column.type for column in report.columns}


@pytest.mark.parametrize(
    "name",
    [
        *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines"),
        *("quotes_and_newlines", "simple", "simple_crlf", "utf8"),
    ],
)
def test_csv_spectrum_equals_its_json(fixtures: Path, name: str) -> None:
    folder = fixtures / "A01_csv-spectrum"
    table, report = read(folder / "csvs" / f"{name}.csv", keep_text=True)
    expected = json.loads((folder / "json" / f"{name}.json").read_bytes())
    rows = [{key: value or "" for key, value in row.items()} for row in table.to_pylist()]
    assert rows == expected
    assert report.rows_rejected == 0


@pytest.mark.parametrize(
    ("name", "rows", "rejected", "filled"),
    [
        ("incorrect_columns/few_columns.csv", 2772, [], "lines 1814, 1823, 2378, 2762"),
        ("incorrect_columns/many_columns.csv", 2768, [1096, 1159, 1206, 2769], None),
        ("incorrect_columns/mix_columns.csv", 2770, [1671, 2768], "lines 1604, 2751"),
        ("incorrect_columns/small_mix.csv", 3, [3], "line 4"),
        ("multiple_errors/multiple_errors.csv", 5, [4, 5], "lines 6, 7, 8"),
    ],
)
def test_duckdb_rejects(
    fixtures: Path, name: str, rows: int, rejected: list[int], filled: str | None
) -> None:
    table, report = read(fixtures / "A04_duckdb-rejects" / "rejects" / name)
    assert (table.num_rows, report.rows_read, report.rows_rejected) == (rows, rows, len(rejected))
    assert [line.line for line in report.rejected] == rejected
    found = [note for note in report.notes if note.startswith("Too few fields")]
    assert found == ([] if filled is None else [f"Too few fields, the rest filled with missing: {filled}."])


def test_stray_quotes_of_duckdb_stay_in_the_values(fixtures: Path) -> None:
    folder = fixtures / "A04_duckdb-rejects" / "rejects" / "unquoted"
    table, report = read(folder / "basic.csv")
    assert table["a"].to_pylist()[3] == '"blaaaaaaaaaaaaaa"bla'
    assert report.notes == ("A stray quote, taken as text: line 5.",)
    table, _ = read(folder / "unquoted_last_value.csv", header=False)
    assert table["column_1"].to_pylist() == ["blaaaaaaaaaaaaaa", "bla", "bla", "bla", '"bla']


def test_one_bad_value_among_thousands_is_named(fixtures: Path) -> None:
    _, report = read(fixtures / "A04_duckdb-rejects" / "mismatch" / "part1.csv")
    assert kinds(report) == {"COL1": "text", "COL2": "text"}
    assert (
        report.columns[0]
        .notes[0]
        .endswith("2 of 5,232 values do not read as integers: 'B' on line 3137, 'C' on line 5137.")
    )


def test_csvkit(fixtures: Path) -> None:
    folder = fixtures / "A02_csvkit"
    table, report = read(folder / "bad.csv")
    assert table.num_rows == 2
    assert report.rejected == (RejectedLine(2, "4 fields instead of 3", '1,27,,"I\'m too long!"'),)
    for name in ("test_utf16_big.csv", "test_utf16_little.csv", "test_utf8_bom.csv"):
        table, _ = read(folder / name)
        assert table.to_pylist()[1].popitem()[1] == "ʤ"
    table, _ = read(folder / "test_latin1.csv")
    assert table.to_pydict() == {"a": [1, 4], "b": [2, 5], "c": ["3", "©"]}
    table, _ = read(folder / "mac_newlines.csv")
    assert table.num_rows == 2
    table, _ = read(folder / "null_byte.csv")
    assert table.to_pydict() == {"a": ["\0"], "b": [2], "c": [3]}
    table, report = read(folder / "test_locale.csv")
    assert table.to_pydict() == {"a": [1.7], "b": [200_000_000], "c": [None]}
    table, report = read(folder / "ks_1033_data.csv")
    assert (table.num_rows, kinds(report)["ship_date"], kinds(report)["nsn"]) == (1575, "datetime", "text")
    assert pc.sum(table["quantity"]).as_py() == 1988


@pytest.mark.parametrize("form", ["utf16be-bom", "utf16le-bom", "latin1"])
def test_openrefine_examples_are_the_same_in_every_encoding(fixtures: Path, form: str) -> None:
    table, _ = read(fixtures / "A03_openrefine" / f"example-{form}.tsv")
    expected, _ = read(fixtures / "A03_openrefine" / "example-utf8.tsv")
    assert table.equals(expected)


def test_openrefine(fixtures: Path) -> None:
    folder = fixtures / "A03_openrefine"
    table, report = read(folder / "food.small.csv")
    assert (table.num_rows, table.num_columns) == (199, 51)
    assert table["NDB_No"][0].as_py() == "01001"
    assert kinds(report)["Water"] == "decimal"
    table, _ = read(folder / "example-linebreaks-in-cells.csv")
    assert table["yearOfBirth"].to_pylist() == [1662, 1769]
    assert table["description"][0].as_py().count("\n") == 1


def test_tidyr(fixtures: Path) -> None:
    folder = fixtures / "A12_tidyr_tables"
    table, _ = read(folder / "relig_income.csv")
    assert (table.num_rows, table.num_columns) == (18, 11)
    assert sum(pc.sum(table[name]).as_py() for name in table.column_names[1:]) == 35_556
    table, _ = read(folder / "table4a.csv")
    assert table.column_names == ["country", "1999", "2000"]
    table, report = read(folder / "us_rent_income.csv")
    assert (kinds(report)["GEOID"], table["GEOID"][0].as_py(), table["estimate"].null_count) == (
        "text",
        "01",
        1,
    )


def test_messytables(fixtures: Path) -> None:
    folder = fixtures / "A14_messytables"
    table, report = read(folder / "complex.csv")
    assert table[" temperature"].to_pylist() == [0, -1, 6_000_000]
    assert report.rows_rejected == 0
    table, report = read(folder / "null.csv")
    assert table.column_names == ["column_1", "column_2", "column_3", "column_4"]
    assert [table[name].null_count for name in table.column_names] == [0, 5, 1, 7]
    table, report = read(folder / "spanish_chars.csv")
    assert (table.num_rows, table.column_names[-1]) == (116, "Descripción")
    assert kinds(report)["Gasto total 2011"] == "decimal"
    table, _ = read(folder / "simple.psv")
    assert table.num_rows == 28


def test_titles_are_offered_to_be_skipped(fixtures: Path) -> None:
    found = preview(fixtures / "A14_messytables" / "excel_pasting.csv")
    assert found.options.skip_lines == 3
    assert list(found.columns)[1:3] == ["2000", "2001"]
    _, report = read(fixtures / "A14_messytables" / "excel_pasting.csv")
    assert report.notes == ("Above the header 3 lines may be titles; skip_lines leaves them out.",)


def test_data_cleaning_pairs(fixtures: Path) -> None:
    table, report = read(fixtures / "A09_beers_pair" / "dirty.csv")
    assert (table.num_rows, table.num_columns, table["ibu"].null_count) == (2410, 11, 1005)
    table, report = read(fixtures / "A10_hospital_pair" / "dirty.csv")
    assert (table.num_rows, table.num_columns, kinds(report)["zip"]) == (1000, 20, "text")
    table, report = read(fixtures / "A08_doaj" / "doaj-article-sample.csv")
    assert (table.num_rows, kinds(report)["Date"]) == (1001, "text")
    table, report = read(fixtures / "A13_accents" / "table-with-accents.csv")
    assert (table.num_rows, kinds(report)["RevPAR"], table.column_names[3]) == (638, "decimal", "Année")
