"""The file of a session that was made while it is being uploaded: waited for, and taken when it is whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import NotFoundError, WillowError

if TYPE_CHECKING:
    from pathlib import Path

    from willow_ray.engine.job import Job
    from willow_ray.storage.entries import Source
    from willow_ray.storage.uploads import Upload, UploadStore

LOOK_S = 0.25
"""How often it is looked how much has come."""


async def receive(store: UploadStore, source: Source, directory: Path, *, owner: str, job: Job) -> None:
    """Wait until the upload is whole and move the file to `source/`; it may be there from an earlier life.

    `import_failed` when the upload is deleted or expires, which may take a day. Whoever cancels the job
    deletes it.
    """
    assert source.upload is not None
    target = directory / "source" / source.file
    came: int | None = None
    try:
        while not await asyncio.to_thread(target.exists):
            upload = await asyncio.to_thread(_upload, store, source.upload, owner)
            if upload is None:
                if not await asyncio.to_thread(target.exists):
                    raise _incomplete(source, came or 0)
            elif upload.complete:
                await asyncio.to_thread(store.take, upload, target)
            else:
                if upload.offset != came and upload.length:
                    job.report(upload.offset / upload.length)
                    if came is None:
                        job.goes_on()  # what had come before says nothing of how fast the rest comes
                    came = upload.offset
                await asyncio.sleep(LOOK_S)
    except asyncio.CancelledError:
        if job.cancelled:
            await asyncio.to_thread(store.discard, source.upload)
        raise
    await asyncio.to_thread(store.discard, source.upload)  # what is left, had a process died after the move


def _upload(store: UploadStore, upload: str, owner: str) -> Upload | None:
    try:
        return store.get(upload, user=owner)
    except NotFoundError:
        return None


def _incomplete(source: Source, came: int) -> WillowError:
    return WillowError(
        "import_failed",
        f"{source.name} did not come whole: {came:,} of {source.bytes or 0:,} bytes had come when the upload "
        "was given up.",
    )
