"""How far work is that cannot tell: guessed from how long the same kind of work took before."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

START_S = 0.1
"""What a task takes however little it does."""

BYTES_PER_S = 50e6
"""The pace of work that was never done before."""

WEIGHT = 0.5
"""How much the last measurement counts against all before it."""

LINEAR_TO = 0.9
"""The share up to which a guess is believed; beyond it, progress slows down and never arrives."""

NEARLY = 0.95
"""How far the parts of a task count as done before they are."""

TICK_S = 0.25


class Pace:
    """The pace of each kind of work, in bytes a second, learned by doing."""

    def __init__(self) -> None:
        self._pace: dict[str, float] = {}

    def expected_s(self, kind: str, size: int) -> float:
        """Return the seconds that work of a kind on so many bytes may take."""
        return START_S + size / self._pace.get(kind, BYTES_PER_S)

    def learn(self, kind: str, size: int, seconds: float) -> None:
        """Take in how long work took; what was over at once says nothing."""
        if seconds <= 2 * START_S or size == 0:
            return
        measured = size / (seconds - START_S)
        self._pace[kind] = WEIGHT * measured + (1 - WEIGHT) * self._pace.get(kind, measured)


class Guess:
    """Reports, while it is entered, how far some tasks are that only tell when they are done.

    Args:
        report: takes a share from 0 to 1; smaller ones than before may come.
        pace: what is known of such tasks.
        kind: of the tasks.
        size: bytes that all of them work on.
        parts: how many they work on.
        together: how many of these are done at a time, by one task.

    """

    def __init__(
        self,
        report: Callable[[float], None],
        pace: Pace,
        *,
        kind: str,
        size: int,
        parts: int = 1,
        together: int = 1,
    ) -> None:
        self._report = report
        self._pace = pace
        self._kind = kind
        self._size = size
        self._parts = parts
        self._together = together
        self._done = 0
        self._began = time.monotonic()
        self._expected_s = pace.expected_s(kind, size)
        self._ticker: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
        if error is None:
            self._pace.learn(self._kind, self._size, time.monotonic() - self._began)

    def done(self, parts: int = 1) -> None:
        """Take in that so many more parts are done."""
        self._done += parts
        self._report(self._done / self._parts)

    def _wait(self) -> None:
        self._ticker = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        guess = guessed_share(time.monotonic() - self._began, self._expected_s)
        soon = self._done + NEARLY * self._together
        self._report(min(max(guess, self._done / self._parts), soon / self._parts))
        self._wait()


def guessed_share(elapsed_s: float, expected_s: float) -> float:
    """Return how much of some work may be done: in proportion at first, then ever slower, below 1."""
    share = elapsed_s / expected_s
    if share <= LINEAR_TO:
        return share
    rest = 1 - LINEAR_TO
    return 1 - rest * math.exp(-(share - LINEAR_TO) / rest)
