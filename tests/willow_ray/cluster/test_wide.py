"""A table with ten thousand columns can be worked on as any other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import ray

from tests.willow_ray.cluster.asking import actor_of, inside, opened, until
from willow_ray.config import Settings
from willow_ray.engine.packs import MOST_CHUNKS
from willow_ray.session.client import ExportRequest
from willow_ray.session.directory import RaySessions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("cluster")

COLUMNS = 10_000
NAMES = [f"c{number}" for number in range(COLUMNS)]
LINES = [
    ",".join(NAMES),
    ",".join(str(number) for number in range(COLUMNS)),
    ",".join("" if number % 2 else str(-number) for number in range(COLUMNS)),
    ",".join(f"{number}.5" for number in range(COLUMNS)),
]


def packs(session: Any) -> int:
    """How many objects hold the chunks of the session."""
    return len({place.pack for place in session._engine.chunks._places.values()})


async def test_ten_thousand_columns(tmp_path: Path) -> None:
    sessions = RaySessions(Settings(store=tmp_path / "store"))
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([*LINES, ""]), "utf-8")
    ada = await opened(sessions, path)
    described = await ada.ask("session.describe")
    assert (described["rows"], len(described["columns"])) == (3, COLUMNS)
    assert described["columns"][9_999] == {"name": "c9999", "type": "decimal", "missing": 1}
    shown = NAMES[5000:5020]
    window = await ada.ask("table.window", row=0, count=3, columns=shown)
    assert window["cells"][0] == [5000, -5000, 5000.5]
    assert window["cells"][1] == [5001, None, 5001.5]
    assert (await ada.ask("column.profile", columns=shown))["c5001"]["missing"] == 1
    assert (await ada.refused("table.window", row=0, count=1))["code"] == "too_large"

    fill = {"op": "fill_missing", "columns": ["c5001"], "using": "mean"}
    filled = await ada.ask("operation.apply", operation=fill)
    assert filled["impact"]["columns"] == {"c5001": {"changed": 1, "became_missing": 0}}
    keep = {"op": "filter_rows", "where": {"column": "c1", "is": "present"}}
    await ada.ask("operation.apply", operation=keep)
    assert await ada.cells("c5001", "c0") == [[5001, 5001.5], [0, 0.5]]
    sort = {"op": "sort_rows", "by": [{"column": "c9999", "descending": True}]}
    await ada.ask("operation.apply", operation=sort)
    assert await ada.cells("c5001", "c0") == [[5001.5, 5001], [0.5, 0]]
    # Narrow columns share objects: of the import, of rows kept and sorted; the column filled has its own.
    assert inside(ada.session.id, packs) <= 3 * math.ceil(COLUMNS / MOST_CHUNKS) + 1
    await ada.ask("history.undo")
    assert await ada.cells("c0") == [[0, 0.5]]
    assert (await ada.ask("history.redo")) == {"version": 3}

    async def saved() -> bool:
        return bool((await ada.ask("session.describe"))["saved"])

    await until(saved)
    ray.kill(actor_of(ada.session.id), no_restart=False)
    assert await ada.cells("c5001", "c0") == [[5001.5, 5001], [0.5, 0]]
    exported = await ada.session.export(ExportRequest("csv"), caller=ada.caller())
    lines = exported.path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert lines[0] == LINES[0]
    assert lines[1] == LINES[3]
    await sessions.delete(ada.session.id, user="ada")
