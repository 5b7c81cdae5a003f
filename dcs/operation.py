"""The declaration of an operation, and the five shapes that say how one may be run.

An operation is a frozen value: its parameters are the fields, everything else follows from the class.
Its *shape* says what it may look at, and so how an engine may split the work. Kernels see Arrow arrays
of canonical types (`dcs.columns.kind_of`) in which a missing value is null and never NaN; they never
change their input, read no clock, and take every seed as a parameter. `operation(frame)` runs any of them
on a whole pandas frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import pyarrow as pa
from pydantic import ConfigDict, JsonValue, ValidationError
from typing_extensions import override

from dcs.columns import ColumnData, Schema, references
from dcs.described import Described
from dcs.errors import InvalidParametersError
from dcs.sentence import fill_sentence, python_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

State: TypeAlias = dict[str, JsonValue]
"""What an operation has learned from whole columns: small, JSON, values in their wire form.

What is known of several columns is an object keyed by column name, and nothing else in a state is an object:
so a recipe can be renamed.
"""


def rename_state(state: State, new_names: Mapping[str, str]) -> State:
    """Return a state that speaks of columns by `new_names`; names not in it stay."""
    return {
        key: {new_names.get(name, name): learned for name, learned in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in state.items()
    }


Shape = Literal["schema", "rowwise", "columnwise", "selection", "reshape"]


class Parameters(Described):
    """Base of operations and of the small models nested in them: frozen, and strict about unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Operation(Parameters, ABC):
    """One cleaning step, declared once.

    A subclass states `op` (the wire id, a literal), `label`, `section`, `summary` (the history sentence, with
    `{parameter}` in braces), its parameters with a docstring each, and the methods of its shape. One that
    `keeps_values` only gives cells a value or takes it from them: what is there before and after is the same.
    """

    shape: ClassVar[Shape]
    label: ClassVar[str]
    section: ClassVar[str]
    summary: ClassVar[str]
    state_version: ClassVar[int] = 1
    keeps_values: ClassVar[bool] = False

    op: str

    def __init__(self, /, **parameters: Any) -> None:
        """Take the parameters; raises `InvalidParametersError` with every fault and its path."""
        try:
            super().__init__(**parameters)
        except ValidationError as error:
            known = [field.alias or name for name, field in type(self).model_fields.items()]
            raise InvalidParametersError.from_validation(error, known=known) from error

    def check(self, schema: Schema) -> None:
        """Refuse, with a typed error naming field and column, what cannot be done to such a table.

        Subclasses add what their declaration cannot say, after calling this.
        """
        for reference in references(self):
            reference.ref.check(reference.column, schema, field=reference.path)

    def check_rows(self, rows: int) -> None:
        """Refuse positions of rows that a table with so many rows does not have."""

    @abstractmethod
    def reads(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns whose values are needed, each once, in table order or as named."""

    @abstractmethod
    def output(self, schema: Schema, state: State) -> Schema:
        """Return names, order and types of the columns afterwards, given what was learned."""

    @property
    def recipe_obstacle(self) -> str | None:
        """Say why this step cannot be right for new rows, or None when it can."""
        return None

    def sentence(self) -> str:
        """Return what was done as one sentence for the history."""
        return fill_sentence(self.summary, self)

    def source(self) -> str:
        """Return the Python expression that makes this operation, with all its parameters."""
        return python_source(self)

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the operation as in a request, `{"op": id, …}`; parameters at their default are left out."""
        return {
            "op": self.op,
            **self.model_dump(mode="json", by_alias=True, exclude={"op"}, exclude_defaults=True),
        }

    def __call__(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a new frame with the operation done; made for `frame.pipe(operation)`.

        Columns may have any pandas type that has a canonical Arrow type; the result has Arrow types.
        """
        from dcs.frames import run_on_frame  # noqa: PLC0415 - the façade, and with it pandas, only when used

        return run_on_frame(self, table)


class SchemaOperation(Operation):
    """Looks at names and order of columns only: no value is read, the cost does not depend on the rows."""

    shape: ClassVar[Shape] = "schema"

    @abstractmethod
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the columns afterwards, in order, as (name, name of the column it was before)."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return ()

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {new: schema[old] for new, old in self.arrange(tuple(schema))}


@dataclass(frozen=True)
class Rows(Mapping[str, pa.ChunkedArray]):
    """A run of rows: the columns an operation reads, and where in the version the run begins."""

    columns: ColumnData
    start: int
    count: int

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


class RowwiseOperation(Operation):
    """Changes or adds columns, each row on its own, given what was learned from whole columns.

    The result for a row must not depend on which other rows are in the batch.
    """

    shape: ClassVar[Shape] = "rowwise"

    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns `learn` needs; none when there is nothing to learn."""
        return ()

    def learn(self, columns: ColumnData) -> State:
        """Return what `apply` must know of the whole columns."""
        return {}

    def name_new(self, schema: Schema, state: State) -> State:
        """Return the state with the names of the columns that `apply` adds, where they are not given.

        Called after learning; so a recipe knows what its columns are called, whatever else a table has.
        Called again, with what it returned, when columns are renamed: names made of their names follow.
        """
        return state

    def touches(self, rows: int) -> range:
        """Return the positions whose values may change, of a table with so many rows."""
        return range(rows)

    @abstractmethod
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        """Return the columns that are written, changed and new ones alike, each as long as `rows`.

        Their types depend on the schema and the state, never on the values of the batch.
        """

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return schema


class ColumnwiseOperation(Operation):
    """Looks at each named column as a whole; the number of rows stays.

    A column that `output` says is decimal may stay integer, when all results are whole.
    """

    shape: ClassVar[Shape] = "columnwise"

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It fills a row from its neighbours, which are others when the rows are."

    @abstractmethod
    def transform(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the new values of one whole column."""

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return schema


class SelectionOperation(Operation):
    """Keeps, drops or reorders rows; no value changes."""

    shape: ClassVar[Shape] = "selection"

    @property
    def chunkwise(self) -> bool:
        """Say whether `select` may be asked for any run of rows, given the state; then it returns a mask."""
        return True

    @property
    def by_row(self) -> bool:
        """Say whether each row is judged alone given the state, so that a recipe can flag it."""
        return self.chunkwise

    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns `learn` needs; none when there is nothing to learn."""
        return ()

    def learn(self, columns: ColumnData) -> State:
        """Return what `select` must know of the whole columns."""
        return {}

    @abstractmethod
    def select(self, rows: Rows, state: State) -> pa.Array:
        """Return the rows to keep: a boolean mask without nulls, or their positions (int64) in the new order.

        Unless `chunkwise`, `rows` is always the whole table.
        """

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return schema


@dataclass(frozen=True)
class Reshaped:
    """The rows that a reshape makes.

    Attributes:
        columns: new columns by name.
        origins: for each new row the old one that its other columns come from, growing, repeats allowed; None
            when all columns are new.

    """

    columns: ColumnData
    origins: npt.NDArray[np.int64] | None = None


class ReshapeOperation(Operation):
    """Makes new rows out of whole columns.

    The same is said twice: for Arrow columns within one process, and for frames that are spread over several.
    Both must give the same rows in the same order.
    """

    shape: ClassVar[Shape] = "reshape"

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It makes new rows out of all rows at once."

    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns `learn` needs; none when there is nothing to learn."""
        return ()

    def learn(self, columns: ColumnData) -> State:
        """Return what must be known of whole columns to say which columns there will be."""
        return {}

    @abstractmethod
    def reshape(self, columns: ColumnData, state: State) -> Reshaped:
        """Return the new rows, given the whole columns that `reads` names.

        Columns that `output` names and that are not among the new ones are taken along from `origins`.
        """

    def reshape_frame(self, frame: Any, state: State) -> Iterable[Any]:
        """Return new frames, whose rows follow one another, of a whole old one, pandas or Modin.

        Columns have Arrow types. Only methods of the frame are used, never `pd.function(frame)`. This one
        gathers the columns it reads in its own process, which is right for operations that make few rows of
        many.
        """
        from dcs.frames import reshape_within  # noqa: PLC0415 - pandas, only with frames

        return [reshape_within(self, frame, state)]
