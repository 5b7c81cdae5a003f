"""Removing what no checkpoint needs: old manifests, covered journals, unreachable segments, partial files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from willow_ray.storage.durable import PARTIAL, AfterStep, go_on
from willow_ray.storage.errors import told_as_storage_error
from willow_ray.storage.manifest_file import Place, manifest_path, manifests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from willow_ray.storage.journal import Journal
    from willow_ray.storage.manifest import Manifest

_SEGMENT = re.compile(rf"([0-9]+-[0-9]+\.h5)({re.escape(PARTIAL)})?")
_PARTIAL_MANIFEST = re.compile(rf"manifest-[0-9]+-[0-9]+\.json{re.escape(PARTIAL)}")


class Kept(NamedTuple):
    """A checkpoint that must stay readable, and where it is."""

    place: Place
    manifest: Manifest


def collect_garbage(
    directory: Path,
    *,
    keep: Sequence[Kept],
    begun: Collection[str],
    journal: Journal,
    after: AfterStep = go_on,
) -> None:
    """Remove what neither the checkpoints in `keep`, oldest first, nor segments being written need.

    Ownership is checked before every removal: a fenced holder would take what it does not know for garbage.
    `begun` are the file names of segments that are being written. Files Willow did not name stay.
    Steps: `garbage removed`, `journal deleted`.
    """
    for path in _garbage(directory, keep, begun):
        journal.ensure_ours()
        with told_as_storage_error(path, doing="deleted"):
            path.unlink(missing_ok=True)
        after("garbage removed")
    journal.delete_covered(keep[0].manifest.covered)


def _garbage(directory: Path, keep: Sequence[Kept], begun: Collection[str]) -> Iterator[Path]:
    kept = {manifest_path(directory, checkpoint.place) for checkpoint in keep}
    yield from (path for path in manifests(directory).values() if path not in kept)
    yield from (path for path in directory.iterdir() if _PARTIAL_MANIFEST.fullmatch(path.name))
    needed = {segment.file for checkpoint in keep for segment in checkpoint.manifest.segments}
    for path in (directory / "segments").iterdir():
        match = _SEGMENT.fullmatch(path.name)
        if match and match[1] not in needed and match[1] not in begun:
            yield path
