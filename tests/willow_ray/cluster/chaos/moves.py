"""What people do to a table: operations of every shape that fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    import pyarrow as pa

MOST_ROWS = 800
LEAST_ROWS = 40


def choose(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    """Return an operation that can be done to a table; `id`, `city` and `fare` always stay."""
    shapes = [_schema, _rowwise, _rowwise, _columnwise, _selection, _reshape]
    return chance.choice(shapes)(table, chance)


def set_cell(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    """Return an operation that surely changes something."""
    row = chance.randrange(table.num_rows)
    return {"op": "set_cell", "row": row, "column": "fare", "value": chance.randrange(1 << 20) + 0.5}


def _schema(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    if "copy" in table.column_names:
        return {"op": "delete_columns", "columns": ["copy"]}
    return chance.choice(
        [
            {"op": "duplicate_column", "column": "city", "to": "copy"},
            {"op": "move_column", "column": "city", "position": chance.randrange(3)},
        ]
    )


def _rowwise(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    letters = {"op": "replace_values", "columns": ["city"], "match": "regex"}
    return chance.choice(
        [
            set_cell(table, chance),
            {"op": "trim_whitespace", "columns": ["city"]},
            {"op": "change_case", "columns": ["city"], "case": chance.choice(["upper", "lower"])},
            {"op": "fill_missing", "columns": ["city"], "using": "value", "value": "?"},
            {"op": "fill_missing", "columns": ["fare"], "using": chance.choice(["mean", "median", "mode"])},
            {**letters, "replacements": [{"find": "^(.)", "replace": r"\1\1"}]},
            {**letters, "replacements": [{"find": "^..", "replace": " O,"}]},
        ]
    )


def _columnwise(_: pa.Table, chance: random.Random) -> dict[str, Any]:
    direction = chance.choice(["previous", "next"])
    return {"op": "fill_from_neighbours", "columns": ["city", "fare"], "direction": direction}


def _selection(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    by_city = [{"column": "city"}, {"column": "id", "descending": chance.random() < 0.5}]
    operations: list[dict[str, Any]] = [{"op": "sort_rows", "by": by_city}]
    if table.num_rows > LEAST_ROWS:
        below = {"column": "id", "is": "greater", "value": chance.randrange(10)}
        operations += [
            {"op": "filter_rows", "where": below},
            {"op": "sample_rows", "fraction": 0.9, "seed": chance.randrange(100)},
            {"op": "delete_rows", "rows": [[0, chance.randint(1, 4)]]},
        ]
    return chance.choice(operations)


def _reshape(table: pa.Table, chance: random.Random) -> dict[str, Any]:
    if table.num_rows > MOST_ROWS // 2:
        return {"op": "sample_rows", "count": LEAST_ROWS * 3, "seed": chance.randrange(100)}
    return {"op": "explode_rows", "column": "city", "separator": chance.choice(["o", ",", "m"])}
