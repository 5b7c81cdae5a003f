"""Exports: a version, or what a view shows of it, as a file in the session's directory."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from willow_ray.engine import tasks
from willow_ray.engine.at_once import is_done_at_once
from willow_ray.engine.sharing import Shared
from willow_ray.session.client import ExportedFile
from willow_ray.session.reads import require_columns
from willow_ray.storage.durable import PARTIAL
from willow_ray.storage.errors import told_as_storage_error

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.session.client import Caller, ExportRequest
    from willow_ray.session.progress import Jobs
    from willow_ray.session.requests import Ready

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "hdf": "application/x-hdf5",
}


class Exports:
    """Writes export files once, and hands them out as often as they are asked for.

    Args:
        directory: of the session; files go to `exports/`.
        engine: gives tasks the chunks.
        jobs: shows the writing.
        expiry_s: how long after its last use a file is kept.

    """

    def __init__(self, directory: Path, engine: Engine, jobs: Jobs, *, expiry_s: float) -> None:
        self._directory = directory / "exports"
        self._engine = engine
        self._jobs = jobs
        self._expiry_s = expiry_s
        self._writing: Shared[None] = Shared()

    async def file(self, ready: Ready, request: ExportRequest, caller: Caller) -> ExportedFile:
        """Return the file for a request; several who ask for the same wait for one writing."""
        version = ready.current if request.version is None else request.version
        wanted = json.dumps(
            [version, request.view and request.view.model_dump(mode="json"), request.columns, request.format]
        )
        digest = hashlib.sha256(wanted.encode()).hexdigest()[:32]
        path = self._directory / f"{digest}.{request.format}"
        await asyncio.to_thread(self.sweep)
        if not await asyncio.to_thread(path.exists):
            asking = self._jobs.start("Export", socket=caller.socket, request=caller.request, is_read=True)
            with asking as job:
                await self._writing.get(
                    digest, job, lambda writing: self._write(ready, request, version, path, writing)
                )
        size = await asyncio.to_thread(_use, path)
        stem = ready.changes.state.name.rsplit(".", 1)[0] or "table"
        return ExportedFile(path, digest, size, MEDIA_TYPES[request.format], f"{stem}.{request.format}")

    def sweep(self) -> None:
        """Remove files that nobody has used for long."""
        oldest = time.time() - self._expiry_s
        for path in self._directory.iterdir():
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < oldest:
                    path.unlink()

    def remove_unfinished(self) -> None:
        """Remove what writers that died have left behind."""
        for workshop in self._directory.glob(f"*{PARTIAL}"):
            shutil.rmtree(workshop, ignore_errors=True)

    async def _write(self, ready: Ready, request: ExportRequest, version: int, path: Path, job: Job) -> None:
        table = await ready.tables.get(ready.changes.state.history[version].number, job)
        names = tuple(table.columns) if request.columns is None else request.columns
        require_columns(table.columns, names, field="columns")
        with job.within(0, 0.3 if request.view else 0):
            seen = await ready.views.rows(version, table, request.view, job)
        async with ready.turns.turn(is_long=not is_done_at_once(table)):
            slots, packs = await self._engine.chunks.arguments(table, names, job)
            # A writer that was stopped may go on for a moment: no two share a workshop.
            workshop = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL}")
            with told_as_storage_error(path):
                workshop.mkdir()
            try:
                stream = job.submit(
                    tasks.export, str(path), str(workshop), request.format, slots, seen.ref, *packs
                )
                with job.within(0.3 if request.view else 0, 1):
                    async for fraction in job.stream(stream):
                        job.report(await job.fetch(fraction))
            finally:
                shutil.rmtree(workshop, ignore_errors=True)


def _use(path: Path) -> int:
    """Note that a file is used now, and return its size."""
    os.utime(path)
    return path.stat().st_size
