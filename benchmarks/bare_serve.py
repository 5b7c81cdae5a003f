"""What the way to an actor and back takes with Ray Serve alone: no request of Willow can take less.

python -m benchmarks.bare_serve
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ray
from ray import serve
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.sync.client import connect

from benchmarks.app_story import LOOK_S
from benchmarks.bare import WINDOWS
from willow_ray.launch.cluster import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.websockets import WebSocket

PORT = 8766
UNDONE = 21
LINE = "x" * 200
"""As long as an undo is in the journal."""


class Actor:
    """Answers as soon as it is asked, or when what it was told is on disk."""

    def __init__(self, folder: str) -> None:
        self._journal = (Path(folder) / "journal").open("ab", buffering=0)

    async def echo(self, text: str) -> str:
        """Return what it is told."""
        return text

    async def note(self, text: str) -> str:
        """Return what it is told once it is written down."""
        await asyncio.to_thread(self._append, text)
        return text

    def _append(self, text: str) -> None:
        self._journal.write(text.encode())
        os.fsync(self._journal.fileno())


def application(actor: Any) -> Any:
    """Return an application that passes on every message of a WebSocket, and the answer."""

    async def pass_on(websocket: WebSocket) -> None:
        ask = getattr(actor, websocket.path_params["method"]).remote
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(await ask(text))

    def build() -> Starlette:
        return Starlette(routes=[WebSocketRoute("/{method}", pass_on)])

    options: dict[str, Any] = {"max_ongoing_requests": 100, "ray_actor_options": {"num_cpus": 0}}
    return serve.deployment(serve.ingress(build)(), name="bare", **options).bind()


def measure() -> dict[str, float]:
    """Return the median seconds of a message, and of one that is written down after a pause."""
    with tempfile.TemporaryDirectory(prefix="willow-bench-") as folder:
        actor = ray.remote(Actor).options(num_cpus=0, max_concurrency=1000).remote(folder)
        serve.start(
            http_options={"host": "127.0.0.1", "port": PORT, "request_timeout_s": None},
            logging_config={"log_level": "WARNING", "enable_access_log": False},
        )
        serve.run(application(actor))
        with connect(f"ws://127.0.0.1:{PORT}/echo") as socket:
            echo = statistics.median(_seconds(partial(_ask, socket)) for _ in range(WINDOWS))
        with connect(f"ws://127.0.0.1:{PORT}/note") as socket:
            noted = statistics.median(_after_a_pause(partial(_ask, socket)) for _ in range(UNDONE))
    return {"a request without data": echo, "undo": noted, "redo": noted}


def _ask(socket: Any) -> None:
    socket.send(LINE)
    socket.recv()


def _after_a_pause(work: Callable[[], None]) -> float:
    time.sleep(LOOK_S)
    return _seconds(work)


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print the seconds as JSON."""
    os.environ.update({name: value for name, value in ENVIRONMENT.items() if name != "RAY_AUTH_MODE"})
    ray.init(address="local", log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    try:
        found = measure()
    finally:
        ray.shutdown()  # with all that runs in it; it may have things to say, too
    print(json.dumps(found))


if __name__ == "__main__":
    main()
