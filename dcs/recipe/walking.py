"""Going through the steps of a recipe, looking at the columns only."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcs.errors import DcsError, InvalidParametersError, NothingToLearnError
from dcs.recipe.document import RecipeStepError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dcs.columns import Schema
    from dcs.operation import Operation, State
    from dcs.recipe.document import RecipeStep


@dataclass(frozen=True)
class WalkedStep:
    """A step, what it has learned, and the columns before and after it."""

    index: int
    operation: Operation
    state: State
    before: Schema
    after: Schema

    @property
    def made(self) -> list[str]:
        """The names of the columns that the step makes."""
        return [name for name in self.after if name not in self.before]


def walk(steps: Sequence[RecipeStep], schema: Schema, *, learn: bool = False) -> Iterator[WalkedStep]:
    """Yield step after step what becomes of the columns; `RecipeStepError` for one that cannot be done.

    With `learn` it ends before the first step of which nothing is known, because it has not learned.
    """
    for index, step in enumerate(steps):
        with in_step(index, step):
            operation = step.parse()
            operation.check(schema)
            try:
                state = step.learned(operation, schema)
            except NothingToLearnError:
                if learn:
                    return
                raise
            after = _output(operation, schema, state)
        yield WalkedStep(index, operation, state, schema, after)
        schema = after


@contextmanager
def in_step(index: int, step: RecipeStep | Operation) -> Iterator[None]:
    """Turn a refusal into one that says which step it is about."""
    try:
        yield
    except DcsError as error:
        raise RecipeStepError(index, step.op, error) from error


def _output(operation: Operation, schema: Schema, state: State) -> Schema:
    try:
        return operation.output(schema, state)
    except DcsError:
        raise
    except (LookupError, TypeError, ValueError) as error:
        # Recipes come from files, and only the operation itself knows what it learns.
        message = "This is not what the operation learns."
        raise InvalidParametersError([("state", message)], what="step") from error
