"""What the session's state is told (events), what it asks to be done (effects), and the commands of users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NewType, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import JsonValue

    from dcs.operation import Operation, State
    from willow_ray.protocol.errors import WillowError
    from willow_ray.storage.entries import Entry

Ticket = NewType("Ticket", int)
"""Numbers the changes, in the order in which they were accepted."""

Key = NewType("Key", str)
"""Names a request that waits for an answer."""


# Commands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """An operation to be done, with what was learned when it is not to be learned now."""

    operation: Operation
    state: State | None = None
    note: str | None = None


@dataclass(frozen=True)
class Apply:
    """Make one version per step, or none; `base` is the version the client saw."""

    steps: tuple[Step, ...]
    base: int | None = None
    recipe: bool = False


@dataclass(frozen=True)
class Publish:
    """Make a version of a draft, as soon as it is computed; `base` is the version it is made from."""

    draft: str
    base: int


@dataclass(frozen=True)
class Go:
    """Move to another version; `target` is for `go` only."""

    how: Literal["undo", "redo", "go"]
    target: int | None = None


@dataclass(frozen=True)
class Rename:
    """Give the session another name."""

    name: str


@dataclass(frozen=True)
class Annotate:
    """Write a note at a version."""

    version: int
    text: str


Command: TypeAlias = Apply | Publish | Go | Rename | Annotate


# Events -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A user asks for a change; asking again with the same `operation_id` joins or repeats the answer."""

    key: Key
    command: Command
    by: str
    at: datetime
    operation_id: str | None = None


@dataclass(frozen=True)
class StepDone:
    """A step that was computed: its learned state and its exact impact."""

    operation: Operation
    state: State
    impact: dict[str, JsonValue]


@dataclass(frozen=True)
class Computed:
    """All steps of a change are computed."""

    ticket: Ticket
    steps: tuple[StepDone, ...]


@dataclass(frozen=True)
class ChangeFailed:
    """A change could not be computed or not be written down; the table is as if it had never been asked."""

    ticket: Ticket
    error: WillowError


@dataclass(frozen=True)
class Appended:
    """The entry of a change is in the journal: it has happened."""

    ticket: Ticket


@dataclass(frozen=True)
class Withdrawn:
    """Nobody waits for a request any more, or it was cancelled."""

    key: Key


@dataclass(frozen=True)
class Saved:
    """A checkpoint is complete: every chunk of a version is on disk."""

    version: int


@dataclass(frozen=True)
class SaveFailed:
    """A checkpoint could not be written; it is tried again later, or with the next change."""

    version: int


@dataclass(frozen=True)
class Damaged:
    """Some saved chunks cannot be read any more; `whole` are the versions that still can."""

    whole: frozenset[int]


@dataclass(frozen=True)
class SaveDue:
    """The pause before a checkpoint is over."""


Event: TypeAlias = (
    Asked | Computed | ChangeFailed | Appended | Withdrawn | SaveDue | Saved | SaveFailed | Damaged
)


# Effects ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Tell those who wait for a change what came of it."""

    keys: tuple[Key, ...]
    result: JsonValue = None
    error: WillowError | None = None


@dataclass(frozen=True)
class Compute:
    """Compute steps, one after another, from a version on; then `Computed` or `ChangeFailed`.

    `key` is the request that is told of the progress.
    """

    ticket: Ticket
    base: int
    steps: tuple[Step, ...]
    key: Key


@dataclass(frozen=True)
class Await:
    """Wait until a draft is computed; then `Computed` or `ChangeFailed`."""

    ticket: Ticket
    draft: str


@dataclass(frozen=True)
class Append:
    """Write an entry to the journal; then `Appended` or `ChangeFailed`."""

    ticket: Ticket
    entry: Entry


@dataclass(frozen=True)
class Accept:
    """The tables computed for a change are those of new versions."""

    ticket: Ticket
    versions: tuple[int, ...]


@dataclass(frozen=True)
class Stop:
    """Stop computing a change, or waiting for its draft."""

    ticket: Ticket


@dataclass(frozen=True)
class Drop:
    """What was computed for a change is not wanted any more."""

    ticket: Ticket


@dataclass(frozen=True)
class Announce:
    """Notify every socket of the session."""

    method: str
    params: dict[str, JsonValue]


@dataclass(frozen=True)
class SaveSoon:
    """Tell after a pause that it is time for a checkpoint: `SaveDue`."""


@dataclass(frozen=True)
class Save:
    """Write a checkpoint of a version; then `Saved` or `SaveFailed`."""

    version: int


Effect: TypeAlias = Answer | Compute | Await | Append | Accept | Stop | Drop | Announce | SaveSoon | Save
