"""The reference pages of dcs, from its declarations."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, get_args

from dcs.analyze.charts.catalogue import CHARTS
from dcs.analyze.meanings import STATISTICS
from dcs.catalogue import OPERATIONS
from dcs.columns import KINDS
from dcs.recipe import Recipe
from dcs.view.condition import AnyCondition
from docs.parameters import parameter_table, prose

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from dcs.operation import Operation

CONDITION_TYPES: tuple[type[BaseModel], ...] = get_args(AnyCondition)

SHAPES = {
    "schema": "Looks at names and order of columns only; no value is read.",
    "rowwise": "Works row by row, given what it learned from whole columns.",
    "columnwise": "Looks at each column as a whole; the number of rows stays.",
    "selection": "Keeps, drops or reorders rows; no value changes.",
    "reshape": "Makes new rows of all rows.",
}

OPERATIONS_TEXT = """\
# Operations

Each is a class of `dcs`; its instances are values that are applied to a frame, such as
`frame.pipe(dcs.TrimWhitespace(columns=["name"]))`. On the wire and in recipes it is JSON,
`{"op": id, …}` with the same parameters. A table that an operation cannot be done to stays as it was, and
the error names the parameter.
"""

CONDITIONS_TEXT = """\
# Conditions

What filters and views are made of: JSON objects, `{"column": "age", "is": "at_least", "value": 18}`.
Values are in their wire form: dates as `"2024-01-31"`, infinities as `"Infinity"`. In a notebook,
`dcs.look(frame, where=condition)` has the rows that meet one.
"""

STATISTICS_TEXT = """\
# Statistics

What is computed of a column: exactly, and over all rows. What does not exist, such as the mean of nothing,
is null. In a notebook: `dcs.statistics(frame, "age")`.
"""

CHARTS_TEXT = """\
# Charts

The data of charts, aggregated already; the browser draws. All rows count, those of the view if there is one.
In a notebook: `dcs.chart(frame, "histogram", columns=["age"])`.
"""


def sections() -> dict[str, list[type[Operation]]]:
    """Return the operations by section, both in the order of a menu."""
    found: dict[str, list[type[Operation]]] = {}
    for operation in OPERATIONS:
        found.setdefault(operation.section, []).append(operation)
    return found


def operations_page() -> str:
    """Return the list of all operations."""
    parts = [OPERATIONS_TEXT]
    for section, operations in sections().items():
        page = f"{_slug(section)}.md"
        rows = "".join(
            f"| [`{_id(each)}`]({page}#{_id(each)}) | {prose(each)[0].splitlines()[0]} |\n"
            for each in operations
        )
        parts.append(f"\n## {section}\n\n| operation | what it does |\n| --- | --- |\n{rows}")
    return "".join(parts)


def section_page(section: str) -> str:
    """Return all operations of a section, with parameters and examples."""
    return f"# {section}\n" + "".join(_operation(each) for each in sections()[section])


def conditions_page() -> str:
    """Return all conditions."""
    return CONDITIONS_TEXT + "".join(
        f"\n## {each.__name__}\n\n{prose(each)[0]}\n\n{parameter_table(each)}" for each in CONDITION_TYPES
    )


def statistics_page() -> str:
    """Return all statistics."""
    rows = "".join(
        f"| `{each.name}` | {'all' if each.kinds == KINDS else ', '.join(each.kinds)} | {each.meaning} |\n"
        for each in STATISTICS
    )
    return f"{STATISTICS_TEXT}\n| statistic | columns | meaning |\n| --- | --- | --- |\n{rows}"


def charts_page() -> str:
    """Return all charts."""
    return CHARTS_TEXT + "".join(
        f"\n## `{each.model_fields['type'].default}`\n\n{prose(each)[0]}\n\n"
        f"{parameter_table(each, without='type')}"
        for each in CHARTS
    )


def recipe_schema() -> str:
    """Return the JSON Schema of recipe files."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Recipe.model_json_schema(),
        "description": prose(Recipe)[0],
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def dcs_pages() -> dict[str, Callable[[], str]]:
    """Return what renders each page, by its path in the reference."""
    return {
        "operations/README.md": operations_page,
        **{f"operations/{_slug(section)}.md": partial(section_page, section) for section in sections()},
        "conditions.md": conditions_page,
        "statistics.md": statistics_page,
        "charts.md": charts_page,
    }


def _operation(operation: type[Operation]) -> str:
    text, example = prose(operation)
    names = f"**{operation.label}** · `dcs.{operation.__name__}`"
    return (
        f"\n## `{_id(operation)}`\n\n{names} · {operation.shape}: {SHAPES[operation.shape]}\n\n"
        f"{text}\n\n{parameter_table(operation, without='op')}\n```pycon\n{example}\n```\n"
    )


def _id(operation: type[Operation]) -> str:
    return str(operation.model_fields["op"].default)


def _slug(section: str) -> str:
    return section.lower().replace(" ", "-")
