"""A running Willow, and a client that talks to it as the web app does: JSON-RPC over a WebSocket."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

MIB = 1024 * 1024


@dataclass(frozen=True)
class Running:
    """Where a Willow is; `pid` is the process that owns all others."""

    pid: int
    url: str
    token: str


@contextmanager
def willow(*, port: int) -> Iterator[Running]:
    """Run `willow up` with a store that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="willow-bench-") as store:
        command = [sys.executable, "-c", "from willow_ray.cli import main; main()", "up", "--no-browser"]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", str(port), "--store", store], stdout=subprocess.PIPE, text=True, cwd=store
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"(http://\S+?)/\?token=(\S+)", line):
                    yield Running(process.pid, found[1], found[2])
                    break
            else:
                raise RuntimeError("willow up did not start")
        finally:
            process.terminate()
            process.wait()


class RpcError(Exception):
    """A request that was refused."""


class Session:
    """One WebSocket on one session; requests one at a time."""

    def __init__(self, running: Running, session_id: str) -> None:
        address = f"{running.url.replace('http', 'ws', 1)}/api/sessions/{session_id}/rpc"
        self._socket = connect(
            address, additional_headers={"Authorization": f"Bearer {running.token}"}, max_size=16 * MIB
        )
        self._ids = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def call(self, method: str, **params: Any) -> Any:
        """Send a request and return its result; notifications that come before it are dropped."""
        number = next(self._ids)
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") != number:
                continue
            if "error" in answer:
                raise RpcError(f"{method}: {answer['error']}")
            return answer["result"]

    def change(self, method: str, **params: Any) -> Any:
        """Ask for a change as the web app does: it is done once though it may have to be asked for twice."""
        return self.call(method, operation_id=secrets.token_hex(8), **params)

    def wait_for(self, notification: str, **expected: Any) -> Any:
        """Wait until the session tells of something, with these params among others; return what it says."""
        while True:
            message = json.loads(self._socket.recv())
            if message.get("method") == notification and expected.items() <= message["params"].items():
                return message["params"]
