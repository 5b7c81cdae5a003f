"""What must not be left behind, by processes that died or by those that came after them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.willow_ray.cluster.asking import until
from tests.willow_ray.cluster.chaos import killing
from willow_ray.storage.framing import unframe
from willow_ray.storage.manifest_file import manifests

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tests.willow_ray.cluster.chaos.people import Person

CHECKPOINTS = 3
"""After so many in one life, what was needed by checkpoints of earlier lives has been removed."""


async def saved(person: Person) -> None:
    """Wait until the current version is on disk."""

    async def is_saved() -> bool:
        return bool((await person.ask("session.describe"))["saved"])

    await until(is_saved)


async def expect_no_files(person: Person, directory: Path) -> None:
    """See that a session keeps only what its two checkpoints need, after some changes without deaths."""
    for _ in range(CHECKPOINTS):
        await person.touch()
        await saved(person)
    await person.settle()
    expect_only_needed(directory)


def expect_only_needed(directory: Path) -> None:
    """See that two checkpoints of one life are there, what they need, and nothing else."""
    places = manifests(directory)
    assert len(places) == 2
    (epoch,) = {epoch for epoch, _ in places}
    assert {path.name for path in directory.iterdir()} == {
        "exports",
        f"journal-{epoch}",
        "report.json",
        "segments",
        "source",
        "summary.json",
        *(path.name for path in places.values()),
    }
    needed = {
        segment["file"]
        for path in places.values()
        for segment in json.loads(unframe(path.read_bytes()) or b"")["segments"]
    }
    assert {path.name for path in (directory / "segments").iterdir()} == needed
    assert {path.suffix for path in (directory / "exports").iterdir()} <= {".parquet"}


def at_work(root: int | None = None) -> set[int]:
    """Return the processes that are actors of sessions or do a task of theirs."""
    return {process.pid for process in killing.processes(killing.ACTOR, *killing.WORKING, root=root)}


async def expect_nothing(store: Path, *, before: Collection[int] = (), root: int | None = None) -> None:
    """See that no session is left in a store, and no actor and no task that works, but those of `before`."""
    assert list((store / "sessions").iterdir()) == []

    async def none() -> bool:
        return at_work(root) <= set(before)

    await until(none)
