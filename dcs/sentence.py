"""An operation in words: as a sentence for the history, and as the Python that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from dcs.operation import Operation

NAMES_SHOWN = 3
TEXT_SHOWN = 60


def fill_sentence(template: str, operation: Operation) -> str:
    """Put the operation's parameters into `{field}` places; lists show their first three items."""
    values = {name: in_words(getattr(operation, name)) for name in type(operation).model_fields}
    return template.format_map(values)


def python_source(operation: Operation) -> str:
    """Return `dcs.Name(parameter=value, …)` with every parameter, so that new defaults change nothing."""
    arguments = ", ".join(
        f"{name}={_literal(getattr(operation, name))}"
        for name in type(operation).model_fields
        if name != "op"
    )
    return f"dcs.{type(operation).__name__}({arguments})"


def in_words(value: object) -> str:
    """Return a parameter as a person would say it; text is quoted only where nobody would see where it ends.

    A model in a list of them says itself by `__str__`.
    """
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case str():
            shown = value if len(value) <= TEXT_SHOWN else f"{value[: TEXT_SHOWN - 1]}…"
            return shown if value and value == value.strip() else f'"{shown}"'
        case () | []:
            return "none"
        case tuple() | list():
            shown = ", ".join(in_words(item) for item in value[:NAMES_SHOWN])
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
