"""What must be true of a session: everything acknowledged, and the tables that follow from it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dcs.catalogue import parse
from dcs.run import run

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 200


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


def write_csv(path: Path) -> Path:
    """Write the table as a person's file."""
    rows = [
        ",".join("" if value is None else str(value) for value in row)
        for row in zip(*(table()[name].to_pylist() for name in table().column_names), strict=True)
    ]
    path.write_text("\n".join([",".join(table().column_names), *rows]) + "\n", "utf-8")
    return path


@dataclass(frozen=True)
class Acknowledged:
    """A change that was answered."""

    method: str
    params: dict[str, Any]
    answer: Any


@dataclass(frozen=True)
class Made:
    """How a version was made, from its parent."""

    operation: dict[str, Any]
    state: dict[str, Any] | None = None


@dataclass
class World:
    """Versions by number, computed with dcs alone, once the history has told their parents."""

    people: tuple[str, ...] = ("ada",)
    name: str = "table"
    tables: dict[int, pa.Table] = field(default_factory=lambda: {0: table()})
    parents: dict[int, int | None] = field(default_factory=lambda: {0: None})
    made: dict[int, Made] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    current: int = 0
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: int = 0
    """Changes that no longer fitted the table, somebody else having been faster."""

    def acknowledge(self, method: str, params: dict[str, Any], answer: Any) -> None:
        """Take in an answer: from now on it must be true, whatever dies."""
        self.acknowledged.append(Acknowledged(method, params, answer))
        match method:
            case "operation.apply":
                self._make(answer["version"], Made(params["operation"]))
            case "recipe.apply":
                steps = params["recipe"]["steps"]
                for version, step in zip(answer["versions"], steps, strict=True):
                    self._make(
                        version, Made(step["operation"], None if params["learn"] else step.get("state"))
                    )
                    self.notes[version] = step.get("note") or ""
            case "session.rename":
                self.name = params["name"]
            case "history.note":
                self.notes[params["version"]] = params["text"]
            case "history.undo" | "history.redo" | "history.go":
                assert answer["version"] in self.parents | self.made

    def _make(self, version: int, made: Made) -> None:
        assert version not in self.made, f"version {version} was made twice"
        self.made[version] = made

    def learn(self, history: dict[str, Any], described: dict[str, Any]) -> None:
        """Take in where versions come from; see that there are those acknowledged, once each, no other."""
        versions = {version["version"]: version for version in history["versions"]}
        assert len(versions) == len(history["versions"])
        assert set(versions) == {0, *self.made}
        for number, made in sorted(self.made.items()):
            version = versions[number]
            assert version["op"] == made.operation["op"]
            if number not in self.tables:
                self.parents[number] = version["parent"]
                before = self.tables[version["parent"]]
                self.tables[number] = run(parse(made.operation), before, state=made.state).table
            assert version["parent"] == self.parents[number]
        notes = {number: version["note"] for number, version in versions.items() if version["note"]}
        assert notes == {number: text for number, text in self.notes.items() if text}
        assert described["name"] == self.name
        assert described["version"] == history["current"]
        self.current = history["current"]

    def expect(self, window: dict[str, Any]) -> None:
        """See that a whole table is what it must be."""
        expected = self.tables[window["version"]]
        assert window["columns"] == expected.column_names
        assert window["cells"] == [column.to_pylist() for column in expected.columns]

    def is_noted_by(self, version: int, person: str) -> bool:
        """Say whether a person writes the notes of a version (of the first one also: names the session)."""
        return self.people[version % len(self.people)] == person

    @property
    def sample(self) -> pa.Table:
        """The table that people look at before they decide."""
        return self.tables[self.current]
