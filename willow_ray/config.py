"""Every setting of Willow, declared once: name with unit, type, default and help.

Values come from flags of the command line, then `WILLOW_*` in the environment, then `metadata.willow` in
`cluster.yaml`, then the defaults here. `docs/reference/settings.md` is generated from this file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

NAMESPACE = "willow"
"""Ray namespace of every actor of Willow."""

Share = Annotated[float, Field(gt=0, lt=1)]
Port = Annotated[int, Field(ge=1, le=65535)]


class BadSettingsError(ValueError):
    """Settings that cannot be used: one line for each fault, naming the setting."""


def default_store() -> Path:
    """Return the user's data directory for Willow, by the XDG rules."""
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "willow"


class Settings(BaseSettings):
    """How one Willow runs; frozen, so that actors and replicas may be given it by value."""

    model_config = SettingsConfigDict(
        env_prefix="WILLOW_", extra="forbid", frozen=True, use_attribute_docstrings=True
    )

    host: str = "127.0.0.1"
    """Address to listen on; the default is reachable from this machine only."""
    port: Port = 8000
    """TCP port of the web app and the API."""
    route_prefix: str = "/"
    """Path under which Willow is served, for a cluster that serves other applications too."""
    app_name: str = "willow"
    """Name of the Ray Serve application."""
    access: Literal["token", "open"] = "token"
    """`token`: every request needs a token; `open`: none does, which is refused unless `host` is loopback."""
    allowed_hosts: tuple[str, ...] = ()
    """Names, besides addresses and this machine's own name, under which browsers may reach Willow."""
    store: Path = Field(default_factory=default_store)
    """Directory that keeps the sessions; on a cluster of many machines, one that all of them share."""
    cluster: str | None = None
    """Address of a running Ray cluster to join; absent, a cluster on this machine is started."""

    replicas: PositiveInt = 1
    """Serve replicas that answer requests; any of them serves any session."""
    sockets_per_replica: PositiveInt = 1000
    """Requests and WebSockets that one replica holds at a time."""
    socket_queue_messages: PositiveInt = 256
    """Messages that may wait for a slow browser before its socket is closed."""
    max_single_body_bytes: PositiveInt = GIB
    """Largest upload or download in one body; more goes in parts."""
    upload_part_bytes: PositiveInt = 8 * MIB
    """Largest part of a resumable upload."""
    upload_expiry_s: PositiveInt = 24 * 3600
    """Seconds without a part after which an unfinished or unused upload is deleted."""
    export_expiry_s: PositiveInt = 3600
    """Seconds after its last use for which a prepared export file is kept."""

    chunk_rows: PositiveInt = 1_000_000
    """Most rows in one chunk of a column."""
    chunk_bytes: PositiveInt = 64 * MIB
    """Bytes of one chunk above which a chunk has fewer rows."""
    group_bytes: PositiveInt = 8 * MIB
    """Chunks of narrow columns share one object up to so many bytes."""

    object_store_share: Share = 0.35
    """Part of this machine's memory that a Ray started here gives to its object store."""
    cpus: PositiveInt | None = None
    """CPUs that a Ray started here uses; absent, all of this machine."""
    session_memory_bytes: PositiveInt = 8 * GIB
    """Bytes of chunks a session keeps in memory; versions beyond it come back from disk when visited."""
    window_cache_bytes: PositiveInt = 2 * GIB
    """Bytes of chunks that a session keeps mapped for the windows of the grid, while somebody scrolls; never
    more than a quarter of the object store."""
    result_cache_bytes: PositiveInt = 64 * MIB
    """Bytes of results a session remembers: of statistics and charts, of rows of views, of counted values."""

    save_pause_s: PositiveFloat = 1.0
    """Seconds between a change and its checkpoint; changes that follow soon are saved together."""
    max_sessions: PositiveInt = 100
    """Sessions awake at a time; one more is answered with `busy`."""
    idle_timeout_s: PositiveInt = 900
    """Seconds without a request after which a session is sealed and put to sleep."""
    session_expiry_s: PositiveInt | None = None
    """Seconds since its last use after which a session is deleted; absent, never."""
    draft_expiry_s: PositiveInt = 600
    """Seconds after which a preview nobody committed is dropped."""
    max_waiting_requests: PositiveInt = 64
    """Requests that may wait in one session; more are answered with `busy`."""
    max_parallel_tasks: NonNegativeInt = 0
    """Tasks of a rowwise operation that are under way at a time; 0: twice the CPUs of the cluster."""
    cancel_grace_s: PositiveFloat = 2.0
    """Seconds that a cancelled task may go on before its worker is stopped."""

    engine: Literal["auto", "pandas", "modin"] = "auto"
    """What reshapes tables: `pandas`, one task; `modin`, tasks all over the cluster, slower at every size
    measured; `auto`, Modin for tables that may be too large for one task. The results are equal."""
    modin_threshold_bytes: PositiveInt = 8 * GIB
    """Bytes of the columns that a reshape reads and takes along, from which `auto` takes Modin."""

    @field_validator("store")
    @classmethod
    def _absolute(cls, store: Path) -> Path:
        """Pin the directory down now: Ray's processes have other working directories."""
        return store.expanduser().absolute()

    @field_validator("route_prefix")
    @classmethod
    def _rooted(cls, prefix: str) -> str:
        return "/" + prefix.strip("/")

    @classmethod
    def load(cls, cluster_file: Path | None = None, **flags: Any) -> Settings:
        """Read all sources; `flags` win, and those that are None were not given.

        Raises `BadSettingsError` for values that do not fit, unknown names, or an unreadable file.
        """
        given = {name: value for name, value in flags.items() if value is not None}
        file = {} if cluster_file is None else willow_section(cluster_file)
        try:
            return cls(**{**file, **EnvSettingsSource(cls)(), **given})
        except SettingsError as error:
            raise BadSettingsError(str(error)) from error
        except ValidationError as error:
            raise BadSettingsError(_faults(error)) from error


def willow_section(cluster_file: Path) -> dict[str, Any]:
    """Return `metadata.willow` of a cluster file; empty when it has none."""
    try:
        document = yaml.safe_load(cluster_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSettingsError(f"{cluster_file} cannot be read: {error}") from error
    section: object = document
    for key in ("metadata", "willow"):
        section = section.get(key) if isinstance(section, dict) else None
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise BadSettingsError(f"{cluster_file}: metadata.willow must be a mapping of settings.")
    return section


def _faults(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        name = ".".join(str(part) for part in fault["loc"])
        message = "there is no such setting" if fault["type"] == "extra_forbidden" else fault["msg"]
        lines.append(f"Setting {name!r}: {message}.")
    return "\n".join(lines)
