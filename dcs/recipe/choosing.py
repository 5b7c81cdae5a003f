"""Which steps can be part of a recipe, and why the others cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.errors import DcsError
from dcs.operation import ReshapeOperation, SchemaOperation
from dcs.recipe.document import OmittedStep, RecipeStep

if TYPE_CHECKING:
    from dcs.columns import Schema
    from dcs.operation import Operation, State


class StepChooser:
    """Takes the steps that were done to a table one after another, and keeps those that fit other rows.

    Omitted are, besides steps that say so themselves, those which need what an omitted step makes: a column
    that is not there without it, or values that only its rows have.

    Attributes:
        kept: the steps of the recipe.
        omitted: the other steps, with the reason.
        schema: the columns after the steps that are kept.

    """

    def __init__(self, schema: Schema) -> None:
        self.kept: list[RecipeStep] = []
        self.omitted: list[OmittedStep] = []
        self.schema = schema
        self._with_all_steps = schema
        self._not_ours: set[str] = set()
        """Columns of this name, if there are any, are not the ones that later steps mean."""

    def take(self, operation: Operation, state: State, *, note: str | None = None) -> None:
        """Take the next step, with what it has learned."""
        before = self._with_all_steps
        self._with_all_steps = operation.output(before, state)
        made = [name for name in self._with_all_steps if name not in before]
        reason = operation.recipe_obstacle or self._misfit(operation, state, made)
        if reason is None:
            self.kept.append(RecipeStep.of(operation, state, self.schema, note=note))
            self._follow(operation)
            self.schema = operation.output(self.schema, state)
            return
        self.omitted.append(
            OmittedStep(operation=operation.to_wire(), reason=reason, after=len(self.kept), note=note)
        )
        self._not_ours.update(made)
        if isinstance(operation, ReshapeOperation):
            self._not_ours.update(operation.reads(before))

    def _misfit(self, operation: Operation, state: State, made: list[str]) -> str | None:
        """Say why a step cannot be done without the omitted ones; None if it can."""
        try:
            operation.check(self.schema)
            after = operation.output(self.schema, state)
        except DcsError as error:
            return f"It cannot be done without a step that is left out. {error}"
        foreign = [name for name in operation.reads(self.schema) if name in self._not_ours]
        if foreign:
            return f"It works on {foreign[0]!r} as a step makes it that is left out."
        if made != [name for name in after if name not in self.schema]:
            return "Its columns have other names without a step that is left out."
        return None

    def _follow(self, operation: Operation) -> None:
        """Keep in mind what columns are called after a step on names."""
        if isinstance(operation, SchemaOperation):
            arrangement = operation.arrange(tuple(self.schema))
            gone = {name for name in self._not_ours if name in self.schema}
            self._not_ours -= gone
            self._not_ours.update(new for new, old in arrangement if old in gone)
