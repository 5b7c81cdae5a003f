"""A person who works on a session while processes die, and a model that knows what the table must be."""

from __future__ import annotations

import asyncio
import random
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil
import pyarrow as pa

from dcs.catalogue import parse
from dcs.run import run
from willow_ray.protocol.imports import ImportOptions
from willow_ray.session.client import Caller

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.session.directory import RaySession, RaySessions

ROWS = 200
ME = Caller("ada", "socket")
PATIENCE = 40


def table() -> pa.Table:
    """What the file holds: whole numbers, texts and decimals, some missing."""
    chance = random.Random(1)  # noqa: S311 - the same table each time
    return pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "city": pa.array([chance.choice(["Oslo", "Lima", " Rome ", None]) for _ in range(ROWS)]),
            "fare": pa.array([chance.choice([None, 1.5, 2.25, 40.0]) for _ in range(ROWS)]),
        }
    )


def write_csv(path: Path) -> None:
    """Write the table as a person's file."""
    rows = [
        ",".join("" if value is None else str(value) for value in row)
        for row in zip(*(table()[name].to_pylist() for name in table().column_names), strict=True)
    ]
    path.write_text("\n".join([",".join(table().column_names), *rows]) + "\n", "utf-8")


@dataclass
class Model:
    """Versions by number, computed with dcs alone."""

    tables: dict[int, pa.Table] = field(default_factory=lambda: {0: table()})
    parents: dict[int, int] = field(default_factory=dict)
    redo: dict[int, int] = field(default_factory=dict)
    current: int = 0

    def apply(self, operation: dict[str, Any], version: int) -> None:
        self.tables[version] = run(parse(operation), self.tables[self.current]).table
        self.parents[version] = self.current
        self.go(version)

    def go(self, version: int) -> None:
        self.current = version
        while version in self.parents:
            self.redo[self.parents[version]] = version
            version = self.parents[version]


class Person:
    """Does one thing after another, each with an operation id, and asks again until it is answered."""

    def __init__(self, session: RaySession, chance: random.Random) -> None:
        self.session = session
        self.model = Model()
        self._chance = chance
        self._asked = 0

    async def act(self) -> None:
        """Do something, and let the model do the same."""
        method, params = self._choose()
        self._asked += 1
        answer = await self._ask(method, {**params, "operation_id": f"op-{self._asked}"})
        if method == "operation.apply":
            self.model.apply(params["operation"], answer["version"])
        else:
            self.model.go(answer["version"])

    async def go(self, version: int) -> None:
        """Go to a version."""
        await self._ask("history.go", {"version": version})
        self.model.go(version)

    async def check(self) -> None:
        """See that the whole table is what the model says."""
        names = self.model.tables[self.model.current].column_names
        window = await self._ask("table.window", {"row": 0, "count": 1000})
        expected = self.model.tables[self.model.current]
        assert window["version"] == self.model.current
        assert window["columns"] == names
        assert window["cells"] == [expected[name].to_pylist() for name in names]

    async def check_history(self) -> None:
        """See that every version is there once, as the child of the right one."""
        history = await self._ask("history.list", {})
        parents = {version["version"]: version["parent"] for version in history["versions"]}
        assert parents == {0: None, **self.model.parents}
        assert history["current"] == self.model.current

    def _choose(self) -> tuple[str, dict[str, Any]]:
        model = self.model
        moves: list[tuple[str, dict[str, Any]]] = [
            ("history.go", {"version": self._chance.choice(list(model.tables))})
        ]
        if model.current in model.parents:
            moves.append(("history.undo", {}))
        if model.current in model.redo:
            moves.append(("history.redo", {}))
        if self._chance.random() < 0.4:
            return self._chance.choice(moves)
        rows = model.tables[model.current].num_rows
        operations: list[dict[str, Any]] = [
            {"op": "trim_whitespace", "columns": ["city"]},
            {"op": "fill_missing", "columns": ["city"], "using": "value", "value": "?"},
            {"op": "sort_rows", "by": [{"column": "city"}, {"column": "id", "descending": True}]},
            {
                "op": "replace_values",
                "columns": ["city"],
                "match": "regex",
                "replacements": [{"find": "^(.)", "replace": r"\1\1"}],
            },
        ]
        if rows > ROWS // 4:
            keep = {"column": "id", "is": "not_equal", "value": self._chance.randrange(ROWS)}
            operations.append({"op": "filter_rows", "where": keep})
        if rows:
            cell = {"row": self._chance.randrange(rows), "column": "fare", "value": 7.5}
            operations.append({"op": "set_cell", **cell})
        return "operation.apply", {"operation": self._chance.choice(operations)}

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        for _ in range(PATIENCE):
            answer = await self.session.call(method, params, caller=ME)
            if "result" in answer:
                return answer["result"]
            error: Any = answer["error"]
            assert error["code"] == "unavailable", answer
            await asyncio.sleep(0.2)
        raise AssertionError(f"{method} was not answered: {answer}")


async def begin(sessions: RaySessions, directory: Path) -> str:
    """Import the table and return the session's id."""
    source = directory / "table.csv"
    write_csv(source)
    session = await sessions.create(
        user="ada", name="table", file_name="table.csv", source=source, options=ImportOptions()
    )
    await sessions.wait_ready(session)
    return session


def processes(*titles: str) -> list[psutil.Process]:
    """Return the Ray processes below this one that do a certain work: `ray::SessionActor`, `ray::apply`."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if any(process.cmdline()[:1] and title in process.cmdline()[0] for title in titles):
                found.append(process)
    return found


def kill(*titles: str) -> int:
    """Kill such processes at once, as a power cut would; return how many there were."""
    killed = processes(*titles)
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    return len(killed)
