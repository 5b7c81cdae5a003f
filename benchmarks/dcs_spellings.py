"""Each operation of dcs, and the most direct spelling of the same work in bare pandas and in bare pyarrow.

"Direct" is what a person would write first, not what could be tuned: whatever is exact, or missing where it
should be, only in dcs (halves, sums beyond 64 bits, dates before 1678) is not asked of the bare spelling.
Frames have Arrow types, so that both sides start from the same memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

CITIES = [f"city {number}" for number in range(1000)]
NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Émilie du Châtelet"]
ZONES = ["  zone 12 (east) ", "zone 7 (west)", " zone 3 (old town)"]
SECONDS_IN_YEAR = 31_556_952
MISSING_SHARE = 0.03


@dataclass(frozen=True)
class Spelling:
    """One operation in wire form, and the same work done directly; None where there is no direct way."""

    operation: dict[str, Any]
    pandas: Callable[[pd.DataFrame], Any] | None
    arrow: Callable[[pa.Table], Any] | None


def make_table(rows: int) -> pa.Table:
    """Return a table with a column of every kind; the same for the same number of rows."""
    random = np.random.default_rng(0)

    def some(values: pa.Array) -> pa.Array:
        return pc.if_else(
            pa.array(random.random(rows) >= MISSING_SHARE), values, pa.scalar(None, values.type)
        )

    def one_of(values: list[str]) -> pa.Array:
        return pa.array(values).take(pa.array(random.integers(0, len(values), rows)))

    number = random.permutation(rows)
    moments = random.integers(0, 50 * SECONDS_IN_YEAR, rows) * 1_000_000
    at = some(pa.array(moments).cast(pa.timestamp("us")))
    return pa.table(
        {
            "id": number,
            "count": random.integers(0, 1000, rows),
            "quantity": some(pa.array(random.integers(0, 10**6, rows))),
            "price": some(pa.array(np.round(random.normal(100, 20, rows), 3))),
            "cost": random.normal(50, 5, rows),
            "city": some(one_of(CITIES)),
            "name": one_of(NAMES),
            "zone": some(one_of(ZONES)),
            "tags": one_of(["a|b|c", "d", "e|f"]),
            "code": pc.binary_join_element_wise("item", pa.array(number).cast(pa.string()), "-"),
            "numeral": pa.array(np.round(random.normal(0, 1000, rows), 2)).cast(pa.string()),
            "flag": some(pa.array(random.random(rows) < 0.5)),
            "at": at,
            "day": at.cast(pa.date32()),
        }
    )


def _group(table: pa.Table, *aggregates: tuple[Any, ...]) -> pa.Table:
    return table.group_by(["city"]).aggregate(list(aggregates)).sort_by("city")


def _forward(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null_forward(column)


def _positions(table: pa.Table) -> pa.Array:
    return pa.array(np.delete(np.arange(table.num_rows), [*range(1000), 5000]))


def _exploded(table: pa.Table) -> pa.Table:
    lists = pc.split_pattern(table["tags"].combine_chunks(), "|")
    along = table.drop_columns("tags").take(pc.list_parent_indices(lists))
    return along.append_column("tags", lists.flatten())


def _unpivoted(table: pa.Table) -> pa.Table:
    kept = table.select(["city", "day"])
    parts = [
        kept.append_column("name", pa.repeat(name, table.num_rows)).append_column(
            "value", table[name].cast(pa.float64())
        )
        for name in ("price", "cost", "count")
    ]
    return pa.concat_tables(parts)


def _clip(column: pa.ChunkedArray, reach: float = 3) -> pa.ChunkedArray:
    mean, std = pc.mean(column).as_py(), pc.stddev(column, ddof=1).as_py()
    low, high = mean - reach * std, mean + reach * std
    return pc.min_element_wise(pc.max_element_wise(column, low, skip_nulls=False), high, skip_nulls=False)


def _normalized(column: pa.ChunkedArray) -> pa.ChunkedArray:
    bounds = pc.min_max(column).as_py()
    return pc.divide(pc.subtract(column, bounds["min"]), bounds["max"] - bounds["min"])


def _robust(column: pa.ChunkedArray) -> pa.ChunkedArray:
    first, median, third = pc.quantile(column, [0.25, 0.5, 0.75]).to_pylist()
    return pc.divide(pc.subtract(column, median), third - first)


def _robust_series(series: pd.Series[Any]) -> pd.Series[Any]:
    return (series - series.median()) / (series.quantile(0.75) - series.quantile(0.25))


def _clip_series(series: pd.Series[Any]) -> pd.Series[Any]:
    reach = 3 * series.std()
    return series.clip(series.mean() - reach, series.mean() + reach)


COLUMNS: tuple[Spelling, ...] = (
    Spelling(
        {"op": "rename_column", "column": "city", "to": "town"},
        lambda frame: frame.rename(columns={"city": "town"}),
        lambda table: table.rename_columns({"city": "town"}),
    ),
    Spelling(
        {"op": "delete_columns", "columns": ["city"]},
        lambda frame: frame.drop(columns="city"),
        lambda table: table.drop_columns("city"),
    ),
    Spelling(
        {"op": "keep_columns", "columns": ["id", "city"]},
        lambda frame: frame[["id", "city"]],
        lambda table: table.select(["id", "city"]),
    ),
    Spelling(
        {"op": "duplicate_column", "column": "city"},
        lambda frame: frame.assign(city_copy=frame["city"]),
        lambda table: table.append_column("city_copy", table["city"]),
    ),
    Spelling(
        {"op": "move_column", "column": "city", "position": 0},
        lambda frame: frame[["city", *frame.columns.drop("city")]],
        lambda table: table.select(["city", *(name for name in table.column_names if name != "city")]),
    ),
    Spelling(
        {"op": "change_type", "columns": ["numeral"], "type": "decimal"},
        lambda frame: frame["numeral"].astype("double[pyarrow]"),
        lambda table: table["numeral"].cast(pa.float64()),
    ),
    Spelling(
        {"op": "set_cell", "row": 7, "column": "city", "value": "Bonn"},
        lambda frame: frame["city"].where(frame.index != 7, "Bonn"),
        lambda table: pc.if_else(pa.array(np.arange(table.num_rows) == 7), "Bonn", table["city"]),
    ),
    Spelling(
        {"op": "add_row_number", "to": "row"},
        lambda frame: frame.assign(row=np.arange(1, len(frame) + 1)),
        lambda table: table.append_column("row", pa.array(np.arange(1, table.num_rows + 1))),
    ),
)

TEXT: tuple[Spelling, ...] = (
    Spelling(
        {
            "op": "replace_values",
            "columns": ["zone"],
            "match": "regex",
            "replacements": [{"find": r"zone (\d+)", "replace": r"\1"}],
        },
        None,
        lambda table: pc.replace_substring_regex(table["zone"], r"zone (\d+)", r"\1"),
    ),
    Spelling(
        {"op": "trim_whitespace", "columns": ["zone"]},
        lambda frame: frame["zone"].str.strip(),
        lambda table: pc.utf8_trim_whitespace(table["zone"]),
    ),
    Spelling(
        {"op": "change_case", "columns": ["name"], "case": "upper"},
        lambda frame: frame["name"].str.upper(),
        lambda table: pc.utf8_upper(table["name"]),
    ),
    Spelling(
        {"op": "remove_characters", "columns": ["zone"], "kinds": ["digits"]},
        lambda frame: frame["zone"].str.replace(r"\d", "", regex=True),
        lambda table: pc.replace_substring_regex(table["zone"], r"\d", ""),
    ),
    Spelling(
        {"op": "split_column", "column": "name", "separator": " ", "limit": 2},
        lambda frame: frame["name"].str.split(" ", n=1, expand=True),
        lambda table: [
            pc.list_element(pc.split_pattern(table["name"], " ", max_splits=1), index) for index in (0, 1)
        ],
    ),
    Spelling(
        {"op": "combine_columns", "columns": ["name", "code"], "separator": " ", "to": "both"},
        lambda frame: frame["name"] + " " + frame["code"],
        lambda table: pc.binary_join_element_wise(table["name"], table["code"], " "),
    ),
    Spelling(
        {"op": "extract_text", "column": "zone", "pattern": r"zone (\d+) \((.+)\)"},
        lambda frame: frame["zone"].str.extract(r"zone (?P<a>\d+) \((?P<b>.+)\)"),
        lambda table: pc.extract_regex(table["zone"], r"zone (?P<a>\d+) \((?P<b>.+)\)"),
    ),
)

MISSING: tuple[Spelling, ...] = (
    Spelling(
        {"op": "fill_missing", "columns": ["price"], "using": "mean"},
        lambda frame: frame["price"].fillna(frame["price"].mean()),
        lambda table: pc.fill_null(table["price"], pc.mean(table["price"])),
    ),
    Spelling(
        {"op": "fill_missing", "columns": ["price"], "using": "median"},
        lambda frame: frame["price"].fillna(frame["price"].median()),
        lambda table: pc.fill_null(table["price"], pc.quantile(table["price"], 0.5)[0]),
    ),
    Spelling(
        {"op": "fill_missing", "columns": ["city"], "using": "mode"},
        lambda frame: frame["city"].fillna(frame["city"].mode()[0]),
        None,
    ),
    Spelling(
        {"op": "fill_from_neighbours", "columns": ["price"], "direction": "previous"},
        lambda frame: frame["price"].ffill(),
        lambda table: _forward(table["price"]),
    ),
    Spelling(
        {"op": "interpolate", "columns": ["price"], "method": "linear"},
        lambda frame: frame["price"].astype("float64").interpolate(),
        None,
    ),
    Spelling(
        {"op": "mark_missing", "columns": ["city"], "values": ["city 7"]},
        lambda frame: frame["city"].mask(frame["city"] == "city 7"),
        lambda table: pc.if_else(pc.equal(table["city"], "city 7"), None, table["city"]),
    ),
    Spelling(
        {"op": "flag_missing", "columns": ["price"]},
        lambda frame: frame["price"].isna(),
        lambda table: table["price"].is_null(),
    ),
    Spelling(
        {"op": "delete_missing_rows", "columns": ["price", "city"]},
        lambda frame: frame.dropna(subset=["price", "city"]),
        lambda table: table.filter(pc.and_(table["price"].is_valid(), table["city"].is_valid())),
    ),
)

ROWS: tuple[Spelling, ...] = (
    Spelling(
        {"op": "filter_rows", "where": {"column": "price", "is": "greater", "value": 110}},
        lambda frame: frame[frame["price"] > 110],
        lambda table: table.filter(pc.greater(table["price"], 110)),
    ),
    Spelling(
        {"op": "sort_rows", "by": [{"column": "price"}]},
        lambda frame: frame.sort_values("price", kind="stable"),
        lambda table: table.sort_by("price"),
    ),
    Spelling(
        {"op": "delete_rows", "rows": [[0, 999], 5000]},
        lambda frame: frame.drop(index=[*range(1000), 5000]),
        lambda table: table.take(_positions(table)),
    ),
    Spelling(
        {"op": "delete_duplicate_rows", "columns": ["count", "city"]},
        lambda frame: frame.drop_duplicates(["count", "city"]),
        None,
    ),
    Spelling(
        {"op": "sample_rows", "fraction": 0.1, "seed": 1},
        lambda frame: frame.sample(frac=0.1, random_state=1).sort_index(),
        lambda table: table.filter(pa.array(np.random.default_rng(1).random(table.num_rows) < 0.1)),
    ),
)

NUMBERS: tuple[Spelling, ...] = (
    Spelling(
        {"op": "standardize", "columns": ["price"]},
        lambda frame: (frame["price"] - frame["price"].mean()) / frame["price"].std(),
        lambda table: pc.divide(
            pc.subtract(table["price"], pc.mean(table["price"])), pc.stddev(table["price"], ddof=1)
        ),
    ),
    Spelling(
        {"op": "normalize", "columns": ["price"]},
        lambda frame: (frame["price"] - frame["price"].min()) / (frame["price"].max() - frame["price"].min()),
        lambda table: _normalized(table["price"]),
    ),
    Spelling(
        {"op": "robust_scale", "columns": ["price"]},
        lambda frame: _robust_series(frame["price"]),
        lambda table: _robust(table["price"]),
    ),
    Spelling(
        {"op": "transform_numbers", "columns": ["price"], "function": "log"},
        lambda frame: np.log(frame["price"]),
        lambda table: pc.ln(table["price"]),
    ),
    Spelling(
        {"op": "round_numbers", "columns": ["price"], "digits": 2},
        lambda frame: frame["price"].round(2),
        lambda table: pc.round(table["price"], 2, round_mode="half_towards_infinity"),
    ),
    Spelling(
        {"op": "clip_outliers", "columns": ["price"], "method": "deviations"},
        lambda frame: _clip_series(frame["price"]),
        lambda table: _clip(table["price"]),
    ),
    Spelling(
        {"op": "discretize", "column": "price", "bins": 10, "labels": "number"},
        lambda frame: pd.cut(frame["price"].astype("float64"), 10, labels=False),
        None,
    ),
)

OTHERS: tuple[Spelling, ...] = (
    Spelling(
        {"op": "one_hot_encode", "column": "zone"},
        lambda frame: pd.get_dummies(frame["zone"]),
        lambda table: [
            pc.equal(table["zone"], value).fill_null(False)  # noqa: FBT003
            for value in table["zone"].unique().drop_null().sort()
        ],
    ),
    Spelling(
        {"op": "ordinal_encode", "columns": ["city"]},
        lambda frame: frame["city"].astype("category").cat.codes,
        lambda table: pc.index_in(table["city"], value_set=table["city"].unique().drop_null().sort()),
    ),
    Spelling(
        {"op": "extract_date_parts", "column": "at", "parts": ["year", "month", "hour"]},
        lambda frame: [getattr(frame["at"].dt, part) for part in ("year", "month", "hour")],
        lambda table: [part(table["at"]) for part in (pc.year, pc.month, pc.hour)],
    ),
    Spelling(
        {"op": "format_dates", "columns": ["day"], "format": "%d/%m/%Y"},
        lambda frame: frame["day"].dt.strftime("%d/%m/%Y"),
        lambda table: pc.strftime(table["day"], "%d/%m/%Y"),
    ),
    Spelling(
        {
            "op": "group_rows",
            "by": ["city"],
            "aggregates": [
                {"column": "price", "function": "sum"},
                {"column": "quantity", "function": "max"},
                {"function": "count"},
            ],
        },
        lambda frame: frame.groupby("city", dropna=False).agg(
            {"price": "sum", "quantity": "max", "id": "size"}
        ),
        lambda table: _group(table, ("price", "sum"), ("quantity", "max"), ("id", "count")),
    ),
    Spelling(
        {"op": "group_rows", "by": ["city"], "aggregates": [{"column": "price", "function": "median"}]},
        lambda frame: frame.groupby("city", dropna=False)["price"].median(),
        None,  # Arrow has an approximate median only
    ),
    Spelling(
        {"op": "group_rows", "by": ["city"], "aggregates": [{"column": "price", "function": "std"}]},
        lambda frame: frame.groupby("city", dropna=False)["price"].std(),
        lambda table: _group(table, ("price", "stddev", pc.VarianceOptions(ddof=1))),
    ),
    Spelling(
        {"op": "group_rows", "by": ["city"], "aggregates": [{"column": "count", "function": "distinct"}]},
        lambda frame: frame.groupby("city", dropna=False)["count"].nunique(),
        lambda table: _group(table, ("count", "count_distinct")),
    ),
    Spelling(
        {"op": "pivot", "rows": ["count"], "columns": "zone", "values": "price", "aggregate": "sum"},
        lambda frame: frame.pivot_table(index="count", columns="zone", values="price", aggfunc="sum"),
        None,
    ),
    Spelling(
        {"op": "explode_rows", "column": "tags", "separator": "|"},
        lambda frame: frame.assign(tags=frame["tags"].str.split("|")).explode("tags"),
        _exploded,
    ),
)

UNPIVOTED: tuple[Spelling, ...] = (
    Spelling(
        {"op": "unpivot", "keep": ["city", "day"], "name_to": "name", "value_to": "value"},
        lambda frame: frame.melt(["city", "day"], var_name="name", value_name="value"),
        _unpivoted,
    ),
)
"""Of a table that has only the columns to keep and the numbers."""

SPELLINGS: tuple[Spelling, ...] = (*COLUMNS, *TEXT, *MISSING, *ROWS, *NUMBERS, *OTHERS, *UNPIVOTED)
