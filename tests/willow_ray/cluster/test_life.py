"""The life of a session: it goes to sleep, is woken, handed on to another release, expires, is removed."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.willow_ray.cluster import slowness
from tests.willow_ray.cluster.asking import Person, actor_of, inside, opened, until
from tests.willow_ray.cluster.chaos import killing
from willow_ray.config import Settings
from willow_ray.protocol.errors import WillowError
from willow_ray.session import remote
from willow_ray.session.directory import RaySessions
from willow_ray.session.remote import actor_name, awake_actors

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

CITIES = "city,age\nOslo,36\nLima,\n,28\nRome,41\n"
FILL = {"op": "fill_missing", "columns": ["city"], "value": "Bonn"}
RENAME = {"op": "rename_column", "column": "city", "to": "town"}
FILLED = [["Oslo", "Lima", "Bonn", "Rome"]]
DAY_S = 24 * 3600


def opens(store: Path, **settings: Any) -> RaySessions:
    return RaySessions(Settings(store=store, chunk_rows=2, **settings))


@pytest.fixture
def cities(tmp_path: Path) -> Path:
    path = tmp_path / "cities.csv"
    path.write_text(CITIES, "utf-8")
    return path


def runs_older_release(_: object) -> None:
    vars(remote)["__version__"] = "0.0.1"


async def asleep(session_id: str) -> None:
    async def gone() -> bool:
        return actor_name(session_id) not in awake_actors()

    await until(gone)


async def test_an_idle_session_goes_to_sleep_and_wakes_up_as_it_was(tmp_path: Path, cities: Path) -> None:
    ada = await opened(opens(tmp_path, idle_timeout_s=1), cities)
    await ada.ask("operation.apply", operation=FILL)
    await ada.ask("operation.apply", operation=RENAME)
    await ada.ask("history.undo")
    await asleep(ada.session.id)
    described = await ada.ask("session.describe")
    assert (described["version"], described["can_redo"]) == (1, True)
    assert await ada.cells("city") == FILLED
    await asleep(ada.session.id)
    assert await ada.ask("history.redo") == {"version": 2}  # any request wakes it, also one without an id


async def test_a_session_that_is_listened_to_stays_awake(tmp_path: Path, cities: Path) -> None:
    ada = await opened(opens(tmp_path, idle_timeout_s=1), cities)
    await ada.listen()
    listening = asyncio.ensure_future(ada.told("session.changed"))
    await asyncio.sleep(3)
    assert actor_name(ada.session.id) in awake_actors()
    bob = Person(ada.session, user="bob", socket="another")
    await bob.ask("operation.apply", operation=RENAME)
    assert (await listening)["version"] == 1


async def test_an_actor_of_another_release_seals_and_is_replaced(tmp_path: Path, cities: Path) -> None:
    ada = await opened(opens(tmp_path), cities)
    await ada.ask("operation.apply", operation=FILL)
    before = actor_of(ada.session.id)._actor_id
    inside(ada.session.id, runs_older_release)
    slowness.slow_down(ada.session.id, "keep", seconds=1.5)
    keep = {"op": "filter_rows", "where": {"column": "age", "is": "present"}}
    old = asyncio.ensure_future(ada.ask("operation.apply", operation=keep))
    await slowness.begun()

    bob = Person(await opens(tmp_path).get(ada.session.id, user="ada"), socket="of the new release")
    assert (await bob.ask("session.describe"))["version"] == 2
    assert (await old)["version"] == 2
    assert actor_of(ada.session.id)._actor_id != before
    assert await bob.cells("city") == [["Oslo", "Bonn", "Rome"]]
    assert await ada.ask("history.undo") == {"version": 1}
    assert await bob.cells("city") == FILLED


async def test_sessions_expire_that_nobody_has_used_for_long(tmp_path: Path, cities: Path) -> None:
    sessions = opens(tmp_path, idle_timeout_s=1, session_expiry_s=DAY_S)
    ada = await opened(sessions, cities)
    directory = ada.session._directory
    tomorrow = datetime.now(UTC) + timedelta(seconds=DAY_S + 60)
    await sessions.sweep(tomorrow)  # awake, so somebody uses it
    assert (await ada.ask("session.describe"))["rows"] == 4
    await asleep(ada.session.id)
    os.utime(directory / "summary.json", (0, 0))
    assert await ada.cells("city")  # looking is using
    await asleep(ada.session.id)
    await sessions.sweep(datetime.now(UTC) + timedelta(seconds=DAY_S - 60))
    assert directory.is_dir()
    await sessions.sweep(tomorrow + timedelta(seconds=60))
    assert not directory.exists()
    with pytest.raises(WillowError) as refusal:
        await sessions.get(ada.session.id, user="ada")
    assert refusal.value.code == "not_found"


async def test_deleting_removes_everything_also_while_something_is_going_on(
    tmp_path: Path, cities: Path
) -> None:
    sessions = opens(tmp_path / "store")
    ada = await opened(sessions, cities)
    slowness.slow_down(ada.session.id, "apply")
    asked = asyncio.ensure_future(ada.reply("operation.apply", {"operation": FILL}))
    await slowness.begun()
    await sessions.delete(ada.session.id, user="ada")
    assert (await asked)["error"]["code"] in ("not_found", "unavailable")
    await asleep(ada.session.id)
    await slowness.gone()
    assert list((tmp_path / "store" / "sessions").iterdir()) == []
    assert not killing.processes(f"ray::SessionActor:{ada.session.id}")
    assert await sessions.list(user="ada") == []
    with pytest.raises(WillowError) as refusal:
        await sessions.get(ada.session.id, user="ada")
    assert refusal.value.code == "not_found"
