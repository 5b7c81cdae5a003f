"""Request bodies: small ones as bytes, files straight to disk, neither larger than it may be."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from willow_ray.protocol.errors import TooLargeError
from willow_ray.storage.errors import told_as_storage_error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import BinaryIO

    from starlette.requests import Request

MAX_JSON_BYTES = 1024 * 1024
_WRITE_BYTES = 1024 * 1024


def check_announced_length(request: Request, *, limit: int, hint: str) -> None:
    """Refuse a body that says it is too large before any of it is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit, hint)


async def limited(request: Request, *, limit: int, hint: str) -> AsyncIterator[bytes]:
    """Yield the body piece by piece; refuse it as soon as it is larger than `limit` bytes."""
    check_announced_length(request, limit=limit, hint=hint)
    total = 0
    async for piece in request.stream():
        total += len(piece)
        if total > limit:
            raise _too_large(limit, hint)
        yield piece


async def json_body(request: Request) -> bytes:
    """Return the body of a request that carries JSON."""
    hint = "Nothing that is asked here needs more."
    return b"".join([piece async for piece in limited(request, limit=MAX_JSON_BYTES, hint=hint)])


async def part_body(request: Request, *, limit: int) -> bytes:
    """Return a part of an upload, or as much of it as came before the client went away."""
    pieces: list[bytes] = []
    hint = "Send the file in smaller parts."
    try:
        async for piece in limited(request, limit=limit, hint=hint):
            pieces.append(piece)  # noqa: PERF401 - what came before a disconnect is kept
    except ClientDisconnect:
        pass
    return b"".join(pieces)


async def save(pieces: AsyncIterator[bytes], path: Path) -> int:
    """Write pieces to a file, in a thread, and return their bytes once they will last."""
    size = 0
    waiting = bytearray()
    with told_as_storage_error(path), await asyncio.to_thread(path.open, "wb") as file:
        async for piece in pieces:
            waiting += piece
            if len(waiting) >= _WRITE_BYTES:
                size += await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
        size += await asyncio.to_thread(file.write, bytes(waiting))
        await asyncio.to_thread(_flush_and_sync, file)
    return size


def _flush_and_sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _too_large(limit: int, hint: str) -> TooLargeError:
    return TooLargeError(f"One body may have {limit:,} bytes at most. {hint}", {"limit_bytes": limit})
