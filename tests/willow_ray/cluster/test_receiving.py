"""Sessions that are made while their file is being uploaded."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from ray.exceptions import RayActorError

from tests.willow_ray.cluster.asking import Person, actor_of, inside, until
from tests.willow_ray.cluster.test_life import asleep, runs_older_release
from willow_ray.config import Settings
from willow_ray.protocol.errors import ConflictError, NotFoundError, WillowError
from willow_ray.protocol.imports import ImportOptions
from willow_ray.session.directory import RaySessions
from willow_ray.session.remote import actor_name, awake_actors
from willow_ray.storage.uploads import UPLOADS, UploadStore

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.storage.uploads import Upload

pytestmark = pytest.mark.usefixtures("cluster")

CITIES = b"city,age\nOslo,36\nLima,\n,28\nRome,41\n"
HALF = len(CITIES) // 2


class Sending:
    """An upload of which half has come, and the session that waits for the rest."""

    def __init__(self, store: Path, **settings: Any) -> None:
        self.store = store
        self.sessions = RaySessions(Settings(store=store, **settings))
        self.uploads = UploadStore(store / UPLOADS)
        self.upload = self.uploads.create(user="ada", name="cities.csv", length=len(CITIES))
        self.send(CITIES[:HALF], at=0)

    def send(self, part: bytes, *, at: int) -> Upload:
        return self.uploads.append(self.upload.id, part, user="ada", offset=at)

    def send_rest(self) -> None:
        self.send(CITIES[HALF:], at=HALF)

    async def wait(self) -> Person:
        """Make a session that waits, and return somebody who looks at it."""
        session_id = await self.sessions.create_for_upload(
            self.upload, file_name="cities.csv", name="Cities", options=ImportOptions()
        )
        return Person(await self.sessions.get(session_id, user="ada"))

    @property
    def is_gone(self) -> bool:
        return not self.upload.path.parent.exists()


@pytest.fixture
def sending(tmp_path: Path) -> Sending:
    return Sending(tmp_path / "store")


async def receives(person: Person) -> bool:
    """Say whether it is shown how much of the file has come."""
    described = await person.ask("session.describe")
    assert described["state"] == "importing"
    shown = [job["fraction"] for job in described["jobs"] if job["label"] == "Receive cities.csv"]
    return any(abs(fraction - HALF / len(CITIES)) < 1e-3 for fraction in shown)


async def failure(person: Person) -> dict[str, object]:
    """Wait until the import has failed, and return why."""

    async def failed() -> bool:
        return bool((await person.ask("session.describe"))["state"] == "failed")

    await until(failed, patience_s=60)
    error: dict[str, object] = (await person.ask("session.describe"))["error"]
    return error


async def test_a_session_shows_how_much_has_come_and_then_the_table(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    (listed,) = await sending.sessions.list(user="ada")
    assert (listed.state, listed.name, listed.size) == ("importing", "Cities", len(CITIES))
    assert (await ada.refused("table.window", row=0, count=1))["code"] == "not_ready"
    sending.send_rest()
    await sending.sessions.wait_ready(ada.session.id)
    assert await ada.cells("city") == [["Oslo", "Lima", None, "Rome"]]
    assert sending.is_gone


async def test_an_upload_that_is_whole_by_then_is_taken_at_once(sending: Sending) -> None:
    sending.send_rest()
    ada = await sending.wait()
    await sending.sessions.wait_ready(ada.session.id)
    assert await ada.cells("age") == [[36, None, 28, 41]]


async def test_only_one_session_waits_for_an_upload(sending: Sending) -> None:
    first = await sending.wait()
    with pytest.raises(ConflictError, match="Another session waits"):
        await sending.wait()
    assert [summary.id for summary in await sending.sessions.list(user="ada")] == [first.session.id]


async def test_a_killed_session_waits_again(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    pid = inside(ada.session.id, lambda _: os.getpid())
    os.kill(pid, 9)
    await until(lambda: receives(ada))
    assert inside(ada.session.id, lambda _: os.getpid()) != pid
    sending.send_rest()
    await sending.sessions.wait_ready(ada.session.id)
    assert await ada.cells("city") == [["Oslo", "Lima", None, "Rome"]]


async def test_a_session_that_died_after_it_took_the_file_goes_on(sending: Sending, tmp_path: Path) -> None:
    sending.send_rest()
    session_id = sending.sessions._create_for(sending.upload, "cities.csv", "Cities", ImportOptions())
    directory = tmp_path / "store" / "sessions" / session_id
    sending.upload.path.rename(directory / "source" / "upload.csv")
    await sending.sessions.wait_ready(session_id)
    assert sending.is_gone


async def test_a_session_without_an_actor_is_woken_when_its_file_is_whole(sending: Sending) -> None:
    session_id = sending.sessions._create_for(sending.upload, "cities.csv", "Cities", ImportOptions())
    assert actor_name(session_id) not in awake_actors()
    sending.send_rest()
    await sending.sessions.start(session_id)
    actor_of(session_id)
    await sending.sessions.wait_ready(session_id)


async def test_a_session_goes_to_sleep_while_it_waits(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "store", idle_timeout_s=1)
    ada = await sending.wait()
    await until(lambda: receives(ada))
    await asleep(ada.session.id)
    assert not sending.is_gone
    await until(lambda: receives(ada))  # looking at it has woken it
    await asleep(ada.session.id)
    sending.send_rest()
    await sending.sessions.start(ada.session.id)  # as the ingress does after the last part
    await sending.sessions.wait_ready(ada.session.id)
    assert await ada.cells("city") == [["Oslo", "Lima", None, "Rome"]]


async def test_who_waits_for_the_import_does_not_notice_that_it_slept(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "store", idle_timeout_s=1)
    ada = await sending.wait()
    waiting = asyncio.ensure_future(sending.sessions.wait_ready(ada.session.id))
    pid = inside(ada.session.id, lambda _: os.getpid())

    async def another_life() -> bool:
        with suppress(ValueError, RayActorError):  # between two lives there is none
            return bool(inside(ada.session.id, lambda _: os.getpid()) != pid)
        return False

    await until(another_life, patience_s=60)
    sending.send_rest()
    await asyncio.wait_for(waiting, 60)


async def test_another_release_takes_over_a_session_that_waits(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    pid = inside(ada.session.id, lambda _: os.getpid())
    inside(ada.session.id, runs_older_release)
    sending.sessions = RaySessions(Settings(store=sending.store))
    ada = Person(await sending.sessions.get(ada.session.id, user="ada"))
    await until(lambda: receives(ada))
    assert inside(ada.session.id, lambda _: os.getpid()) != pid
    sending.send_rest()
    await sending.sessions.wait_ready(ada.session.id)


async def test_an_upload_that_is_given_up_fails_the_import(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    sending.uploads.remove(sending.upload.id, user="ada")
    assert await failure(ada) == {
        "code": "import_failed",
        "message": f"cities.csv did not come whole: {HALF} of {len(CITIES)} bytes had come when the upload "
        "was given up.",
    }
    with pytest.raises(WillowError, match="did not come whole"):
        await sending.sessions.wait_ready(ada.session.id)


async def test_cancelling_gives_up_the_upload(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    (job,) = (await ada.ask("session.describe"))["jobs"]
    await ada.ask("job.cancel", job=job["job"])
    assert (await failure(ada))["code"] == "cancelled"
    with pytest.raises(NotFoundError):
        sending.send_rest()


async def test_deleting_the_session_gives_up_the_upload(sending: Sending) -> None:
    ada = await sending.wait()
    await until(lambda: receives(ada))
    await sending.sessions.delete(ada.session.id, user="ada")
    assert sending.is_gone
