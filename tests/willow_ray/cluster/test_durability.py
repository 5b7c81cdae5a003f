"""What the disk may do to a session, and what another actor may: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import ray
from ray.exceptions import ActorDiedError

from tests.willow_ray.cluster.asking import Person, actor_of, opened, until
from tests.willow_ray.cluster.chaos import crashing, killing
from willow_ray.config import Settings
from willow_ray.protocol.errors import WillowError
from willow_ray.session.client import ExportRequest
from willow_ray.session.directory import RaySessions
from willow_ray.session.remote import SessionActor
from willow_ray.storage.manifest_file import manifests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

CITIES = [["Oslo", "Lima", None, "Rome"], [36, None, 28, 41]]
FILL = {"op": "fill_missing", "columns": ["city"], "value": "Bonn"}
FILLED = [["Oslo", "Lima", "Bonn", "Rome"], CITIES[1]]
MOST_LINES_IN_A_PAGE = 40


def set_age(age: int) -> dict[str, Any]:
    return {"op": "set_cell", "row": 1, "column": "age", "value": age}


def store_in(directory: Path) -> RaySessions:
    directory.mkdir(exist_ok=True)
    return RaySessions(Settings(store=directory, chunk_rows=2))


async def begin(sessions: RaySessions, directory: Path) -> Person:
    path = directory / "cities.csv"
    path.write_text("city,age\nOslo,36\nLima,\n,28\nRome,41\n", "utf-8")
    return await opened(sessions, path)


async def saved(person: Person) -> None:
    async def is_saved() -> bool:
        return bool((await person.ask("session.describe"))["saved"])

    await until(is_saved)


async def kill(person: Person) -> None:
    """Kill the actor; it starts again, and whatever it had in memory is gone."""
    pid = await asyncio.to_thread(crashing.pid_of, person.session.id)
    killing.slay(psutil.Process(pid))
    assert await asyncio.to_thread(crashing.pid_of, person.session.id) != pid


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> Path:
    """Leave no page of a disk free."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    return path


async def test_on_a_full_disk_changes_are_refused_and_the_rest_goes_on(
    small_disk: Path, tmp_path: Path
) -> None:
    sessions = store_in(small_disk / "store")
    ada = await begin(sessions, tmp_path)
    await saved(ada)
    filler = fill(small_disk)

    async def fill_up(age: int) -> int:
        """Change until the last page of the journal is full; return the age that was acknowledged last."""
        for _ in range(MOST_LINES_IN_A_PAGE):
            answer = await ada.reply("operation.apply", {"operation": set_age(age + 1)})
            if "error" in answer:
                assert answer["error"]["code"] == "unavailable"
                assert answer["error"]["message"].startswith("The disk is full: journal-")
                assert answer["error"]["message"].endswith("nothing was changed. Free some space.")
                return age
            age += 1
        raise AssertionError("the disk is never full")

    async def expect(age: int) -> None:
        assert await ada.cells() == [CITIES[0], [36, age, 28, 41]]
        history = await ada.ask("history.list")
        assert (history["current"], len(history["versions"])) == (age, age + 1)

    age = await fill_up(0)
    await expect(age)
    assert (await ada.ask("column.analyze", column="age"))["missing"] == (0 if age else 1)
    with pytest.raises(WillowError, match=r"^The disk is full: .* Free some space\.$") as refusal:
        await ada.session.export(ExportRequest(format="csv"), caller=ada.caller())
    assert refusal.value.code == "unavailable"
    await kill(ada)
    await expect(age)
    age = await fill_up(age)
    await expect(age)

    filler.unlink()
    await saved(ada)
    assert (await ada.ask("operation.apply", operation=set_age(age + 1)))["version"] == age + 1
    await saved(ada)
    await kill(ada)
    await expect(age + 1)
    exported = await ada.session.export(ExportRequest(format="csv"), caller=ada.caller())
    assert exported.path.read_text() == f"city,age\nOslo,36\nLima,{age + 1}\n,28\nRome,41\n"
    await sessions.delete(ada.session.id, user="ada")


def hear_warnings(session: Any) -> None:
    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            session.heard.append(record.getMessage())

    session.heard = []
    logging.getLogger("willow_ray").addHandler(Listener(logging.WARNING))


def heard(session: Any) -> list[str]:
    return list(session.heard)


def flip(path: Path) -> str:
    """Alter a few bytes in the middle of a file; return what is said of it."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4] = bytes(byte ^ 0xFF for byte in content[middle : middle + 4])
    path.write_bytes(content)
    return "its checksum is not the one in the manifest"


def lose(path: Path) -> str:
    """Delete a file; return what is said of it."""
    path.unlink()
    return "it is missing"


@pytest.mark.parametrize(("harm", "number"), [(flip, 0), (lose, 1)])
async def test_a_harmed_segment_is_named_and_made_again(
    tmp_path: Path, harm: Callable[[Path], str], number: int
) -> None:
    sessions = store_in(tmp_path / "store")
    ada = await begin(sessions, tmp_path)
    await saved(ada)
    await ada.ask("operation.apply", operation=FILL)
    await saved(ada)
    await kill(ada)
    segments = sorted((tmp_path / "store" / "sessions" / ada.session.id / "segments").iterdir())
    assert len(segments) == 2
    said = f"{segments[number].name} is damaged: {harm(segments[number])}. What was in it is made again."
    crashing.reach(ada.session.id, hear_warnings)
    assert await ada.cells() == FILLED
    assert await ada.cells(version=0) == CITIES
    assert said in crashing.reach(ada.session.id, heard)
    await saved(ada)
    await kill(ada)
    crashing.reach(ada.session.id, hear_warnings)
    assert await ada.cells() == FILLED
    assert await ada.cells(version=0) == CITIES
    assert crashing.reach(ada.session.id, heard) == []
    await sessions.delete(ada.session.id, user="ada")


async def test_a_harmed_checkpoint_is_named_and_the_one_before_it_used(tmp_path: Path) -> None:
    sessions = store_in(tmp_path / "store")
    ada = await begin(sessions, tmp_path)
    await saved(ada)
    await ada.ask("operation.apply", operation=FILL)
    await saved(ada)
    await kill(ada)
    newest = list(manifests(tmp_path / "store" / "sessions" / ada.session.id).values())[-1]
    flip(newest)
    crashing.reach(ada.session.id, hear_warnings)
    assert await ada.cells() == FILLED
    (warning,) = crashing.reach(ada.session.id, heard)
    assert warning == (
        f"Session {ada.session.id}: {newest.name} is damaged: its checksum does not fit. "
        "The checkpoint before it is used."
    )
    await sessions.delete(ada.session.id, user="ada")


async def test_an_actor_that_was_overtaken_writes_no_more(tmp_path: Path) -> None:
    sessions = store_in(tmp_path / "store")
    ada = await begin(sessions, tmp_path)
    await saved(ada)
    directory = tmp_path / "store" / "sessions" / ada.session.id
    first = actor_of(ada.session.id)
    pid = await asyncio.to_thread(crashing.pid_of, ada.session.id)
    settings = Settings(store=tmp_path / "store", chunk_rows=2)
    second: Any = (
        ray.remote(SessionActor).options(num_cpus=0).remote(ada.session.id, str(directory), settings)
    )

    async def apply(actor: Any, age: int) -> Any:
        params = {"operation": set_age(age), "operation_id": f"age {age}"}
        return await actor.call.remote("operation.apply", params, caller=ada.caller())

    assert (await apply(second, 7))["result"]["version"] == 1
    refused = await apply(first, 8)
    assert refused["error"]["code"] == "unavailable"
    assert refused["error"]["message"] == "The session was opened elsewhere in the meantime."

    async def has_left() -> bool:
        return not psutil.pid_exists(pid)

    await until(has_left)
    assert await ada.cells() == [CITIES[0], [36, 7, 28, 41]]
    refused = await apply(second, 9)
    assert refused["error"]["code"] == "unavailable"

    async def has_ended() -> bool:
        try:
            await second.version.remote()
        except ActorDiedError:
            return True
        return False

    await until(has_ended)
    assert await ada.cells() == [CITIES[0], [36, 7, 28, 41]]
    assert (await ada.ask("operation.apply", operation=set_age(8), operation_id="age 8"))["version"] == 2
    await sessions.delete(ada.session.id, user="ada")
