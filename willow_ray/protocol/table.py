"""`table.*`, `cell.*` and `column.*`: looking at a version."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, RootModel, model_validator

from willow_ray.protocol.base import (
    MAX_WINDOW_COLUMNS,
    MAX_WINDOW_ROWS,
    Answer,
    Cell,
    ColumnNames,
    Identifier,
    Params,
    Position,
    ValueCount,
    VersionNumber,
)
from willow_ray.protocol.views import View


class OfVersion(Params):
    """What is looked at: the current version, unless another one or a draft is named."""

    version: VersionNumber | None = None
    """The current version when absent."""
    draft: Identifier | None = None
    """A draft instead of a version."""

    @model_validator(mode="after")
    def _version_or_draft(self) -> Self:
        if self.version is not None and self.draft is not None:
            raise ValueError("Ask for a version or for a draft, not for both")
        return self


class WindowRequest(OfVersion):
    """A rectangle of cells: some rows of a version or draft, as a view shows them."""

    row: Position
    """The first row, counted in the view."""
    count: Annotated[int, Field(ge=0, le=MAX_WINDOW_ROWS)]
    columns: Annotated[tuple[str, ...], Field(strict=False, max_length=MAX_WINDOW_COLUMNS)] | None = None
    """All columns when absent."""
    view: View | None = None


class TableWindow(Answer):
    """The cells, column by column."""

    version: int | None
    """Null for a draft."""
    total_rows: int
    """Rows of the whole view."""
    row: int
    rows: list[int]
    """The position in the version of every row."""
    columns: list[str]
    cells: list[list[Cell]]
    """One list per column."""
    cut: list[Annotated[tuple[int, str], Field(strict=False)]]
    """Row of the view and column of every text that was cut."""


class CellRequest(OfVersion):
    """One cell, whole."""

    row: Position
    column: str
    view: View | None = None


class CellValue(Answer):
    """The value of a cell, never cut."""

    value: Cell


class Place(Params):
    """A cell of the view."""

    row: Position
    column: str


class FindRequest(OfVersion):
    """The next cell with this text, from a place on."""

    text: Annotated[str, Field(min_length=1)]
    regex: bool = False
    case_sensitive: bool = False
    columns: ColumnNames | None = None
    """All columns when absent."""
    view: View | None = None
    start: Place = Field(alias="from")
    """Where to begin; this cell is looked at too."""
    backwards: bool = False


class Found(RootModel[Place | None]):
    """The cell found, or null."""


class ProfileRequest(OfVersion):
    """What the headers of these columns show."""

    columns: ColumnNames


class Histogram(Answer):
    """Counts of values between edges; one edge more than counts."""

    edges: list[Cell]
    counts: list[int]


class ColumnProfile(Answer):
    """What the header of a column shows."""

    missing: int
    distinct: int
    distinct_exact: bool
    histogram: Histogram | None = None
    top: list[ValueCount] | None = None


class ColumnProfiles(RootModel[dict[str, ColumnProfile]]):
    """Profiles by column."""


class AnalyzeRequest(OfVersion):
    """All statistics of a column."""

    column: str
    view: View | None = None


class ColumnStatistics(Answer):
    """Exact statistics over all rows; which of them are there depends on the type of the column."""

    count: int
    """Rows."""
    missing: int
    distinct: int
    """Different values, missing not counted."""
    mode: list[Cell] | None = None
    """At most 50; absent when every value is unique."""
    mode_count: int | None = None
    frequencies: list[ValueCount] | None = None
    """The top 50, by count, then by value."""
    min: Cell = None
    max: Cell = None
    range: Cell = None
    sum: Cell = None
    mean: Cell = None
    median: Cell = None
    std: Cell = None
    """With ddof 1."""
    q1: Cell = None
    q3: Cell = None
    zeros: int | None = None
    negatives: int | None = None
    histogram: Histogram | None = None
    words_min: int | None = None
    words_max: int | None = None
    words_mean: Cell = None
    word_length_min: int | None = None
    word_length_max: int | None = None
    word_length_mean: Cell = None
    words_total: int | None = None
    words_distinct: int | None = None
    word_frequencies: list[ValueCount] | None = None
    length_min: int | None = None
    length_max: int | None = None
    empty: int | None = None
    """Values that are the empty text."""
    true: int | None = None
    false: int | None = None


class FacetRequest(OfVersion):
    """A page of the values of a column with their counts."""

    column: str
    view: View | None = None
    search: str | None = None
    """Only values whose text has this in it."""
    order: Literal["count", "value"] = "count"
    start: Position = Field(default=0, alias="from")
    count: Annotated[int, Field(ge=1, le=MAX_WINDOW_ROWS)] = 100


class Facet(Answer):
    """A page of values; missing counts as the value null."""

    total: int
    """How many values there are in all."""
    values: list[ValueCount]
