"""Segments: immutable HDF5 files of column chunks. HDF5 is not thread-safe: only for task processes.

A file is opened only after its checksum was found to be the one in the manifest, since PyTables may run what
a hostile file says. The whole file is hashed once per process and remembered by path, time and size: a
segment never changes after its rename, and what a disk does behind the back of its file system is found when
the next process reads.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import tables
from pydantic import ValidationError

from willow_ray.storage.checksums import algorithm_of, checksum_of
from willow_ray.storage.durable import AfterStep, go_on, partial, publish, write_all
from willow_ray.storage.errors import DamagedError, StorageAccessError, StorageError, told_as_storage_error
from willow_ray.storage.manifest import SavedChunk, SegmentInfo
from willow_ray.storage.segment_file import HDF5_CHUNK_BYTES, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASHES_KEPT = 4096


def write_segment(
    path: Path | str, chunks: Iterable[tuple[str, pa.Array]], *, after: AfterStep = go_on
) -> SegmentInfo:
    """Write chunks, given as (id, array), into a new file, durably: it is there as a whole or not at all.

    Arrays have canonical types and may be slices. `chunks` may be a generator; one array is held at a time.
    `StorageFullError` or `StorageAccessError` when the system refuses; then nothing is left behind.
    Steps: `segment written`, `segment synced`, `segment published`.
    """
    path = Path(path)
    if path.exists():
        raise StorageError(f"The segment {path.name} is there already.", data={"file": path.name})
    with told_as_storage_error(path):
        try:
            saved = _write(partial(path), chunks)
            after("segment written")
            checksum, size = _sync_and_hash(partial(path))
            after("segment synced")
            publish(path)
        except Exception:
            with suppress(OSError):
                partial(path).unlink(missing_ok=True)
            raise
    after("segment published")
    return SegmentInfo(file=path.name, checksum=checksum, bytes=size, chunks=saved)


def read_chunks(path: Path | str, chunk_ids: Sequence[str], *, expect: str | None) -> dict[str, pa.Array]:
    """Read some chunks of a segment, in the order asked for.

    The arrays own their memory: one copy out of the file and none after it. Small ones share a buffer, of
    which each ships its own part only. `DamagedError` names a file that is missing, is not what the manifest
    says, or lacks a chunk. `expect=None` is for files that this very process wrote.
    """
    path = Path(path)
    if expect is not None:
        verify(path, expect)
    try:
        with told_as_storage_error(path, doing="read"), reading(path) as reader:
            return {chunk_id: reader.chunk(chunk_id) for chunk_id in chunk_ids}
    except KeyError as error:
        raise DamagedError(path.name, f"it lacks chunk {error.args[0]}") from error
    except (tables.HDF5ExtError, tables.NoSuchNodeError, ValidationError, pa.ArrowInvalid) as error:
        raise DamagedError(path.name, "it cannot be read as a segment") from error


def verify(path: Path, expect: str) -> None:
    """Raise `DamagedError` unless the file is the one that the manifest names."""
    with told_as_storage_error(path, doing="read"):
        try:
            status = path.stat()
            checksum = _checksum(path, algorithm_of(expect), status.st_mtime_ns, status.st_size)
        except FileNotFoundError:
            raise DamagedError(path.name, "it is missing") from None
    if checksum != expect:
        raise DamagedError(path.name, "its checksum is not the one in the manifest")


def _write(path: Path, chunks: Iterable[tuple[str, pa.Array]]) -> tuple[SavedChunk, ...]:
    saved: list[SavedChunk] = []
    try:
        with writing(path) as writer:
            for chunk_id, array in chunks:
                writer.add(chunk_id, array)
                saved.append(SavedChunk(chunk_id, array.null_count, array.nbytes))
    except tables.HDF5ExtError as error:
        _write_a_little_more(path)
        raise StorageAccessError(f"{path.name} could not be written by HDF5.", file=path.name) from error
    return tuple(saved)


def _write_a_little_more(path: Path) -> None:
    """Let the system say, as an `OSError`, why HDF5 could not write; HDF5 keeps the reason to itself."""
    with path.open("ab", buffering=0) as file:
        write_all(file.fileno(), bytes(HDF5_CHUNK_BYTES))
        os.fsync(file.fileno())


def _sync_and_hash(path: Path) -> tuple[str, int]:
    """Hash a file while the disk is still busy with it; return its checksum and size."""
    with path.open("rb") as file, ThreadPoolExecutor(1) as pool:
        synced = pool.submit(os.fsync, file.fileno())
        checksum = checksum_of(file)
        synced.result()
        return checksum, os.fstat(file.fileno()).st_size


@lru_cache(HASHES_KEPT)
def _checksum(path: Path, algorithm: str, *_time_and_size: int) -> str:
    with path.open("rb") as file:
        return checksum_of(file, algorithm)
