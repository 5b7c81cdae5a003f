"""`willow up`, from the checks to the last process stopped."""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import TYPE_CHECKING

import click

from willow_ray import __version__
from willow_ray.ingress.tokens import DEFAULT_USER, load_or_create
from willow_ray.launch.checks import check_access, check_cluster, check_port, prepare_store
from willow_ray.launch.cluster import connected, first_table_bytes
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.opening import Api, open_browser
from willow_ray.launch.progress import step
from willow_ray.launch.running import Claim, Running, claim
from willow_ray.launch.service import base_url, deployed, link

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.config import Settings
    from willow_ray.launch.cluster import Cluster

_POLL_S = 1.0


def up(settings: Settings, *, file: Path | None, browser: bool) -> None:
    """Start everything, say where it is, and stay until asked to end; then stop what was started.

    Raises `LaunchError` for everything a person can do something about.
    """
    check_access(settings)
    prepare_store(settings.store)
    with claim(settings.store) as mine:
        if settings.cluster is None:
            check_port(settings.host, settings.port)
        else:
            check_cluster(settings.cluster)
        try:
            _serve(settings, mine, file=file, browser=browser)
        except KeyboardInterrupt:
            click.echo("\nWillow has stopped.")


def _serve(settings: Settings, mine: Claim, *, file: Path | None, browser: bool) -> None:
    started = time.monotonic()
    token = load_or_create(settings.store).users[DEFAULT_USER] if settings.access == "token" else None
    me = Running(pid=os.getpid(), machine=socket.gethostname(), version=__version__)
    mine.publish(me)
    with connected(settings) as cluster, deployed(settings):
        _interrupt_on_signals()
        home = link(settings, token)
        mine.publish(me.model_copy(update={"link": home, "logs": str(cluster.logs)}))
        _prepare_for_the_first_session(settings)
        page = home if file is None else link(settings, token, _page_of(settings, token, file))
        click.echo(
            f"\nWillow {__version__} is ready after {time.monotonic() - started:.1f} s:\n\n    {page}\n"
        )
        click.echo(f"Tables are kept in {settings.store}. Ctrl-C stops Willow and loses nothing.")
        if browser:
            open_browser(page)
        _stay(cluster)


def _interrupt_on_signals() -> None:
    """End as by Ctrl-C when asked to by `willow down` or when the terminal goes away.

    To be called after Ray is connected, which sets a handler of its own.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _prepare_for_the_first_session(settings: Settings) -> None:
    """While nobody waits, start processes for it and for the preview of its file, and find memory for it."""
    from willow_ray.engine.tasks import touch_memory, warm_workers  # noqa: PLC0415 - imports Ray

    warm_workers(spare=1, for_anybody=True)
    if settings.cluster is None and (size := first_table_bytes(settings.object_store_share)):
        touch_memory(size)


def _page_of(settings: Settings, token: str | None, file: Path) -> str:
    """Import a file and return the page of its session; what is refused is said, and Willow goes on."""
    try:
        with step(f"Reading {file.name}"), Api(base_url(settings), token=token) as api:
            return f"/s/{api.import_file(file, part_bytes=settings.upload_part_bytes)}"
    except (LaunchError, OSError) as error:
        click.echo(f"{file} was not opened: {error}", err=True)
        return "/"


def _stay(cluster: Cluster) -> None:
    while cluster.is_alive:
        time.sleep(_POLL_S)
    raise LaunchError(f"Ray has ended unexpectedly; why may be in its log files: {cluster.logs}")
