"""Sessions to store: short ways to make entries, manifests and directories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from willow_ray.storage.entries import ApplyEntry, GoEntry, ImportEntry, RecipeEntry, Source, Step
from willow_ray.storage.manifest import Manifest, SavedChunk, SavedColumn, SavedTable, SegmentInfo
from willow_ray.storage.sessions import StoreRoot

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SESSION = "0a" * 15


class Make:
    """Makes what a session writes; everything not named is filled in."""

    noon = NOON

    def source(self) -> Source:
        return Source(file="upload.csv", name="trips.csv", bytes=520, options={"separator": ";"})

    def import_(self, *, operation_id: str | None = None) -> ImportEntry:
        return ImportEntry(
            source=self.source(),
            report={"rows_read": 3},
            summary="Open trips.csv",
            by="ann",
            at=NOON,
            operation_id=operation_id,
            answer=None if operation_id is None else {"version": 0},
        )

    def step(self, version: int, parent: int, *, column: str = "x") -> Step:
        return Step(
            version=version,
            parent=parent,
            operation={"op": "fill_missing", "columns": [column], "using": "mean"},
            state={column: 2.5},
            impact={"cells_changed": version},
            summary=f"Fill missing {column}",
            by="ann",
            at=NOON,
        )

    def apply(
        self, version: int, parent: int, *, operation_id: str | None = None, column: str = "x"
    ) -> ApplyEntry:
        answer: dict[str, JsonValue] | None = None if operation_id is None else {"version": version}
        step = self.step(version, parent, column=column)
        return ApplyEntry(**dict(step), operation_id=operation_id, answer=answer)

    def recipe(self, *versions: tuple[int, int]) -> RecipeEntry:
        return RecipeEntry(steps=tuple(self.step(version, parent) for version, parent in versions))

    def undo(self, origin: int, target: int) -> GoEntry:
        return GoEntry(origin=origin, target=target, how="undo")

    def manifest(self, **changes: object) -> Manifest:
        manifest = Manifest(
            written_by="0.1.0", session=SESSION, name="Trips", owner="ann", created=NOON, source=self.source()
        )
        return manifest.model_copy(update=changes)

    def table(self, *chunks: str, rows: int = 3) -> SavedTable:
        """Make a table of one column `x` with these chunks."""
        return SavedTable(
            columns={"x": SavedColumn(type="int64", chunks=chunks)}, partition=(rows,) * len(chunks)
        )

    def segment(self, file: str, *chunks: str) -> SegmentInfo:
        return SegmentInfo(
            file=file,
            checksum="blake3:00",
            bytes=24,
            chunks=tuple(SavedChunk(chunk, 0, 24) for chunk in chunks),
        )


@dataclass
class Place:
    """A store root with one new session."""

    root: StoreRoot
    session: str
    directory: Path


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture
def place(tmp_path: Path, make: Make) -> Place:
    root = StoreRoot(tmp_path / "store")
    session = root.create(name="Trips", owner="ann", at=NOON, source=make.source())
    return Place(root, session, root.directory(session))
