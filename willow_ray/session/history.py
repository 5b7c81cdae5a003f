"""The tree of versions: undo, redo and branching only move a pointer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import UnknownVersionError, WillowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydantic import JsonValue

    from willow_ray.storage.manifest import Manifest


@dataclass(frozen=True)
class Version:
    """One version of the table, and how it came from its parent; the import has none and no operation."""

    number: int
    parent: int | None
    operation: dict[str, JsonValue] | None
    state: dict[str, JsonValue]
    summary: str
    by: str
    at: datetime
    impact: dict[str, JsonValue] | None
    note: str | None = None


class History:
    """All versions there have been, the current one, and for each the child last visited (for redo)."""

    def __init__(self) -> None:
        self._versions: dict[int, Version] = {}
        self._last_child: dict[int, int] = {}
        self.current = 0

    def __contains__(self, number: int) -> bool:
        return number in self._versions

    def __iter__(self) -> Iterator[Version]:
        return iter(self._versions.values())

    def __getitem__(self, number: int) -> Version:
        try:
            return self._versions[number]
        except KeyError:
            raise UnknownVersionError(number) from None

    @property
    def next_number(self) -> int:
        """The number of the next version; numbers are never used again."""
        return max(self._versions, default=-1) + 1

    def add(self, version: Version) -> None:
        """Add a version as a child of an existing one and make it current."""
        assert version.number not in self._versions
        self._versions[version.number] = version
        self.go(version.number)

    def restore(self, version: Version, *, last_child: int | None) -> None:
        """Add a version as it was, with its way to redo."""
        self._versions[version.number] = version
        if last_child is not None:
            self._last_child[version.number] = last_child

    def go(self, number: int) -> None:
        """Make a version current; its ancestors remember the way to it for redo."""
        child = self[number]
        self.current = number
        while child.parent is not None:
            self._last_child[child.parent] = child.number
            child = self._versions[child.parent]

    def annotate(self, number: int, note: str) -> None:
        """Write a note at a version; an empty one removes it."""
        self._versions[number] = replace(self[number], note=note or None)

    @property
    def undo_target(self) -> int | None:
        """The version that undo goes to, None at the import."""
        return self[self.current].parent

    @property
    def redo_target(self) -> int | None:
        """The child of the current version that was visited last, None when it has none."""
        return self._last_child.get(self.current)

    def path(self, number: int) -> list[Version]:
        """Return the versions from the import to this one."""
        path = [self[number]]
        while (parent := path[-1].parent) is not None:
            path.append(self._versions[parent])
        return path[::-1]

    def require_undo(self) -> int:
        """Return where undo goes, or refuse."""
        if self.undo_target is None:
            raise WillowError("not_applicable", "There is nothing to undo.")
        return self.undo_target

    def require_redo(self) -> int:
        """Return where redo goes, or refuse."""
        if self.redo_target is None:
            raise WillowError("not_applicable", "There is nothing to redo.")
        return self.redo_target


def history_of(record: Manifest) -> History:
    """Return the history that a manifest tells."""
    history = History()
    for version in record.versions:
        history.restore(
            Version(
                number=version.version,
                parent=version.parent,
                operation=version.operation,
                state=version.state,
                summary=version.summary,
                by=version.by,
                at=version.at,
                impact=version.impact,
                note=version.note,
            ),
            last_child=version.visited,
        )
    history.current = record.current or 0
    return history
