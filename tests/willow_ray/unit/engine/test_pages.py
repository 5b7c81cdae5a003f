"""Pages that are made ready ahead: which, how many, and not while a task runs."""

from __future__ import annotations

import ctypes
import mmap
import sys
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from willow_ray.engine.tasks import pages as pages_module
from willow_ray.engine.tasks.pages import LARGEST_SHARE, MOST_BYTES, PIECE_BYTES, Pages
from willow_ray.engine.tasks.readiness import Readiness, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is made ready ahead on Linux only")

PIECES = 64
PATIENCE_S = 20.0


class Memory:
    """Shared memory of some pieces that nobody has used."""

    def __init__(self, pieces: int = PIECES) -> None:
        self._memory = mmap.mmap(-1, pieces * PIECE_BYTES)
        self.start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self.end = self.start + pieces * PIECE_BYTES

    def pages(self) -> Pages:
        return Pages(self.start, self.end)

    def use(self, piece: int) -> None:
        self._memory[piece * PIECE_BYTES : (piece + 1) * PIECE_BYTES] = b"w" * PIECE_BYTES

    def found(self) -> list[int]:
        """Return the pieces all of whose pages have memory."""
        count = (self.end - self.start) // mmap.PAGESIZE
        have = (ctypes.c_ubyte * count)()
        failed = ctypes.CDLL(None).mincore(
            ctypes.c_void_p(self.start), ctypes.c_size_t(self.end - self.start), have
        )
        assert not failed
        each = PIECE_BYTES // mmap.PAGESIZE
        return [piece for piece in range(count // each) if all(have[piece * each : (piece + 1) * each])]

    def made_ready(self, pages: Pages) -> list[int]:
        return [(address - self.start) // PIECE_BYTES for address in pages.make_ready()]


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    try:
        list(Pages(memory.start, memory.end).make_ready())
        pages = memory.pages()
        pages.want(1)
        list(pages.make_ready())
    except OSError as error:
        pytest.skip(f"this system cannot make memory ready: {error}")
    return Memory()


def test_nothing_is_found_that_is_not_wanted(memory: Memory) -> None:
    assert memory.made_ready(memory.pages()) == []
    assert memory.found() == []


def test_what_others_use_is_mapped_and_what_is_wanted_is_found_after_it(memory: Memory) -> None:
    pages = memory.pages()
    memory.use(0)
    memory.use(1)
    pages.want(2 * PIECE_BYTES + 1)
    assert memory.made_ready(pages) == [0, 1, 2, 3, 4]
    assert memory.found() == [0, 1, 2, 3, 4]
    assert memory.made_ready(pages) == []


def test_what_is_there_keeps_what_is_written_in_it(memory: Memory) -> None:
    pages = memory.pages()
    memory.use(0)
    pages.want(PIECE_BYTES)
    list(pages.make_ready())
    assert ctypes.string_at(memory.start, PIECE_BYTES) == b"w" * PIECE_BYTES
    assert ctypes.string_at(memory.start + PIECE_BYTES, PIECE_BYTES) == bytes(PIECE_BYTES)


def test_who_was_interrupted_goes_on_later_and_finds_no_more_than_was_wanted(memory: Memory) -> None:
    pages = memory.pages()
    pages.want(4 * PIECE_BYTES)
    for address in pages.make_ready():
        if address == memory.start + PIECE_BYTES:
            break
    assert memory.found() == [0, 1]
    list(pages.make_ready())
    assert memory.found() == [0, 1, 2, 3]


def test_two_that_find_memory_share_the_work(memory: Memory) -> None:
    one, other = memory.pages(), memory.pages()
    one.want(2 * PIECE_BYTES)
    other.want(3 * PIECE_BYTES)
    turns = [one.make_ready(), other.make_ready()]
    while turns:
        turns = [turn for turn in turns if next(turn, None) is not None]
    assert memory.found() == [0, 1, 2, 3, 4]


def test_processes_take_turns(memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "_STORES", tmp_path)
    one, other = memory.pages(), memory.pages()
    inside: list[str] = []

    def second() -> None:
        with other.turn():
            inside.append("other")

    waiting = threading.Thread(target=second)
    with one.turn():
        waiting.start()
        time.sleep(0.2)
        inside.append("one")
    waiting.join(PATIENCE_S)
    assert inside == ["one", "other"]


def test_where_there_is_nothing_to_take_turns_at_nothing_is_made_ready(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "_STORES", tmp_path / "none")
    with pytest.raises(OSError, match="none"), memory.pages().turn():
        pass


def test_the_second_half_is_left_to_those_who_need_it(memory: Memory) -> None:
    pages = memory.pages()
    pages.want(PIECES * PIECE_BYTES)
    list(pages.make_ready())
    assert memory.found() == list(range(PIECES // LARGEST_SHARE))
    for piece in range(PIECES):
        memory.use(piece)
    assert memory.made_ready(pages) == list(range(PIECES // LARGEST_SHARE, PIECES))


def test_of_a_large_store_only_the_end_of_what_is_used_is_mapped() -> None:
    most = MOST_BYTES // PIECE_BYTES
    memory = Memory(2 * most)
    for piece in range(most + 3):
        memory.use(piece)
    assert memory.made_ready(memory.pages()) == list(range(3, most + 3))


def test_no_more_than_some_is_found_ahead() -> None:
    most = MOST_BYTES // PIECE_BYTES
    memory = Memory(4 * most)
    pages = memory.pages()
    pages.want(MOST_BYTES)
    pages.want(MOST_BYTES)
    assert len(memory.made_ready(pages)) == most


MAPS = """\
7f0000000000-7f0000400000 rw-s 00000000 00:1a 7 /dev/shm/plasmaAbC (deleted)
7f1000000000-7f1004000000 rw-s 00000000 00:1a 8 /dev/shm/plasmaXyZ (deleted)
7f2000000000-7f2010000000 rw-s 00000000 00:1b 9 /tmp/plasmaXyZ (deleted)
7f3000000000-7f3010000000 rw-p 00000000 00:00 0
"""


def test_the_object_store_is_the_largest_of_its_files_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = tmp_path / "maps"
    maps.write_text(MAPS, encoding="utf-8")
    monkeypatch.setattr(pages_module, "_MAPS", maps)
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(Pages, "__init__", lambda _, start, end: found.append((start, end)))
    assert Pages.of_object_store() is not None
    assert found == [(0x7F1000000000, 0x7F1004000000)]


@pytest.mark.parametrize(
    "content", ["".join(MAPS.splitlines(keepends=True)[2:]), None], ids=["no store", "no such file"]
)
def test_a_process_without_an_object_store_in_memory_has_no_pages(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = tmp_path / "maps"
    if content is not None:
        maps.write_text(content, encoding="utf-8")
    monkeypatch.setattr(pages_module, "_MAPS", maps)
    assert Pages.of_object_store() is None


def test_the_thread_finds_as_much_as_tasks_returned_but_not_while_one_runs(memory: Memory) -> None:
    ready = Readiness(memory.pages)
    with ready.work() as returned:
        returned([{"described": 1}, [pa.array(np.zeros(PIECE_BYTES // 4))]])
        time.sleep(0.2)
        assert memory.found() == []
    deadline = time.monotonic() + PATIENCE_S
    while memory.found() != [0, 1] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert memory.found() == [0, 1]


def test_what_others_have_found_meanwhile_is_mapped_too(memory: Memory) -> None:
    class Watched(Pages):
        def make_ready(self) -> Iterator[int]:
            pieces = list(super().make_ready())
            yield from pieces
            rounds.append(len(pieces))
            if len(rounds) == 1:
                memory.use(2)
                memory.use(3)

    rounds: list[int] = []
    ready = Readiness(lambda: Watched(memory.start, memory.end))
    with ready.work() as returned:
        returned(pa.array(np.zeros(PIECE_BYTES // 4)))
    deadline = time.monotonic() + PATIENCE_S
    while len(rounds) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert rounds == [2, 2, 0]


def test_a_system_that_cannot_is_not_asked_again() -> None:
    asked = threading.Semaphore(0)

    class Unable(Pages):
        def make_ready(self) -> Iterator[int]:
            asked.release()
            raise OSError("no such advice")

    memory = Memory()
    ready = Readiness(lambda: Unable(memory.start, memory.end))
    thread = next(one for one in reversed(threading.enumerate()) if one.name == "readiness")
    with ready.work():
        pass
    assert asked.acquire(timeout=PATIENCE_S)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    with ready.work():
        pass


@pytest.mark.parametrize(
    ("result", "size"),
    [
        (None, 0),
        ((3, pa.array([1, 2, 3])), 24),
        ([[np.zeros(5, np.uint32)], [pa.array([1.0])], {"a": pa.array([1])}], 28),
    ],
    ids=["nothing", "a pair", "a pack and what is no array"],
)
def test_what_a_task_returns_is_measured(result: object, size: int) -> None:
    assert bytes_of(result) == size
