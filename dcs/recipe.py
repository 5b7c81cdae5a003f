"""Recipes: cleaning steps with what they learned, to be done again to other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, NonNegativeInt, ValidationError
from typing_extensions import override

from dcs.catalogue import BY_ID, parse
from dcs.columns import Kind, arrow_type, kind_of, rename_references
from dcs.errors import ColumnNotFoundError, DcsError, InvalidParametersError
from dcs.operation import rename_state
from dcs.run import run, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from dcs.columns import Schema
    from dcs.operation import Operation, State

FORMAT_VERSION = 1


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


class Document(BaseModel):
    """Base of what a recipe file holds: what a newer version has written beside it is kept."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class RecipeStep(Document):
    """One step."""

    operation: dict[str, JsonValue]
    """The operation in wire form, `{"op": id, …}`; one this version does not know is kept as it is."""
    state: dict[str, JsonValue] | None = None
    """What was learned from the rows the recipe was made with."""
    state_version: int = 1
    """Version of the form of `state`."""
    note: str | None = None

    @property
    def known(self) -> bool:
        """Say whether this version of dcs knows the operation and the form of its state."""
        operation = BY_ID.get(str(self.operation.get("op")))
        return operation is not None and self.state_version <= operation.state_version


class OmittedStep(Document):
    """A step that is not part of the recipe, because it cannot be right for other rows."""

    operation: dict[str, JsonValue]
    reason: str
    after: NonNegativeInt
    """How many steps of the recipe come before it."""


class RecipeColumn(Document):
    """A column that goes in or comes out."""

    name: str
    type: Kind


class RecipeSource(Document):
    """Where the rows came from that the recipe was made with."""

    name: str
    options: dict[str, JsonValue] = {}
    """How the file was read: import options."""


class Recipe(Document):
    """Steps that may be done to other rows, with what they learned.

    >>> fill = dcs.FillMissing(columns=["age"], using="mean")
    >>> recipe = dcs.Recipe.learn(dcs.table({"age": [20, None]}), [fill])
    >>> recipe.apply(dcs.table({"age": [None, 7]}))["age"].tolist()
    [20, 7]
    """

    format: Literal["willow-recipe"] = "willow-recipe"
    format_version: int = FORMAT_VERSION
    source: RecipeSource | None = None
    columns_in: tuple[RecipeColumn, ...] = ()
    """Columns of the rows it was made with."""
    columns_out: tuple[RecipeColumn, ...] = ()
    """Columns afterwards."""
    steps: tuple[RecipeStep, ...] = ()
    omitted: tuple[OmittedStep, ...] = ()

    @classmethod
    def learn(cls, frame: pd.DataFrame, operations: Iterable[Operation]) -> Recipe:
        """Do operations to a frame one after another, and keep them with what they learn."""
        from dcs.frames import from_frame  # noqa: PLC0415 - pandas only with frames

        table = from_frame(frame)
        first = schema_of(table)
        steps: list[tuple[Operation, State]] = []
        for index, operation in enumerate(operations):
            try:
                outcome = run(operation, table)
            except DcsError as error:
                raise RecipeStepError(index, operation.op, error) from error
            table = outcome.table
            steps.append((operation, outcome.state))
        return cls.of(first, steps)

    @classmethod
    def of(
        cls,
        schema: Schema,
        steps: Iterable[tuple[Operation, State]],
        *,
        notes: Mapping[int, str] | None = None,
        source: RecipeSource | None = None,
    ) -> Recipe:
        """Make a recipe of steps that were done to a table with this schema.

        Steps which cannot be right for other rows are omitted with the reason, and so are those that need
        columns which only an omitted step makes. `notes` are by the index of the step.
        """
        kept: list[RecipeStep] = []
        omitted: list[OmittedStep] = []
        current = dict(schema)
        for index, (operation, state) in enumerate(steps):
            reason = operation.recipe_obstacle
            if reason is None:
                try:
                    operation.check(current)
                except DcsError as error:
                    reason = f"It needs what a step that is not part of the recipe makes. {error}"
            if reason is not None:
                omitted.append(OmittedStep(operation=operation.to_wire(), reason=reason, after=len(kept)))
                continue
            current = dict(operation.output(current, state))
            kept.append(
                RecipeStep(
                    operation=operation.to_wire(),
                    state=state or None,
                    state_version=operation.state_version,
                    note=(notes or {}).get(index),
                )
            )
        return cls(
            source=source,
            columns_in=_columns(schema),
            columns_out=_columns(current),
            steps=tuple(kept),
            omitted=tuple(omitted),
        )

    @classmethod
    def from_wire(cls, document: Mapping[str, JsonValue]) -> Recipe:
        """Read a recipe; raises `InvalidParametersError` with every fault and its path."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise InvalidParametersError.from_validation(error, what="recipe") from error

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the recipe as JSON."""
        return self.model_dump(mode="json", exclude_none=True)

    def operations(self) -> list[Operation]:
        """Return the operations; a step that cannot be understood raises `RecipeStepError`."""
        found: list[Operation] = []
        for index, step in enumerate(self.steps):
            identifier = str(step.operation.get("op"))
            try:
                if identifier in BY_ID and not step.known:
                    message = (
                        f"What it has learned has version {step.state_version}: a newer dcs has made it."
                    )
                    raise InvalidParametersError([("state_version", message)], what="step")
                found.append(parse(step.operation))
            except DcsError as error:
                raise RecipeStepError(index, identifier, error) from error
        return found

    def check(self, schema: Schema) -> Schema:
        """Return the columns that come out of a table with this schema, or raise `RecipeStepError`.

        No value is read, so whether every value fits is not said.
        """
        current = schema
        for index, operation in enumerate(self.operations()):
            try:
                operation.check(current)
            except DcsError as error:
                raise RecipeStepError(index, operation.op, error) from error
            current = operation.output(current, self.steps[index].state or {})
        return current

    def renamed(self, new_names: Mapping[str, str]) -> Recipe:
        """Return the recipe for a table whose columns have other names, given by those in `columns_in`.

        Columns that steps make and name after others follow. Raises `InvalidParametersError` for a name that
        is not in `columns_in`, or that would be there twice.
        """
        before: Schema = {column.name: arrow_type(column.type) for column in self.columns_in}
        _check_new_names(before, new_names)
        names = {name: new_names.get(name, name) for name in before}
        after: Schema = {names[name]: arrow for name, arrow in before.items()}
        columns_in = _columns(after)
        steps: list[RecipeStep] = []
        for step, operation in zip(self.steps, self.operations(), strict=True):
            state = step.state or {}
            new_operation, new_state = rename_references(operation, names), rename_state(state, names)
            before, after = operation.output(before, state), new_operation.output(after, new_state)
            names = dict(zip(before, after, strict=True))
            changes = {"operation": new_operation.to_wire(), "state": new_state or None}
            steps.append(step.model_copy(update=changes))
        changed = {"columns_in": columns_in, "columns_out": _columns(after), "steps": tuple(steps)}
        return self.model_copy(update=changed)

    def apply(
        self, frame: pd.DataFrame, *, rename: Mapping[str, str] | None = None, learn: bool = False
    ) -> pd.DataFrame:
        """Do all steps to a frame, with what was learned before or, if `learn`, anew from these rows.

        `rename` says what columns of the recipe are called here. Row filters drop rows; a
        `dcs.RecipeTransformer` keeps them all. The index stays with its rows.
        """
        from dcs.frames import from_frame, run_on_frame  # noqa: PLC0415 - pandas only with frames

        recipe = self.renamed(rename) if rename else self
        recipe.check(schema_of(from_frame(frame)))
        for index, operation in enumerate(recipe.operations()):
            state = None if learn else recipe.steps[index].state or {}
            try:
                frame = run_on_frame(operation, frame, state=state)
            except DcsError as error:
                raise RecipeStepError(index, operation.op, error) from error
        return frame


def _columns(schema: Schema) -> tuple[RecipeColumn, ...]:
    return tuple(RecipeColumn(name=name, type=kind_of(arrow)) for name, arrow in schema.items())


def _check_new_names(schema: Schema, new_names: Mapping[str, str]) -> None:
    faults = [
        (f"rename.{old}", str(ColumnNotFoundError(old, schema))) for old in new_names if old not in schema
    ]
    renamed = [new_names.get(name, name) for name in schema]
    faults += [
        (f"rename.{old}", f"There would be two columns {new!r}.")
        for old, new in new_names.items()
        if renamed.count(new) > 1
    ]
    if faults:
        raise InvalidParametersError(faults, what="recipe")
