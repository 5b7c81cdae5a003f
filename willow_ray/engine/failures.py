"""What went wrong in a task, told as what it means to the one who waits."""

from __future__ import annotations

from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    ObjectStoreFullError,
    OutOfDiskError,
    OutOfMemoryError,
    RayTaskError,
    TaskCancelledError,
    WorkerCrashedError,
)

from willow_ray.protocol.errors import CancelledError, UnavailableError, WillowError

TRY_AGAIN = "Nothing was changed; it can be tried again."

DEATHS: dict[type[BaseException], str] = {
    WorkerCrashedError: "A worker process",
    NodeDiedError: "A machine of the cluster",
}

MEANINGS: dict[type[BaseException], str] = {
    OutOfMemoryError: "There was not enough memory.",
    ObjectStoreFullError: "There was not enough memory.",
    OutOfDiskError: "The disk of Ray's object store is full.",
}


class DiedError(UnavailableError):
    """A process or a machine has ended while it worked; the same work may well succeed elsewhere."""

    def __init__(self, who: str = "A worker process") -> None:
        super().__init__(f"{who} has ended. {TRY_AGAIN}")


class ChunksGoneError(Exception):
    """Chunks are neither in memory nor on disk any more; the version they belong to must be made again.

    `object_id` is that of the object which was found to be lost, if that is how it was noticed.
    """

    def __init__(self, object_id: str | None = None) -> None:
        self.object_id = object_id
        super().__init__(object_id)


def translated(error: Exception) -> Exception:
    """Return the failure as an error of Willow, a loss of chunks, or as it is when it is a fault of ours."""
    cause = error.cause if isinstance(error, RayTaskError) else error
    if isinstance(cause, ObjectLostError):
        return ChunksGoneError(cause.object_ref_hex)
    if isinstance(cause, TaskCancelledError):
        return CancelledError()
    if isinstance(cause, WillowError):
        return cause
    refused = getattr(cause, "error", None)
    if isinstance(refused, dict):
        return WillowError.from_wire(refused)
    for kind, who in DEATHS.items():
        if isinstance(cause, kind):
            return DiedError(who)
    for kind, sentence in MEANINGS.items():
        if isinstance(cause, kind):
            return UnavailableError(f"{sentence} {TRY_AGAIN}")
    return error
