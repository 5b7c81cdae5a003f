"""A session as the ingress sees it: every method, every error, real files, actors and tasks."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dcs
from tests.willow_ray.cluster import slowness
from tests.willow_ray.cluster.asking import Person, create, inside, opened
from willow_ray.config import Settings
from willow_ray.protocol.errors import WillowError
from willow_ray.protocol.methods import METHODS
from willow_ray.protocol.views import View
from willow_ray.session.client import ExportRequest
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

PEOPLE = """\
name,age,city,born,member
Ada,36,Oslo,1988-01-02,true
Bob,,Lima,,false
,41,Rome,1983-03-04,
Dan,28,Oslo,1996-05-06,true
Eve,36,,1988-07-08,false
"""
NAMES = ["Ada", "Bob", None, "Dan", "Eve"]
COLUMNS = [
    {"name": "name", "type": "text", "missing": 1},
    {"name": "age", "type": "integer", "missing": 1},
    {"name": "city", "type": "text", "missing": 1},
    {"name": "born", "type": "date", "missing": 1},
    {"name": "member", "type": "boolean", "missing": 1},
]
NO_IMPACT = {
    "rows_before": 5,
    "rows_after": 5,
    "cells_changed": 0,
    "columns": {},
    "columns_added": [],
    "columns_removed": [],
}
RENAME = {"op": "rename_column", "column": "city", "to": "town"}
FILL = {"op": "fill_missing", "columns": ["city"], "value": "Bonn"}
FILLED = dcs.FillMissing(columns=("city",), value="Bonn").sentence()


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> RaySessions:
    return RaySessions(Settings(store=tmp_path_factory.mktemp("store"), chunk_rows=2))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return path


@pytest.fixture(scope="module")
def shared(sessions: RaySessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody in a session that no test changes."""
    path = tmp_path_factory.mktemp("source") / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    person = asyncio.run(opened(sessions, path))
    yield person
    asyncio.run(sessions.delete(person.session.id, user="ada"))


async def test_every_method_gives_what_it_declares(sessions: RaySessions, people: Path) -> None:
    ada = await opened(sessions, people)
    asked = set()

    async def ask(method: str, /, **params: Any) -> Any:
        asked.add(method)
        return await ada.ask(method, **params)

    described = await ask("session.describe")
    assert described.pop("saved") in (True, False)
    assert described == {
        "session": ada.session.id,
        "name": "people",
        "state": "ready",
        "version": 0,
        "rows": 5,
        "columns": COLUMNS,
        "can_undo": False,
        "can_redo": False,
        "jobs": [],
        "source": {"name": "people.csv", "bytes": len(PEOPLE), "options": {}},
    }
    assert await ask("table.window", row=1, count=2, columns=["age", "born"]) == {
        "version": 0,
        "total_rows": 5,
        "row": 1,
        "rows": [1, 2],
        "columns": ["age", "born"],
        "cells": [[None, 41], [None, "1983-03-04"]],
        "cut": [],
    }
    assert await ask("cell.get", row=3, column="born") == {"value": "1996-05-06"}
    place = {"row": 0, "column": "age"}
    assert await ask("table.find", **{"text": "O", "from": place}) == {"row": 0, "column": "city"}
    profiles = await ask("column.profile", columns=["city", "member"])
    assert profiles["city"] == {
        "missing": 1,
        "distinct": 3,
        "distinct_exact": True,
        "top": [["Oslo", 2], ["Lima", 1], ["Rome", 1]],
    }
    assert list(profiles) == ["city", "member"]
    statistics = await ask("column.analyze", column="age")
    assert {name: statistics[name] for name in ("count", "missing", "sum", "mean", "mode")} == {
        "count": 5,
        "missing": 1,
        "sum": 141,
        "mean": 35.25,
        "mode": [36],
    }
    assert await ask("column.values", **{"column": "city", "order": "value", "from": 1, "count": 2}) == {
        "total": 4,
        "values": [["Oslo", 2], ["Rome", 1]],
    }
    chart = await ask("chart.data", type="histogram", columns=["age"], bins=2)
    assert chart == {"edges": [28.0, 34.5, 41.0], "counts": {"age": [1, 3]}}

    impact: dict[str, Any] = {**NO_IMPACT, "columns_added": ["town"], "columns_removed": ["city"]}
    applied = {"version": 1, "summary": "Rename city to town", "impact": impact}
    assert await ask("operation.apply", operation=RENAME, base=0) == applied
    assert await ask("history.undo") == {"version": 0}
    assert await ask("history.redo") == {"version": 1}
    assert await ask("history.go", version=0) == {"version": 0}
    draft = (await ask("operation.preview", operation=FILL))["draft"]
    impact = {**NO_IMPACT, "cells_changed": 1, "columns": {"city": {"changed": 1, "became_missing": 0}}}
    committed = {"version": 2, "summary": FILLED, "impact": impact}
    assert await ask("operation.commit", draft=draft) == committed
    draft = (await ask("operation.preview", operation=RENAME))["draft"]
    assert await ask("operation.discard", draft=draft) is None
    assert await ask("history.note", version=2, text="guessed") is None
    assert await ask("session.rename", name="Members") is None
    recipe = await ask("recipe.get")
    assert [step["operation"] for step in recipe["steps"]] == [FILL]
    assert [step["note"] for step in recipe["steps"]] == ["guessed"]
    assert "dcs.FillMissing(columns=['city']" in (await ask("recipe.code"))["python"]
    assert await ask("recipe.apply", recipe=recipe) == {"version": 3, "versions": [3]}
    history = await ask("history.list")
    assert history["current"] == 3
    assert [
        (one["version"], one["parent"], one["op"], one["by"], one["note"]) for one in history["versions"]
    ] == [
        (0, None, None, "ada", None),
        (1, 0, "rename_column", "ada", None),
        (2, 0, "fill_missing", "ada", "guessed"),
        (3, 2, "fill_missing", "ada", "guessed"),
    ]
    assert await ask("job.cancel", job="gone") is None
    assert await ask("request.cancel", id=99) is None
    assert asked == set(METHODS)
    assert (await ada.ask("session.describe"))["name"] == "Members"
    assert [one.name for one in await sessions.list(user="ada") if one.id == ada.session.id] == ["Members"]
    await sessions.delete(ada.session.id, user="ada")


def faults(error: dict[str, Any]) -> list[str]:
    return [fault["path"] for fault in error["data"]["fields"]]


@pytest.mark.parametrize(
    ("method", "params", "code", "paths"),
    [
        ("table.windw", {}, "method_not_found", None),
        ("table.window", {"row": -1}, "invalid_params", ["row", "count"]),
        ("table.window", {"row": 0, "count": 1, "columns": ["agee"]}, "column_not_found", ["columns.0"]),
        ("cell.get", {"row": 9, "column": "age"}, "not_applicable", ["row"]),
        ("cell.get", {"row": 0, "column": "agee"}, "column_not_found", ["column"]),
        ("table.window", {"row": 0, "count": 1, "version": 7}, "unknown_version", None),
        ("table.window", {"row": 0, "count": 1, "draft": "x"}, "unknown_version", None),
        ("operation.commit", {"draft": "x"}, "unknown_version", None),
        ("history.go", {"version": 7}, "unknown_version", None),
        ("history.note", {"version": 7, "text": ""}, "unknown_version", None),
        ("history.undo", {}, "not_applicable", None),
        ("history.redo", {}, "not_applicable", None),
        ("operation.apply", {"operation": {"op": "fil"}}, "invalid_params", ["operation.op"]),
        (
            "operation.apply",
            {"operation": {"op": "fill_missing", "using": "men", "columns": ["age"]}},
            "invalid_params",
            ["operation.using"],
        ),
        (
            "operation.apply",
            {"operation": {"op": "delete_columns", "columns": ["age", "agee"]}},
            "column_not_found",
            ["operation.columns.1"],
        ),
        (
            "operation.preview",
            {"operation": {"op": "fill_missing", "using": "mean", "columns": ["name"]}},
            "not_applicable",
            ["operation.columns.0"],
        ),
        ("operation.apply", {"operation": RENAME, "base": 5}, "version_conflict", None),
        ("operation.preview", {"operation": RENAME, "base": 5}, "version_conflict", None),
        ("chart.data", {"type": "histogram", "columns": ["name"]}, "not_applicable", ["columns.0"]),
        ("recipe.apply", {"recipe": {"format": "x"}}, "invalid_params", None),
        (
            "table.find",
            {"text": "(", "regex": True, "from": {"row": 0, "column": "age"}},
            "invalid_expression",
            ["text"],
        ),
    ],
    ids=str,
)
async def test_what_is_refused_says_why_and_where(
    shared: Person, method: str, params: dict[str, Any], code: str, paths: list[str] | None
) -> None:
    error = await shared.refused(method, **params)
    assert error["code"] == code
    if paths is not None:
        assert faults(error) == paths
    assert (await shared.ask("session.describe"))["version"] == 0


@pytest.mark.parametrize(
    ("view", "code", "path"),
    [
        ({"where": {"column": "agee", "is": "missing"}}, "column_not_found", "view.where.column"),
        ({"where": {"column": "age", "is": "misssing"}}, "invalid_params", "view.where"),
        ({"sort": [{"column": "x"}]}, "column_not_found", "view.sort.0.column"),
        ({"where": {"search": "(", "regex": True}}, "invalid_expression", "view.where.search"),
    ],
    ids=str,
)
async def test_a_view_that_cannot_be_says_where(
    shared: Person, view: dict[str, Any], code: str, path: str
) -> None:
    error = await shared.refused("table.window", row=0, count=1, view=view)
    assert (error["code"], faults(error)) == (code, [path])


@pytest.mark.parametrize(
    ("view", "rows"),
    [
        ({"sort": [{"column": "age"}]}, [3, 0, 4, 2, 1]),
        ({"sort": [{"column": "age", "descending": True}, {"column": "name"}]}, [2, 0, 4, 3, 1]),
        ({"where": {"column": "member", "is": "equal", "value": True}}, [0, 3]),
        ({"where": {"search": "o"}}, [0, 1, 2, 3]),
        ({"where": {"search": "o", "case_sensitive": True}}, [0, 1, 2, 3]),
        ({"where": {"search": "O", "case_sensitive": True}}, [0, 3]),
        (
            {"where": {"any": [{"column": "city", "is": "missing"}, {"column": "age", "is": "missing"}]}},
            [1, 4],
        ),
        ({"where": {"columns": ["age"], "is": "duplicate"}, "sort": [{"column": "born"}]}, [0, 4]),
        ({"where": {"column": "city", "is": "equal", "value": "Paris"}}, []),
    ],
    ids=str,
)
async def test_views_choose_rows_and_put_them_in_order(
    shared: Person, view: dict[str, Any], rows: list[int]
) -> None:
    window = await shared.ask("table.window", row=0, count=10, columns=["name"], view=view)
    assert window["rows"] == rows
    assert window["total_rows"] == len(rows)
    assert window["cells"] == [[NAMES[row] for row in rows]]
    if rows:
        last = await shared.ask("table.window", row=len(rows) - 1, count=10, columns=["name"], view=view)
        assert last["rows"] == rows[-1:]
        cell = await shared.ask("cell.get", row=len(rows) - 1, column="name", view=view)
        assert cell == {"value": NAMES[rows[-1]]}
    beyond = await shared.ask("table.window", row=99, count=10, view=view)
    assert (beyond["rows"], beyond["total_rows"]) == ([], len(rows))


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"text": "o", "from": {"row": 0, "column": "name"}}, {"row": 0, "column": "city"}),
        ({"text": "o", "from": {"row": 0, "column": "born"}}, {"row": 1, "column": "name"}),
        ({"text": "oslo", "from": {"row": 1, "column": "name"}}, {"row": 3, "column": "city"}),
        ({"text": "oslo", "from": {"row": 4, "column": "name"}}, None),
        (
            {"text": "o", "from": {"row": 4, "column": "member"}, "backwards": True},
            {"row": 3, "column": "city"},
        ),
        (
            {"text": "o", "from": {"row": 1, "column": "name"}, "backwards": True},
            {"row": 1, "column": "name"},
        ),
        ({"text": "o", "columns": ["age"], "from": {"row": 0, "column": "age"}}, None),
        ({"text": "^3", "regex": True, "from": {"row": 1, "column": "age"}}, {"row": 4, "column": "age"}),
        (
            {"text": "o", "from": {"row": 0, "column": "name"}, "view": {"sort": [{"column": "name"}]}},
            {"row": 0, "column": "city"},
        ),
        (
            {"text": "o", "case_sensitive": True, "from": {"row": 2, "column": "name"}},
            {"row": 2, "column": "city"},
        ),
    ],
    ids=str,
)
async def test_find_goes_on_from_a_place(shared: Person, params: dict[str, Any], found: Any) -> None:
    assert await shared.ask("table.find", **params) == found


async def test_facets_are_paged_and_searched_and_follow_the_view(shared: Person) -> None:
    assert await shared.ask("column.values", column="city", search="o") == {
        "total": 2,
        "values": [["Oslo", 2], ["Rome", 1]],
    }
    page = await shared.ask("column.values", **{"column": "city", "from": 3, "count": 5})
    assert page == {"total": 4, "values": [[None, 1]]}
    view = {"where": {"column": "age", "is": "greater", "value": 30}}
    of_view = await shared.ask("column.values", column="city", view=view, order="value")
    assert of_view["values"] == [["Oslo", 1], ["Rome", 1], [None, 1]]
    assert (await shared.ask("column.analyze", column="age", view=view))["sum"] == 113
    chart = await shared.ask("chart.data", type="frequency", column="city", view=view)
    assert chart["values"] == [["Oslo", 1], ["Rome", 1]]


async def test_values_are_counted_once_for_all_pages_orders_and_searches(
    sessions: RaySessions, people: Path
) -> None:
    ada = await opened(sessions, people)
    view = {"where": {"column": "age", "is": "present"}}
    await ada.ask("column.values", column="city", count=1)
    await ada.ask("column.values", column="city", count=1, view=view)
    slowness.slow_down(ada.session.id, "count")  # whatever is counted from now on is not there in time
    assert await ada.ask("column.values", **{"column": "city", "from": 1, "count": 2}) == {
        "total": 4,
        "values": [["Lima", 1], ["Rome", 1]],
    }
    by_value = await ada.ask("column.values", column="city", order="value", view=view)
    assert by_value["values"] == [["Oslo", 2], ["Rome", 1], [None, 1]]
    assert await ada.ask("column.values", column="city", search="LI") == {"total": 1, "values": [["Lima", 1]]}
    await ada.ask("operation.apply", operation=RENAME)
    assert (await ada.ask("column.values", column="town", search="ro"))["values"] == [["Rome", 1]]
    slowness.back_to_normal(ada.session.id)
    await ada.ask("operation.apply", operation={**FILL, "columns": ["town"]})
    assert (await ada.ask("column.values", column="town", search="o"))["total"] == 3
    await sessions.delete(ada.session.id, user="ada")


async def test_long_texts_are_cut_in_windows_and_whole_as_cells(
    sessions: RaySessions, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("n,t\n1,short\n2," + "é" * 2001 + "\n", "utf-8")
    ada = await opened(sessions, path)
    window = await ada.ask("table.window", row=0, count=2)
    assert window["cut"] == [[1, "t"]]
    assert window["cells"][1] == ["short", "é" * 2000]
    assert await ada.ask("cell.get", row=1, column="t") == {"value": "é" * 2001}
    too_much = await ada.refused("table.window", row=0, count=1000, columns=["t"] * 51)
    assert too_much["code"] == "too_large"
    await sessions.delete(ada.session.id, user="ada")


async def test_a_draft_is_looked_at_before_it_is_published(sessions: RaySessions, people: Path) -> None:
    ada = await opened(sessions, people)
    await ada.listen()
    draft = (await ada.ask("operation.preview", operation=FILL))["draft"]
    ready = await ada.told("draft.ready", draft=draft)
    assert ready["impact"]["cells_changed"] == 1
    assert await ada.cells("city", draft=draft) == [["Oslo", "Lima", "Rome", "Oslo", "Bonn"]]
    view = {"where": {"column": "city", "is": "equal", "value": "Bonn"}}
    window = await ada.ask("table.window", row=0, count=9, columns=["name"], draft=draft, view=view)
    assert (window["version"], window["rows"], window["cells"]) == (None, [4], [["Eve"]])
    assert await ada.cells("city") == [["Oslo", "Lima", "Rome", "Oslo", None]]

    bob = Person(ada.session, user="bob", socket="another")
    theirs = (await bob.ask("operation.preview", operation=RENAME))["draft"]
    mine = (await ada.ask("operation.preview", operation=FILL))["draft"]
    assert (await ada.refused("table.window", row=0, count=1, draft=draft))["code"] == "unknown_version"
    assert (await ada.ask("operation.commit", draft=mine))["version"] == 1
    assert (await ada.refused("operation.commit", draft=mine))["code"] == "unknown_version"
    conflict = await bob.refused("operation.commit", draft=theirs)
    assert (conflict["code"], conflict["data"]) == ("version_conflict", {"base": 0, "current": 1})
    await ada.session.closed("another")
    assert (await bob.refused("table.window", row=0, count=1, draft=theirs))["code"] == "unknown_version"
    assert await ada.cells("city") == [["Oslo", "Lima", "Rome", "Oslo", "Bonn"]]
    await sessions.delete(ada.session.id, user="ada")


async def test_everybody_is_told_and_repeated_requests_are_done_once(
    sessions: RaySessions, people: Path
) -> None:
    ada = await opened(sessions, people)
    bob = Person(ada.session, user="bob", socket="another")
    await ada.listen()
    await bob.listen()
    twice = [ada.ask("operation.apply", operation=FILL, operation_id="one") for _ in range(2)]
    first, second = await asyncio.gather(*twice)
    assert first == second == await bob.ask("operation.apply", operation=FILL, operation_id="one")
    assert first["version"] == 1
    for person in (ada, bob):
        changed = await person.told("session.changed")
        assert changed == {"version": 1, "operation": FILL, "summary": FILLED}
        await person.told("session.saved", version=1)
    await bob.ask("history.undo", operation_id="two")
    await bob.ask("history.undo", operation_id="two")
    assert (await ada.told("session.changed"))["summary"] == f"Undo: {FILLED}"
    history = await ada.ask("history.list")
    assert (history["current"], len(history["versions"])) == (0, 2)
    assert (await ada.ask("session.describe"))["can_redo"]
    await sessions.delete(ada.session.id, user="ada")


async def test_recipes_are_done_as_a_whole_or_not_at_all(sessions: RaySessions, people: Path) -> None:
    ada = await opened(sessions, people)
    await ada.ask("operation.apply", operation={"op": "fill_missing", "columns": ["age"], "using": "mean"})
    await ada.ask("operation.apply", operation={"op": "sort_rows", "by": [{"column": "name"}]})
    recipe = await ada.ask("recipe.get")
    assert [(one["operation"]["op"], one["reason"] != "") for one in recipe["omitted"]] == [
        ("sort_rows", True)
    ]
    assert recipe["steps"][0]["state"] == {"fill": {"age": 35.25}}
    await ada.ask("history.go", version=0)
    await ada.ask("operation.apply", operation={"op": "set_cell", "row": 0, "column": "age", "value": 76})
    assert await ada.ask("recipe.apply", recipe=recipe) == {"version": 4, "versions": [4]}
    assert await ada.cells("age") == [[76, 35.25, 41, 28, 36]]
    await ada.ask("history.go", version=3)
    assert await ada.ask("recipe.apply", recipe=recipe, learn=True) == {"version": 5, "versions": [5]}
    assert await ada.cells("age") == [[76, 45.25, 41, 28, 36]]

    steps = [
        {"operation": {"op": "delete_columns", "columns": ["born"]}},
        {"operation": {"op": "round_numbers"}},
    ]
    broken = {**recipe, "steps": [*recipe["steps"], *steps]}
    assert (await ada.refused("recipe.apply", recipe=broken))["code"] in ("not_applicable", "invalid_params")
    history = await ada.ask("history.list")
    assert (history["current"], len(history["versions"])) == (5, 6)
    await sessions.delete(ada.session.id, user="ada")


async def test_exports_are_written_once_and_follow_view_and_columns(shared: Person) -> None:
    async def export(**request: Any) -> Any:
        return await shared.session.export(ExportRequest(**request), caller=shared.caller())

    csv = await export(format="csv")
    assert csv.path.read_text("utf-8") == PEOPLE
    assert (csv.bytes, csv.file_name, csv.media_type) == (
        len(PEOPLE),
        "people.csv",
        "text/csv; charset=utf-8",
    )
    written = csv.path.stat().st_ino
    assert await export(format="csv") == csv
    assert csv.path.stat().st_ino == written

    parquet = pq.read_table((await export(format="parquet")).path)
    assert parquet["age"].to_pylist() == [36, None, 41, 28, 36]
    assert parquet.schema.field("age").type == pa.int64()
    view = View.model_validate(
        {"where": {"column": "age", "is": "present"}, "sort": [{"column": "born", "descending": True}]}
    )
    seen = await export(format="csv", view=view, columns=("born", "name"))
    assert (
        seen.path.read_text("utf-8")
        == "born,name\n1996-05-06,Dan\n1988-07-08,Eve\n1988-01-02,Ada\n1983-03-04,\n"
    )
    assert len({csv.etag, seen.etag}) == 2
    nothing = View.model_validate({"where": {"column": "name", "is": "equal", "value": "Zoe"}})
    assert (await export(format="csv", view=nothing)).path.read_text() == PEOPLE.splitlines()[0] + "\n"
    for form in ("tsv", "json", "jsonl", "arrow", "xlsx", "hdf"):
        assert (await export(format=form)).bytes > 0
    for wrong, code in (
        ({"version": 9}, "unknown_version"),
        ({"columns": ("nam",)}, "column_not_found"),
        ({"view": View.model_validate({"sort": [{"column": "x"}]})}, "column_not_found"),
    ):
        with pytest.raises(WillowError) as refusal:
            await export(format="csv", **wrong)
        assert refusal.value.code == code
    assert sorted(path.suffix for path in csv.path.parent.iterdir()) == sorted(
        [".csv", ".csv", ".csv", ".parquet", ".tsv", ".json", ".jsonl", ".arrow", ".xlsx", ".hdf"]
    )


async def test_a_file_that_cannot_be_read_fails_with_a_sentence(
    sessions: RaySessions, tmp_path: Path
) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(b"\x00\x01\x02" * 99)
    session_id = await create(sessions, path)
    with pytest.raises(WillowError, match=r"The file is not text\.") as failure:
        await sessions.wait_ready(session_id)
    assert failure.value.code == "import_failed"
    ada = Person(await sessions.get(session_id, user="ada"))
    described = await ada.ask("session.describe")
    assert described["state"] == "failed"
    assert described["error"]["message"] == "The file is not text."
    assert (await ada.refused("table.window", row=0, count=1))["code"] == "import_failed"
    assert (await ada.refused("operation.apply", operation=RENAME))["code"] == "import_failed"
    assert [one.state for one in await sessions.list(user="ada") if one.id == session_id] == ["failed"]
    await sessions.delete(session_id, user="ada")


async def test_sessions_belong_to_their_user(sessions: RaySessions, shared: Person) -> None:
    session_id = shared.session.id
    with pytest.raises(WillowError) as stranger:
        await sessions.get(session_id, user="bob")
    assert stranger.value.code == "not_found"
    assert (await sessions.get(session_id, user=None)).id == session_id
    assert [one.id for one in await sessions.list(user="bob")] == []


async def test_the_import_report_tells_what_was_read(shared: Person) -> None:
    report = await shared.session.import_report()
    assert (report["rows_read"], report["rows_rejected"]) == (5, 0)


def loaded_modules(_: object) -> set[str]:
    return {name for name in ("pandas", "tables", "scipy", "modin") if name in sys.modules}


async def test_the_actor_stays_light(shared: Person) -> None:
    await shared.ask("column.analyze", column="name")
    await shared.ask("recipe.code")
    assert inside(shared.session.id, loaded_modules) == set()
