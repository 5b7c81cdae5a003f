"""Real files with answers that are known from elsewhere."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

import dcs
from dcs.analyze.statistics import analyze
from dcs.frames import from_frame
from dcs.recipe import Recipe
from dcs.values import text_form

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def sum_of(frame: pd.DataFrame, column: str) -> object:
    return analyze(from_frame(frame)[column])["sum"]


@pytest.fixture
def doaj(fixtures: Path) -> pd.DataFrame:
    return dcs.read(fixtures / "A08_doaj" / "doaj-article-sample.csv")


def test_incomes_by_religion(fixtures: Path) -> None:
    wide = dcs.read(fixtures / "A12_tidyr_tables" / "relig_income.csv")
    long = wide.pipe(dcs.Unpivot(keep=["religion"], name_to="income", value_to="count"))
    assert long.columns.tolist() == ["religion", "income", "count"]
    assert len(long) == 180
    assert sum_of(long, "count") == 35_556


@pytest.mark.parametrize(("column", "rows"), [("Authors", 4_009), ("Subjects", 7_281)])
def test_articles_by_their_parts(doaj: pd.DataFrame, column: str, rows: int) -> None:
    assert len(doaj.pipe(dcs.ExplodeRows(column=column, separator="|"))) == rows


def test_articles_in_english(doaj: pd.DataFrame) -> None:
    english = dcs.ReplaceValues(columns=["Language"], replacements=[{"find": "English", "replace": "EN"}])
    kept = dcs.FilterRows(where={"column": "Language", "is": "equal", "value": "EN"})
    assert len(doaj.pipe(english).pipe(kept)) == 978


def test_movies(fixtures: Path) -> None:
    movies = dcs.read(fixtures / "A11_vega_movies" / "movies.json")
    assert sum_of(movies, "US Gross") == 140_542_660_013
    assert analyze(from_frame(movies)["MPAA Rating"])["missing"] == 605


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cells_of(frame: pd.DataFrame) -> list[list[str]]:
    """The rows as a CSV file spells them: the names, then all values, missing as empty."""
    columns = [[text or "" for text in text_form(column).to_pylist()] for column in from_frame(frame).columns]
    return [frame.columns.tolist(), *(list(row) for row in zip(*columns, strict=True))]


def differing(some: list[list[str]], others: list[list[str]]) -> int:
    pairs = zip(some[1:], others[1:], strict=True)
    return sum(one != other for row in pairs for one, other in zip(*row, strict=True))


def test_operations_alone_turn_the_dirty_beers_into_the_clean_ones(fixtures: Path) -> None:
    dirty, clean = (fixtures / "A09_beers_pair" / name for name in ("dirty.csv", "clean.csv"))
    assert differing(rows_of(dirty), rows_of(clean)) == 4_362
    frame = dcs.read(dirty, keep_text=True)
    recipe = Recipe.learn(
        frame,
        [
            dcs.RenameColumn(column="beer_name", to="beer-name"),
            dcs.RenameColumn(column="brewery_name", to="brewery-name"),
            # 12.0 oz. Alumi-Tek
            dcs.ReplaceValues(
                columns=["ounces"], match="regex", replacements=[{"find": r"(\.0)? .*$", "replace": ""}]
            ),
            # 0.057999999999999996%
            dcs.ReplaceValues(columns=["abv"], match="part", replacements=[{"find": "%", "replace": ""}]),
            dcs.ChangeType(columns=["abv"], type="decimal", on_error="fail"),
            dcs.RoundNumbers(columns=["abv"], digits=3),
            dcs.MarkMissing(columns=["ibu"], values=["N/A"]),
            # San Francisco CA, and no state
            dcs.ExtractText(column="city", pattern=" ([A-Z]{2})$", into=["code"]),
            dcs.ReplaceValues(
                columns=["city"], match="regex", replacements=[{"find": " [A-Z]{2}$", "replace": ""}]
            ),
            dcs.CombineColumns(columns=["state", "code"], to="state", skip_missing=True, drop_originals=True),
        ],
    )
    assert not recipe.omitted
    cleaned = cells_of(recipe.apply(frame))
    assert cleaned[0] == rows_of(clean)[0]
    assert differing(cleaned, rows_of(clean)) == 0


def test_the_clean_beers_have_types(fixtures: Path) -> None:
    clean = dcs.read(fixtures / "A09_beers_pair" / "clean.csv")
    assert clean.dtypes[["ounces", "abv", "ibu"]].astype(str).tolist() == [
        "double[pyarrow]",
        "double[pyarrow]",
        "int64[pyarrow]",
    ]
