"""What is declared of the operations: their ids, help, examples and forms."""

from __future__ import annotations

import doctest
import subprocess
import sys
from typing import TYPE_CHECKING, Any, get_args

import pytest

import dcs
from dcs.analyze.charts.catalogue import CHARTS
from dcs.catalogue import BY_ID, OPERATIONS, describe, parse
from dcs.errors import InvalidParametersError
from dcs.recipe import Recipe
from dcs.view.condition import AnyCondition
from dcs.view.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from dcs.operation import Operation

every_operation = pytest.mark.parametrize("declaration", OPERATIONS, ids=lambda each: each.__name__)

FORM_KEYWORDS = {
    "type",
    "enum",
    "oneOf",
    "const",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "items",
    "required",
    "properties",
    "additionalProperties",
    "title",
    "description",
    "x-column",
    "x-widget",
    "x-one-of",
    "x-show-if",
    "x-order",
    "x-example",
}
WIDGETS = {"regex", "date-format", "textarea", "mapping", "condition", "cell", "rows"}


def test_ids_are_public() -> None:
    assert list(BY_ID) == [
        "rename_column",
        "delete_columns",
        "keep_columns",
        "duplicate_column",
        "move_column",
        "change_type",
        "set_cell",
        "replace_values",
        "trim_whitespace",
        "change_case",
        "remove_characters",
        "split_column",
        "combine_columns",
        "extract_text",
        "fill_missing",
        "fill_from_neighbours",
        "interpolate",
        "mark_missing",
        "flag_missing",
        "delete_missing_rows",
        "filter_rows",
        "sort_rows",
        "delete_rows",
        "delete_duplicate_rows",
        "sample_rows",
        "add_row_number",
        "standardize",
        "normalize",
        "robust_scale",
        "transform_numbers",
        "round_numbers",
        "clip_outliers",
        "discretize",
        "one_hot_encode",
        "ordinal_encode",
        "extract_date_parts",
        "format_dates",
        "unpivot",
        "pivot",
        "group_rows",
        "explode_rows",
    ]


@every_operation
def test_is_found_by_its_id_and_by_its_name(declaration: type[Operation]) -> None:
    identifier = declaration.model_fields["op"].default
    assert BY_ID[identifier] is declaration
    assert getattr(dcs, declaration.__name__) is declaration
    assert declaration.__name__ in dcs.__all__


@every_operation
def test_example_runs(declaration: type[Operation]) -> None:
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    examples = finder.find(declaration, declaration.__name__, globs={"dcs": dcs})
    assert sum(len(example.examples) for example in examples) > 0
    for example in examples:
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize(
    "model", [*OPERATIONS, *CHARTS, *get_args(AnyCondition), View, Recipe], ids=lambda each: each.__name__
)
def test_every_parameter_has_help(model: type[BaseModel]) -> None:
    schema = model.model_json_schema(by_alias=True)
    unhelpful = [
        f"{part['title']}.{name}"
        for part in (schema, *schema.get("$defs", {}).values())
        for name, parameter in part.get("properties", {}).items()
        if name not in {"op", "type"} or "const" not in parameter  # ids are explained by the class
        if not parameter.get("description", "").endswith((".", "…"))
    ]
    assert unhelpful == []


@every_operation
def test_is_described_for_a_menu(declaration: type[Operation]) -> None:
    described = describe(declaration)
    assert described["label"]
    assert described["section"]
    assert str(described["summary"]).endswith(".")


@every_operation
def test_form_uses_only_what_the_renderer_knows(declaration: type[Operation]) -> None:
    schema: Any = describe(declaration)["schema"]
    for part in _parts(schema, schema.get("$defs", {})):
        assert set(part) - {"$defs"} <= FORM_KEYWORDS
        assert part.get("x-widget", "regex") in WIDGETS


def _parts(schema: Any, definitions: Any) -> Iterator[Any]:
    """Yield a schema and all below it, with references and unions with null resolved as the form does."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        schema = target | {key: value for key, value in schema.items() if key != "$ref"}
    if "anyOf" in schema:
        present = [option for option in schema["anyOf"] if option != {"type": "null"}]
        assert len(present) == 1
        yield from _parts(present[0] | {key: schema[key] for key in schema if key != "anyOf"}, definitions)
        return
    yield schema
    for below in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
        yield from _parts(below, definitions)


def test_near_ids_are_offered() -> None:
    with pytest.raises(InvalidParametersError, match="did you mean fill_missing"):
        parse({"op": "fil_missing"})


def test_every_fault_is_reported_with_its_path() -> None:
    with pytest.raises(InvalidParametersError) as refused:
        parse({"op": "replace_values", "columns": [], "replacements": [{"find": 1}, {}], "mtach": "part"})
    assert [path for path, _ in refused.value.fields] == [
        "columns",
        "replacements.1.find",
        "mtach",
    ]


def test_validation_leaves_pandas_alone() -> None:
    script = """
import sys
import pyarrow as pa
from dcs.catalogue import OPERATIONS, describe, parse

schema = {"t": pa.string(), "i": pa.int64(), "d": pa.float64(), "b": pa.bool_(), "m": pa.timestamp("us")}
for operation in OPERATIONS:
    describe(operation)
for message in (
    {"op": "rename_column", "column": "t", "to": "x"},
    {"op": "change_type", "columns": ["t"], "type": "date", "format": "%d/%m/%Y"},
    {"op": "fill_missing", "columns": ["i"], "value": 2.5},
    {"op": "replace_values", "columns": ["t"], "match": "regex", "replacements": [{"find": "(a)"}]},
    {"op": "filter_rows", "where": {"column": "m", "is": "less", "value": "2024-01-31T09:30:00"}},
    {"op": "set_cell", "row": 1, "column": "d", "value": 1},
):
    operation = parse(message)
    operation.check(schema)
    operation.output(schema, {})
    operation.sentence()
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
