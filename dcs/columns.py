"""What a column can be, and how an operation names the columns it works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar, get_args

import pyarrow as pa
from pydantic import BaseModel, Field

from dcs.errors import ColumnNotFoundError, NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

Kind = Literal["text", "integer", "decimal", "boolean", "date", "datetime"]
"""What a person sees as the type of a column."""

KINDS: tuple[Kind, ...] = get_args(Kind)
NUMBERS: tuple[Kind, ...] = ("integer", "decimal")
DATES: tuple[Kind, ...] = ("date", "datetime")

ModelT = TypeVar("ModelT", bound=BaseModel)

Schema: TypeAlias = Mapping[str, pa.DataType]
"""Column names, in order, and their Arrow types."""

ColumnData: TypeAlias = Mapping[str, pa.ChunkedArray]
"""Columns by name, all of one length."""

_TYPE_OF_KIND: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


def arrow_type(kind: Kind) -> pa.DataType:
    """Return the Arrow type in which dcs keeps a kind; datetimes without a zone, in microseconds."""
    return _TYPE_OF_KIND[kind]


def kind_of(arrow: pa.DataType) -> Kind:
    """Return the kind of a canonical Arrow type.

    Canonical are string, int64, float64, bool, date32, and timestamp in `us` or `ns` with or without a zone;
    `dcs.frames.canonical` brings other types to these. Anything else raises `TypeError`.
    """
    if pa.types.is_timestamp(arrow):
        return "datetime"
    for kind, known in _TYPE_OF_KIND.items():
        if arrow == known:
            return kind
    raise TypeError(f"{arrow} is not a type of a dcs column")


def is_number(arrow: pa.DataType) -> bool:
    """Say whether a canonical type is integer or decimal."""
    return kind_of(arrow) in NUMBERS


@dataclass(frozen=True)
class ColumnRef:
    """Marks a field of an operation as the name of an existing column of one of `kinds`."""

    kinds: tuple[Kind, ...] = KINDS

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        schema["x-column"] = list(self.kinds)
        return schema

    def check(self, column: str, schema: Schema, *, field: str) -> None:
        """Refuse a column that does not exist or is of another kind."""
        if column not in schema:
            raise ColumnNotFoundError(column, schema, field=field)
        kind = kind_of(schema[column])
        if kind not in self.kinds:
            raise NotApplicableError(
                f"Column {column!r} is {kind}; this needs {_either(self.kinds)}.", field=field, column=column
            )


Column = Annotated[str, ColumnRef()]
"""The name of one existing column."""

TextColumn = Annotated[str, ColumnRef(("text",))]
NumberColumn = Annotated[str, ColumnRef(NUMBERS)]
DateColumn = Annotated[str, ColumnRef(DATES)]

Columns = Annotated[tuple[Column, ...], Field(min_length=1)]
"""Names of existing columns, at least one."""

TextColumns = Annotated[tuple[TextColumn, ...], Field(min_length=1)]
NumberColumns = Annotated[tuple[NumberColumn, ...], Field(min_length=1)]
DateColumns = Annotated[tuple[DateColumn, ...], Field(min_length=1)]

NewName = Annotated[str, Field(min_length=1, max_length=1000)]
"""The name of a column to be made."""


@dataclass(frozen=True)
class Reference:
    """One column named in the parameters of an operation, and where."""

    path: str
    column: str
    ref: ColumnRef


def references(model: BaseModel, prefix: str = "") -> Iterator[Reference]:
    """Yield every column that the fields of a model name, nested models included, in field order."""
    for name, field in type(model).model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield from _references(getattr(model, name), _marker(field.annotation, field.metadata), path)


def rename_references(model: ModelT, new_names: Mapping[str, str]) -> ModelT:
    """Return a copy of the model that names columns by `new_names`; names not in it stay."""
    changes: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        marker = _marker(field.annotation, field.metadata)
        value = getattr(model, name)
        new = _renamed(value, marker, lambda column: new_names.get(column, column))
        if new != value:
            changes[name] = new
    return model.model_copy(update=changes)


def fresh_name(name: str, taken: Container[str]) -> str:
    """Return `name`, or `name_2`, `name_3` … whichever is the first that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def require_new_name(name: str, taken: Iterable[str], *, field: str) -> None:
    """Refuse a name given for a new column that another column has already."""
    if name in set(taken):
        raise NotApplicableError(f"There is already a column {name!r}.", field=field, column=name)


def _references(value: object, marker: ColumnRef | None, path: str) -> Iterator[Reference]:
    if isinstance(value, BaseModel):
        yield from references(value, f"{path}.")
    elif isinstance(value, str):
        if marker is not None:
            yield Reference(path, value, marker)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _references(item, marker, f"{path}.{index}")


def _renamed(value: object, marker: ColumnRef | None, rename: Callable[[str], str]) -> object:
    if isinstance(value, BaseModel):
        changes = {
            name: _renamed(getattr(value, name), _marker(field.annotation, field.metadata), rename)
            for name, field in type(value).model_fields.items()
        }
        return value.model_copy(update=changes)
    if isinstance(value, str) and marker is not None:
        return rename(value)
    if isinstance(value, tuple):
        return tuple(_renamed(item, marker, rename) for item in value)
    return value


def _marker(annotation: object, metadata: Iterable[object] = ()) -> ColumnRef | None:
    """Find the mark of a column reference, however deep in `Annotated`, unions and tuples."""
    for mark in metadata:
        if isinstance(mark, ColumnRef):
            return mark
    for inner in (*getattr(annotation, "__metadata__", ()), *get_args(annotation)):
        if isinstance(inner, ColumnRef):
            return inner
        found = _marker(inner)
        if found is not None:
            return found
    return None


def _either(kinds: tuple[Kind, ...]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
