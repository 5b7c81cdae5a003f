"""A draft is looked at while it is being computed, and published when it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.willow_ray.cluster import slowness
from tests.willow_ray.cluster.asking import Person, inside, opened, until
from tests.willow_ray.cluster.chaos import killing
from willow_ray.config import Settings
from willow_ray.protocol.errors import WillowError
from willow_ray.session.client import ExportRequest
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("cluster")

ROWS = 24
CHUNK_ROWS = 2
AGES = [None if row % 5 == 4 else row * 10 for row in range(ROWS)]
FILLED = [-1 if age is None else age for age in AGES]
FILL = {"op": "fill_missing", "columns": ["age"], "value": -1}
TO_TEXT = {"op": "change_type", "columns": ["age"], "type": "text"}
NUMBER = {"op": "add_row_number", "to": "number"}


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> RaySessions:
    return RaySessions(Settings(store=tmp_path_factory.mktemp("store"), chunk_rows=CHUNK_ROWS))


@pytest.fixture(scope="module")
def ada(sessions: RaySessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    path = tmp_path_factory.mktemp("source") / "people.csv"
    lines = [f"n{row},{'' if age is None else age}" for row, age in enumerate(AGES)]
    path.write_text("\n".join(["name,age", *lines, ""]), "utf-8")
    person = asyncio.run(opened(sessions, path))
    yield person
    asyncio.run(sessions.delete(person.session.id, user="ada"))


@pytest.fixture(autouse=True)
def _normal_again(ada: Person) -> Iterator[None]:
    asyncio.run(until(lambda: _quiet(ada)))
    yield
    slowness.back_to_normal(ada.session.id)
    asyncio.run(_back(ada))


async def _quiet(ada: Person) -> bool:
    """Nothing is going on, nor yet to be saved."""
    saved = (await ada.ask("session.describe"))["saved"]
    return bool(saved and inside(ada.session.id, in_memory)[1] == 0)


async def _back(ada: Person) -> None:
    await ada.session.closed(ada.socket)
    await ada.ask("history.go", version=0)
    await slowness.gone()


def in_memory(session: Any) -> tuple[int, int]:
    """Bytes of chunks, and jobs that are running."""
    return session._engine.chunks.bytes, len(session._jobs._running)


def computed(session: Any, draft: str) -> bool:
    return bool(session._ready._drafts[draft].over)


def parts_written(session: Any, draft: str) -> int:
    return len(session._ready._drafts[draft]._run._coming)


async def previewed(person: Person, operation: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await person.ask("operation.preview", operation=operation)
    return answer


async def test_the_answer_comes_before_anything_is_computed(ada: Person) -> None:
    before = inside(ada.session.id, in_memory)
    slowness.slow_down(ada.session.id, "apply", aside=True)
    answer = await previewed(ada, TO_TEXT)
    assert answer["columns"] == [
        {"name": "name", "type": "text", "missing": 0},
        {"name": "age", "type": "text", "missing": None},
    ]
    draft = answer["draft"]
    window = await ada.ask("table.window", row=22, count=9, columns=["name"], draft=draft)
    assert (window["total_rows"], window["cells"]) == (ROWS, [["n22", "n23"]])
    beyond = await ada.ask("table.window", row=ROWS, count=9, columns=["name"], draft=draft)
    assert (beyond["total_rows"], beyond["cells"]) == (ROWS, [[]])
    nobody = {"where": {"column": "name", "is": "equal", "value": "nobody"}}
    nowhere = await ada.ask("table.window", row=0, count=9, columns=["name"], view=nobody, draft=draft)
    assert (nowhere["total_rows"], nowhere["cells"]) == (0, [[]])
    assert not inside(ada.session.id, computed, draft)
    asked = asyncio.ensure_future(ada.reply("cell.get", {"row": 0, "column": "age", "draft": draft}))
    await slowness.begun()
    await ada.ask("operation.discard", draft=draft)
    assert (await asked)["error"]["code"] == "unknown_version"
    await slowness.gone()
    assert inside(ada.session.id, in_memory) == before


async def test_a_preview_that_learns_for_long_does_not_take_the_place_of_a_later_one(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "learn", seconds=3)
    fill_mean = {"op": "fill_missing", "columns": ["age"], "using": "mean"}
    earlier = asyncio.ensure_future(ada.reply("operation.preview", {"operation": fill_mean}))
    await slowness.begun()
    draft = (await previewed(ada, TO_TEXT))["draft"]
    assert (await earlier)["error"]["code"] == "cancelled"
    assert await ada.cells("name", draft=draft) == [[f"n{row}" for row in range(ROWS)]]


async def test_what_is_looked_at_is_computed_first(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=1)
    await ada.listen()
    draft = (await previewed(ada, FILL))["draft"]
    assert await ada.ask("table.window", row=19, count=2, draft=draft) == {
        "version": None,
        "total_rows": ROWS,
        "row": 19,
        "rows": [19, 20],
        "columns": ["name", "age"],
        "cells": [["n19", "n20"], [-1, 200]],
        "cut": [],
    }
    assert not inside(ada.session.id, computed, draft)
    view = {"sort": [{"column": "name", "descending": True}]}
    by_name = await ada.ask("table.window", row=0, count=2, columns=["age"], view=view, draft=draft)
    assert (by_name["rows"], by_name["cells"]) == ([9, 8], [[-1, 80]])
    ready = await ada.told("draft.ready", draft=draft)
    assert ready["impact"]["columns"] == {"age": {"changed": 4, "became_missing": 0}}
    assert ready["columns"][1] == {"name": "age", "type": "integer", "missing": 0}
    assert await ada.cells("age", draft=draft) == [FILLED]


async def test_what_is_counted_of_a_draft_is_of_the_draft(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=0.2)
    draft = (await previewed(ada, FILL))["draft"]
    view = {"where": {"column": "age", "is": "equal", "value": -1}}
    statistics, profile, facet, chart, found, window = await asyncio.gather(
        ada.ask("column.analyze", column="age", draft=draft),
        ada.ask("column.profile", columns=["age"], draft=draft),
        ada.ask("column.values", column="age", draft=draft, count=1),
        ada.ask("chart.data", type="histogram", columns=["age"], bins=1, draft=draft),
        ada.ask("table.find", **{"text": "-1", "from": {"row": 5, "column": "name"}, "draft": draft}),
        ada.ask("table.window", row=0, count=9, columns=["name"], view=view, draft=draft),
    )
    assert (statistics["missing"], statistics["min"]) == (0, -1)
    assert profile["age"]["missing"] == 0
    assert facet["values"] == [[-1, 4]]
    assert chart["counts"] == {"age": [ROWS]}
    assert found == {"row": 9, "column": "age"}
    assert window["rows"] == [4, 9, 14, 19]
    assert (await ada.ask("column.analyze", column="age"))["missing"] == 4
    assert (await ada.ask("column.analyze", column="age", version=0))["missing"] == 4


async def test_publishing_waits_for_what_is_being_computed(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=0.3)
    await ada.listen()
    draft = (await previewed(ada, FILL))["draft"]
    commit = {"draft": draft, "operation_id": f"of {draft}"}
    asked = [asyncio.ensure_future(ada.reply("operation.commit", commit)) for _ in range(2)]
    applied, again = [(await one)["result"] for one in asked]
    assert applied == again == await ada.ask("operation.commit", **commit)
    ready = await ada.told("draft.ready", draft=draft)
    assert ready["impact"] == applied["impact"]
    await ada.told("session.changed", version=applied["version"])
    assert await ada.cells("age") == [FILLED]
    history = await ada.ask("history.list")
    assert history["current"] == applied["version"]
    assert len([one for one in history["versions"] if one["parent"] == 0]) == applied["version"]


async def test_publishing_goes_on_though_who_asked_is_gone(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=0.3)
    bob = Person(ada.session, user="bob", socket="another")
    draft = (await previewed(bob, FILL))["draft"]
    commit = {"draft": draft, "operation_id": f"of {draft}"}
    asked = asyncio.ensure_future(bob.reply("operation.commit", commit))

    async def claimed() -> bool:
        return bool(inside(ada.session.id, claims))

    await until(claimed)
    await ada.session.closed("another")
    back = Person(ada.session, user="bob", socket="a third")
    assert await back.ask("operation.commit", **commit) == (await asked)["result"]
    assert await ada.cells("age") == [FILLED]


def claims(session: Any) -> int:
    return len(session._ready._drafts._claims)


async def test_waiting_to_publish_can_be_cancelled_and_the_draft_is_still_there(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=0.3)
    draft = (await previewed(ada, NUMBER))["draft"]
    asked = asyncio.ensure_future(ada.reply("operation.commit", {"draft": draft}, request=1000))

    async def claimed() -> bool:
        return bool(inside(ada.session.id, claims))

    await until(claimed)
    await ada.session.cancel(caller=ada.caller(1000))
    assert (await asked)["error"]["code"] == "cancelled"
    assert (await ada.ask("session.describe"))["version"] == 0
    assert await ada.cells("number", draft=draft) == [list(range(1, ROWS + 1))]
    assert not inside(ada.session.id, claims)


@pytest.mark.parametrize("how", ["next preview", "socket gone", "job cancelled"])
async def test_a_draft_that_nobody_wants_is_stopped_and_leaves_nothing(ada: Person, how: str) -> None:
    before = inside(ada.session.id, in_memory)
    slowness.slow_down(ada.session.id, "apply", seconds=1)
    await ada.listen()
    draft = (await previewed(ada, FILL))["draft"]
    await ada.ask("table.window", row=0, count=1, draft=draft)
    assert inside(ada.session.id, in_memory) > before
    slowness.back_to_normal(ada.session.id)
    if how == "next preview":
        await previewed(ada, {"op": "rename_column", "column": "age", "to": "years"})
    elif how == "socket gone":
        await ada.session.closed(ada.socket)
    else:
        job = (await ada.told("job.progress", label="Preview"))["job"]
        await ada.ask("job.cancel", job=job)
        failed = await ada.told("draft.failed", draft=draft)
        assert failed["error"]["code"] == "cancelled"
    refused = await ada.refused("table.window", row=0, count=1, draft=draft)
    assert refused["code"] == ("cancelled" if how == "job cancelled" else "unknown_version")

    async def nothing_left() -> bool:
        return bool(inside(ada.session.id, in_memory) == before)

    await until(nothing_left)
    await slowness.gone()


async def test_a_draft_that_fails_says_why_to_everybody(ada: Person) -> None:
    before = inside(ada.session.id, in_memory)
    slowness.slow_down(ada.session.id, "apply")
    await ada.listen()
    draft = (await previewed(ada, FILL))["draft"]
    asked = [
        asyncio.ensure_future(ada.reply("table.window", {"row": 0, "count": 1, "draft": draft})),
        asyncio.ensure_future(ada.reply("operation.commit", {"draft": draft})),
    ]
    failing = asyncio.ensure_future(ada.told("draft.failed", draft=draft))
    deaths = 0
    while not failing.done():
        deaths += killing.kill(slowness.SLOW)
        await asyncio.sleep(0.1)
    assert deaths > 1
    failed = await failing
    assert failed["error"]["code"] == "unavailable"
    assert [(await one)["error"] for one in asked] == [failed["error"]] * 2
    assert (await ada.refused("operation.commit", draft=draft))["code"] == "unknown_version"
    assert (await ada.ask("session.describe"))["version"] == 0
    await slowness.gone()
    assert inside(ada.session.id, in_memory) == before


async def test_a_draft_survives_the_death_of_a_worker(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "apply", seconds=1)
    await ada.listen()
    draft = (await previewed(ada, FILL))["draft"]
    seen = asyncio.ensure_future(ada.cells("age", draft=draft))
    asked = asyncio.ensure_future(ada.ask("operation.commit", draft=draft))
    await slowness.begun()
    assert killing.kill(slowness.SLOW) > 0
    ready = await ada.told("draft.ready", draft=draft)
    assert ready["impact"]["columns"] == {"age": {"changed": 4, "became_missing": 0}}
    assert await seen == [FILLED]
    assert (await asked)["version"] == (await ada.ask("session.describe"))["version"] > 0
    assert await ada.cells("age") == [FILLED]


async def test_previews_that_take_long_leave_a_turn_for_other_looks(ada: Person) -> None:
    before = inside(ada.session.id, in_memory)
    slowness.slow_down(ada.session.id, "apply", aside=True)
    bob = Person(ada.session, user="bob", socket="another")
    drafts = {person: (await previewed(person, TO_TEXT))["draft"] for person in (ada, bob)}
    await slowness.begun()
    analyzed = await ada.ask("column.analyze", column="name")
    assert analyzed["distinct"] == ROWS
    asked = asyncio.ensure_future(bob.reply("cell.get", {"row": 0, "column": "age", "draft": drafts[bob]}))
    await until(lambda: _is_written(ada, drafts[bob]))  # though it is not its turn: somebody looks at it
    for person, draft in drafts.items():
        assert not inside(ada.session.id, computed, draft)
        await person.ask("operation.discard", draft=draft)
    assert (await asked)["error"]["code"] == "unknown_version"
    await slowness.gone()
    assert inside(ada.session.id, in_memory) == before


async def test_publishing_does_not_wait_for_an_export(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "export", aside=True)
    exporting = asyncio.ensure_future(ada.session.export(ExportRequest("csv"), caller=ada.caller(99)))
    await slowness.begun()
    draft = (await previewed(ada, FILL))["draft"]
    published = await ada.ask("operation.commit", draft=draft)
    assert await ada.cells("age", version=published["version"]) == [FILLED]
    assert not exporting.done()
    await ada.session.cancel(caller=ada.caller(99))
    with pytest.raises(WillowError):
        await exporting


async def test_what_is_looked_at_is_there_though_a_worker_dies_before_it_is_its_turn(ada: Person) -> None:
    slowness.slow_down(ada.session.id, "export", aside=True)
    exporting = asyncio.ensure_future(ada.session.export(ExportRequest("csv"), caller=ada.caller(99)))
    await slowness.begun()
    exporter = {process.pid for process in killing.processes(slowness.SLOW)}
    slowness.slow_down(ada.session.id, "apply", seconds=1, aside=True)
    draft = (await previewed(ada, FILL))["draft"]
    asked = asyncio.ensure_future(ada.ask("table.window", row=4, count=1, columns=["age"], draft=draft))

    async def dead() -> bool:
        writers = [one for one in killing.processes(slowness.SLOW) if one.pid not in exporter]
        return any(killing.slay(one) for one in writers)

    await until(dead)
    assert (await asked)["cells"] == [[-1]]
    assert not exporting.done()
    await ada.session.cancel(caller=ada.caller(99))
    with pytest.raises(WillowError):
        await exporting


async def _is_written(ada: Person, draft: str) -> bool:
    return bool(inside(ada.session.id, parts_written, draft))


async def test_other_shapes_are_ready_when_they_are_answered(ada: Person) -> None:
    await ada.listen()
    keep = {"op": "filter_rows", "where": {"column": "age", "is": "missing"}}
    answer = await previewed(ada, keep)
    assert answer["columns"][1] == {"name": "age", "type": "integer", "missing": 4}
    assert inside(ada.session.id, computed, answer["draft"])
    ready = await ada.told("draft.ready", draft=answer["draft"])
    assert (ready["impact"]["rows_after"], ready["columns"]) == (4, answer["columns"])
    assert await ada.cells("name", draft=answer["draft"]) == [["n4", "n9", "n14", "n19"]]
