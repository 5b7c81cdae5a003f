"""What is cancelled ends at once, its tasks soon after, and the session is as if it had never been asked."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.willow_ray.cluster import slowness
from tests.willow_ray.cluster.asking import Person, inside, opened, prepared, until
from willow_ray.config import Settings
from willow_ray.protocol.errors import WillowError
from willow_ray.session.client import ExportRequest
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

PATIENCE_S = 30.0
"""What is cancelled ends within this; the slow tasks would go on for twice as long."""

MOMENTS = 60
"""How often something is cancelled at a random moment."""

CITIES = "city,age\nOslo,36\nLima,\n,28\nRome,41\n"
FILL = {"op": "fill_missing", "columns": ["city"], "value": "Bonn"}
PRESENT = {"op": "filter_rows", "where": {"column": "age", "is": "present"}}
BY_AGE = {"sort": [{"column": "age"}]}


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> RaySessions:
    return RaySessions(Settings(store=tmp_path_factory.mktemp("store"), chunk_rows=2))


@pytest.fixture
def cities(tmp_path: Path) -> Path:
    path = tmp_path / "cities.csv"
    path.write_text(CITIES, "utf-8")
    return path


@pytest.fixture(scope="module")
def ada(sessions: RaySessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    path = tmp_path_factory.mktemp("source") / "cities.csv"
    path.write_text(CITIES, "utf-8")
    person = asyncio.run(opened_and_saved(sessions, path))
    yield person
    asyncio.run(sessions.delete(person.session.id, user="ada"))


async def opened_and_saved(sessions: RaySessions, path: Path) -> Person:
    person = await opened(sessions, path)

    async def saved() -> bool:
        return bool((await person.ask("session.describe"))["saved"])

    await until(saved)
    return person


@pytest.fixture(autouse=True)
def _normal_again(ada: Person) -> Iterator[None]:
    yield
    slowness.back_to_normal(ada.session.id)


def bytes_in_memory(session: Any) -> int:
    return int(session._engine.chunks.bytes)


def process_id(_: object) -> int:
    return os.getpid()


def jobs_running(session: Any) -> int:
    return len(session._jobs._running)


async def expect_cancelled(asked: asyncio.Future[Any]) -> None:
    """See that a request is answered long before its tasks are done, and that these are stopped."""
    answer = await asyncio.wait_for(asked, PATIENCE_S)
    assert answer["error"]["code"] == "cancelled"
    await slowness.gone()


READS_AND_CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("apply", "operation.apply", {"operation": FILL}),
    ("keep", "operation.apply", {"operation": PRESENT}),
    ("keep", "operation.preview", {"operation": PRESENT}),
    ("order", "table.window", {"row": 0, "count": 9, "view": BY_AGE}),
    ("find", "table.find", {"text": "x", "from": {"row": 0, "column": "city"}}),
    ("analyze", "column.analyze", {"column": "age"}),
    ("profile", "column.profile", {"columns": ["age", "city"]}),
    ("chart", "chart.data", {"type": "frequency", "column": "city"}),
]


@pytest.mark.parametrize(
    ("task", "method", "params"), READS_AND_CHANGES, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_request_that_is_cancelled(
    ada: Person, task: str, method: str, params: dict[str, Any]
) -> None:
    before = inside(ada.session.id, bytes_in_memory)
    slowness.slow_down(ada.session.id, task)
    asked = asyncio.ensure_future(ada.reply(method, params, request=1000))
    await slowness.begun()
    await ada.session.cancel(caller=ada.caller(1000))
    await expect_cancelled(asked)
    assert inside(ada.session.id, bytes_in_memory) == before
    assert inside(ada.session.id, jobs_running) == 0
    assert (await ada.ask("session.describe"))["version"] == 0


@pytest.mark.parametrize(
    ("task", "method", "params"),
    [READS_AND_CHANGES[0], READS_AND_CHANGES[3]],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_job_that_is_cancelled_though_its_task_does_not_listen(
    ada: Person, task: str, method: str, params: dict[str, Any]
) -> None:
    bob = Person(ada.session, user="bob", socket="another")
    await bob.listen()
    slowness.slow_down(ada.session.id, task, stubborn=True)
    asked = asyncio.ensure_future(ada.reply(method, params))
    job = (await bob.told("job.progress"))["job"]
    await slowness.begun()
    assert [one["job"] for one in (await bob.ask("session.describe"))["jobs"]] == [job]
    await bob.ask("job.cancel", job=job)
    await expect_cancelled(asked)
    assert (await bob.told("job.ended"))["outcome"] == "cancelled"
    assert (await ada.ask("session.describe"))["version"] == 0


async def test_whatever_is_cancelled_at_whatever_moment_the_session_lives_on(
    sessions: RaySessions, cities: Path
) -> None:
    """Ray ends a process that cancels a task while it is being sent.

    What is not cancelled in time leaves versions and kept orders: this session is not shared.
    """
    ada = await opened_and_saved(sessions, cities)
    process = inside(ada.session.id, process_id)
    chance = random.Random(4)  # noqa: S311 - moments, not secrets
    for number in range(2000, 2000 + MOMENTS):
        _, method, params = chance.choice(READS_AND_CHANGES)
        asked = asyncio.ensure_future(ada.reply(method, params, request=number))
        await asyncio.sleep(chance.uniform(0, 0.04))
        await ada.session.cancel(caller=ada.caller(number))
        answer = await asyncio.wait_for(asked, PATIENCE_S)
        assert "result" in answer or answer["error"]["code"] == "cancelled"
        if method == "operation.apply" and "result" in answer:
            await ada.ask("history.undo")
    assert inside(ada.session.id, process_id) == process
    assert (await ada.ask("session.describe"))["version"] == 0
    await sessions.delete(ada.session.id, user="ada")


async def test_a_recipe_leaves_no_chunks_of_the_steps_that_were_done(ada: Person) -> None:
    before = inside(ada.session.id, bytes_in_memory)
    slowness.slow_down(ada.session.id, "mask")
    steps = [{"operation": FILL}, {"operation": PRESENT}]
    recipe = {"format": "willow-recipe", "format_version": 1, "steps": steps}
    asked = asyncio.ensure_future(ada.reply("recipe.apply", {"recipe": recipe, "learn": True}, request=1000))
    await slowness.begun()
    assert inside(ada.session.id, bytes_in_memory) > before
    await ada.session.cancel(caller=ada.caller(1000))
    await expect_cancelled(asked)
    assert inside(ada.session.id, bytes_in_memory) == before
    assert len((await ada.ask("history.list"))["versions"]) == 1


async def test_an_export_leaves_no_file(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "export")
    exporting = asyncio.ensure_future(ada.session.export(ExportRequest("csv"), caller=ada.caller()))
    await slowness.begun()
    await asyncio.sleep(0.5)
    (job,) = (await ada.ask("session.describe"))["jobs"]
    await ada.ask("job.cancel", job=job["job"])
    with pytest.raises(WillowError) as refusal:
        await asyncio.wait_for(exporting, PATIENCE_S)
    assert refusal.value.code == "cancelled"
    await slowness.gone()
    exports = ada.session._directory / "exports"
    assert list(exports.iterdir()) == []
    slowness.back_to_normal(ada.session.id)
    exported = await ada.session.export(ExportRequest("csv"), caller=ada.caller())
    assert exported.path.read_text("utf-8") == CITIES
    assert list(exports.iterdir()) == [exported.path]


async def test_an_import_that_is_cancelled_fails_with_a_sentence(sessions: RaySessions, cities: Path) -> None:
    session_id = prepared(sessions, cities)
    slowness.slow_down(session_id, "load")
    bob = Person(await sessions.get(session_id, user="ada"))
    await bob.session.start()
    await slowness.begun()
    described = await bob.ask("session.describe")
    assert described["state"] == "importing"
    await bob.ask("job.cancel", job=described["jobs"][0]["job"])
    with pytest.raises(WillowError, match="The import was cancelled") as refusal:
        await asyncio.wait_for(sessions.wait_ready(session_id), PATIENCE_S)
    assert refusal.value.code == "import_failed"
    await slowness.gone()
    assert inside(session_id, bytes_in_memory) == 0
    assert (await bob.ask("session.describe"))["state"] == "failed"
    await sessions.delete(session_id, user="ada")


async def test_a_change_that_waits_for_its_turn_can_be_withdrawn(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=4)
    first = asyncio.ensure_future(ada.reply("operation.apply", {"operation": FILL}))
    await slowness.begun()  # calls of an actor may overtake each other
    second = asyncio.ensure_future(ada.reply("operation.apply", {"operation": PRESENT}, request=1000))
    await asyncio.sleep(0.1)
    await ada.session.cancel(caller=ada.caller(1000))
    assert (await second)["error"]["code"] == "cancelled"
    assert not first.done()
    assert (await first)["result"]["version"] == 1
    assert await ada.cells("city") == [["Oslo", "Lima", "Bonn", "Rome"]]
    assert await ada.ask("history.undo") == {"version": 0}


async def test_the_first_who_waits_for_a_view_is_cancelled_and_the_second_gets_it(ada: Person) -> None:
    bob = Person(ada.session, user="bob", socket="another")
    view = {"where": {"column": "age", "is": "present"}, "sort": [{"column": "age"}]}
    params = {"row": 0, "count": 9, "columns": ["city"], "view": view}
    slowness.slow_down(ada.session.id, "order", seconds=4)
    mine = asyncio.ensure_future(ada.reply("table.window", params, request=1000))
    theirs = asyncio.ensure_future(bob.reply("table.window", params))
    await slowness.begun()
    await ada.session.cancel(caller=ada.caller(1000))
    assert (await mine)["error"]["code"] == "cancelled"
    assert not theirs.done()
    assert (await theirs)["result"]["cells"] == [[None, "Oslo", "Rome"]]


async def test_one_of_two_who_wait_for_a_change_is_cancelled_and_the_other_gets_it(ada: Person) -> None:
    bob = Person(ada.session, user="bob", socket="another")
    params = {"operation": FILL, "operation_id": "shared"}
    slowness.slow_down(ada.session.id, "apply", seconds=4)
    mine = asyncio.ensure_future(ada.reply("operation.apply", params, request=1000))
    await slowness.begun()
    theirs = asyncio.ensure_future(bob.reply("operation.apply", params))
    await asyncio.sleep(0.1)
    await ada.session.cancel(caller=ada.caller(1000))
    assert (await mine)["error"]["code"] == "cancelled"
    version = (await theirs)["result"]["version"]
    assert (await ada.ask("session.describe"))["version"] == version
    assert await ada.ask("history.undo") == {"version": 0}


async def test_the_reads_of_a_socket_end_with_it(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "analyze")
    asked = asyncio.ensure_future(ada.reply("column.analyze", {"column": "city"}))
    await slowness.begun()
    await ada.session.closed(ada.socket)
    await expect_cancelled(asked)
