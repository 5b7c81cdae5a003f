"""Manifests on disk: one checksummed line each, the newest and the one before it.

They are named `manifest-<epoch>-<number>.json` and the highest counts. A holder that was fenced between its
check and its rename so writes a manifest that is never read, instead of replacing a newer one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import NonNegativeInt, ValidationError

from willow_ray.storage.durable import AfterStep, go_on, write_durably
from willow_ray.storage.entries import Stored
from willow_ray.storage.errors import DamagedError, SessionNotFoundError, told_as_storage_error
from willow_ray.storage.framing import frame, unframe
from willow_ray.storage.manifest import FORMAT, Manifest, SavedColumn, SavedTable, SessionRecord

if TYPE_CHECKING:
    from pathlib import Path

Place: TypeAlias = tuple[int, int]
"""Epoch and number of a manifest; the highest counts."""

_NAME = re.compile(r"manifest-([0-9]+)-([0-9]+)\.json")


class _StoredTable(Stored):
    columns: dict[str, NonNegativeInt]
    partition: tuple[NonNegativeInt, ...]


class _StoredManifest(SessionRecord):
    """A manifest in which a column that many versions share is written once, and tables refer to it."""

    columns: tuple[SavedColumn, ...]
    tables: dict[NonNegativeInt, _StoredTable]


def write_manifest(directory: Path, manifest: Manifest, place: Place, *, after: AfterStep = go_on) -> Path:
    """Write a manifest durably; when this returns, it is the checkpoint. Its place must be a new one."""
    path = manifest_path(directory, place)
    text = _stored(manifest).model_dump_json().encode()
    write_durably(path, frame(text), after=after, what="manifest")
    return path


def read_manifest(directory: Path) -> tuple[Place, Manifest, tuple[str, ...]]:
    """Read the newest manifest that is whole; those that are not are named in sentences.

    `SessionNotFoundError` when there is none at all, `DamagedError` when none is whole.
    """
    notices: list[str] = []
    for place, path in reversed(_manifests_of_session(directory).items()):
        try:
            return place, _read(path), tuple(notices)
        except DamagedError as error:
            notices.append(f"{error} The checkpoint before it is used.")
    if not notices:
        raise SessionNotFoundError(directory.name)
    raise DamagedError(directory.name, "none of its checkpoints can be read")


def manifests(directory: Path) -> dict[Place, Path]:
    """Return the manifests of a session directory by place, the newest last."""
    found = ((_NAME.fullmatch(path.name), path) for path in directory.iterdir())
    return dict(sorted(((int(match[1]), int(match[2])), path) for match, path in found if match))


def newest_place(directory: Path) -> Place:
    """Return the place of the newest manifest, whole or not; (0, 0) when there is none."""
    return max(_manifests_of_session(directory), default=(0, 0))


def manifest_path(directory: Path, place: Place) -> Path:
    """Return where a manifest is."""
    epoch, number = place
    return directory / f"manifest-{epoch}-{number}.json"


def _manifests_of_session(directory: Path) -> dict[Place, Path]:
    with told_as_storage_error(directory, doing="read"):
        try:
            return manifests(directory)
        except (FileNotFoundError, NotADirectoryError):
            raise SessionNotFoundError(directory.name) from None


def _read(path: Path) -> Manifest:
    with told_as_storage_error(path, doing="read"):
        text = unframe(path.read_bytes())
    if text is None:
        raise DamagedError(path.name, "its checksum does not fit")
    try:
        return _manifest(_StoredManifest.model_validate_json(text))
    except ValidationError as error:
        reason = "it is whole but not understood, so a newer Willow may have written it"
        raise DamagedError(path.name, reason) from error


def _stored(manifest: Manifest) -> _StoredManifest:
    numbers: dict[SavedColumn, int] = {}
    tables = {
        version: _StoredTable(
            columns={
                name: numbers.setdefault(column, len(numbers)) for name, column in table.columns.items()
            },
            partition=table.partition,
        )
        for version, table in manifest.tables.items()
    }
    return _StoredManifest(**_record(manifest), columns=tuple(numbers), tables=tables)


def _manifest(stored: _StoredManifest) -> Manifest:
    tables = {
        version: SavedTable(
            columns={name: stored.columns[number] for name, number in table.columns.items()},
            partition=table.partition,
        )
        for version, table in stored.tables.items()
    }
    return Manifest(**{**_record(stored), "format": FORMAT}, tables=tables)


def _record(record: SessionRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in SessionRecord.model_fields}
