"""An operation in words: as a sentence for the history, and as the Python that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dcs.operation import Operation

NAMES_SHOWN = 3
TEXT_SHOWN = 60


def fill_sentence(template: str, operation: Operation) -> str:
    """Put the operation's parameters into `{field}` places; lists show their first three items."""
    values = {name: _in_words(getattr(operation, name)) for name in type(operation).model_fields}
    return _fill(template, values)


def python_source(operation: Operation) -> str:
    """Return `dcs.Name(parameter=value, …)` with every parameter, so that new defaults change nothing."""
    arguments = ", ".join(
        f"{name}={_literal(getattr(operation, name))}"
        for name in type(operation).model_fields
        if name != "op"
    )
    return f"dcs.{type(operation).__name__}({arguments})"


def _fill(template: str, values: Mapping[str, str]) -> str:
    return template.format_map(values)


def _in_words(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return "yes" if value else "no"
        case str():
            return value if len(value) <= TEXT_SHOWN else f"{value[: TEXT_SHOWN - 1]}…"
        case BaseModel():
            return ", ".join(_in_words(part) for part in value.model_dump(exclude_none=True).values())
        case tuple() | list():
            shown = ", ".join(_in_words(item) for item in value[:NAMES_SHOWN])
            return shown if len(value) <= NAMES_SHOWN else f"{shown} and {len(value) - NAMES_SHOWN} more"
        case _:
            return str(value)


def _literal(value: object) -> str:
    match value:
        case BaseModel():
            return repr(value.model_dump(mode="python", by_alias=True))
        case tuple() | list():
            return f"[{', '.join(_literal(item) for item in value)}]"
        case float() if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
            return f'float("{value}")'
        case _:
            return repr(value)
