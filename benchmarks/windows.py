"""How long a window takes at random places: for one client, for eight, and while something else goes on."""

from __future__ import annotations

import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.bare import WINDOW_ROWS, WINDOWS
from benchmarks.running import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.running import Running

CLIENTS = 8


@dataclass(frozen=True)
class Latency:
    """Seconds from sending a request to having parsed its answer."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> Latency:
        """Return what most and what nearly all requests took."""
        cuts = statistics.quantiles(seconds, n=100)
        return cls(cuts[49], cuts[98])


def window(session: Session, row: int, **params: Any) -> Any:
    """Ask for what the grid asks for."""
    return session.call("table.window", row=row, count=WINDOW_ROWS, **params)


def no_work(session: Session) -> Latency:
    """Return what a request takes that needs no data at all: the way there and back."""
    return Latency.of([_seconds(lambda: session.call("history.list")) for _ in range(WINDOWS)])


def one_client(session: Session, rows: int, **params: Any) -> Latency:
    """Ask for one window after another."""
    return Latency.of(_asked(session, rows, 1, WINDOWS, **params))


def eight_clients(running: Running, session_id: str, rows: int, **params: Any) -> Latency:
    """Let eight sockets ask at the same time, each for one window after another."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(Session(running, session_id)) for _ in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = [
                pool.submit(_asked, session, rows, seed, WINDOWS // 2, **params)
                for seed, session in enumerate(sessions)
            ]
            return Latency.of([seconds for one in asked for seconds in one.result()])


def meanwhile(session: Session, rows: int, work: Callable[[], Any]) -> Latency:
    """Ask for windows for as long as some work takes."""
    place = random.Random(1)
    working = threading.Thread(target=work)
    working.start()
    seconds = []
    while working.is_alive():
        seconds.append(_seconds(lambda: window(session, place.randrange(rows))))
    return Latency.of(seconds)


def _asked(session: Session, rows: int, seed: int, count: int, **params: Any) -> list[float]:
    place = random.Random(seed)
    last = max(rows - WINDOW_ROWS, 1)
    return [_seconds(lambda: window(session, place.randrange(last), **params)) for _ in range(count)]


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
