"""The manifest: everything known of a session at one moment, and where its saved chunks are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import AliasChoices, AwareDatetime, Field, NonNegativeInt, field_validator

from willow_ray.storage.checksums import CHECKSUM
from willow_ray.storage.entries import JsonObject, Source, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Literal[2] = 2
"""Raised when an older Willow could not read what a newer one writes."""

ANSWERS_KEPT = 1000
"""Answers remembered for repeated requests; the oldest are forgotten first."""


class SavedChunk(NamedTuple):
    """A chunk in a segment: its id, missing values, and bytes in Arrow."""

    id: str
    missing: int
    bytes: int


class SegmentInfo(Stored):
    """A segment: one immutable file in `segments/`."""

    file: str
    """Name inside `segments/`."""
    checksum: str = Field(pattern=CHECKSUM, validation_alias=AliasChoices("checksum", "sha256"))
    """As `checksums.checksum_of` writes it."""
    bytes: NonNegativeInt
    chunks: tuple[SavedChunk, ...]

    @field_validator("checksum", mode="before")
    @classmethod
    def _of_format_1(cls, checksum: str) -> str:
        """Understand what was written when all checksums were of one kind."""
        return checksum if ":" in checksum else f"sha256:{checksum}"


class SavedColumn(Stored):
    """A column of a saved version."""

    type: str
    """Arrow type, as `column_types.type_name` writes it."""
    chunks: tuple[str, ...]
    """Ids, one for each part of the table's partition."""


class SavedTable(Stored):
    """The data of a version of which every chunk is in a segment."""

    columns: dict[str, SavedColumn]
    """By name, in order."""
    partition: tuple[NonNegativeInt, ...]
    """Rows in each chunk of every column."""


class VersionRecord(Stored):
    """A version in the tree; version 0 has no parent and no operation."""

    version: NonNegativeInt
    parent: NonNegativeInt | None
    operation: JsonObject | None
    state: JsonObject
    impact: JsonObject | None
    summary: str
    by: str
    at: AwareDatetime
    note: str | None = None
    visited: NonNegativeInt | None = None
    """The child last visited: where redo leads."""


class SessionRecord(Stored):
    """What a manifest says, the saved tables excepted."""

    format: Literal[1, 2] = FORMAT
    written_by: str
    """Version of Willow that wrote it."""
    session: str
    name: str
    owner: str
    created: AwareDatetime
    source: Source | None = None
    """None until the upload has ended."""
    report: JsonObject | None = None
    """The short account of the import; None until it has ended."""
    versions: tuple[VersionRecord, ...] = ()
    """By number; those of one branch are not together."""
    current: NonNegativeInt | None = None
    """None until the import has ended."""
    answers: dict[str, JsonObject | None] = Field(default_factory=dict)
    """By `operation_id`, the oldest first, at most `ANSWERS_KEPT`."""
    covered: NonNegativeInt = 0
    """Number of the last journal entry that is part of this."""
    segments: tuple[SegmentInfo, ...] = ()


class Manifest(SessionRecord):
    """All that is known of a session after `covered` entries, with the versions whose data is saved."""

    tables: dict[NonNegativeInt, SavedTable] = Field(default_factory=dict)
    """The versions whose data can be read from segments."""

    def chunk_files(self) -> dict[str, str]:
        """Return, for each saved chunk, the name of its segment."""
        return {chunk.id: segment.file for segment in self.segments for chunk in segment.chunks}

    def with_table(
        self, version: int, table: SavedTable, *, segments: Iterable[SegmentInfo] = ()
    ) -> Manifest:
        """Return a manifest in which a version is saved, with the segments written for it."""
        known = {segment.file: segment for segment in (*self.segments, *segments)}
        return self.model_copy(
            update={"tables": {**self.tables, version: table}, "segments": tuple(known.values())}
        )

    def with_tables_of(self, versions: Iterable[int]) -> Manifest:
        """Return a manifest in which only these versions are saved, with the segments they need."""
        kept = set(versions)
        tables = {version: table for version, table in self.tables.items() if version in kept}
        needed = {
            chunk for table in tables.values() for column in table.columns.values() for chunk in column.chunks
        }
        segments = tuple(
            segment for segment in self.segments if any(chunk.id in needed for chunk in segment.chunks)
        )
        return self.model_copy(update={"tables": tables, "segments": segments})

    def without_segment(self, file: str) -> Manifest:
        """Return a manifest without a lost or damaged segment; versions that need it are no longer saved."""
        lost = {chunk.id for segment in self.segments if segment.file == file for chunk in segment.chunks}
        whole = [
            version
            for version, table in self.tables.items()
            if not any(lost.intersection(column.chunks) for column in table.columns.values())
        ]
        rest = tuple(segment for segment in self.segments if segment.file != file)
        return self.model_copy(update={"segments": rest}).with_tables_of(whole)
