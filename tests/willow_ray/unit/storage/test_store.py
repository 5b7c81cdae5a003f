"""What every `SessionStore` promises, asked of the real one and of the model, and then of both at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from willow_ray.storage.entries import GoEntry, NoteEntry, Numbered, RenameEntry
from willow_ray.storage.errors import FencedError
from willow_ray.storage.journal import read_entries
from willow_ray.storage.local import LocalStore
from willow_ray.storage.manifest_file import manifests
from willow_ray.storage.memory import MemoryDisk, MemoryStore
from willow_ray.storage.replay import replay
from willow_ray.storage.sessions import StoreRoot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.willow_ray.unit.storage.conftest import Make, Place
    from willow_ray.storage.base import Loaded, SessionStore
    from willow_ray.storage.entries import Entry
    from willow_ray.storage.manifest import Manifest


class Opener(Protocol):
    """Makes another holder of the same session."""

    def __call__(self) -> SessionStore: ...


class StoreTests:
    """The promises of `SessionStore`; a subclass gives `another`, which makes holders of one session."""

    def test_a_new_session_has_its_first_manifest_and_no_entries(self, another: Opener) -> None:
        loaded = another().open()
        assert loaded.epoch == 1
        assert loaded.manifest.name == "Trips"
        assert loaded.manifest.owner == "ann"
        assert loaded.manifest.covered == 0
        assert loaded.entries == ()
        assert loaded.notices == ()

    def test_numbers_begin_at_one(self, another: Opener, make: Make) -> None:
        store = another()
        store.open()
        assert [store.append(make.import_()), store.append(make.apply(1, 0))] == [1, 2]

    def test_what_was_appended_is_there_after_opening_again(self, another: Opener, make: Make) -> None:
        store = another()
        store.open()
        store.append(make.import_())
        store.append(make.apply(1, 0, operation_id="op"))
        store.close()
        loaded = another().open()
        assert loaded.epoch == 2
        assert loaded.entries == (
            Numbered(1, make.import_()),
            Numbered(2, make.apply(1, 0, operation_id="op")),
        )

    def test_opening_fences_the_holder_before(self, another: Opener, make: Make) -> None:
        old, new = another(), another()
        loaded = old.open()
        new.open()
        for attempt in (
            lambda: old.append(make.import_()),
            lambda: old.commit(loaded.manifest),
        ):
            with pytest.raises(FencedError):
                attempt()
        assert new.append(make.import_()) == 1
        assert another().open().entries == (Numbered(1, make.import_()),)

    def test_a_store_that_is_not_open_refuses(self, another: Opener, make: Make) -> None:
        with pytest.raises(FencedError, match="not open here"):
            another().append(make.import_())
        store = another()
        store.open()
        store.close()
        store.close()
        for attempt in (
            lambda: store.append(make.import_()),
            lambda: store.commit(make.manifest()),
            store.begin_segment,
        ):
            with pytest.raises(FencedError, match="not open here"):
                attempt()

    def test_a_checkpoint_covers_entries(self, another: Opener, make: Make) -> None:
        store = another()
        loaded = store.open()
        entries = [Numbered(store.append(entry), entry) for entry in (make.import_(), make.apply(1, 0))]
        manifest = replay(loaded.manifest, entries)
        store.commit(manifest)
        store.append(make.undo(1, 0))
        loaded = another().open()
        assert loaded.manifest == manifest
        assert loaded.entries == (Numbered(3, make.undo(1, 0)),)

    def test_a_checkpoint_may_lag_behind(self, another: Opener, make: Make) -> None:
        store = another()
        loaded = store.open()
        entries = [
            Numbered(store.append(entry), entry)
            for entry in (make.import_(), make.apply(1, 0), make.apply(2, 1))
        ]
        store.commit(replay(loaded.manifest, entries[:1]))
        again = another().open()
        assert again.manifest.covered == 1
        assert again.entries == tuple(entries[1:])

    def test_a_checkpoint_cannot_run_ahead(self, another: Opener, make: Make) -> None:
        store = another()
        store.open()
        store.append(make.import_())
        with pytest.raises(ValueError, match="covers entry 2, which was never appended"):
            store.commit(make.manifest(covered=2))

    def test_a_checkpoint_cannot_go_back(self, another: Opener, make: Make) -> None:
        store = another()
        loaded = store.open()
        store.append(make.import_())
        store.commit(loaded.manifest.model_copy(update={"covered": 1}))
        with pytest.raises(ValueError, match="covers entry 0, the one before covers entry 1"):
            store.commit(loaded.manifest)

    def test_numbers_go_on_after_checkpoints_and_epochs(self, another: Opener, make: Make) -> None:
        for number in range(1, 6):
            store = another()
            loaded = store.open()
            entry = RenameEntry(name=f"name {number}")
            assert store.append(entry) == number
            now = replay(loaded.manifest, [*loaded.entries, Numbered(number, entry)])
            assert now.name == f"name {number}"
            if number % 2:
                store.commit(now)
            store.close()

    def test_no_two_segments_have_one_path(self, another: Opener) -> None:
        paths = []
        for _ in range(3):
            store = another()
            store.open()
            paths += [store.begin_segment(), store.begin_segment()]
        assert len(set(paths)) == 6

    def test_a_segment_is_where_it_was_begun(self, another: Opener) -> None:
        store = another()
        store.open()
        path = store.begin_segment()
        assert store.segment_path(path.name) == path
        store.abandon_segment(path)


class TestLocalStore(StoreTests):
    @pytest.fixture
    def another(self, place: Place) -> Opener:
        return lambda: LocalStore(place.directory)


class TestMemoryStore(StoreTests):
    @pytest.fixture
    def another(self, make: Make) -> Opener:
        disk = MemoryDisk(make.manifest())
        return lambda: MemoryStore(disk)


class Death(BaseException):
    """The process ends here: nothing is cleaned up."""


class Life:
    """Lets a holder live for so many more steps on the disk; None is for ever."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self, step: str) -> None:
        if self.left is None:
            return
        if self.left == 0:
            raise Death(step)
        self.left -= 1


class Sessions(RuleBasedStateMachine):
    """Does the same to the store on disk, which dies now and then, and to the model, which does not."""

    def __init__(self, root: StoreRoot, make: Make) -> None:
        super().__init__()
        self.make = make
        session = root.create(name="Trips", owner="ann", at=make.noon)
        self.directory = root.directory(session)
        self.life = Life()
        self.disk = LocalStore(self.directory, after=self.life)
        manifest = self.disk.open().manifest
        self.former: list[LocalStore] = []
        self.memory_disk = MemoryDisk(manifest)
        self.memory = MemoryStore(self.memory_disk)
        self.memory.open()
        self.committed = [manifest]
        self.damaged: set[Path] = set()

    @property
    def now(self) -> Manifest:
        return replay(self.memory_disk.manifest, self.memory_disk.entries)

    @initialize()
    def import_file(self) -> None:
        self.append(self.make.import_())

    def append(self, entry: Entry) -> None:
        try:
            number = self.disk.append(entry)
        except Death:
            self.come_back(unanswered=entry)
            return
        assert self.memory.append(entry) == number

    def come_back(self, unanswered: Entry | None = None) -> None:
        """Open again; an entry that was not acknowledged may count or not, and then does so for ever."""
        self.former.append(self.disk)
        self.life = Life()
        self.disk = LocalStore(self.directory, after=self.life)
        loaded = self.disk.open()
        self.memory.open()
        assert loaded.manifest in (self.memory_disk.manifest, self.committed[-1])
        self.goes_on_from(loaded, unanswered)

    def goes_on_from(self, loaded: Loaded, unanswered: Entry | None = None) -> None:
        """See that nothing acknowledged is missing, and that the checkpoint has everything it needs."""
        found = replay(loaded.manifest, loaded.entries)
        if unanswered is not None and found.covered == self.now.covered + 1:
            self.memory.append(unanswered)
        self.memory_disk.manifest = loaded.manifest
        assert found == self.now
        for segment in loaded.manifest.segments:
            assert self.disk.segment_path(segment.file).read_text() == segment.file

    @rule(operation_id=st.none() | st.text("ab", min_size=1, max_size=2))
    def apply(self, operation_id: str | None) -> None:
        assert self.now.current is not None
        version = len(self.now.versions)
        self.append(self.make.apply(version, self.now.current, operation_id=operation_id))

    @rule(count=st.integers(0, 3))
    def apply_recipe(self, count: int) -> None:
        assert self.now.current is not None
        first = len(self.now.versions)
        parents = [self.now.current, *range(first, first + count)]
        self.append(self.make.recipe(*((first + index, parents[index]) for index in range(count))))

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        assert self.now.current is not None
        target = data.draw(st.sampled_from([version.version for version in self.now.versions]))
        self.append(GoEntry(origin=self.now.current, target=target, how="go"))

    @rule()
    def undo(self) -> None:
        assert self.now.current is not None
        parent = self.now.versions[self.now.current].parent
        if parent is not None:
            self.append(self.make.undo(self.now.current, parent))

    @rule(text=st.text(max_size=3))
    def note(self, text: str) -> None:
        assert self.now.current is not None
        self.append(NoteEntry(version=self.now.current, text=text.encode("ascii", "replace").decode()))

    @rule(behind=st.integers(0, 2))
    def checkpoint(self, behind: int) -> None:
        """Save the current version in a new segment, and commit; perhaps not of the very last entries."""
        entries = self.memory_disk.entries[: len(self.memory_disk.entries) - behind]
        base = self.memory_disk.manifest
        if len(entries) < base.covered:
            return
        path = self.disk.begin_segment()
        path.write_text(path.name)
        manifest = replay(base, entries).with_table(
            len(self.committed),
            self.make.table(path.name),
            segments=[self.make.segment(path.name, path.name)],
        )
        manifest = manifest.with_tables_of(list(manifest.tables)[-2:])
        self.committed.append(manifest)
        try:
            self.disk.commit(manifest)
        except Death:
            self.come_back()
            return
        self.memory.commit(manifest)
        self.expect_only_needed(base, manifest)

    def expect_only_needed(self, *kept: Manifest) -> None:
        """See that garbage is gone: what is there is what two checkpoints need."""
        assert len(manifests(self.directory)) == 2
        assert not list(self.directory.glob("*.tmp"))
        segments = {path.name for path in (self.directory / "segments").iterdir()}
        assert segments == {segment.file for manifest in kept for segment in manifest.segments}
        *older, _ = read_entries(self.directory).last_of.values()
        assert all(last > kept[0].covered for last in older)

    @rule(steps=st.integers(0, 6))
    def will_die(self, steps: int) -> None:
        self.life.left = steps

    @rule()
    def is_killed(self) -> None:
        self.come_back()

    @rule()
    def falls_asleep(self) -> None:
        self.disk.close()
        self.come_back()

    @rule()
    def the_newest_checkpoint_is_damaged(self) -> None:
        """Open from the checkpoint before, which still has its segments and the journals after it."""
        whole = [path for path in manifests(self.directory).values() if path not in self.damaged]
        if len(whole) < 2:
            return
        whole[-1].write_bytes(whole[-1].read_bytes()[:-1])
        self.damaged.add(whole[-1])
        self.former.append(self.disk)
        self.life = Life()
        self.disk = LocalStore(self.directory, after=self.life)
        loaded = self.disk.open()
        self.memory.open()
        assert any(notice.startswith(f"{whole[-1].name} is damaged") for notice in loaded.notices)
        self.goes_on_from(loaded)

    @precondition(lambda self: self.former)
    @rule(data=st.data())
    def a_former_holder_wakes_up(self, data: st.DataObject) -> None:
        former = data.draw(st.sampled_from(self.former))
        for attempt in (
            lambda: former.append(RenameEntry(name="ghost")),
            lambda: former.commit(self.committed[0]),
        ):
            with pytest.raises((FencedError, Death)):
                attempt()

    @override
    def teardown(self) -> None:
        self.come_back()
        for store in (*self.former, self.disk):
            store.close()


def test_disk_and_memory_agree_whatever_happens(tmp_path: Path, make: Make) -> None:
    root = StoreRoot(tmp_path)
    run_state_machine_as_test(
        lambda: Sessions(root, make),  # type: ignore[arg-type] # a maker is documented to do
        settings=settings(max_examples=60, stateful_step_count=30, deadline=None),
    )
