"""The command line up to where Ray would be started."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from willow_ray import __version__, cli
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.running import Running, claim


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `willow up` would start."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(cli, "start", lambda settings, **rest: calls.append({"settings": settings, **rest}))
    return calls


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.willow, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_flags_become_settings(started: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    run(
        "up",
        file,
        "--port",
        "8100",
        "--store",
        tmp_path / "s",
        "--cluster",
        "auto",
        "--no-token",
        "--no-browser",
    )
    [call] = started
    settings = call["settings"]
    assert (settings.port, settings.store, settings.cluster) == (8100, tmp_path / "s", "auto")
    assert settings.access == "open"
    assert (call["file"], call["browser"]) == (file, False)


def test_without_flags_the_settings_are_the_defaults(started: list[dict[str, Any]]) -> None:
    run("up")
    [call] = started
    assert (call["settings"].port, call["settings"].access) == (8000, "token")
    assert (call["file"], call["browser"]) == (None, True)


def test_the_cluster_file_of_the_working_directory_is_read(started: list[dict[str, Any]]) -> None:
    Path("cluster.yaml").write_text("metadata: {willow: {port: 8200}}")
    Path("other.yaml").write_text("metadata: {willow: {port: 8300}}")
    run("up")
    run("up", "--config", "other.yaml")
    assert [call["settings"].port for call in started] == [8200, 8300]


def test_a_file_that_is_not_there_is_refused(started: list[dict[str, Any]]) -> None:
    result = run("up", "none.csv")
    assert result.exit_code == 2
    assert "File 'none.csv' does not exist" in result.output
    assert started == []


def test_status_says_where_willow_is(tmp_path: Path) -> None:
    with claim(tmp_path) as mine:
        mine.publish(
            Running(
                pid=os.getpid(), machine=socket.gethostname(), version="1.2", link="http://x", logs="/logs"
            )
        )
        result = run("status", "--store", tmp_path)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"Willow 1.2 is running (process {os.getpid()} on {socket.gethostname()}): http://x",
        "Log files: /logs",
    ]


@pytest.mark.parametrize(("command", "code"), [("status", 1), ("down", 0)])
def test_nothing_runs(command: str, code: int, tmp_path: Path) -> None:
    result = run(command, "--store", tmp_path)
    assert (result.exit_code, result.output) == (code, f"No Willow is running on {tmp_path}.\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LaunchError("Port 80 is reserved."), "Port 80 is reserved.\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "/data/x: No space left on device\n"),
        (OSError("no lock"), "no lock\n"),
    ],
)
def test_what_goes_wrong_is_a_sentence(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli, "start", fail)
    monkeypatch.setattr("sys.argv", ["willow", "up"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert capsys.readouterr().err == sentence


def test_bad_settings_are_sentences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["willow", "up", "--port", "70000"])
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == "Setting 'port': Input should be less than or equal to 65535.\n"


def test_the_version_is_the_package_s() -> None:
    assert run("--version").output == f"Willow, version {__version__}\n"
