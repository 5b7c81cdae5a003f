"""Types of parameters that several operations have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np
from pydantic import ConfigDict, JsonValue, PlainValidator

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler, ValidationInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

CellValue: TypeAlias = bool | int | float | str
"""A value in its wire form."""


def wire_value(value: object) -> CellValue:
    """Return a value in its wire form; also of infinities, dates, datetimes and NumPy's scalars."""
    match value:
        case bool() | np.bool_():
            return bool(value)
        case np.timedelta64():  # an integer, says NumPy
            pass
        case int() | np.integer():
            return int(value)
        case float() | np.floating() if math.isfinite(value):
            return float(value)
        case float() | np.floating() if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        case str() if _is_unicode(value):
            return str(value)
        case date() | datetime() if value == value:  # noqa: PLR0124 - pandas' NaT says it is a datetime
            return value.isoformat()
        case _:
            pass
    raise ValueError("This needs a text, a number, true or false, or a date.")


def wire_value_or_missing(value: object) -> CellValue | None:
    """Return a value in its wire form; None is missing."""
    return None if value is None else wire_value(value)


@dataclass(frozen=True)
class _CellForm:
    """Tells the form to offer an editor for one cell, of the type of the columns chosen."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"x-widget": "cell"}


Cell = Annotated[CellValue, PlainValidator(wire_value), _CellForm()]
"""A value that is not missing, in its wire form."""

CellOrMissing = Annotated[CellValue | None, PlainValidator(wire_value_or_missing), _CellForm()]
"""A value in its wire form; null is missing."""


def shown_if(**conditions: JsonValue) -> dict[str, Any]:
    """Return the schema keyword by which a form shows a field only while others have these values."""
    return {"x-show-if": conditions}


def one_of(*groups: tuple[str, ...]) -> ConfigDict:
    """Return what to add to a model's schema so that a form offers just one parameter of each group."""
    return ConfigDict(json_schema_extra={"x-one-of": [list(group) for group in groups]})


def require_one_of(group: tuple[str, ...], value: object, info: ValidationInfo) -> None:
    """Refuse, when the last parameter of a group is validated, unless exactly one of the group is given.

    A parameter with a fault of its own counts as given.
    """
    others = [name for name in group if name != info.field_name]
    given = sum(info.data.get(name, "faulty") is not None for name in others) + (value is not None)
    if given != 1:
        raise ValueError(f"Give exactly one of {', '.join(group[:-1])} and {group[-1]}.")


def _is_unicode(text: str) -> bool:
    """Say whether the text has no lone surrogates, which JSON can spell and no column can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
