"""What a journal line can say. Everything a session has acknowledged is one of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, NonNegativeInt, TypeAdapter

JsonObject: TypeAlias = dict[str, JsonValue]


class Stored(BaseModel):
    """Base of everything written to disk as JSON: frozen, strict, without NaN and unknown names."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Source(Stored):
    """The file a session was made from."""

    file: str
    """Its name inside `source/`."""
    name: str
    """Its name as the person knows it."""
    bytes: NonNegativeInt | None
    options: JsonObject
    """Import options: as asked for at creation, as used once it is imported."""
    upload: str | None = None
    """The upload that brings the file, of a session that was made before it was whole."""


class Acknowledgement(Stored):
    """What lets a repeated request be answered without doing it again."""

    operation_id: str | None = None
    answer: JsonObject | None = None


class ImportEntry(Acknowledgement):
    """The file has been read: there is a version 0."""

    kind: Literal["import"] = "import"
    version: Literal[0] = 0
    source: Source
    report: JsonObject
    """The short account of the import; the full one is `report.json`."""
    summary: str
    by: str
    at: AwareDatetime


class Step(Stored):
    """An operation that made a version out of its parent."""

    version: NonNegativeInt
    parent: NonNegativeInt
    operation: JsonObject
    """In wire form, `{"op": id, …}`."""
    state: JsonObject
    """What the operation has learned; with it the version can be made again."""
    impact: JsonObject
    summary: str
    by: str
    at: AwareDatetime
    note: str | None = None


class ApplyEntry(Acknowledgement, Step):
    """An operation was applied; its version is the current one."""

    kind: Literal["apply"] = "apply"


class GoEntry(Acknowledgement):
    """Another version became the current one."""

    kind: Literal["go"] = "go"
    origin: NonNegativeInt = Field(alias="from")
    target: NonNegativeInt = Field(alias="to")
    how: Literal["undo", "redo", "go"]


class RecipeEntry(Acknowledgement):
    """All steps of a recipe were applied at once; the version of the last is the current one."""

    kind: Literal["recipe"] = "recipe"
    steps: tuple[Step, ...]


class RenameEntry(Acknowledgement):
    """The session has another name."""

    kind: Literal["rename"] = "rename"
    name: str


class NoteEntry(Acknowledgement):
    """A version has another note; the empty text removes it."""

    kind: Literal["note"] = "note"
    version: NonNegativeInt
    text: str


Entry: TypeAlias = ImportEntry | ApplyEntry | GoEntry | RecipeEntry | RenameEntry | NoteEntry

AnyEntry: TypeAlias = Annotated[Entry, Field(discriminator="kind")]
"""`Entry` as pydantic reads it: the kind says which one it is."""


@dataclass(frozen=True)
class Numbered:
    """An entry and its place in the life of the session; numbers begin at 1 and have no gaps."""

    sequence: int
    entry: Entry


class EntryLine(Stored):
    """A journal line with an entry."""

    sequence: int
    entry: AnyEntry


class EpochLine(Stored):
    """The first line of a journal: which numbers before it count."""

    epoch: int
    after: NonNegativeInt
    """Number of the last entry of older journals; what they have beyond it was never acknowledged."""


JOURNAL_LINE: TypeAdapter[EntryLine | EpochLine] = TypeAdapter(EntryLine | EpochLine)
