from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from willow_ray.storage.entries import GoEntry, NoteEntry, Numbered, RenameEntry
from willow_ray.storage.errors import DamagedError
from willow_ray.storage.replay import replay

if TYPE_CHECKING:
    from tests.willow_ray.unit.storage.conftest import Make
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest


def numbered(*entries: Entry, after: int = 0) -> list[Numbered]:
    return [Numbered(number, entry) for number, entry in enumerate(entries, start=after + 1)]


def ways(manifest: Manifest) -> dict[int, tuple[int | None, int | None]]:
    """Parent and child last visited of every version."""
    return {version.version: (version.parent, version.visited) for version in manifest.versions}


def test_nothing_to_do_changes_nothing(make: Make) -> None:
    assert replay(make.manifest(), []) == make.manifest()


def test_an_import_makes_version_0(make: Make) -> None:
    done = replay(make.manifest(source=None), numbered(make.import_()))
    assert done.current == 0
    assert done.covered == 1
    assert done.report == {"rows_read": 3}
    assert done.source == make.source()
    (version,) = done.versions
    assert (version.parent, version.operation, version.impact, version.summary) == (
        None,
        None,
        None,
        "Open trips.csv",
    )


def test_operations_undo_and_branches_make_a_tree(make: Make) -> None:
    entries: list[Entry] = [
        make.import_(),
        make.apply(1, 0),
        make.apply(2, 1),
        make.undo(2, 1),
        make.undo(1, 0),
        make.apply(3, 0),
    ]
    done = replay(make.manifest(), numbered(*entries))
    assert done.current == 3
    assert ways(done) == {0: (None, 3), 1: (0, 2), 2: (1, None), 3: (0, None)}
    assert done.versions[3].operation == {"op": "fill_missing", "columns": ["x"], "using": "mean"}
    assert done.versions[3].state == {"x": 2.5}
    assert done.versions[3].impact == {"cells_changed": 3}


def test_redo_leads_back_on_the_way_one_came(make: Make) -> None:
    entries: list[Entry] = [
        make.import_(),
        make.apply(1, 0),
        make.apply(2, 1),
        make.undo(2, 0),
        make.apply(3, 0),
        make.apply(4, 3),
        make.undo(4, 2),
        make.undo(2, 0),
    ]
    done = replay(make.manifest(), numbered(*entries))
    assert done.current == 0
    assert ways(done) == {0: (None, 1), 1: (0, 2), 2: (1, None), 3: (0, 4), 4: (3, None)}


@given(moves=st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=30))
def test_redo_from_every_ancestor_leads_to_where_one_is(make: Make, moves: list[tuple[bool, int]]) -> None:
    entries: list[Entry] = [make.import_()]
    parents: dict[int, int | None] = {0: None}
    visited: dict[int, int] = {}
    current = 0
    for applies, number in moves:
        target = len(parents) if applies else number % len(parents)
        if applies:
            entries.append(make.apply(target, current))
            parents[target] = current
        else:
            entries.append(GoEntry(origin=current, target=target, how="go"))
        current = child = target
        while (parent := parents[child]) is not None:
            visited[parent] = child
            child = parent
    done = replay(make.manifest(), numbered(*entries))
    assert done.current == current
    assert ways(done) == {version: (parent, visited.get(version)) for version, parent in parents.items()}


def test_a_recipe_makes_one_version_per_step(make: Make) -> None:
    done = replay(make.manifest(), numbered(make.import_(), make.recipe((1, 0), (2, 1), (3, 2))))
    assert done.current == 3
    assert done.covered == 2
    assert ways(done) == {0: (None, 1), 1: (0, 2), 2: (1, 3), 3: (2, None)}


def test_names_and_notes(make: Make) -> None:
    entries: list[Entry] = [make.import_(), NoteEntry(version=0, text="why"), RenameEntry(name="New")]
    done = replay(make.manifest(), numbered(*entries))
    assert done.name == "New"
    assert done.versions[0].note == "why"
    assert replay(done, numbered(NoteEntry(version=0, text=""), after=3)).versions[0].note is None


def test_answers_are_remembered_in_order_and_bounded(make: Make) -> None:
    applied = [make.apply(number, number - 1, operation_id=f"op-{number}") for number in range(1, 1003)]
    done = replay(make.manifest(), numbered(make.import_(operation_id="op-0"), *applied))
    assert len(done.answers) == 1000
    assert list(done.answers)[:2] == ["op-3", "op-4"]
    assert done.answers["op-1002"] == {"version": 1002}
    done = replay(done, numbered(RenameEntry(name="x", operation_id="op-3"), after=done.covered))
    assert list(done.answers)[-1] == "op-3"
    assert done.answers["op-3"] is None


def test_replay_in_two_halves_is_replay_in_one(make: Make) -> None:
    entries = numbered(
        make.import_(),
        make.apply(1, 0),
        make.undo(1, 0),
        make.recipe((2, 0), (3, 2)),
        make.apply(4, 3, operation_id="a"),
    )
    whole = replay(make.manifest(), entries)
    for middle in range(len(entries) + 1):
        half = replay(make.manifest(), entries[:middle])
        assert replay(half, entries[middle:]) == whole
        assert replay(half, entries) == whole


def test_saved_tables_stay(make: Make) -> None:
    manifest = replay(make.manifest(), numbered(make.import_())).with_table(0, make.table("a"))
    assert replay(manifest, numbered(make.apply(1, 0), after=1)).tables == {0: make.table("a")}


def test_the_manifest_given_stays_as_it_was(make: Make) -> None:
    manifest = replay(make.manifest(), numbered(make.import_()))
    before = manifest.model_dump_json()
    replay(manifest, numbered(make.apply(1, 0), after=1))
    assert manifest.model_dump_json() == before


def test_a_missing_entry_is_found(make: Make) -> None:
    with pytest.raises(DamagedError, match=r"The journal is damaged: entry 2 is missing\."):
        replay(make.manifest(), [Numbered(1, make.import_()), Numbered(3, make.apply(1, 0))])


def test_an_unknown_version_is_found(make: Make) -> None:
    for entry in (make.apply(2, 1), make.undo(0, 1), NoteEntry(version=1, text="")):
        with pytest.raises(DamagedError, match="entry 2 speaks of version 1, which does not exist"):
            replay(make.manifest(), numbered(make.import_(), entry))


def test_a_long_history_is_replayed_in_linear_time(make: Make) -> None:
    applied = [make.apply(number, number - 1) for number in range(1, 5001)]
    done = replay(make.manifest(), numbered(make.import_(), *applied))
    assert done.current == 5000
    assert len(done.versions) == 5001
