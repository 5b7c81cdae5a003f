"""The session as a state machine: event in, effects out. No Ray, no clock, no input or output.

Changes are done one after another. A change is computed, written into the journal, and only then has it
happened; until then it can be withdrawn, and the table is as if it had never been asked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from willow_ray.protocol.errors import BusyError, CancelledError, VersionConflictError, WillowError
from willow_ray.session import commands as c
from willow_ray.session.history import Version
from willow_ray.storage import entries
from willow_ray.storage.manifest import ANSWERS_KEPT

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import JsonValue

    from willow_ray.session.history import History

RETRY_AFTER_S = 1.0

MOST_PAUSES = 10
"""Pauses after which a checkpoint is written though a change is being computed."""


@dataclass
class Change:
    """A change that was accepted and has not yet happened."""

    ticket: c.Ticket
    command: c.Command
    by: str
    at: datetime
    operation_id: str | None
    keys: list[c.Key] = field(default_factory=list)
    entry: entries.Entry | None = None
    """Set when it is on its way into the journal: too late to withdraw."""


class SessionState:
    """Everything that is true of a session apart from the data itself; `handle` is the only way to change it.

    Args:
        name: shown to people.
        history: the versions so far; the import at least.
        answers: answers by `operation_id`, of changes that have happened.
        saved: versions that are completely on disk.
        max_waiting: changes that may wait for their turn.

    """

    def __init__(
        self,
        *,
        name: str,
        history: History,
        answers: dict[str, JsonValue],
        saved: set[int],
        max_waiting: int,
    ) -> None:
        self.name = name
        self.history = history
        self.answers = answers
        self.saved = saved
        self.saving: int | None = None
        self._pauses = 0
        """How many pauses the next checkpoint has had; 0 when none is due."""
        self._max_waiting = max_waiting
        self._active: Change | None = None
        self._waiting: deque[Change] = deque()
        self._tickets = 0

    def handle(self, event: c.Event) -> list[c.Effect]:
        """Take in what happened, and return what is to be done, in order."""
        match event:
            case c.Asked():
                return self._asked(event)
            case c.Computed():
                return self._computed(event)
            case c.ChangeFailed():
                return self._failed(event)
            case c.Appended():
                return self._appended(event)
            case c.Withdrawn():
                return self._withdrawn(event)
            case c.SaveDue():
                return self._save_due()
            case c.Saved():
                return self._saved(event)
            case c.SaveFailed(version=version):
                self.saving = None
                return [] if version == self.history.current else self.save_if_needed()
            case c.Damaged(whole=whole):
                self.saved = set(whole)
                return self.save_if_needed()
            case _:
                assert_never(event)

    def save_if_needed(self) -> list[c.Effect]:
        """See that the current version is saved soon, unless it is saved or a checkpoint is being written."""
        if self.saving is not None or self._pauses or self.history.current in self.saved:
            return []
        self._pauses = 1
        return [c.SaveSoon()]

    @property
    def idle(self) -> bool:
        """Nothing is being changed or written, and the current version is on disk."""
        return self._active is None and self.saving is None and self.history.current in self.saved

    def _asked(self, event: c.Asked) -> list[c.Effect]:
        if event.operation_id is not None:
            if event.operation_id in self.answers:
                return [c.Answer((event.key,), self.answers[event.operation_id])]
            for change in (self._active, *self._waiting):
                if change is not None and change.operation_id == event.operation_id:
                    change.keys.append(event.key)
                    return []
        if len(self._waiting) >= self._max_waiting:
            error = BusyError("Too many changes wait for their turn.", retry_after_s=RETRY_AFTER_S)
            return [c.Answer((event.key,), error=error)]
        self._tickets += 1
        ticket = c.Ticket(self._tickets)
        change = Change(ticket, event.command, event.by, event.at, event.operation_id, [event.key])
        self._waiting.append(change)
        return self._next()

    def _next(self) -> list[c.Effect]:
        """Begin changes until one has to be waited for."""
        effects: list[c.Effect] = []
        while self._active is None and self._waiting:
            change = self._waiting.popleft()
            try:
                effects.append(self._begin(change))
            except WillowError as error:
                effects.append(c.Answer(tuple(change.keys), error=error))
            else:
                self._active = change
        return effects

    def _begin(self, change: Change) -> c.Effect:
        match change.command:
            case c.Apply(steps=steps, base=base):
                self._require_base(base)
                return c.Compute(change.ticket, self.history.current, steps, change.keys[0])
            case c.Publish(draft=draft, base=base):
                self._require_base(base)
                return c.Await(change.ticket, draft)
            case c.Go():
                change.entry = self._gone(change, change.command)
            case c.Rename(name=name):
                change.entry = entries.RenameEntry(name=name, operation_id=change.operation_id)
            case c.Annotate(version=version, text=text):
                change.entry = entries.NoteEntry(
                    version=self.history[version].number, text=text, operation_id=change.operation_id
                )
            case _:
                assert_never(change.command)
        return c.Append(change.ticket, change.entry)

    def _require_base(self, base: int | None) -> None:
        if base is not None and base != self.history.current:
            raise VersionConflictError(base=base, current=self.history.current)

    def _computed(self, event: c.Computed) -> list[c.Effect]:
        change = self._active
        if change is None or change.ticket != event.ticket:
            return [c.Drop(event.ticket)]
        change.entry = self._applied(change, event.steps)
        return [c.Append(change.ticket, change.entry)]

    def _failed(self, event: c.ChangeFailed) -> list[c.Effect]:
        change = self._active
        if change is None or change.ticket != event.ticket:
            return []
        self._active = None
        dropped = [] if change.entry is None else [c.Drop(change.ticket)]
        return [*dropped, c.Answer(tuple(change.keys), error=event.error), *self._next()]

    def _withdrawn(self, event: c.Withdrawn) -> list[c.Effect]:
        """Take back a request; the change goes on while others wait for it, or when it is being written."""
        change = next(
            (one for one in (self._active, *self._waiting) if one is not None and event.key in one.keys), None
        )
        if change is None or change.entry is not None:
            return []
        change.keys.remove(event.key)
        effects: list[c.Effect] = [c.Answer((event.key,), error=CancelledError())]
        if change.keys:
            return effects
        if change is not self._active:
            self._waiting.remove(change)
            return effects
        self._active = None
        return [*effects, c.Stop(change.ticket), *self._next()]

    def _save_due(self) -> list[c.Effect]:
        """Begin a checkpoint of whatever is current now; while a change is computed, rather later."""
        if self.history.current in self.saved:
            self._pauses = 0
            return []
        if self._active is not None and self._pauses < MOST_PAUSES:
            self._pauses += 1
            return [c.SaveSoon()]
        self._pauses = 0
        self.saving = self.history.current
        return [c.Save(self.saving)]

    def _saved(self, event: c.Saved) -> list[c.Effect]:
        self.saving = None
        self.saved.add(event.version)
        return [c.Announce("session.saved", {"version": event.version}), *self.save_if_needed()]

    def _applied(self, change: Change, steps: tuple[c.StepDone, ...]) -> entries.Entry:
        """Write the change down as it will be after the journal has it."""
        first, parent = self.history.next_number, self.history.current
        if isinstance(change.command, c.Apply) and change.command.recipe:
            numbers = [first + index for index in range(len(steps))]
            answer: dict[str, JsonValue] = {
                "version": numbers[-1] if numbers else parent,
                "versions": list(numbers),
            }
            made = [
                self._step(change, step, number, number - 1 if index else parent).model_copy(
                    update={"note": change.command.steps[index].note}
                )
                for index, (number, step) in enumerate(zip(numbers, steps, strict=True))
            ]
            return entries.RecipeEntry(steps=tuple(made), operation_id=change.operation_id, answer=answer)
        (step,) = steps
        made_step = self._step(change, step, first, parent)
        return entries.ApplyEntry(
            **dict(made_step),
            operation_id=change.operation_id,
            answer={"version": first, "summary": made_step.summary, "impact": step.impact},
        )

    def _step(self, change: Change, step: c.StepDone, version: int, parent: int) -> entries.Step:
        return entries.Step(
            version=version,
            parent=parent,
            operation=step.operation.to_wire(),
            state=step.state,
            impact=step.impact,
            summary=step.operation.sentence(),
            by=change.by,
            at=change.at,
        )

    def _gone(self, change: Change, command: c.Go) -> entries.GoEntry:
        match command.how:
            case "undo":
                target = self.history.require_undo()
            case "redo":
                target = self.history.require_redo()
            case "go":
                assert command.target is not None
                target = self.history[command.target].number
        return entries.GoEntry(
            origin=self.history.current,
            target=target,
            how=command.how,
            operation_id=change.operation_id,
            answer={"version": target},
        )

    def _appended(self, event: c.Appended) -> list[c.Effect]:
        change = self._active
        assert change is not None
        assert change.ticket == event.ticket
        assert change.entry is not None
        self._active = None
        entry = change.entry
        effects: list[c.Effect] = []
        answer: JsonValue = None
        match entry:
            case entries.ApplyEntry() | entries.RecipeEntry():
                steps = entry.steps if isinstance(entry, entries.RecipeEntry) else (entry,)
                for step in steps:
                    self.history.add(version_of(step))
                effects.append(c.Accept(change.ticket, tuple(step.version for step in steps)))
                effects += [self._changed(step.summary, step.version, step.operation) for step in steps[-1:]]
                answer = entry.answer
            case entries.GoEntry():
                moved = self.history[entry.origin if entry.how == "undo" else entry.target]
                self.history.go(entry.target)
                effects.append(self._changed(_GONE[entry.how].format(moved.summary), entry.target, None))
                answer = entry.answer
            case entries.RenameEntry():
                self.name = entry.name
            case entries.NoteEntry():
                self.history.annotate(entry.version, entry.text)
            case entries.ImportEntry():
                raise AssertionError("an import is not a change")
            case _:
                assert_never(entry)
        if change.operation_id is not None:
            self.answers[change.operation_id] = answer
            while len(self.answers) > ANSWERS_KEPT:
                del self.answers[next(iter(self.answers))]
        return [*effects, c.Answer(tuple(change.keys), answer), *self.save_if_needed(), *self._next()]

    def _changed(self, summary: str, version: int, operation: dict[str, JsonValue] | None) -> c.Effect:
        params: dict[str, JsonValue] = {"version": version, "summary": summary}
        return c.Announce("session.changed", {**params, "operation": operation} if operation else params)


_GONE = {"undo": "Undo: {}", "redo": "Redo: {}", "go": "Go to: {}"}


def version_of(step: entries.Step | entries.ApplyEntry) -> Version:
    """Return the version that a journaled step made."""
    return Version(
        number=step.version,
        parent=step.parent,
        operation=step.operation,
        state=step.state,
        summary=step.summary,
        by=step.by,
        at=step.at,
        impact=step.impact,
        note=step.note,
    )
