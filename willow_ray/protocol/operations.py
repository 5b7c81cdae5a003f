"""`operation.*`, `history.*` and `recipe.*`: what changes the table, and the record of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from willow_ray.protocol.base import Answer, Identifier, Mutation, Params, VersionNumber
from willow_ray.protocol.session import Column, WireError


class Operation(Params):
    """An operation as it is sent: its id and its parameters, which the catalogue checks."""

    model_config = ConfigDict(extra="allow")

    op: str


class ApplyOperation(Mutation):
    """Make a new version."""

    operation: Operation
    base: VersionNumber | None = None
    """The version the client saw; another current version → `version_conflict`."""


class PreviewOperation(Params):
    """Make a draft; the one this socket had before is gone.

    The answer comes as soon as windows can be read. What they show is computed first, the rest goes on as a
    job.
    """

    operation: Operation
    base: VersionNumber | None = None


class CommitDraft(Mutation):
    """Publish what was computed for a draft; if that still goes on, when it is done."""

    draft: Identifier


class DiscardDraft(Params):
    """Forget a draft, and stop computing it."""

    draft: Identifier


class ColumnImpact(Answer):
    """What happened to the cells of one column."""

    changed: int
    became_missing: int


class Impact(Answer):
    """What an operation did, exactly, over the whole table."""

    rows_before: int
    rows_after: int
    cells_changed: int
    columns: dict[str, ColumnImpact]
    columns_added: list[str]
    columns_removed: list[str]


class Applied(Answer):
    """A version was made and is in the journal."""

    version: int
    summary: str
    impact: Impact


class Draft(Answer):
    """Windows of the draft can be read; its impact follows as `draft.ready`."""

    draft: str
    summary: str
    columns: list[Column]


class DraftReady(Answer):
    """Notification: the draft is computed in full."""

    draft: str
    impact: Impact
    columns: list[Column]
    """The columns again; now the missing values of all of them are counted."""


class DraftFailed(Answer):
    """Notification: the draft could not be computed in full; whoever asks for it is answered the same error.

    After `unavailable` and `busy` it is gone, and a new preview may go well.
    """

    draft: str
    error: WireError


class Step(Mutation):
    """Undo, or redo to the child last visited."""


class GoTo(Mutation):
    """Make any version the current one."""

    version: VersionNumber


class Note(Mutation):
    """Write a note at a version."""

    version: VersionNumber
    text: Annotated[str, Field(max_length=10_000)]


class CurrentVersion(Answer):
    """Where the history stands now."""

    version: int


class HistoryVersion(Answer):
    """One version of the tree."""

    version: int
    parent: int | None
    """Null for the import."""
    op: str | None
    """Id of the operation; null for the import."""
    summary: str
    by: str
    at: str
    """ISO 8601."""
    impact: Impact | None
    """Null for the import."""
    saved: bool
    note: str | None


class History(Answer):
    """The tree of versions, oldest first."""

    current: int
    versions: list[HistoryVersion]


class RecipeRequest(Params):
    """The way from the import to a version; the current one when absent."""

    version: VersionNumber | None = None


class RecipeCode(Answer):
    """The recipe as a script that needs `dcs` only."""

    python: str


class ApplyRecipe(Mutation):
    """Do all steps of a recipe, or none."""

    recipe: dict[str, JsonValue]
    rename: dict[str, str] | None = None
    """New names of the columns the recipe speaks of, by old name."""
    learn: bool = False
    """Learn the parameters again from this table."""


class RecipeApplied(Answer):
    """One version was made per step."""

    version: int
    versions: list[int]
