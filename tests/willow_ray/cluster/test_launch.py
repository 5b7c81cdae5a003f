"""`willow up`, `status` and `down` as a person runs them: real processes, with a Ray of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import httpx2
import psutil
import pytest
from websockets.sync.client import connect

from tests.willow_ray.cluster.launched import Up, family, free_port, willow
from tests.willow_ray.cluster.test_ingress import Socket
from willow_ray.engine.tasks.politeness import POLITENESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAEMONS = {"raylet", "gcs_server"}
GONE_S = 30.0


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def start(*arguments: str) -> Up:
        started.append(Up(*arguments, "--store", str(tmp_path / "store"), cwd=tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


def rays(running: Up) -> list[psutil.Process]:
    """Return the actors and workers."""
    return [one for one in family(running.process.pid) if "".join(one.cmdline()).startswith("ray::")]


def test_from_the_first_line_to_the_last_process(up: Callable[..., Up], port: int, tmp_path: Path) -> None:
    store = tmp_path / "store"
    file = tmp_path / "people.csv"
    file.write_text("name,age\nAda,36\nGrace,\n")
    running = up(str(file), "--port", str(port))
    address, session, token = running.read_until(
        r"(http://127\.0\.0\.1:\d+)/s/(\w{30})\?token=(\S+)"
    ).groups()
    lines = running.output.splitlines()
    assert [line.split(" … ")[0] for line in lines[:3]] == [
        "Starting Ray",
        "Starting the service",
        "Reading people.csv",
    ]
    assert address == f"http://127.0.0.1:{port}"

    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get(f"/api/sessions/{session}").json()["name"] == "people.csv"

    status = willow("status", "--store", store)
    assert status.returncode == 0
    assert (
        f"(process {running.process.pid} on {socket.gethostname()}): {address}/?token={token}"
        in status.stdout
    )

    second = willow("up", "--no-browser", "--store", store)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("Willow ")
    assert "Stop it with `willow down`" in second.stderr

    other = willow("up", "--no-browser", "--store", tmp_path / "other", "--port", str(port))
    assert (other.returncode, other.stderr) == (
        1,
        f"Port {port} is used by another program; choose another one with --port.\n",
    )

    processes = family(running.process.pid)
    assert {process.name() for process in processes} >= DAEMONS
    assert willow("down", "--store", store).stdout == "Willow has stopped.\n"
    assert running.ended() == 0
    assert running.output.endswith("\nWillow has stopped.\n")
    _, alive = psutil.wait_procs(processes, timeout=GONE_S)
    assert alive == []
    assert willow("status", "--store", store).returncode == 1


def test_sessions_are_there_after_the_next_start(up: Callable[..., Up], port: int, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,age\nAda,36\nGrace,\n")
    running = up(str(file), "--port", str(port))
    address, session, token = running.read_until(
        r"(http://127\.0\.0\.1:\d+)/s/(\w{30})\?token=(\S+)"
    ).groups()

    def on_session(method: str, /, **params: Any) -> Any:
        url = f"ws{address.removeprefix('http')}/api/sessions/{session}/rpc"
        headers = {"Authorization": f"Bearer {token}"}
        with connect(url, additional_headers=headers, proxy=None) as connection:
            return Socket(connection).ask(method, **params)

    while on_session("session.describe")["state"] == "importing":
        time.sleep(0.1)
    fill = {"op": "fill_missing", "columns": ["age"], "value": 85}
    assert on_session("operation.apply", operation=fill)["version"] == 1
    nice = [(process.cmdline()[0], process.nice()) for process in rays(running)]
    answering = {one for title, one in nice if title.startswith(("ray::SessionActor", "ray::ServeReplica"))}
    mine = psutil.Process().nice()
    assert answering == {mine}
    polite = min(mine + POLITENESS, 19)
    assert polite in [one for _, one in nice]  # whoever did the operation lets them go first
    assert willow("down", "--store", tmp_path / "store").stdout == "Willow has stopped.\n"
    assert running.ended() == 0

    running = up("--port", str(port))
    running.read_until("Tables are kept")
    assert on_session("table.window", row=0, count=9)["cells"] == [["Ada", "Grace"], [36, 85]]
    assert on_session("history.undo") == {"version": 0}
    assert on_session("table.window", row=0, count=9)["cells"] == [["Ada", "Grace"], [36, None]]


def test_when_ray_dies_it_says_so_and_ends(up: Callable[..., Up], port: int) -> None:
    running = up("--port", str(port))
    running.read_until("Tables are kept")
    raylet = next(process for process in family(running.process.pid) if process.name() == "raylet")
    raylet.kill()
    assert running.ended() == 1
    assert "Ray has ended unexpectedly; why may be in its log files: /" in running.output
    assert "Traceback" not in running.output


def test_no_cluster_there(tmp_path: Path, port: int) -> None:
    failed = willow("up", "--no-browser", "--store", tmp_path, "--cluster", f"127.0.0.1:{port}")
    assert failed.returncode == 1
    assert failed.stderr == f"No Ray cluster answers at 127.0.0.1:{port}: Connection refused.\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file system to fill")
def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    store = tmp_path / "full"
    store.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", store], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        failed = willow("up", "--no-browser", "--store", store)
    finally:
        subprocess.run(["umount", store], check=True)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith(f"The disk of {store} is full (0 MiB free, 256 MiB needed to start).")
