from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dcs.clean.columns import RenameColumn
from willow_ray.protocol.errors import WillowError
from willow_ray.session import commands as c
from willow_ray.session.history import History, Version
from willow_ray.session.state import SessionState
from willow_ray.storage.entries import ApplyEntry, GoEntry, NoteEntry, RecipeEntry, RenameEntry, Step

if TYPE_CHECKING:
    from pydantic import JsonValue

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RENAME = RenameColumn(column="a", to="b")
IMPACT: dict[str, JsonValue] = {"cells_changed": 0}
DONE = c.StepDone(RENAME, {}, IMPACT)


def imported(*, max_waiting: int = 3) -> SessionState:
    history = History()
    history.add(Version(0, None, None, {}, "Open a.csv", "ada", NOON, None))
    return SessionState(name="a", history=history, answers={}, saved={0}, max_waiting=max_waiting)


def ask(command: c.Command, key: str = "k1", *, operation_id: str | None = None) -> c.Asked:
    return c.Asked(c.Key(key), command, "ada", NOON, operation_id)


def apply(base: int | None = None) -> c.Apply:
    return c.Apply((c.Step(RENAME),), base)


def with_version_1(state: SessionState) -> SessionState:
    """Apply one operation and save it."""
    ticket = _ticket(state.handle(ask(apply())))
    state.handle(c.Computed(ticket, (DONE,)))
    state.handle(c.Appended(ticket))
    state.handle(c.Saved(1))
    return state


def _ticket(effects: list[c.Effect]) -> c.Ticket:
    (effect,) = effects
    assert isinstance(effect, c.Compute | c.Append)
    return effect.ticket


def applied(version: int, parent: int, *, operation_id: str | None = None) -> ApplyEntry:
    return ApplyEntry(
        version=version,
        parent=parent,
        operation={"op": "rename_column", "column": "a", "to": "b"},
        state={},
        impact=IMPACT,
        summary="Rename a to b",
        by="ada",
        at=NOON,
        operation_id=operation_id,
        answer={"version": version, "summary": "Rename a to b", "impact": IMPACT},
    )


def test_an_operation_is_computed_then_journaled_then_answered() -> None:
    state = imported()
    assert state.handle(ask(apply())) == [c.Compute(c.Ticket(1), 0, (c.Step(RENAME),), c.Key("k1"))]
    assert state.handle(c.Computed(c.Ticket(1), (DONE,))) == [c.Append(c.Ticket(1), applied(1, 0))]
    assert state.history.current == 0
    assert state.handle(c.Appended(c.Ticket(1))) == [
        c.Accept(c.Ticket(1), (1,)),
        c.Announce(
            "session.changed",
            {
                "version": 1,
                "summary": "Rename a to b",
                "operation": {"op": "rename_column", "column": "a", "to": "b"},
            },
        ),
        c.Answer((c.Key("k1"),), {"version": 1, "summary": "Rename a to b", "impact": {"cells_changed": 0}}),
        c.SaveSoon(),
    ]
    assert state.history.current == 1
    assert state.handle(c.SaveDue()) == [c.Save(1)]


def test_a_change_that_fails_leaves_everything_as_it_was() -> None:
    state = imported()
    state.handle(ask(apply()))
    error = WillowError("not_applicable", "No.")
    assert state.handle(c.ChangeFailed(c.Ticket(1), error)) == [c.Answer((c.Key("k1"),), error=error)]
    assert (state.history.current, state.idle) == (0, True)


def test_changes_wait_for_their_turn() -> None:
    state = imported()
    state.handle(ask(apply(), "k1"))
    assert state.handle(ask(apply(), "k2")) == []
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    assert state.handle(c.Appended(c.Ticket(1)))[-1] == c.Compute(
        c.Ticket(2), 1, (c.Step(RENAME),), c.Key("k2")
    )


def test_a_full_queue_is_busy() -> None:
    state = imported(max_waiting=1)
    state.handle(ask(apply(), "k1"))
    state.handle(ask(apply(), "k2"))
    (answer,) = state.handle(ask(apply(), "k3"))
    assert isinstance(answer, c.Answer)
    assert answer.error is not None
    assert (answer.error.code, answer.error.data) == ("busy", {"retry_after_s": 1.0})


def test_another_base_is_a_conflict() -> None:
    state = with_version_1(imported())
    (answer,) = state.handle(ask(apply(base=0), "k2"))
    assert isinstance(answer, c.Answer)
    assert answer.error is not None
    assert (answer.error.code, answer.error.data) == ("version_conflict", {"base": 0, "current": 1})


def test_the_same_operation_id_joins_the_running_change_and_then_gets_its_answer() -> None:
    state = imported()
    state.handle(ask(apply(), "k1", operation_id="x"))
    assert state.handle(ask(apply(), "k2", operation_id="x")) == []
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    answer: JsonValue = {"version": 1, "summary": "Rename a to b", "impact": {"cells_changed": 0}}
    assert c.Answer((c.Key("k1"), c.Key("k2")), answer) in state.handle(c.Appended(c.Ticket(1)))
    assert state.handle(ask(apply(), "k3", operation_id="x")) == [c.Answer((c.Key("k3"),), answer)]
    assert state.history.current == 1


def test_undo_and_redo_move_between_versions() -> None:
    state = with_version_1(imported())
    undo = state.handle(ask(c.Go("undo"), "k2"))
    assert undo == [c.Append(c.Ticket(2), GoEntry(origin=1, target=0, how="undo", answer={"version": 0}))]
    assert state.handle(c.Appended(c.Ticket(2))) == [
        c.Announce("session.changed", {"version": 0, "summary": "Undo: Rename a to b"}),
        c.Answer((c.Key("k2"),), {"version": 0}),
    ]
    assert state.handle(ask(c.Go("redo"), "k3")) == [
        c.Append(c.Ticket(3), GoEntry(origin=0, target=1, how="redo", answer={"version": 1}))
    ]
    state.handle(c.Appended(c.Ticket(3)))
    assert state.history.current == 1


def test_nothing_to_undo_is_said_and_the_next_change_goes_on() -> None:
    state = imported()
    (answer,) = state.handle(ask(c.Go("undo")))
    assert isinstance(answer, c.Answer)
    assert str(answer.error) == "There is nothing to undo."
    assert state.idle


def test_acting_after_undo_makes_a_branch_and_loses_nothing() -> None:
    state = with_version_1(imported())
    state.handle(ask(c.Go("undo"), "k2"))
    state.handle(c.Appended(c.Ticket(2)))
    state.handle(ask(apply(), "k3"))
    state.handle(c.Computed(c.Ticket(3), (DONE,)))
    state.handle(c.Appended(c.Ticket(3)))
    assert [(version.number, version.parent) for version in state.history] == [(0, None), (1, 0), (2, 0)]
    assert state.history.current == 2


def test_a_recipe_makes_all_its_versions_at_once() -> None:
    state = imported()
    step = c.Step(RENAME)
    state.handle(ask(c.Apply((step, step), recipe=True)))
    (append,) = state.handle(c.Computed(c.Ticket(1), (DONE, DONE)))
    assert isinstance(append, c.Append)
    assert isinstance(append.entry, RecipeEntry)
    assert [(made.version, made.parent) for made in append.entry.steps] == [(1, 0), (2, 1)]
    assert append.entry.answer == {"version": 2, "versions": [1, 2]}
    assert all(isinstance(made, Step) for made in append.entry.steps)
    assert c.Accept(c.Ticket(1), (1, 2)) in state.handle(c.Appended(c.Ticket(1)))


def test_a_withdrawn_change_is_stopped_and_its_late_result_ignored() -> None:
    state = imported()
    state.handle(ask(apply()))
    effects = state.handle(c.Withdrawn(c.Key("k1")))
    assert effects[1:] == [c.Stop(c.Ticket(1))]
    assert isinstance(effects[0], c.Answer)
    assert effects[0].error is not None
    assert effects[0].error.code == "cancelled"
    assert state.handle(c.Computed(c.Ticket(1), (DONE,))) == [c.Drop(c.Ticket(1))]
    assert state.history.current == 0


def test_a_change_goes_on_while_somebody_else_waits_for_it() -> None:
    state = imported()
    state.handle(ask(apply(), "k1", operation_id="x"))
    state.handle(ask(apply(), "k2", operation_id="x"))
    (answer,) = state.handle(c.Withdrawn(c.Key("k1")))
    assert isinstance(answer, c.Answer)
    assert state.handle(c.Computed(c.Ticket(1), (DONE,))) == [
        c.Append(c.Ticket(1), applied(1, 0, operation_id="x"))
    ]


def test_a_change_on_its_way_into_the_journal_cannot_be_withdrawn() -> None:
    state = imported()
    state.handle(ask(apply()))
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    assert state.handle(c.Withdrawn(c.Key("k1"))) == []


def test_only_the_newest_version_is_saved_next() -> None:
    state = imported()
    for number in (1, 2, 3):
        state.handle(ask(apply(), f"k{number}"))
        state.handle(c.Computed(c.Ticket(number), (DONE,)))
        state.handle(c.Appended(c.Ticket(number)))
        if number == 1:
            assert state.handle(c.SaveDue()) == [c.Save(1)]
    assert state.handle(c.Saved(1)) == [c.Announce("session.saved", {"version": 1}), c.SaveSoon()]
    assert state.handle(c.SaveDue()) == [c.Save(3)]
    assert state.handle(c.Saved(3)) == [c.Announce("session.saved", {"version": 3})]
    assert state.saved == {0, 1, 3}


def test_a_checkpoint_makes_way_for_changes_but_not_for_ever() -> None:
    state = imported()
    state.handle(ask(apply(), "k1"))
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    assert state.handle(c.Appended(c.Ticket(1)))[-1] == c.SaveSoon()
    state.handle(ask(apply(), "k2"))
    for _ in range(9):
        assert state.handle(c.SaveDue()) == [c.SaveSoon()]
    assert state.handle(c.SaveDue()) == [c.Save(1)]


def test_a_version_that_was_left_before_its_checkpoint_is_not_saved() -> None:
    state = imported()
    state.handle(ask(apply(), "k1"))
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    state.handle(c.Appended(c.Ticket(1)))
    state.handle(ask(c.Go("undo"), "k2"))
    assert c.SaveSoon() not in state.handle(c.Appended(c.Ticket(2)))
    assert state.handle(c.SaveDue()) == []
    assert state.idle


def test_a_checkpoint_that_failed_is_tried_again_when_asked() -> None:
    state = imported()
    state.handle(ask(apply()))
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    state.handle(c.Appended(c.Ticket(1)))
    assert state.handle(c.SaveDue()) == [c.Save(1)]
    assert state.handle(c.SaveFailed(1)) == []
    assert not state.idle
    assert state.save_if_needed() == [c.SaveSoon()]


def test_a_version_that_came_while_a_checkpoint_failed_is_saved_next() -> None:
    state = imported()
    for number in (1, 2):
        state.handle(ask(apply(), f"k{number}"))
        state.handle(c.Computed(c.Ticket(number), (DONE,)))
        state.handle(c.Appended(c.Ticket(number)))
        if number == 1:
            assert state.handle(c.SaveDue()) == [c.Save(1)]
    assert state.handle(c.SaveFailed(1)) == [c.SaveSoon()]
    assert state.handle(c.SaveDue()) == [c.Save(2)]
    assert state.handle(c.SaveFailed(2)) == []


def test_a_name_and_a_note_are_journaled() -> None:
    state = imported()
    assert state.handle(ask(c.Rename("trips"))) == [c.Append(c.Ticket(1), RenameEntry(name="trips"))]
    state.handle(c.Appended(c.Ticket(1)))
    assert state.handle(ask(c.Annotate(0, "raw"))) == [
        c.Append(c.Ticket(2), NoteEntry(version=0, text="raw"))
    ]
    assert state.handle(c.Appended(c.Ticket(2))) == [c.Answer((c.Key("k1"),), None)]
    assert (state.name, state.history[0].note) == ("trips", "raw")


def test_going_to_a_version_that_does_not_exist_is_refused() -> None:
    (answer,) = imported().handle(ask(c.Go("go", 7)))
    assert isinstance(answer, c.Answer)
    assert answer.error is not None
    assert answer.error.code == "unknown_version"


PUBLISH = c.Publish("d1", base=0)


def test_a_draft_is_published_as_it_was_computed() -> None:
    state = imported()
    assert state.handle(ask(PUBLISH)) == [c.Await(c.Ticket(1), "d1")]
    assert state.handle(c.Computed(c.Ticket(1), (DONE,))) == [c.Append(c.Ticket(1), applied(1, 0))]
    assert state.handle(c.Appended(c.Ticket(1)))[0] == c.Accept(c.Ticket(1), (1,))
    assert state.history.current == 1


def test_changes_wait_while_a_draft_that_is_published_is_still_being_computed() -> None:
    state = imported()
    state.handle(ask(PUBLISH, "k1", operation_id="x"))
    assert state.handle(ask(c.Go("undo"), "k2")) == []
    assert state.handle(ask(PUBLISH, "k3", operation_id="x")) == []
    assert not state.idle
    state.handle(c.Computed(c.Ticket(1), (DONE,)))
    effects = state.handle(c.Appended(c.Ticket(1)))
    assert [one.keys for one in effects if isinstance(one, c.Answer)] == [(c.Key("k1"), c.Key("k3"))]
    assert effects[-1] == c.Append(
        c.Ticket(2), GoEntry(origin=1, target=0, how="undo", answer={"version": 0})
    )


def test_a_draft_of_another_version_is_a_conflict() -> None:
    state = with_version_1(imported())
    (answer,) = state.handle(ask(PUBLISH, "k2"))
    assert isinstance(answer, c.Answer)
    assert answer.error is not None
    assert (answer.error.code, answer.error.data) == ("version_conflict", {"base": 0, "current": 1})


def test_publishing_can_be_withdrawn_until_the_draft_is_computed() -> None:
    state = imported()
    state.handle(ask(PUBLISH))
    assert state.handle(c.Withdrawn(c.Key("k1")))[1:] == [c.Stop(c.Ticket(1))]
    assert state.handle(c.Computed(c.Ticket(1), (DONE,))) == [c.Drop(c.Ticket(1))]
    assert (state.history.current, state.idle) == (0, True)


def test_a_draft_that_cannot_be_computed_or_written_down_is_not_published() -> None:
    state = imported()
    error = WillowError("unavailable", "No.")
    state.handle(ask(PUBLISH))
    assert state.handle(c.ChangeFailed(c.Ticket(1), error)) == [c.Answer((c.Key("k1"),), error=error)]
    state.handle(ask(PUBLISH, "k2"))
    state.handle(c.Computed(c.Ticket(2), (DONE,)))
    assert state.handle(c.ChangeFailed(c.Ticket(2), error)) == [
        c.Drop(c.Ticket(2)),
        c.Answer((c.Key("k2"),), error=error),
    ]
    assert (state.history.current, state.idle) == (0, True)
