"""Parameters of operations, conditions and charts as rows of a table, from their JSON Schemas."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from dcs.columns import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

HEAD = "| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n"

_WIDGETS = {
    "cell": "value",
    "condition": "condition",
    "regex": "regular expression",
    "rows": "list of positions, or of [first, last]",
}
_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false"}
_MANY = {"condition": "conditions", "object": "objects", "text": "texts", "value": "values"}
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def parameter_table(model: type[BaseModel], *, without: str = "") -> str:
    """Return all parameters of a model, those of models in it too, as a table; nothing if it has none."""
    schema = model.model_json_schema(by_alias=True)
    rows = "".join(_rows(schema, schema.get("$defs", {}), without=without))
    return f"{HEAD}{rows}" if rows else ""


def prose(model: type[object]) -> tuple[str, str]:
    """Return the docstring of a class without its example, and the example."""
    text = inspect.getdoc(model) or ""
    before, sign, example = text.partition(">>>")
    return before.strip(), f"{sign}{example}".strip()


def _rows(schema: dict[str, Any], models: dict[str, Any], *, without: str, path: str = "") -> Iterator[str]:
    for name, given in schema.get("properties", {}).items():
        if name == without:
            continue
        inner, is_list = _resolved(given, models)
        required = name in schema.get("required", ())
        default = "required" if required else _default(given.get("default"))
        cells = (f"`{path}{name}`", _type(inner, is_list=is_list), default, given.get("description", ""))
        yield "".join(f"| {' '.join(cell.split()).replace('|', chr(92) + '|')} " for cell in cells) + "|\n"
        if "properties" in inner:
            below = f"{path}{name}{'[]' if is_list else ''}."
            yield from _rows(inner, models, without=without, path=below)


def _resolved(schema: dict[str, Any], models: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return a schema, or that of the items of a list, without references and unions with null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if options:
        schema = schema | options[0]
    if "$ref" in schema:
        schema = schema | models[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") != "array" or schema.get("x-widget") in _WIDGETS:
        return schema, False
    item, _ = _resolved(schema["items"], models)
    return item, True


def _type(schema: dict[str, Any], *, is_list: bool) -> str:
    if "x-column" in schema:
        kinds = schema["x-column"]
        of = "" if len(kinds) == len(KINDS) else f" ({', '.join(kinds)})"
        return f"names of columns{of}" if is_list else f"name of a column{of}"
    name = _name(schema)
    return f"list of {_MANY.get(name, name)}" if is_list else name


def _name(schema: dict[str, Any]) -> str:
    if schema.get("x-widget") in _WIDGETS:
        return _WIDGETS[schema["x-widget"]]
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "properties" in schema:
        return "object"
    bounds = [f"{sign} {schema[key]:g}" for key, sign in _BOUNDS.items() if key in schema]
    return ", ".join([_TYPES.get(schema.get("type", ""), "value"), *bounds])


def _default(value: object) -> str:
    return "none" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"
