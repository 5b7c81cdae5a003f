"""Recipes for tables whose columns have other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.catalogue import parse
from dcs.columns import rename_references
from dcs.errors import ColumnNotFoundError, DcsError, InvalidParametersError
from dcs.operation import RowwiseOperation, rename_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dcs.columns import Schema
    from dcs.recipe.document import OmittedStep, RecipeStep
    from dcs.recipe.walking import WalkedStep


class Renaming:
    """Follows what the columns of a recipe are called in another table, from step to step.

    Attributes:
        schema: the columns there, after the steps so far.

    """

    def __init__(self, columns_in: Schema, new_names: Mapping[str, str]) -> None:
        _check_new_names(columns_in, new_names)
        self._names = {name: new_names.get(name, name) for name in columns_in}
        self.schema: Schema = {self._names[name]: arrow for name, arrow in columns_in.items()}

    def step(self, step: RecipeStep, walked: WalkedStep) -> RecipeStep:
        """Return the next step in the new names; refuses one after which a name would be there twice."""
        operation = rename_references(walked.operation, self._names)
        operation.check(self.schema)
        state = rename_state(walked.state, self._names)
        if isinstance(operation, RowwiseOperation):
            state = operation.name_new(self.schema, state)
        self.schema = operation.output(self.schema, state)
        self._names = dict(zip(walked.after, self.schema, strict=True))
        learned = None if step.state is None else state
        return step.model_copy(update={"operation": operation.to_wire(), "state": learned})

    def omitted(self, step: OmittedStep) -> OmittedStep:
        """Return a step that is left out, in the names that the columns have at its place."""
        try:
            operation = parse(step.operation)
        except DcsError:
            return step
        renamed = rename_references(operation, self._names)
        return step.model_copy(update={"operation": renamed.to_wire()})


def _check_new_names(schema: Schema, new_names: Mapping[str, str]) -> None:
    faults = [
        (f"rename.{old}", str(ColumnNotFoundError(old, schema))) for old in new_names if old not in schema
    ]
    renamed = [new_names.get(name, name) for name in schema]
    faults += [
        (f"rename.{old}", f"There would be two columns {new!r}.")
        for old, new in new_names.items()
        if old in schema and renamed.count(new) > 1
    ]
    if faults:
        raise InvalidParametersError(faults, what="recipe")
