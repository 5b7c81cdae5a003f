"""What plain pandas makes of the story's file: the truth the browser test compares with.

    python plain_pandas.py FOLDER

writes FOLDER/members.csv, a messy table, and FOLDER/cleaned.csv, what the story should download; and prints
as JSON what the page should say on the way. Nothing of Willow is used here.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from pathlib import Path

import pandas as pd

ROWS = 3_000
COLUMNS = ["id", "name", "city", "joined", "score", "note"]
NAMES = ["Ada Lovelace", "Grace Hopper", "José Müller", "Zoë Quinn", "李 小龍", "O'Neil, Ann"]
CITIES = ["Berlin", "NYC", "New York", "Zürich", "São Paulo"]
NOTES = ["", 'said "maybe"', "two\nlines", "a,b;c", "🙂 fine", "N/A"]
BLANKS = ["", "", " ", "  ", "\u00a0", "\t"]


def make(path: Path) -> None:
    """Write the messy table: blanks around texts, two spellings of a city, scores that are missing."""
    choice = random.Random(7).choice  # noqa: S311 - the same file each time
    day = pd.Timestamp("2019-12-30")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number in range(ROWS):
            joined = day + pd.Timedelta(days=number * 7 % 1_500)
            score = "" if number % 11 == 3 else str(choice(range(400)) / 4)
            name = choice(BLANKS) + choice(NAMES) + choice(BLANKS)
            city = choice(BLANKS) + choice(CITIES) + choice(BLANKS)
            rows.writerow([f"{number:05d}", name, city, joined.date().isoformat(), score, choice(NOTES)])


def read(path: Path) -> pd.DataFrame:
    """Read everything as text, so that pandas guesses nothing; then make the one column of numbers."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["score"] = pd.to_numeric(table["score"].mask(table["score"] == ""))
    return table


def clean(table: pd.DataFrame) -> pd.DataFrame:
    """Trim, replace, fill and sort, as the story does."""
    table = table.copy()
    for column in ("name", "city"):
        table[column] = table[column].str.strip()
    table["city"] = table["city"].replace("NYC", "New York")
    table["score"] = table["score"].fillna(table["score"].mean())
    return table.sort_values("score", ascending=False, kind="stable")


def facts(messy: pd.DataFrame, cleaned: pd.DataFrame) -> dict[str, object]:
    """Return what the page should say."""
    as_text = messy.astype(str)
    found = as_text.apply(lambda column: column.str.contains("müller", case=False)).any(axis="columns")
    return {
        "rows": len(messy),
        "found": int(found.sum()),
        "missing": int(messy["score"].isna().sum()),
        "mean": messy["score"].mean(),
        "newYork": int((cleaned["city"] == "New York").sum()),
        "first": cleaned.iloc[0]["id"],
        "last": cleaned.iloc[-1]["id"],
    }


def main(folder: Path) -> None:
    """Do what the module's docstring says."""
    make(folder / "members.csv")
    messy = read(folder / "members.csv")
    cleaned = clean(messy)
    cleaned.to_csv(folder / "cleaned.csv", index=False, lineterminator="\n")
    sys.stdout.write(json.dumps(facts(messy, cleaned)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
