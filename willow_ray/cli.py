"""The command `willow`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from willow_ray import __version__
from willow_ray.config import BadSettingsError, Settings
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.running import find, stop
from willow_ray.launch.up import up as start

if TYPE_CHECKING:
    from collections.abc import Callable

CLUSTER_FILE = Path("cluster.yaml")

_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def setting(name: str, **attributes: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the flag of a setting: its name and help are those of the declaration."""
    return click.option(
        f"--{name.replace('_', '-')}", name, help=Settings.model_fields[name].description, **attributes
    )


store = partial(setting, "store", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
config = partial(
    click.option,
    "--config",
    type=_existing_file,
    metavar="FILE",
    help=f"Cluster file whose metadata.willow has settings; absent, {CLUSTER_FILE} if there is one here.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Willow")
def willow() -> None:
    """Clean and explore whole large tables in the browser, on Ray."""


@willow.command()
@click.argument("file", required=False, type=_existing_file)
@setting("port", type=int)
@setting("host")
@store()
@setting("cluster", metavar="ADDRESS")
@click.option(
    "--no-token", is_flag=True, help="Let everybody on this machine in; refused unless `host` is loopback."
)
@click.option("--no-browser", is_flag=True, help="Print the link, but do not open it.")
@config()
def up(*, file: Path | None, config: Path | None, no_token: bool, no_browser: bool, **flags: Any) -> None:
    """Start Willow and stay until Ctrl-C.

    FILE, if given, is opened at once.
    """
    settings = _settings(config, access="open" if no_token else None, **flags)
    start(settings, file=file, browser=not no_browser)


@willow.command()
@store()
@config()
def down(*, store: Path | None, config: Path | None) -> None:
    """Stop the running Willow; sessions are kept."""
    settings = _settings(config, store=store)
    running = find(settings.store)
    if running is None:
        click.echo(f"No Willow is running on {settings.store}.")
        return
    stop(settings.store, running)
    click.echo("Willow has stopped.")


@willow.command()
@store()
@config()
def status(*, store: Path | None, config: Path | None) -> None:
    """Say where Willow is running; exit code 1 when it is not."""
    settings = _settings(config, store=store)
    running = find(settings.store)
    if running is None:
        click.echo(f"No Willow is running on {settings.store}.")
        sys.exit(1)
    click.echo(running.sentence)
    if running.logs is not None:
        click.echo(f"Log files: {running.logs}")


def main() -> None:
    """Run the command; what a person can act on is a sentence on the terminal, never a traceback."""
    try:
        willow()
    except (BadSettingsError, LaunchError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _settings(config: Path | None, **flags: Any) -> Settings:
    if config is None and CLUSTER_FILE.is_file():
        config = CLUSTER_FILE
    return Settings.load(config, **flags)


def _fail(sentence: str) -> None:
    click.secho(sentence, fg="red", err=True)
    sys.exit(1)
