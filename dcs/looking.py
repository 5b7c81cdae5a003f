"""Looking at frames: views, statistics and the data of charts, of which no value changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import ValidationError

from dcs.analyze.charts.catalogue import chart_data, parse_chart
from dcs.analyze.statistics import analyze
from dcs.errors import ColumnNotFoundError, InvalidParametersError
from dcs.frames import from_frame, to_frame
from dcs.run import schema_of
from dcs.view.view import View, positions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from pydantic import JsonValue

    from dcs.view.order import Positions


def look(
    frame: pd.DataFrame, /, *, where: Mapping[str, Any] | None = None, sort: Sequence[Mapping[str, Any]] = ()
) -> pd.DataFrame:
    """Return the rows that meet a condition `where`, in the order of the columns in `sort`.

    Both as in `dcs.FilterRows` and `dcs.SortRows`, and both may be left out. The index stays with its rows.

    >>> ages = dcs.table({"name": ["Ada", "Bob", "Eve"], "age": [36, None, 12]})
    >>> dcs.look(ages, where={"search": "e", "columns": ["name"]}, sort=[{"column": "age"}])["name"].tolist()
    ['Eve']
    """
    table = from_frame(frame)
    shown = _positions(table, {"where": where, "sort": sort})
    if shown is None:
        return to_frame(table).set_axis(frame.index)
    return to_frame(table.take(pa.array(shown))).set_axis(frame.index.take(shown))


def statistics(frame: pd.DataFrame, /, column: str) -> dict[str, JsonValue]:
    """Return the statistics of a column, exact and over all rows, in JSON.

    >>> ages = dcs.table({"age": [36, None, 12]})
    >>> dcs.statistics(ages, "age")["median"]
    24
    """
    table = from_frame(frame)
    if column not in table.column_names:
        raise ColumnNotFoundError(column, table.column_names, field="column")
    return analyze(table[column])


def chart(
    frame: pd.DataFrame, chart_type: str, /, *, view: Mapping[str, Any] | None = None, **parameters: Any
) -> dict[str, JsonValue]:
    """Return the data of a chart, aggregated already, of all rows or those of a `view`.

    >>> ages = dcs.table({"name": ["Ada", "Bob", "Eve"], "age": [36, None, 12]})
    >>> dcs.chart(ages, "frequency", column="name", view={"where": {"column": "age", "is": "present"}})
    {'values': [['Ada', 1], ['Eve', 1]], 'total': 2, 'distinct': 2}
    """
    asked = parse_chart({**parameters, "type": chart_type})
    table = from_frame(frame)
    asked.check(schema_of(table))
    shown = _positions(table, view or {})
    read = table.select(asked.reads(schema_of(table)))
    rows = read if shown is None else read.take(pa.array(shown))
    return chart_data(asked, {name: rows[name] for name in rows.column_names})


def _positions(table: pa.Table, view: Mapping[str, Any]) -> Positions | None:
    try:
        asked = View.model_validate(view)
    except ValidationError as error:
        known = View.model_fields
        raise InvalidParametersError.from_validation(error, what="view", known=known) from error
    asked.check(schema_of(table))
    return positions(asked, {name: table[name] for name in asked.reads(schema_of(table))})
