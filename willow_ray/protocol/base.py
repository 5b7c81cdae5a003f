"""What all messages share: strictness, values of cells, and the limits that are part of the interface."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue
from typing_extensions import TypeAliasType

from dcs.columns import Kind
from dcs.described import Described

MAX_WINDOW_ROWS = 1000
MAX_WINDOW_COLUMNS = 500
MAX_WINDOW_CELLS = 50_000
"""More cells than this in one answer are refused with `too_large`."""

MAX_CELL_TEXT = 2000
"""Longer text is cut in a window and listed in `cut`; `cell.get` gives the whole."""

MAX_NAME = 1000

Cell = TypeAliasType("Cell", str | bool | int | float | None)
"""A value: `None` is missing; integers beyond 2^53 and infinities are strings; dates are ISO 8601."""

ValueCount = TypeAliasType("ValueCount", Annotated[tuple[Cell, int], Field(strict=False)])
"""A value and how often it occurs."""

ColumnType = TypeAliasType("ColumnType", Kind)
"""What a person sees as the type of a column."""

Position = Annotated[int, Field(ge=0)]
"""A 0-based position of a row or column, or a count of them."""

VersionNumber = Annotated[int, Field(ge=0)]
"""0 is the import; numbers are never used again."""

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]

Identifier = Annotated[str, Field(min_length=1, max_length=200)]
"""An id that a client or the server made up: of a draft, a job, an operation."""

RequestId = TypeAliasType("RequestId", str | int)
"""The id of a JSON-RPC request, as its socket chose it."""

ColumnNames = Annotated[tuple[str, ...], Field(strict=False)]
"""Names of columns; JSON's lists become tuples, the names themselves must be text."""


class Message(Described):
    """Base of everything on the wire: frozen, strict, without NaN, and without names it does not know."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the message as JSON; optional members that were not given are left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class Params(Message):
    """Base of the `params` of a request."""


class Mutation(Params):
    """Params of a request that changes the session."""

    operation_id: Identifier | None = None
    """Repeating it joins the running request or returns its answer, also after a crash."""


class Answer(Message):
    """Base of results and notifications."""


class NoParams(Params):
    """For methods without params."""
