"""Replay: a manifest, and the entries acknowledged after it, make the session as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from willow_ray.storage.entries import (
    ApplyEntry,
    GoEntry,
    ImportEntry,
    NoteEntry,
    RecipeEntry,
    RenameEntry,
)
from willow_ray.storage.errors import DamagedError
from willow_ray.storage.manifest import ANSWERS_KEPT, Manifest, VersionRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from willow_ray.storage.entries import Entry, Numbered, Step


def replay(manifest: Manifest, entries: Iterable[Numbered]) -> Manifest:
    """Return the manifest with the entries done to it; saved tables stay as they are.

    Entries that the manifest covers are skipped. An entry that does not follow on, or speaks of a version
    that does not exist, raises `DamagedError`.
    """
    session = _Session(manifest)
    for numbered in entries:
        if numbered.sequence <= session.covered:
            continue
        if numbered.sequence != session.covered + 1:
            raise DamagedError("The journal", f"entry {session.covered + 1} is missing")
        session.covered = numbered.sequence
        try:
            session.do(numbered.entry)
        except KeyError as error:
            reason = f"entry {numbered.sequence} speaks of version {error.args[0]}, which does not exist"
            raise DamagedError("The journal", reason) from error
    return session.manifest()


class _Session:
    """A manifest taken apart, so that thousands of entries are done to it in linear time."""

    def __init__(self, manifest: Manifest) -> None:
        self._before = manifest
        self._changes: dict[str, object] = {}
        self._versions = {version.version: version for version in manifest.versions}
        self._visited = {version.version: version.visited for version in manifest.versions}
        self._answers = dict(manifest.answers)
        self._current = manifest.current
        self.covered = manifest.covered

    def manifest(self) -> Manifest:
        for number, visited in self._visited.items():
            version = self._versions[number]
            if version.visited != visited:
                self._versions[number] = version.model_copy(update={"visited": visited})
        versions = tuple(version for _, version in sorted(self._versions.items()))
        answers = dict(list(self._answers.items())[-ANSWERS_KEPT:])
        return self._before.model_copy(
            update={
                "versions": versions,
                "answers": answers,
                "current": self._current,
                "covered": self.covered,
                **self._changes,
            }
        )

    def do(self, entry: Entry) -> None:
        match entry:
            case ImportEntry():
                self._changes |= {"source": entry.source, "report": entry.report}
                self._import(entry)
            case ApplyEntry():
                self._apply(entry)
            case RecipeEntry():
                for step in entry.steps:
                    self._apply(step)
            case GoEntry():
                self._visit(entry.target)
            case RenameEntry():
                self._changes["name"] = entry.name
            case NoteEntry():
                noted = self._versions[entry.version].model_copy(update={"note": entry.text or None})
                self._versions[entry.version] = noted
            case _:
                assert_never(entry)
        if entry.operation_id is not None:
            self._answers.pop(entry.operation_id, None)
            self._answers[entry.operation_id] = entry.answer

    def _import(self, entry: ImportEntry) -> None:
        record = VersionRecord(
            version=entry.version,
            parent=None,
            operation=None,
            state={},
            impact=None,
            summary=entry.summary,
            by=entry.by,
            at=entry.at,
        )
        self._versions[entry.version] = record
        self._visited[entry.version] = None
        self._current = entry.version

    def _apply(self, step: Step) -> None:
        parent = self._versions[step.parent]
        self._versions[step.version] = VersionRecord(
            version=step.version,
            parent=parent.version,
            operation=step.operation,
            state=step.state,
            impact=step.impact,
            summary=step.summary,
            by=step.by,
            at=step.at,
            note=step.note,
        )
        self._visited[step.version] = None
        self._visit(step.version)

    def _visit(self, version: int) -> None:
        """Make a version the current one; redo from any ancestor leads back to it.

        From the version that was current upwards the way is known already.
        """
        child, parent = version, self._versions[version].parent
        while parent is not None:
            self._visited[parent] = child
            if parent == self._current:
                break
            child, parent = parent, self._versions[parent].parent
        self._current = version
