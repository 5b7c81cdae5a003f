"""One line for each slow step, so that nobody wonders whether anything happens."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what begins, and when it has ended how long it took; a failure ends the line."""
    started = time.monotonic()
    click.echo(f"{what} … ", nl=False)
    try:
        yield
    except BaseException:
        click.echo()
        raise
    click.echo(f"{time.monotonic() - started:.1f} s")
