"""What must be true before Willow starts: each fault is one sentence that says what to do."""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import socket
import tempfile
import time
from typing import TYPE_CHECKING

from willow_ray.launch.errors import LaunchError

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.config import Settings

MIB = 1024 * 1024
LEAST_FREE_BYTES = 256 * MIB
_POLL_S = 0.2


def check_access(settings: Settings) -> None:
    """Refuse to serve without a token to anybody but this machine."""
    if settings.access == "open" and not _is_loopback(settings.host):
        raise LaunchError(
            f"Without a token Willow listens on this machine only, not on {settings.host}. "
            "Leave --no-token out, or set the host to 127.0.0.1."
        )


def prepare_store(store: Path) -> None:
    """Make the directory of the sessions and prove that files can be written to it."""
    try:
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=store) as probe:
            probe.write(bytes(MIB))
            probe.flush()
            os.fsync(probe.fileno())
    except PermissionError:
        raise LaunchError(
            f"No permission to write to {store}; choose another directory with --store."
        ) from None
    except (FileExistsError, NotADirectoryError):
        raise LaunchError(f"{store} is not a directory; choose another one with --store.") from None
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _full(store, 0) from None
        raise LaunchError(f"{store} cannot be used as a store: {error.strerror}.") from None
    check_room(store)


def check_room(directory: Path) -> None:
    """Refuse a disk that is about to be full."""
    free = shutil.disk_usage(directory).free
    if free < LEAST_FREE_BYTES:
        raise _full(directory, free)


def check_port(host: str, port: int, *, patience_s: float = 5.0) -> None:
    """Refuse an address that cannot be listened on.

    A port in use is tried again for a while: the processes of a Willow that was killed need some seconds to
    notice it.
    """
    deadline = time.monotonic() + patience_s
    while (fault := _listen(host, port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    match fault:
        case None:
            return
        case errno.EADDRINUSE:
            reason = f"Port {port} is used by another program; choose another one with --port."
        case errno.EACCES:
            reason = f"Port {port} is reserved for the administrator; choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL | socket.EAI_NONAME:
            reason = f"{host!r} is not an address of this machine."
        case _:
            reason = f"Cannot listen on {host} port {port}: {os.strerror(fault)}."
    raise LaunchError(reason)


def check_cluster(address: str, *, patience_s: float = 5.0) -> None:
    """Refuse the address of a cluster that does not answer; Ray itself would try for minutes."""
    if address == "auto":
        return
    host, separator, port = address.rpartition(":")
    if not separator or not port.isdecimal() or "/" in host:
        raise LaunchError(
            f"{address!r} is not the address of a Ray cluster: give host:port of its head, such as "
            "10.0.0.5:6379, or `auto` on a machine of the cluster."
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=patience_s).close()
    except OSError as error:
        raise LaunchError(
            f"No Ray cluster answers at {address}: {error.strerror or 'no answer in time'}."
        ) from None


def _listen(host: str, port: int) -> int | None:
    """Try to listen for an instant; return the number of the error, None when it is possible."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except socket.gaierror:
        return socket.EAI_NONAME
    except OSError as error:
        return error.errno
    return None


def _full(directory: Path, free: int) -> LaunchError:
    return LaunchError(
        f"The disk of {directory} is full ({free // MIB} MiB free, {LEAST_FREE_BYTES // MIB} MiB needed to "
        "start). Make room, or choose another directory with --store."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
