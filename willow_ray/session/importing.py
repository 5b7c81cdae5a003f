"""Import: from the uploaded file to the chunks of version 0, and the report of what could not be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from willow_ray.engine import tasks
from willow_ray.engine.packs import ChunkSize
from willow_ray.storage.durable import write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from willow_ray.engine.engine import Engine
    from willow_ray.engine.job import Job
    from willow_ray.engine.table import Table
    from willow_ray.storage.entries import Source

REPORT = "report.json"


async def import_source(
    engine: Engine, directory: Path, source: Source, job: Job
) -> tuple[Table, dict[str, Any]]:
    """Read the file of a session; the same file and options always give the same table."""
    path = directory / "source" / source.file
    sizes = engine.sizes
    chunk = ChunkSize(sizes.chunk_rows, sizes.group_bytes)
    size = path.stat().st_size  # for a guess at the progress until the first part is there
    stream = job.submit(
        tasks.load, str(path), source.name, source.options, chunk, sizes.chunk_bytes, size=size
    )
    try:
        return await engine.collect(job.stream(stream), job)
    except BaseException:
        job.stop_tasks()
        engine.chunks.discard(job.made)
        raise


def write_report(directory: Path, report: dict[str, JsonValue]) -> None:
    """Keep the full account of the import beside the session."""
    write_durably(directory / REPORT, json.dumps(report).encode(), what="report")


def read_report(directory: Path) -> dict[str, JsonValue]:
    """Return the full account of the import."""
    report: dict[str, JsonValue] = json.loads((directory / REPORT).read_bytes())
    return report
