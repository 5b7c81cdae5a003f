"""What an import yields: parts of the table, and at the end the account of what was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import JsonValue

    from dcs.columns import Kind

MAX_REJECTED_LISTED = 10_000
MAX_REJECTED_TEXT = 2_000


@dataclass(frozen=True)
class Part:
    """The next rows of the table, and how much of the file has been read, from 0 to 1."""

    rows: pa.RecordBatch
    fraction: float


@dataclass(frozen=True)
class Progress:
    """How much of the work is done, from 0 to 1, while there are no rows to give."""

    fraction: float


@dataclass(frozen=True)
class StartAgain:
    """All parts before this are void: a value far down shows that a column or the encoding was misjudged."""

    reason: str


@dataclass(frozen=True)
class RejectedLine:
    """A record that is not in the table; `line` counts from 1, as an editor does."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class ImportedColumn:
    """What was found out about a column."""

    name: str
    type: Kind
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """The account of an import: rows read + rows rejected = records in the file."""

    rows_read: int
    rows_rejected: int = 0
    rejected: tuple[RejectedLine, ...] = ()
    """The first 10,000."""
    columns: tuple[ImportedColumn, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the report in JSON form."""
        return cast("dict[str, JsonValue]", asdict(self))


Event: TypeAlias = Part | Progress | StartAgain | ImportReport
"""Parts in order of the rows, at least one; the report comes last."""
