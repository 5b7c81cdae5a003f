"""What the session writes, in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.willow_ray.unit.storage.conftest import Make
from willow_ray.session.ledger import Ledger
from willow_ray.storage.local import LocalStore
from willow_ray.storage.sessions import StoreRoot
from willow_ray.storage.summary import read_summary

if TYPE_CHECKING:
    from pathlib import Path

MAKE = Make()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    root = StoreRoot(tmp_path)
    return root.directory(root.create(name="Trips", owner="ann", at=MAKE.noon, source=MAKE.source()))


async def two_versions(directory: Path) -> Ledger:
    """Return the ledger of a session whose versions 0 and 1 are saved, with 3 and 6 rows; 1 is current."""
    store = LocalStore(directory)
    loaded = store.open()
    ledger = Ledger(directory, store, loaded.manifest, loaded.entries)
    await ledger.append(MAKE.import_())
    await ledger.checkpoint(0, MAKE.table("a"), [MAKE.segment("1-1.h5", "a")])
    await ledger.append(MAKE.apply(1, 0))
    await ledger.checkpoint(1, MAKE.table("a", "b"), [MAKE.segment("1-2.h5", "b")])
    return ledger


@pytest.mark.parametrize("end", ["closed", "open"])
async def test_the_list_of_sessions_soon_shows_where_the_last_undo_went(
    directory: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("willow_ray.session.ledger.SHOW_AFTER_S", 60.0 if end == "closed" else 0.01)
    ledger = await two_versions(directory)
    assert read_summary(directory).rows == 6
    for origin, target in ((1, 0), (0, 1), (1, 0)):
        await ledger.append(MAKE.undo(origin, target))
    if end == "closed":
        await ledger.close()
    while end == "open" and read_summary(directory).rows != 3:  # noqa: ASYNC110 - what another process sees
        await asyncio.sleep(0.01)
    assert read_summary(directory).rows == 3


async def test_where_an_undo_went_is_shown_though_its_process_died_before(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await two_versions(directory)
    monkeypatch.setattr("willow_ray.session.ledger.SHOW_AFTER_S", 60.0)
    await ledger.append(MAKE.undo(1, 0))
    ledger.store.close()
    assert read_summary(directory).rows == 6
    store = LocalStore(directory)
    loaded = store.open()
    await Ledger(directory, store, loaded.manifest, loaded.entries).close()
    assert read_summary(directory).rows == 3


async def test_nothing_is_written_after_the_end(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("willow_ray.session.ledger.SHOW_AFTER_S", 0.01)
    ledger = await two_versions(directory)
    await ledger.append(MAKE.undo(1, 0))
    await ledger.close()
    (directory / "summary.json").unlink()
    await asyncio.sleep(0.05)
    assert not (directory / "summary.json").exists()
