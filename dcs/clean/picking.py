"""Operations that pick rows by position, by chance, or one of several equal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema, field_validator
from typing_extensions import override

from dcs.clean.sampling import sampled, share
from dcs.columns import Columns
from dcs.errors import NotApplicableError
from dcs.operation import Rows, SelectionOperation, State
from dcs.parameters import one_of, require_one_of
from dcs.sentence import NAMES_SHOWN, fill_sentence
from dcs.view.groups import group_rows

if TYPE_CHECKING:
    from dcs.columns import Schema

Span = int | tuple[int, int]
"""The position of a row, or the first and the last of a run of rows."""


def _span(value: object) -> Span:
    match value:
        case bool():
            pass
        case int() | np.integer() if value >= 0:
            return int(value)
        case [int() | np.integer() as first, int() | np.integer() as last] if 0 <= first <= last:
            return (int(first), int(last))
        case _:
            pass
    raise ValueError("This needs the position of a row, from 0, or the first and the last of a run of rows.")


RowSpan = Annotated[Span, PlainValidator(_span), WithJsonSchema({"title": "Row or run of rows"})]


class DeleteRows(SelectionOperation):
    """Delete rows by their positions.

    >>> dcs.table({"n": [0, 1, 2, 3, 4]}).pipe(dcs.DeleteRows(rows=[0, (2, 3)]))["n"].tolist()
    [1, 4]
    """

    label: ClassVar[str] = "Delete rows"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Delete rows {rows}"

    op: Literal["delete_rows"] = "delete_rows"
    rows: Annotated[tuple[RowSpan, ...], Field(min_length=1, json_schema_extra={"x-widget": "rows"})]
    """Positions in the table, from 0: single ones, and runs as [first, last]."""

    @property
    @override
    def by_row(self) -> bool:
        return False

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It names rows by their position."

    @override
    def check_rows(self, rows: int) -> None:
        for index, span in enumerate(self.rows):
            last = span if isinstance(span, int) else span[1]
            if last >= rows:
                raise NotApplicableError(
                    f"There is no row {last}; the table has {rows} rows.", field=f"rows.{index}"
                )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return ()

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        kept = np.ones(rows.count, np.bool_)
        for span in self.rows:
            first, last = (span, span) if isinstance(span, int) else span
            kept[max(first - rows.start, 0) : max(last + 1 - rows.start, 0)] = False
        return pa.array(kept)

    @override
    def sentence(self) -> str:
        """Count rows from 1, as the grid does."""
        shown = [
            str(span + 1) if isinstance(span, int) else f"{span[0] + 1} to {span[1] + 1}"
            for span in self.rows
        ]
        more = len(shown) - NAMES_SHOWN
        return f"Delete rows {', '.join(shown[:NAMES_SHOWN])}" + (f" and {more} more" if more > 0 else "")


class DeleteDuplicateRows(SelectionOperation):
    """Delete rows that are equal to another one; missing values equal one another.

    >>> people = dcs.table({"name": ["Ada", "Bob", "Ada"], "age": [36, 40, 37]})
    >>> people.pipe(dcs.DeleteDuplicateRows(columns=["name"], keep="last"))["age"].tolist()
    [40, 37]
    """

    label: ClassVar[str] = "Delete duplicate rows"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Delete rows that have the same {columns}"

    op: Literal["delete_duplicate_rows"] = "delete_duplicate_rows"
    columns: Columns | None = None
    """Columns in which rows must be equal; all when none are named."""
    keep: Literal["first", "last", "none"] = "first"
    """Which of several equal rows stays."""

    @property
    @override
    def chunkwise(self) -> bool:
        return False

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "Which rows are duplicates depends on the other rows."

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(schema) if self.columns is None else tuple(dict.fromkeys(self.columns))

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        groups = group_rows(list(rows.values()))
        if self.keep == "none":
            return pa.array(groups.sizes()[groups.codes] == 1)
        positions = np.arange(rows.count)
        order = positions if self.keep == "last" else positions[::-1]
        stays = np.empty(groups.count, np.int64)
        stays[groups.codes[order]] = order  # of several positions of a group, the one written last stays
        kept = np.zeros(rows.count, np.bool_)
        kept[stays] = True
        return pa.array(kept)

    @override
    def sentence(self) -> str:
        kept = {"first": "the first", "last": "the last", "none": "none"}[self.keep]
        template = self.summary if self.columns else "Delete rows that are equal"
        return f"{fill_sentence(template, self)}, keeping {kept}"


SIZES = ("fraction", "count")


class SampleRows(SelectionOperation):
    """Keep a random sample of the rows, in their order.

    The same seed picks the same rows of a table of the same length.

    >>> len(dcs.table({"n": range(100)}).pipe(dcs.SampleRows(fraction=0.1, seed=1)))
    10
    """

    label: ClassVar[str] = "Sample rows"
    section: ClassVar[str] = "Rows"
    summary: ClassVar[str] = "Sample rows"

    model_config = one_of(SIZES)

    op: Literal["sample_rows"] = "sample_rows"
    fraction: Annotated[float, Field(gt=0, le=1)] | None = None
    """How much of the rows."""
    count: Annotated[int, Field(ge=1)] | None = Field(default=None, validate_default=True)
    """How many rows; all when there are fewer."""
    seed: Annotated[int, Field(ge=0, lt=2**53)]
    """Any number: another one picks other rows."""

    @field_validator("count")
    @classmethod
    def _one_size(cls, value: int | None, info: ValidationInfo) -> int | None:
        require_one_of(SIZES, value, info)
        return value

    @property
    @override
    def chunkwise(self) -> bool:
        return False

    @property
    @override
    def recipe_obstacle(self) -> str | None:
        return "It picks rows by chance."

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return ()

    @override
    def select(self, rows: Rows, state: State) -> pa.Array:
        count = share(rows.count, self.fraction) if self.fraction is not None else self.count
        assert count is not None, "validated: there is a fraction or a count"
        return pa.array(sampled(rows.count, count, seed=self.seed))

    @override
    def sentence(self) -> str:
        size = f"{self.count} rows" if self.fraction is None else f"{100 * self.fraction:.15g} % of the rows"
        return f"Keep a random sample of {size}"
