"""Exports: a version, or what a view shows of it, as a file in the session's directory."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING

from willow_ray.engine import tasks
from willow_ray.protocol.errors import CancelledError
from willow_ray.session.client import ExportedFile
from willow_ray.session.reads import require_columns

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

    """

    def __init__(self, directory: Path, engine: Engine, jobs: Jobs) -> None:
        self._directory = directory / "exports"
        self._engine = engine
        self._jobs = jobs
        self._coming: dict[str, asyncio.Task[None]] = {}

    async def file(self, ready: Ready, request: ExportRequest, caller: Caller) -> ExportedFile:
        """Return the file for a request; several who ask for the same wait for one writing."""
        version = ready.current if request.version is None else request.version
        wanted = json.dumps(
            [version, request.view and request.view.model_dump(mode="json"), request.columns, request.format]
        )
        digest = hashlib.sha256(wanted.encode()).hexdigest()[:32]
        path = self._directory / f"{digest}.{request.format}"
        while not await asyncio.to_thread(path.exists):
            with self._jobs.start("Export", socket=caller.socket, request=caller.request) as job:
                coming = self._coming.get(digest)
                if coming is None:
                    coming = asyncio.ensure_future(self._write(ready, request, version, path, job))
                    self._coming[digest] = coming
                    coming.add_done_callback(lambda _: self._coming.pop(digest, None))
                try:
                    await asyncio.shield(coming)
                except CancelledError:
                    job.check()  # another one who waited for this file gave up: write it for this one
        size = (await asyncio.to_thread(path.stat)).st_size
        stem = ready.changes.state.name.rsplit(".", 1)[0] or "table"
        return ExportedFile(path, digest, size, MEDIA_TYPES[request.format], f"{stem}.{request.format}")

    async def _write(self, ready: Ready, request: ExportRequest, version: int, path: Path, job: Job) -> None:
        table = await ready.tables.get(ready.changes.state.history[version].number, job)
        names = tuple(table.columns) if request.columns is None else request.columns
        require_columns(table, names, field="columns")
        job.phase(0, 0.3 if request.view else 0)
        seen = await ready.views.rows(version, table, request.view, job)
        job.phase(0.3 if request.view else 0, 1)
        slots, packs = await self._engine.chunks.arguments(table, names)
        stream = tasks.export.remote(str(path), request.format, slots, seen.ref, *packs)
        async for fraction in job.stream(stream):
            job.report(await job.fetch(fraction))
