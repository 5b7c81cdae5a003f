"""Conditions on rows: what filters and views are made of.

A condition is a frozen value with the shape it has on the wire. `dcs.view.matching` finds the rows that
meet one, `dcs.view.words` says one in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias, get_args

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from dcs.columns import Column, Columns, NumberColumn, references
from dcs.errors import near_names
from dcs.operation import Parameters
from dcs.parameters import Cell, CellOrMissing
from dcs.regex import check_pattern
from dcs.view.comparing import check_comparable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from dcs.columns import Schema

MAX_DEPTH = 20
"""How deep `all`, `any` and `not` may nest."""

ComparisonWord = Literal["equal", "not_equal", "less", "at_most", "greater", "at_least"]
TextWord = Literal["contains", "starts_with", "ends_with", "matches"]


class ConditionBase(Parameters):
    """Base of all conditions; a field called `is_` here is `is` on the wire."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class Presence(ConditionBase):
    """Whether there is a value."""

    column: Column
    """The column looked at."""
    is_: Literal["missing", "present"] = Field(alias="is")
    """Rows without a value, or those with one; an empty text is a value."""


class Comparison(ConditionBase):
    """How a value compares with a given one; a missing value compares with nothing, so it never matches."""

    column: Column
    """The column whose values are compared."""
    is_: ComparisonWord = Field(alias="is")
    """Text is in the order of its code points, false is less than true."""
    value: Cell
    """What to compare with, of the type of the column; integers compare with any number."""


class Between(ConditionBase):
    """A value from `low` to `high`, both included; a missing value never matches."""

    column: Column
    """The column whose values are compared."""
    is_: Literal["between"] = Field(alias="is")
    """Says which condition this is."""
    low: Cell
    """The smallest value that matches."""
    high: Cell
    """The largest value that matches; below `low` nothing does."""


class OneOf(ConditionBase):
    """One of the listed values; a null in the list stands for missing."""

    column: Column
    """The column whose values are looked up."""
    is_: Literal["one_of"] = Field(alias="is")
    """Says which condition this is."""
    values: tuple[CellOrMissing, ...]
    """What matches, of the type of the column; nothing does when the list is empty."""


class TextTest(ConditionBase):
    """What the text form of a value contains; `matches` looks for a regular expression anywhere in it.

    Ignoring case is simple Unicode folding: É equals é, ß does not equal ss. A missing value never matches.
    """

    column: Column
    """The column looked at, of any type."""
    is_: TextWord = Field(alias="is")
    """Where the text is to be found."""
    text: str
    """What to look for; with `matches`, a regular expression."""
    case_sensitive: bool = False
    """Whether capital and small letters are different."""


class Duplicate(ConditionBase):
    """Every copy of what occurs more than once in these columns; missing values equal one another."""

    columns: Columns
    """Rows are copies of each other when they are equal in all of these."""
    is_: Literal["duplicate"] = Field(alias="is")
    """Says which condition this is."""


class Outlier(ConditionBase):
    """A number more than so many standard deviations away from the mean of its column.

    Infinite values always match and do not count towards mean and deviation.
    """

    column: NumberColumn
    """The column looked at."""
    is_: Literal["outlier"] = Field(alias="is")
    """Says which condition this is."""
    deviations: float = Field(2.0, ge=0, allow_inf_nan=False)
    """How many standard deviations from the mean are still usual."""
    trim: float = Field(0.0, ge=0, lt=0.5)
    """The share cut from either end of the sorted values before mean and deviation are computed."""


class Search(ConditionBase):
    """A text found in the text form of at least one of the columns."""

    search: str = Field(min_length=1)
    """What to look for."""
    columns: Columns | None = None
    """Where to look; null is all columns."""
    regex: bool = False
    """Whether the text is a regular expression."""
    case_sensitive: bool = False
    """Whether capital and small letters are different."""


class Group(ConditionBase):
    """A condition made of conditions."""

    @model_validator(mode="after")
    def _not_too_deep(self) -> Self:
        if _depth(self) > MAX_DEPTH:
            raise ValueError(f"Conditions may be nested {MAX_DEPTH} deep at most.")
        return self


class AllOf(Group):
    """Every one of the conditions."""

    all_: tuple[Condition, ...] = Field(alias="all", min_length=1)
    """The conditions that all have to be met."""


class AnyOf(Group):
    """At least one of the conditions."""

    any_: tuple[Condition, ...] = Field(alias="any", min_length=1)
    """The conditions one of which has to be met."""


class Not(Group):
    """All rows but those that meet the condition; so rows where it compares a missing value are in."""

    not_: Condition = Field(alias="not")
    """The condition that must not be met."""


OfOneColumn: TypeAlias = Presence | Comparison | Between | OneOf | TextTest | Outlier
AnyCondition: TypeAlias = OfOneColumn | Duplicate | Search | AllOf | AnyOf | Not

_CLASS_OF_KEY: dict[str, type[ConditionBase]] = {"all": AllOf, "any": AnyOf, "not": Not, "search": Search}
_CLASS_OF_WORD: dict[object, type[ConditionBase]] = {
    word: kind
    for kind in (Presence, Comparison, Between, OneOf, TextTest, Duplicate, Outlier)
    for word in get_args(kind.model_fields["is_"].annotation)
}


def _tag(value: object) -> str | None:
    """Return the tag of the class that a condition, as a message or as a value, belongs to."""
    if isinstance(value, ConditionBase):
        return f"~{type(value).__name__}"
    if not isinstance(value, Mapping):
        return None
    for key, kind in _CLASS_OF_KEY.items():
        if key in value:
            return f"~{kind.__name__}"
    word = value.get("is")
    known = _CLASS_OF_WORD.get(word) if isinstance(word, str) else None
    return None if known is None else f"~{known.__name__}"


def _check_word(value: object) -> object:
    """Refuse an `is` that resembles one that there is; all other faults are found later."""
    word = value.get("is") if isinstance(value, Mapping) and _tag(value) is None else None
    near = near_names(word, map(str, _CLASS_OF_WORD)) if isinstance(word, str) else ()
    if near:
        raise ValueError(f"There is no condition {word!r}; did you mean {' or '.join(near)}?")
    return value


@dataclass(frozen=True)
class _OpaqueForm:
    """Keeps the shape of conditions out of JSON Schemas: they have an editor of their own."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "object", "x-widget": "condition"}


Condition = Annotated[
    Annotated[Presence, Tag("~Presence")]
    | Annotated[Comparison, Tag("~Comparison")]
    | Annotated[Between, Tag("~Between")]
    | Annotated[OneOf, Tag("~OneOf")]
    | Annotated[TextTest, Tag("~TextTest")]
    | Annotated[Duplicate, Tag("~Duplicate")]
    | Annotated[Outlier, Tag("~Outlier")]
    | Annotated[Search, Tag("~Search")]
    | Annotated[AllOf, Tag("~AllOf")]
    | Annotated[AnyOf, Tag("~AnyOf")]
    | Annotated[Not, Tag("~Not")],
    Discriminator(
        _tag,
        custom_error_type="condition",
        custom_error_message="A condition needs a known `is`, or one of `all`, `any`, `not` and `search`.",
    ),
    BeforeValidator(_check_word),
    _OpaqueForm(),
]
"""The type of a parameter that is a condition."""


def check(condition: AnyCondition, schema: Schema, *, field: str) -> None:
    """Refuse, naming the field, what cannot be asked of such a table."""
    for path, part in parts(condition, field=field):
        if not isinstance(part, Group):
            _check_columns(part, schema, path)
            _check_values(part, schema, path)


def reads(condition: AnyCondition, schema: Schema) -> tuple[str, ...]:
    """Return the columns whose values the condition needs, each once, in table order."""
    named: set[str] = set()
    for path, part in parts(condition, field=""):
        if isinstance(part, Search) and part.columns is None:
            return tuple(schema)
        if not isinstance(part, Group):
            named.update(reference.column for reference in references(part, path))
    return tuple(name for name in schema if name in named)


def learns_from(condition: AnyCondition) -> tuple[str, ...]:
    """Return the columns that `dcs.view.matching.learn` needs, each once."""
    outliers = (part for _, part in parts(condition, field="") if isinstance(part, Outlier))
    return tuple(dict.fromkeys(part.column for part in outliers))


def by_row(condition: AnyCondition) -> bool:
    """Say whether each row is judged alone, given what was learned; being a duplicate is not."""
    return not any(isinstance(part, Duplicate) for _, part in parts(condition, field=""))


def parts(condition: AnyCondition, *, field: str) -> Iterator[tuple[str, AnyCondition]]:
    """Yield the condition and all conditions in it, outer before inner, each with its path below `field`."""
    yield field, condition
    match condition:
        case AllOf():
            yield from _parts_of(condition.all_, f"{field}.all")
        case AnyOf():
            yield from _parts_of(condition.any_, f"{field}.any")
        case Not():
            yield from parts(condition.not_, field=f"{field}.not")
        case _:
            pass


def _parts_of(conditions: tuple[AnyCondition, ...], field: str) -> Iterator[tuple[str, AnyCondition]]:
    for index, condition in enumerate(conditions):
        yield from parts(condition, field=f"{field}.{index}")


def _depth(condition: AnyCondition | Group) -> int:
    match condition:
        case AllOf():
            return 1 + max(_depth(part) for part in condition.all_)
        case AnyOf():
            return 1 + max(_depth(part) for part in condition.any_)
        case Not():
            return 1 + _depth(condition.not_)
        case _:
            return 0


def _check_columns(part: AnyCondition, schema: Schema, path: str) -> None:
    for reference in references(part, f"{path}."):
        reference.ref.check(reference.column, schema, field=reference.path)


def _check_values(part: AnyCondition, schema: Schema, path: str) -> None:
    match part:
        case Comparison(column=column, value=value):
            check_comparable(value, schema[column], field=f"{path}.value", column=column)
        case Between(column=column, low=low, high=high):
            check_comparable(low, schema[column], field=f"{path}.low", column=column)
            check_comparable(high, schema[column], field=f"{path}.high", column=column)
        case OneOf(column=column, values=values):
            for index, listed in enumerate(values):
                check_comparable(listed, schema[column], field=f"{path}.values.{index}", column=column)
        case TextTest(is_="matches", text=text):
            check_pattern(text, field=f"{path}.text")
        case Search(regex=True, search=text):
            check_pattern(text, field=f"{path}.search")
        case _:
            pass


for _group in (AllOf, AnyOf, Not):
    _group.model_rebuild()
