"""Steps that may be done to other rows: made, checked, renamed, done, written as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pydantic import ConfigDict, JsonValue, ValidationError

from dcs.catalogue import parse
from dcs.codegen import python_script
from dcs.errors import DcsError, InvalidParametersError, NotApplicableError
from dcs.recipe.choosing import StepChooser
from dcs.recipe.document import (
    FORMAT_VERSION,
    REQUIRED,
    RecipeColumn,
    RecipeDocument,
    RecipeSource,
)
from dcs.recipe.renaming import Renaming
from dcs.recipe.walking import in_step, walk
from dcs.run import run, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from dcs.columns import Schema
    from dcs.operation import Operation, State
    from dcs.recipe.document import OmittedStep, RecipeStep
    from dcs.recipe.walking import WalkedStep


class Recipe(RecipeDocument):
    """Steps that may be done to other rows, with what they learned.

    >>> fill = dcs.FillMissing(columns=["age"], using="mean")
    >>> recipe = dcs.Recipe.learn(dcs.table({"age": [20, None]}), [fill])
    >>> recipe.apply(dcs.table({"age": [None, 7]}))["age"].tolist()
    [20, 7]
    """

    model_config = ConfigDict(json_schema_extra={"required": list(REQUIRED)})

    @classmethod
    def learn(
        cls,
        frame: pd.DataFrame,
        operations: Iterable[Operation],
        *,
        notes: Mapping[int, str] | None = None,
        source: RecipeSource | None = None,
    ) -> Recipe:
        """Do operations to a frame one after another, and keep them with what they learn."""
        from dcs.frames import from_frame  # noqa: PLC0415 - pandas only with frames

        table = from_frame(frame)
        schema = schema_of(table)
        steps: list[tuple[Operation, State]] = []
        for index, operation in enumerate(operations):
            with in_step(index, operation):
                outcome = run(operation, table)
            table = outcome.table
            steps.append((operation, outcome.state))
        return cls.of(schema, steps, notes=notes, source=source)

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
        what only an omitted step makes. `notes` are by the index of the step.
        """
        chooser = StepChooser(schema)
        for index, (operation, state) in enumerate(steps):
            chooser.take(operation, state, note=(notes or {}).get(index))
        return cls(
            source=source,
            columns_in=_columns(schema),
            columns_out=_columns(chooser.schema),
            steps=tuple(chooser.kept),
            omitted=tuple(chooser.omitted),
        )

    @classmethod
    def from_wire(cls, document: Mapping[str, JsonValue]) -> Recipe:
        """Read a recipe; raises `InvalidParametersError` with every fault and its path.

        Steps and members that this version does not know are kept, so that nothing is lost in writing it.
        """
        absent = [(name, "A recipe file needs this.") for name in REQUIRED if name not in document]
        if absent:
            raise InvalidParametersError(absent, what="recipe")
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise InvalidParametersError.from_validation(error, what="recipe") from error

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the recipe as JSON."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def obstacles(self) -> dict[int, DcsError]:
        """Why this version of dcs cannot do steps, by their index; empty when it can do all."""
        found: dict[int, DcsError] = {}
        for index, step in enumerate(self.steps):
            try:
                step.parse()
            except DcsError as error:
                found[index] = error
        return found

    def operations(self) -> list[Operation]:
        """Return the operations; one that is not understood raises `RecipeStepError`."""
        if self.format_version > FORMAT_VERSION:
            message = f"A newer dcs has written this; here version {FORMAT_VERSION} is understood."
            raise InvalidParametersError([("format_version", message)], what="recipe")
        operations = []
        for index, step in enumerate(self.steps):
            with in_step(index, step):
                operations.append(step.parse())
        return operations

    def check(self, schema: Schema, *, learn: bool = False) -> Schema:
        """Return the columns that come out of a table with this schema, or raise `RecipeStepError`.

        No value is read, so whether every value fits is not said. Refused is a table in which the columns
        that a step makes would have other names, because later steps would take one for another. With
        `learn`, steps are checked up to the first whose result is not known before it has learned.
        """
        here = self._walk(schema, learn=learn)
        return here[-1].after if here else schema

    def plan(self, schema: Schema, *, learn: bool = False) -> list[tuple[Operation, State | None]]:
        """Check as `check` does, and return what is to be done: operations, and what they have learned.

        With `learn` they have no state, and learn anew.
        """
        here = self._walk(schema, learn=learn)
        if learn:
            return [(operation, None) for operation in self.operations()]
        return [(step.operation, step.state) for step in here]

    def renamed(self, new_names: Mapping[str, str]) -> Recipe:
        """Return the recipe for a table whose columns have other names, given by those in `columns_in`.

        Names that steps make of the name of a column follow it; names that were given stay. Raises
        `InvalidParametersError` for a name that is not in `columns_in` or would be there twice, and
        `RecipeStepError` for one that a step gives to another column.
        """
        self.operations()
        renaming = Renaming(self._schema, new_names)
        columns_in = _columns(renaming.schema)
        steps: list[RecipeStep] = []
        omitted = [renaming.omitted(step) for step in self._omitted_after(0)]
        for walked in walk(self.steps, self._schema):
            step = self.steps[walked.index]
            with in_step(walked.index, step):
                steps.append(renaming.step(step, walked))
            omitted += [renaming.omitted(step) for step in self._omitted_after(len(steps))]
        changed = {
            "columns_in": columns_in,
            "columns_out": _columns(renaming.schema),
            "steps": tuple(steps),
            "omitted": tuple(omitted),
        }
        return self.model_copy(update=changed)

    def apply(
        self, frame: pd.DataFrame, *, rename: Mapping[str, str] | None = None, learn: bool = False
    ) -> pd.DataFrame:
        """Do all steps to a frame, with what was learned before or, if `learn`, anew from these rows.

        `rename` says what columns of the recipe are called here. A column without any value takes the type
        that it has in the recipe. Row filters drop rows; a `dcs.RecipeTransformer` keeps them all. The index
        stays with its rows.
        """
        from dcs.frames import from_frame, index_after, to_frame  # noqa: PLC0415 - pandas only with frames

        recipe = self.renamed(rename) if rename else self
        table, index = recipe.typed(from_frame(frame)), frame.index
        for number, (operation, state) in enumerate(recipe.plan(schema_of(table), learn=learn)):
            with in_step(number, operation):
                outcome = run(operation, table, state=state)
            table, index = outcome.table, index_after(operation, outcome, index)
        return to_frame(table).set_axis(index)

    def typed(self, table: pa.Table) -> pa.Table:
        """Return the table with columns that have no value, and so no type of their own, in the recipe's."""
        return pa.table(
            {
                name: pa.nulls(len(column), self._schema[name])
                if column.null_count == len(column) and name in self._schema
                else column
                for name, column in zip(table.column_names, table.columns, strict=True)
            }
        )

    def code(self) -> str:
        """Return a Python script that makes the same table of the same file, with `dcs` only.

        It learns anew, and does all steps, those too that are left out for other rows.
        """
        self.operations()
        steps: list[RecipeStep | OmittedStep] = [*self._omitted_after(0)]
        for done, step in enumerate(self.steps, start=1):
            steps += [step, *self._omitted_after(done)]
        return python_script(
            [parse(step.operation) for step in steps],
            name=self.source.name if self.source else "a table",
            options=self.source.options if self.source else {},
            notes={index: step.note for index, step in enumerate(steps) if step.note},
        )

    @property
    def _schema(self) -> Schema:
        return {column.name: column.arrow for column in self.columns_in}

    def _walk(self, schema: Schema, *, learn: bool) -> list[WalkedStep]:
        """Go through the steps, and require that they make the same columns as in the recipe's own table."""
        self.operations()
        here = [*walk(self.steps, schema, learn=learn)]
        own = [*walk(self.steps, self._schema, learn=learn)] if self.columns_in else here
        for step, expected in zip(here, own, strict=True):
            if step.made != expected.made:
                with in_step(step.index, step.operation):
                    raise NotApplicableError(f"It would make columns {step.made}, not {expected.made}.")
        return here

    def _omitted_after(self, steps: int) -> list[OmittedStep]:
        return [step for step in self.omitted if step.after == steps]


def _columns(schema: Schema) -> tuple[RecipeColumn, ...]:
    return tuple(RecipeColumn.of(name, arrow) for name, arrow in schema.items())
