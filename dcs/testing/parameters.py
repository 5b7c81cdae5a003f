"""Random parameters of an operation, drawn from its declaration and from the table it is meant for."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from dcs.columns import ColumnRef, kind_of
from dcs.values import to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from hypothesis.strategies import SearchStrategy

    from dcs.operation import Operation

MAX_DEPTH = 2
"""How deep models that contain themselves are nested."""

_ABSENT = object()
_CELL_TYPES = {bool, int, float, str, NoneType}
_TEXTS = ("a", "b", ", ", " ", "-", "é", "new", "x_1", "1", "N/A")
_PATTERNS = ("a", "[a-z]+", r"(\d)(\d)?", "(", ",", "(?i)A|(b)", "x*", r"\s+")
_FORMATS = ("%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y%m%d", "%H", "%Q", "1,234.5", "1.234,5", "1_234")


def messages(declaration: type[Operation], table: pa.Table) -> SearchStrategy[dict[str, Any]]:
    """Draw messages `{"op": id, …}`: of the declared types, but not always valid, nor fit for the table."""
    return _Drawing(table).model(declaration, depth=0)


class _Drawing:
    """Draws values of declared types; names of columns and cells mostly come from the table."""

    def __init__(self, table: pa.Table) -> None:
        self._kinds = {field.name: kind_of(field.type) for field in table.schema}
        cells = [cell for column in table.columns for cell in to_wire(column) if cell is not None]
        self._cells = st.sampled_from([*cells, 0, 2.5, "a", "", True])

    def model(self, model: type[BaseModel], *, depth: int) -> SearchStrategy[dict[str, Any]]:
        """Draw a message with all required and some of the other parameters of a model."""
        parameters: dict[str, SearchStrategy[Any]] = {}
        for name, field in model.model_fields.items():
            value = self._field(field, depth)
            is_given = field.is_required() or name == "op"
            parameters[field.alias or name] = value if is_given else st.just(_ABSENT) | value | value
        return st.fixed_dictionaries(parameters).map(_without_absent)

    def _field(self, field: FieldInfo, depth: int) -> SearchStrategy[Any]:
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        widget, example = extra.get("x-widget"), extra.get("x-example")
        texts = {"regex": _PATTERNS, "date-format": _FORMATS}.get(str(widget), _TEXTS)
        chosen = (*texts, example) if isinstance(example, str) else texts
        return self._value(field.annotation, field.metadata, depth, st.sampled_from(chosen))

    def _value(
        self, annotation: Any, metadata: Iterable[Any], depth: int, texts: SearchStrategy[str]
    ) -> SearchStrategy[Any]:
        marks = _flat(metadata)
        origin, parts = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._value(parts[0], (*parts[1:], *marks), depth, texts)
        if reference := next((mark for mark in marks if isinstance(mark, ColumnRef)), None):
            fitting = [name for name, kind in self._kinds.items() if kind in reference.kinds]
            return st.sampled_from(fitting) if fitting else st.just("no such column")
        if origin is Literal:
            return st.sampled_from(parts)
        if origin in {Union, UnionType}:
            return self._union(parts, depth, texts)
        if origin is tuple:
            items = self._value(parts[0], (), depth, texts)
            bounds = _lengths(marks)
            return st.lists(items, min_size=bounds[0], max_size=bounds[1], unique_by=repr)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.model(annotation, depth=depth + 1)
        return _plain(annotation, marks, texts)

    def _union(self, parts: tuple[Any, ...], depth: int, texts: SearchStrategy[str]) -> SearchStrategy[Any]:
        if len(parts) > 2 and set(parts) <= _CELL_TYPES:  # noqa: PLR2004 - more than an optional value
            return self._cells | st.none() if NoneType in parts else self._cells
        if depth >= MAX_DEPTH:
            parts = tuple(part for part in parts if not _nests(part))
        return st.one_of(
            *(st.none() if part is NoneType else self._value(part, (), depth, texts) for part in parts)
        )


def _without_absent(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if value is not _ABSENT}


def _plain(annotation: Any, marks: list[Any], texts: SearchStrategy[str]) -> SearchStrategy[Any]:
    low, high = _bounds(marks)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(int(low), int(high))
    if annotation is float:
        return st.sampled_from([low, high, (low + high) / 2, 1.5])
    return texts


def _bounds(marks: list[Any]) -> tuple[float, float]:
    """Return between which numbers to draw; an open bound is drawn too, and refused."""
    low, high = -3.0, 12.0
    for mark in marks:
        match mark:
            case Ge(ge=bound) | Gt(gt=bound):
                low = float(str(bound))
            case Le(le=bound) | Lt(lt=bound):
                high = float(str(bound))
            case _:
                pass
    return low, high


def _flat(metadata: Iterable[Any]) -> list[Any]:
    """Return constraints and marks, those inside `Field(…)` too."""
    return [
        mark for entry in metadata for mark in (entry.metadata if isinstance(entry, FieldInfo) else [entry])
    ]


def _lengths(marks: list[Any]) -> tuple[int, int]:
    low = next((mark.min_length for mark in marks if isinstance(mark, MinLen)), 0)
    high = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), 3)
    return low, max(low, min(high, 3))


def _nests(annotation: Any) -> bool:
    """Say whether a type is a model that has models in it."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return False
    return any(_has_model(field.annotation) for field in annotation.model_fields.values())


def _has_model(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_has_model(part) for part in get_args(annotation))
