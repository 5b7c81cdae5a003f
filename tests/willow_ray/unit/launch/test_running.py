from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from willow_ray.launch import running
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.running import Running, claim, find, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ME = Running(
    pid=os.getpid(), machine=socket.gethostname(), version="1.2", link="http://127.0.0.1:8000/?token=x"
)

HOLDER = """
import os, signal, socket, sys
from pathlib import Path
from willow_ray.launch.running import Running, claim
with claim(Path(sys.argv[1])) as mine:
    mine.publish(Running(pid=os.getpid(), machine=socket.gethostname(), version="1.2"))
    print("held", flush=True)
    signal.pause()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that serves the store."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_nothing_runs_on_a_new_store(tmp_path: Path) -> None:
    assert find(tmp_path) is None


def test_whoever_serves_the_store_is_found(tmp_path: Path) -> None:
    with claim(tmp_path) as mine:
        mine.publish(ME)
        assert find(tmp_path) == ME
    assert find(tmp_path) is None


def test_a_shorter_description_replaces_a_longer_one(tmp_path: Path) -> None:
    with claim(tmp_path) as mine:
        mine.publish(ME)
        mine.publish(ME.model_copy(update={"link": None}))
        assert find(tmp_path) == ME.model_copy(update={"link": None})


def test_a_second_one_is_refused_by_name(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(
            LaunchError, match=rf"is starting \(process {holder.pid} on .*\nStop it with `willow down`"
        ),
        claim(tmp_path),
    ):
        pass


def test_what_a_killed_one_left_behind_says_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert json.loads((tmp_path / running.FILE_NAME).read_text())["pid"] == holder.pid
    assert find(tmp_path) is None
    with claim(tmp_path) as mine:
        mine.publish(ME)
        assert find(tmp_path) == ME


def test_the_file_with_the_token_is_private(tmp_path: Path) -> None:
    with claim(tmp_path) as mine:
        mine.publish(ME)
        assert (tmp_path / running.FILE_NAME).stat().st_mode & 0o077 == 0


def test_stop_ends_it_and_waits_until_it_has(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    found = find(tmp_path)
    assert found is not None
    stop(tmp_path, found)
    assert find(tmp_path) is None
    assert holder.wait() == -signal.SIGTERM


def test_stop_says_so_when_it_does_not_end(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find(tmp_path)
    assert found is not None
    holder.send_signal(signal.SIGSTOP)
    os.waitpid(holder.pid, os.WUNTRACED)  # of two signals that wait, SIGTERM would come first
    monkeypatch.setattr(running, "_STOP_PATIENCE_S", 0.2)
    with pytest.raises(LaunchError, match=f"`kill -9 {holder.pid}` is safe"):
        stop(tmp_path, found)


def test_stop_refuses_what_runs_on_another_machine(tmp_path: Path) -> None:
    far = ME.model_copy(update={"machine": "elsewhere.example"})
    with pytest.raises(LaunchError, match="on that machine only"):
        stop(tmp_path, far)


def test_stop_does_not_wait_for_a_process_that_has_just_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("It waits."))
    stop(tmp_path, ME.model_copy(update={"pid": gone.pid}))
