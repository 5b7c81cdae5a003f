"""People who work on one session, and ask again until they are answered."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING, Any, Protocol

from tests.willow_ray.cluster.asking import until
from tests.willow_ray.cluster.chaos import moves

if TYPE_CHECKING:
    import random

    import pyarrow as pa

    from tests.willow_ray.cluster.chaos.killing import Killer
    from tests.willow_ray.cluster.chaos.world import Acknowledged, World

PATIENCE_S = 180.0
"""Longer than everything takes to be gone, and to be there again."""

PAUSE_S = 0.2
IMPORT_S = 2.0
TRY_AGAIN = ("unavailable", "busy")
OUTRUN = ("version_conflict", "not_applicable", "column_not_found", "invalid_params", "too_large")
"""Refusals of a change that fitted the table which somebody had before them."""


class Line(Protocol):
    """A person's connection to a session, which may break and is made again."""

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request, `{"result": …}` or `{"error": …}`; `unavailable` when it broke."""

    async def export(self, version: int) -> pa.Table | None:
        """Return a version as it is downloaded; None when the line broke."""


class Person:
    """Does one thing after another."""

    def __init__(
        self, name: str, line: Line, world: World, chance: random.Random, killer: Killer | None = None
    ) -> None:
        self.name = name
        self.world = world
        self.line = line
        self.killer = killer
        self._chance = chance
        self._ids = itertools.count(1)

    async def reply(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Ask until there is an answer."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if self.killer is not None:
                self.killer.asked()
            answer = await self.line.ask(method, params)
            if "result" in answer or answer["error"]["code"] not in TRY_AGAIN:
                break
            assert time.monotonic() < deadline, f"{method} is not answered: {answer}"
            await asyncio.sleep(PAUSE_S)
        if self.killer is not None:
            self.killer.answered()
        return answer

    async def ask(self, method: str, /, **params: Any) -> Any:
        """Ask for what cannot be refused."""
        answer = await self.reply(method, params)
        assert "result" in answer, (method, params, answer)
        return answer["result"]

    async def change(self, method: str, /, **params: Any) -> Any:
        """Change something, for certain: the same `operation_id` again until it is answered."""
        params = {**params, "operation_id": f"{self.name}-{next(self._ids)}"}
        answer = await self.reply(method, params)
        if "result" in answer:
            self.world.acknowledge(method, params, answer["result"])
            return answer["result"]
        assert answer["error"]["code"] in OUTRUN, (method, params, answer)
        self.world.refused += 1
        return None

    async def ready(self) -> None:
        """Wait until the file is imported; something dies meanwhile, but not for ever."""
        if self.killer is not None:
            for _ in range(self._chance.randint(0, 2)):
                await self.killer.strike(within_s=IMPORT_S)

        async def is_ready() -> bool:
            answer = await self.line.ask("session.describe", {})
            return "result" in answer and answer["result"]["state"] == "ready"

        await until(is_ready, patience_s=PATIENCE_S)

    async def act(self) -> None:
        """Do something or look at something."""
        doings = [self._apply, self._move, self._commit, self._note, self._recipe, self._repeat, self._look]
        doings += [self._export, self._rename]
        weights = [8, 5, 2, 1, 1, 2, 2, 1, 1]
        await self._chance.choices(doings, weights)[0]()

    async def apply(self, operation: dict[str, Any]) -> int | None:
        """Apply an operation; return its version, None when it was refused."""
        answer = await self.change("operation.apply", operation=operation)
        return None if answer is None else answer["version"]

    async def touch(self) -> None:
        """Change a cell of a table that nobody else works on."""
        assert await self.apply(moves.set_cell(self.world.sample, self._chance)) is not None

    async def go(self, version: int) -> None:
        """Go to a version."""
        assert await self.change("history.go", version=version) == {"version": version}

    async def _apply(self) -> None:
        base = {"base": self.world.current} if self._chance.random() < 0.2 else {}
        operation = moves.choose(self.world.sample, self._chance)
        await self.change("operation.apply", operation=operation, **base)

    async def _move(self) -> None:
        how = self._chance.choice(["undo", "undo", "redo", "go"])
        if how == "go":
            await self.go(self._chance.choice(list(self.world.tables)))
        else:
            await self.change(f"history.{how}")

    async def _commit(self) -> None:
        """Look at a draft, and publish it; one that died is made again, for the same request."""
        operation = moves.choose(self.world.sample, self._chance)
        params: dict[str, Any] = {"operation_id": f"{self.name}-{next(self._ids)}"}
        for _ in range(20):
            preview = await self.reply("operation.preview", {"operation": operation})
            if "error" in preview:
                assert preview["error"]["code"] in OUTRUN, preview
                return
            if self._chance.random() < 0.5:
                await self.reply("table.window", {"row": 0, "count": 9, "draft": preview["result"]["draft"]})
            answer = await self.reply("operation.commit", {**params, "draft": preview["result"]["draft"]})
            if "result" in answer:
                made = {**params, "operation": operation}
                self.world.acknowledge("operation.apply", made, answer["result"])
                return
            if answer["error"]["code"] != "unknown_version":
                assert answer["error"]["code"] in OUTRUN, answer
                return
        raise AssertionError("a draft was lost twenty times")

    async def _note(self) -> None:
        version = self._chance.choice(list(self.world.tables))
        if self.world.is_noted_by(version, self.name):
            await self.change("history.note", version=version, text=self._chance.choice(["", "a", "b"]))

    async def _rename(self) -> None:
        if self.world.is_noted_by(0, self.name):
            await self.change("session.rename", name=f"table {self._chance.randrange(99)}")

    async def _recipe(self) -> None:
        recipe = await self.ask("recipe.get", version=self._chance.choice(list(self.world.tables)))
        steps = recipe["steps"][: self._chance.randint(1, 3)]
        learn = self._chance.random() < 0.5
        await self.change("recipe.apply", recipe={**recipe, "steps": steps}, learn=learn)

    async def _repeat(self) -> None:
        """Ask again for what was done long ago: the answer is the first one, and nothing happens."""
        if self.world.acknowledged:
            await self.repeat(self._chance.choice(self.world.acknowledged))

    async def repeat(self, done: Acknowledged) -> None:
        """See that a change asked for again gives its first answer."""
        assert await self.ask(done.method, **done.params) == done.answer, done

    async def _look(self) -> None:
        version = self._chance.choice(list(self.world.tables))
        if self._chance.random() < 0.5:
            self.world.expect(await self.ask("table.window", row=0, count=1000, version=version))
            return
        seen = {"where": {"column": "city", "is": "present"}, "sort": [{"column": "fare"}]}
        window = await self.ask("table.window", row=0, count=1, version=version, view=seen)
        assert window["total_rows"] == len(self.world.tables[version]["city"].drop_null())

    async def _export(self) -> None:
        await self.check_export(self._chance.choice(list(self.world.tables)))

    async def check_export(self, version: int) -> None:
        """See that a version is exported as it is."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if self.killer is not None:
                self.killer.asked()
            exported = await self.line.export(version)
            if exported is not None:
                break
            assert time.monotonic() < deadline, f"version {version} is not exported"
            await asyncio.sleep(PAUSE_S)
        assert exported.to_pydict() == self.world.tables[version].to_pydict()

    async def settle(self) -> None:
        """Learn where everything stands, now that nobody else does anything, and see that it is right."""
        history = await self.ask("history.list")
        self.world.learn(history, await self.ask("session.describe"))
        window = await self.ask("table.window", row=0, count=1000)
        assert window["version"] == self.world.current
        self.world.expect(window)

    async def check_all(self) -> None:
        """See that every version there ever was is right, and that nothing that was done is done again."""
        for version in list(self.world.tables):
            await self.go(version)
            await self.settle()
        for done in list(self.world.acknowledged):
            await self.repeat(done)
        await self.settle()


async def work(people: list[Person], acts: int) -> None:
    """Let people act at the same time, each so often; then see that everything is right."""

    async def one(person: Person) -> None:
        for _ in range(acts):
            await person.act()

    async with asyncio.TaskGroup() as together:
        for person in people:
            together.create_task(one(person))
    await people[0].settle()
