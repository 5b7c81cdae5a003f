"""Spreadsheets: sheets, dates by cell format, mixed columns, errors, and files that cannot be opened."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from dcs.errors import ImportFailedError
from dcs.load import ImportOptions, ImportReport, preview, read_table

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, **options: Any) -> tuple[dict[str, list[Any]], ImportReport]:
    table, report = read_table(path, ImportOptions.model_validate(options))
    return table.to_pydict(), report


def kinds(report: ImportReport) -> list[str]:
    return [column.type for column in report.columns]


def test_the_first_sheet_that_holds_something(fixtures: Path) -> None:
    table, report = read(fixtures / "A02_csvkit" / "sheets.xlsx")
    assert kinds(report) == ["text", "date", "integer", "boolean", "decimal", "datetime", "text", "text"]
    assert table["text"][:2] == ["Chicago Reader", "Chicago Sun-Times"]
    assert table["date"][0] == date(1971, 1, 1)
    assert table["integer"][:3] == [40, 63, 164]
    assert table["datetime"][2] == datetime(1920, 1, 1)  # noqa: DTZ001
    assert report.notes == ("Sheet 'data' of 3.",)


def test_every_sheet_can_be_chosen(fixtures: Path) -> None:
    path = fixtures / "A02_csvkit" / "sheets.xlsx"
    assert read(path, sheet="ʤ")[0] == {"a": [1], "b": [2], "c": [3]}
    with pytest.raises(ImportFailedError, match="no sheet 'Data'; there is data"):
        read(path, sheet="Data")
    with pytest.raises(ImportFailedError, match="The sheet 'not this one' is empty"):
        read(path, sheet="not this one")


@pytest.mark.parametrize("name", ["deaths.xls", "deaths.xlsx"])
def test_rows_may_be_skipped(fixtures: Path, name: str) -> None:
    table, report = read(fixtures / "A05_readxl" / name, skip_lines=4)
    assert list(table) == ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"]
    assert table["Name"][0] == "David Bowie"
    assert table["Date of birth"][0] == date(1947, 1, 8)
    assert kinds(report)[2] == "text"
    assert report.columns[2].notes == ("Kept as text, because it holds 10 numbers, 1 text.",)


def test_a_column_of_mixed_kinds_is_text_as_shown(fixtures: Path) -> None:
    path = fixtures / "A05_readxl" / "type-me.xlsx"
    table, _ = read(path, sheet="text_coercion")
    assert table["text"] == [None, "cabbage", "true", "1.3", "2016-09-24", "36436153"]


def test_marks_and_names(fixtures: Path) -> None:
    table, _ = read(fixtures / "A05_readxl" / "missing-values-xlsx.xlsx")
    assert table == {"x": [None, 1, 2], "y": [None, 1, 2], "z": [None, 1, 2]}
    table, _ = read(fixtures / "A05_readxl" / "names-need-repair-xlsx.xlsx")
    assert list(table) == ["a b", "a b_2", "column_3", "c%&$"]
    table, report = read(fixtures / "A05_readxl" / "unnamed-duplicated-columns.xlsx")
    assert (list(table), report.notes) == (["column_1", "var2", "column_3", "var2_2"], ())


@pytest.mark.parametrize("name", ["date.xlsx", "date.xls", "date_1904.xlsx"])
def test_dates_count_from_1900_or_1904(fixtures: Path, name: str) -> None:
    table, _ = read(fixtures / "A07_calamine" / name)
    assert table == {"column_1": ["2021-01-01", "2021-01-02", "255:10:10"], "column_2": [15, 16, 17]}


def test_open_document(fixtures: Path) -> None:
    table, report = read(fixtures / "A03_openrefine" / "films.ods")
    assert kinds(report) == ["text", "text", "text", "date", "integer", "decimal", "integer", "boolean"]
    assert table["Release Date"][0] == date(2012, 3, 28)


def test_errors_are_missing_and_counted(fixtures: Path) -> None:
    table, report = read(fixtures / "A06_janitor" / "dirty_data.xlsx", skip_lines=1)
    assert len(table["First Name"]) == 13
    assert report.notes == ("Missing, because they hold an error such as #DIV/0!: 3 cells.",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pass_protected.xlsx", "pass_protected.xlsx is protected by a password"),
        ("empty_sheet.xlsx", "All sheets of empty_sheet.xlsx are empty"),
        ("too_small.xls", "too_small.xls is no spreadsheet, or a damaged one"),
    ],
)
def test_what_cannot_be_read_is_named(fixtures: Path, name: str, message: str) -> None:
    with pytest.raises(ImportFailedError, match=message):
        read(fixtures / "A07_calamine" / name)


def test_a_preview_names_the_sheets(fixtures: Path) -> None:
    found = preview(fixtures / "A07_calamine" / "any_sheets.xlsx")
    assert found.sheets == ("Visible", "Hidden", "VeryHidden")
    assert found.options.to_wire() == {"format": "xlsx", "sheet": "Visible", "header": False, "skip_lines": 0}
    found = preview(fixtures / "A06_janitor" / "dirty_data.xlsx")
    assert (found.options.skip_lines, next(iter(found.columns))) == (1, "First Name")


def test_a_spreadsheet_in_a_zip(fixtures: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(fixtures / "A02_csvkit" / "sheets.xlsx", "sheets.xlsx")
    assert read(tmp_path / "x.zip", sheet="ʤ")[0] == {"a": [1], "b": [2], "c": [3]}
