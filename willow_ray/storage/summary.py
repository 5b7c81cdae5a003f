"""What the list of sessions shows: a small file per session, derived, so that listing opens no manifest."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, Field, NonNegativeInt, ValidationError

from willow_ray.storage.durable import partial
from willow_ray.storage.entries import Stored
from willow_ray.storage.errors import from_os_error, told_as_storage_error
from willow_ray.storage.manifest_file import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.storage.manifest import Manifest

SUMMARY = "summary.json"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Summary(Stored):
    """One line of the list of sessions; numbers are None while they are not known."""

    session: str
    name: str
    owner: str
    created: AwareDatetime
    last_use: AwareDatetime
    state: Literal["importing", "ready", "failed"]
    rows: NonNegativeInt | None = None
    columns: NonNegativeInt | None = None
    bytes: NonNegativeInt | None = Field(default=None)
    """On disk: the uploaded file and the segments."""


def write_summary(directory: Path, summary: Summary) -> None:
    """Replace the summary at once, but not durably: after a loss of power an older one will do.

    A later use that was noted stays noted.
    """
    path = directory / SUMMARY
    used_ns = (summary.last_use - EPOCH) // timedelta(microseconds=1) * 1000
    with told_as_storage_error(path):
        with suppress(FileNotFoundError):
            used_ns = max(used_ns, path.stat().st_mtime_ns)
        partial(path).write_text(summary.model_dump_json(), "utf-8")
        os.utime(partial(path), ns=(used_ns, used_ns))
        partial(path).rename(path)


def note_use(directory: Path) -> None:
    """Note that a session is used now, though nothing may change: the time of its summary says so."""
    with suppress(OSError):
        os.utime(directory / SUMMARY)


def read_summary(directory: Path) -> Summary:
    """Read the summary of a session, or work it out from the manifest when it is missing or damaged."""
    path = directory / SUMMARY
    try:
        summary = Summary.model_validate_json(path.read_bytes())
        used = EPOCH + timedelta(microseconds=path.stat().st_mtime_ns // 1000)
        return summary.model_copy(update={"last_use": max(summary.last_use, used)})
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        _, manifest, _ = read_manifest(directory)
        return summarize(manifest)
    except OSError as error:
        raise from_os_error(error, path, doing="read") from error


def summarize(manifest: Manifest) -> Summary:
    """Work a summary out from a manifest: of the current version if it is saved, else without its size."""
    table = None if manifest.current is None else manifest.tables.get(manifest.current)
    source = (manifest.source.bytes or 0) if manifest.source else 0
    return Summary(
        session=manifest.session,
        name=manifest.name,
        owner=manifest.owner,
        created=manifest.created,
        last_use=max((version.at for version in manifest.versions), default=manifest.created),
        state="ready" if manifest.versions else "importing",
        rows=sum(table.partition) if table else None,
        columns=len(table.columns) if table else None,
        bytes=source + sum(segment.bytes for segment in manifest.segments),
    )
