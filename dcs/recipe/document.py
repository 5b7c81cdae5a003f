"""What a recipe file holds, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import AfterValidator, ConfigDict, Field, JsonValue, NonNegativeInt, WithJsonSchema
from typing_extensions import override

from dcs.catalogue import BY_ID, parse
from dcs.columns import Kind, arrow_type, kind_of
from dcs.described import Described
from dcs.errors import DcsError, InvalidParametersError, NothingToLearnError
from dcs.operation import ReshapeOperation, RowwiseOperation, SelectionOperation

if TYPE_CHECKING:
    from dcs.columns import Schema
    from dcs.operation import Operation, State

FORMAT_VERSION = 1
"""Raised when files of a new kind would be misunderstood by an old dcs; new members alone do not raise it."""


LEARNING = (RowwiseOperation, SelectionOperation, ReshapeOperation)
"""The shapes that may learn."""


class RecipeStepError(DcsError):
    """A step cannot be done; `step` is its index, `cause` the refusal. Nothing was done."""

    code: ClassVar[str] = "not_applicable"

    def __init__(self, step: int, identifier: str, cause: DcsError) -> None:
        self.step = step
        self.cause = cause
        super().__init__(f"Step {step + 1} ({identifier}): {cause}")

    @override
    def data(self) -> dict[str, JsonValue]:
        return {"step": self.step, "cause": self.cause.to_wire()}


def _has_id(operation: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if not isinstance(operation.get("op"), str):
        raise ValueError("An operation needs its id as `op`.")  # noqa: TRY004 - what pydantic reports
    return operation


OperationMessage = Annotated[
    dict[str, JsonValue],
    AfterValidator(_has_id),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"op": {"type": "string"}},
            "required": ["op"],
            "additionalProperties": True,
        }
    ),
]
"""An operation in wire form; of one that this version of dcs does not know, no more is asked than an id."""


class Document(Described):
    """Base of what a recipe file holds: what a newer version has written beside it is kept."""

    model_config = ConfigDict(frozen=True, extra="allow")


class RecipeStep(Document):
    """One step."""

    operation: OperationMessage
    """The operation in wire form, `{"op": id, …}`; one this version does not know is kept as it is."""
    state: dict[str, JsonValue] | None = None
    """What was learned from the rows the recipe was made with; absent when nothing was to be learned."""
    state_version: int = 1
    """Version of the form of `state`."""
    note: str | None = None
    """What a person has to say about it."""

    @classmethod
    def of(cls, operation: Operation, state: State, schema: Schema, *, note: str | None = None) -> RecipeStep:
        """Make a step of an operation and what it has learned from a table with this schema."""
        learns = isinstance(operation, LEARNING) and bool(operation.learns_from(schema))
        return cls(
            operation=operation.to_wire(),
            state=state if state or learns else None,
            state_version=operation.state_version,
            note=note,
        )

    @property
    def op(self) -> str:
        """The id of the operation."""
        return str(self.operation["op"])

    def parse(self) -> Operation:
        """Return the operation; raises `InvalidParametersError` for what this version does not understand."""
        declared = BY_ID.get(self.op)
        if declared is not None and self.state is not None and self.state_version != declared.state_version:
            message = (
                f"What it has learned is written in version {self.state_version}; "
                f"this dcs reads version {declared.state_version}."
            )
            raise InvalidParametersError([("state_version", message)], what="step")
        return parse(self.operation)

    def learned(self, operation: Operation, schema: Schema) -> State:
        """Return what the step has learned, for a table with this schema.

        Raises `NothingToLearnError` when it has to learn from rows and has not.
        """
        if self.state is not None or not isinstance(operation, LEARNING):
            return self.state or {}
        if operation.learns_from(schema):
            raise NothingToLearnError("It has not learned from any rows yet; the recipe must learn anew.")
        return operation.name_new(schema, {}) if isinstance(operation, RowwiseOperation) else {}


class OmittedStep(Document):
    """A step that is not part of the recipe, because it cannot be right for other rows."""

    operation: OperationMessage
    """The operation in wire form."""
    reason: str
    """Why not, as a sentence."""
    after: NonNegativeInt
    """How many steps of the recipe come before it."""
    note: str | None = None
    """What a person has to say about it."""


class RecipeColumn(Document):
    """A column that goes in or comes out."""

    name: str
    """What it is called."""
    type: Kind
    """What its values are."""
    zone: str | None = None
    """The time zone of datetimes that have one."""
    unit: Literal["ns"] | None = None
    """`ns` for datetimes in nanoseconds; others are in microseconds."""

    @classmethod
    def of(cls, name: str, arrow: pa.DataType) -> RecipeColumn:
        """Describe a column of a canonical type."""
        kind = kind_of(arrow)
        if kind != "datetime":
            return cls(name=name, type=kind)
        return cls(name=name, type=kind, zone=arrow.tz, unit="ns" if arrow.unit == "ns" else None)

    @property
    def arrow(self) -> pa.DataType:
        """The type in which dcs keeps the column."""
        return (
            pa.timestamp(self.unit or "us", self.zone) if self.type == "datetime" else arrow_type(self.type)
        )


class RecipeSource(Document):
    """Where the rows came from that the recipe was made with."""

    name: str
    """The name of the file."""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    """How the file was read: import options."""


class RecipeDocument(Document):
    """Everything that is in a recipe file."""

    format: Literal["willow-recipe"] = "willow-recipe"
    """Tells a recipe from other JSON."""
    format_version: int = FORMAT_VERSION
    """Version of the form of the file; higher than this dcs knows, nothing is done with it."""
    source: RecipeSource | None = None
    """The file it was made with, if there was one."""
    columns_in: tuple[RecipeColumn, ...] = ()
    """Columns of the rows it was made with."""
    columns_out: tuple[RecipeColumn, ...] = ()
    """Columns afterwards."""
    steps: tuple[RecipeStep, ...] = ()
    """What is done, in order."""
    omitted: tuple[OmittedStep, ...] = ()
    """What was done to the rows the recipe was made with, and is not done to others."""


REQUIRED = ("format", "format_version", "steps")
"""Members without which JSON is no recipe file."""
