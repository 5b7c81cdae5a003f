"""Write the public interface as TypeScript types: `python -m willow_ray.protocol.typescript [--check]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic.json_schema import models_json_schema

from willow_ray.protocol import http
from willow_ray.protocol.methods import METHODS, NOTIFICATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

TARGET = Path(__file__).parents[2] / "frontend/src/app/protocol/generated.ts"

_HEADER = """\
// Written by `python -m willow_ray.protocol.typescript` from the models in willow_ray/protocol. Do not edit.
/* eslint-disable */
"""

_SCALARS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def render() -> str:
    """Return the whole module."""
    schemas = definitions()
    parts = [_HEADER]
    parts += [_declaration(name, schema) for name, schema in sorted(schemas.items())]
    parts.append(_methods())
    parts.append(_notifications())
    return "\n".join(parts)


def definitions() -> dict[str, Any]:
    """Return the JSON Schemas of all messages and of what they are made of, by name."""
    models: list[type[BaseModel]] = [
        *(model for method in METHODS.values() for model in (method.params, method.result)),
        *NOTIFICATIONS.values(),
        *http.BODIES,
    ]
    _, schema = models_json_schema([(model, "validation") for model in dict.fromkeys(models)])
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _declaration(name: str, schema: dict[str, Any]) -> str:
    comment = _comment(schema.get("description"), indent="")
    if "properties" not in schema and "additionalProperties" not in schema:
        return f"{comment}export type {name} = {type_of(schema)};\n"
    if "properties" not in schema and schema["additionalProperties"] is not False:
        return f"{comment}export type {name} = {type_of(schema)};\n"
    body = "".join(_members(schema))
    return (
        f"{comment}export interface {name} {{\n{body}}}\n"
        if body
        else (f"{comment}export type {name} = Readonly<Record<string, never>>;\n")
    )


def _members(schema: dict[str, Any]) -> Iterator[str]:
    required = schema.get("required", ())
    for name, value in schema.get("properties", {}).items():
        mark = "" if name in required else "?"
        yield f"{_comment(value.get('description'), indent='  ')}  readonly {name}{mark}: {type_of(value)};\n"
    if schema.get("additionalProperties"):
        yield "  readonly [member: string]: unknown;\n"


def type_of(schema: Any) -> str:
    """Return the TypeScript type of what a JSON Schema describes."""
    match schema:
        case {"$ref": str(reference)}:
            return reference.rsplit("/", 1)[-1]
        case {"const": constant}:
            return _literal(constant)
        case {"enum": list(values)}:
            return " | ".join(_literal(value) for value in values)
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return " | ".join(dict.fromkeys(type_of(option) for option in options))
        case {"type": "array", "prefixItems": list(items)}:
            return f"readonly [{', '.join(type_of(item) for item in items)}]"
        case {"type": "array", "items": items}:
            return f"readonly ({inner})[]" if " " in (inner := type_of(items)) else f"readonly {inner}[]"
        case {"type": "object", "additionalProperties": dict(values)} if values:
            return f"Readonly<Record<string, {type_of(values)}>>"
        case {"type": "object"}:
            return "Readonly<Record<string, unknown>>"
        case {"type": str(scalar)}:
            return _SCALARS[scalar]
        case _:
            return "unknown"


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _comment(text: str | None, *, indent: str) -> str:
    if not text:
        return ""
    lines = text.splitlines()
    if len(lines) == 1:
        return f"{indent}/** {text} */\n"
    inner = "".join(f"{indent} *{' ' if line else ''}{line}\n" for line in lines)
    return f"{indent}/**\n{inner}{indent} */\n"


def _methods() -> str:
    rows = "".join(
        f"  readonly '{name}': {{ readonly params: {method.params.__name__}; "
        f"readonly result: {method.result.__name__}; readonly kind: '{method.kind}' }};\n"
        for name, method in METHODS.items()
    )
    comment = _comment("What a request takes and what it answers, by method.", indent="")
    return f"{comment}export interface Methods {{\n{rows}}}\n"


def _notifications() -> str:
    rows = "".join(f"  readonly '{name}': {model.__name__};\n" for name, model in NOTIFICATIONS.items())
    comment = _comment("What the server says by itself.", indent="")
    return f"{comment}export interface Notifications {{\n{rows}}}\n"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is not up to date.")
def main(*, check: bool) -> None:
    """Write the TypeScript types of the public interface."""
    text = render()
    if not check:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        raise click.ClickException(
            f"{TARGET.name} is not up to date; run `python -m willow_ray.protocol.typescript`."
        )


if __name__ == "__main__":
    main()
