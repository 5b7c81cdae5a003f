from __future__ import annotations

import errno
import os
import shutil
import socket
import tempfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

from willow_ray.config import Settings
from willow_ray.launch import checks
from willow_ray.launch.errors import LaunchError

if TYPE_CHECKING:
    from pathlib import Path


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_everybody_may_be_let_in_on_loopback(host: str) -> None:
    checks.check_access(Settings(access="open", host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])  # noqa: S104
def test_nobody_else_is_let_in_without_a_token(host: str) -> None:
    checks.check_access(Settings(access="token", host=host))
    with pytest.raises(LaunchError, match="on this machine only"):
        checks.check_access(Settings(access="open", host=host))


def test_a_store_is_made_for_its_owner_only(tmp_path: Path) -> None:
    store = tmp_path / "a" / "b"
    checks.prepare_store(store)
    assert store.stat().st_mode & 0o777 == 0o700
    assert list(store.iterdir()) == []


def test_a_file_is_no_store(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("a")
    with pytest.raises(LaunchError, match=r"table\.csv is not a directory"):
        checks.prepare_store(file)
    with pytest.raises(LaunchError, match="is not a directory"):
        checks.prepare_store(file / "below")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "No permission to write"),
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "cannot be used as a store: Read-only file system"),
    ],
)
def test_a_store_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(LaunchError, match=sentence):
        checks.prepare_store(tmp_path)


def test_a_disk_that_is_nearly_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 3 * 1024 * 1024))
    with pytest.raises(LaunchError, match=r"is full \(3 MiB free, 256 MiB needed"):
        checks.prepare_store(tmp_path)


def test_a_free_port_is_fine_and_stays_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    checks.check_port("127.0.0.1", port)
    checks.check_port("127.0.0.1", port)


def test_a_busy_port_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LaunchError, match=f"Port {port} is used by another program"):
            checks.check_port("127.0.0.1", port, patience_s=0.3)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(LaunchError, match="not an address of this machine"):
        checks.check_port(host, 8000)


def test_a_reserved_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_listen", lambda _host, _port: errno.EACCES)
    with pytest.raises(LaunchError, match="Port 80 is reserved"):
        checks.check_port("127.0.0.1", 80)


@pytest.mark.parametrize("address", ["ray://head:10001", "head", "head:", "head:port", "local"])
def test_what_is_no_address_of_a_cluster_is_refused(address: str) -> None:
    with pytest.raises(LaunchError, match=f"'{address}' is not the address of a Ray cluster"):
        checks.check_cluster(address)


def test_a_cluster_that_answers_is_fine() -> None:
    with socket.socket() as head:
        head.bind(("127.0.0.1", 0))
        head.listen()
        checks.check_cluster(f"127.0.0.1:{head.getsockname()[1]}")
    checks.check_cluster("auto")


def test_a_cluster_that_does_not_answer_is_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(LaunchError, match=f"No Ray cluster answers at {address}: Connection refused"):
        checks.check_cluster(address)
