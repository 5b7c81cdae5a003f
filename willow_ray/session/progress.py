"""Jobs as people see them: only those that last, and not too often."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from willow_ray.engine.job import GRACE_S, Job
from willow_ray.engine.pace import Pace

if TYPE_CHECKING:
    from types import TracebackType

    from pydantic import JsonValue

    from willow_ray.session.notices import Notices

SHOWN_AFTER_S = 0.5
PAUSE_S = 0.1


class Jobs:
    """The jobs of a session that are running; those that last longer than half a second are announced.

    Args:
        notices: where they are announced.
        grace_s: how long tasks may go on when their job is cancelled.

    """

    def __init__(self, notices: Notices, *, grace_s: float = GRACE_S) -> None:
        self._notices = notices
        self._grace_s = grace_s
        self._pace = Pace()
        self._running: dict[str, ShownJob] = {}

    def start(
        self,
        label: str,
        *,
        socket: str | None = None,
        request: str | int | None = None,
        shown: bool = False,
        is_read: bool = False,
    ) -> ShownJob:
        """Return a job; it begins when it is entered as a context manager, and its end is told.

        A `shown` job is told of at once; one that `is_read` ends with the request or the socket that asked.
        """
        return ShownJob(
            Job(label, pace=self._pace, grace_s=self._grace_s),
            self._notices,
            self._running,
            socket=socket,
            request=request,
            shown=shown,
            is_read=is_read,
        )

    @property
    def any_running(self) -> bool:
        """Say whether anything is going on."""
        return bool(self._running)

    def cancel(self, job: str) -> bool:
        """Cancel a job; say whether there was one."""
        shown = self._running.get(job)
        if shown is not None:
            shown.job.cancel()
        return shown is not None

    def cancel_request(self, socket: str, request: str | int) -> None:
        """Cancel the reads of a request; a change is withdrawn, and goes on if others wait for it too."""
        for one in list(self._running.values()):
            if one.is_read and (one.socket, one.request) == (socket, request):
                one.job.cancel()

    def cancel_socket(self, socket: str) -> None:
        """Cancel the reads of a socket that is gone; changes go on, others may see them."""
        for one in list(self._running.values()):
            if one.socket == socket and one.is_read:
                one.job.cancel()

    def describe(self) -> list[JsonValue]:
        """Return the jobs that are shown, as in `session.describe`."""
        return [one.describe() for one in self._running.values() if one.lasts]


class ShownJob:
    """A job and who is told about it."""

    def __init__(
        self,
        job: Job,
        notices: Notices,
        running: dict[str, ShownJob],
        *,
        socket: str | None,
        request: str | int | None,
        shown: bool,
        is_read: bool,
    ) -> None:
        self.job = job
        job.on_progress = self._progress
        self.socket = socket
        self.request = request
        self._notices = notices
        self._running = running
        self.is_read = is_read
        self._shown = shown
        self._told_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def lasts(self) -> bool:
        """Say whether the job has run long enough to be shown."""
        return self._shown or time.monotonic() - self.job.started >= SHOWN_AFTER_S

    def describe(self) -> dict[str, JsonValue]:
        """Return the job as in `job.progress`, without the request."""
        wire: dict[str, JsonValue] = {
            "job": self.job.id,
            "label": self.job.label,
            "fraction": round(self.job.fraction, 4),
        }
        remaining = self.job.remaining_s
        return wire if remaining is None else {**wire, "remaining_s": round(remaining, 1)}

    def __enter__(self) -> Job:
        self.job.__enter__()
        self._running[self.job.id] = self
        wait_s = 0 if self._shown else SHOWN_AFTER_S
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._tell)
        return self.job

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._timer is not None
        self._timer.cancel()
        del self._running[self.job.id]
        if self._told_at:
            outcome = "done" if error is None else "cancelled" if self.job.cancelled else "failed"
            self._notify("job.ended", {"job": self.job.id, "outcome": outcome})
        self.job.__exit__(kind, error, trace)

    def _progress(self, _: Job) -> None:
        if self.lasts and time.monotonic() - self._told_at >= PAUSE_S:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        self._notify("job.progress", self.describe())

    def _notify(self, method: str, params: dict[str, JsonValue]) -> None:
        """Tell the socket that asked with the number of its request, and everybody without."""
        if self.socket is not None and self.request is not None:
            self._notices.add(method, {**params, "request": self.request}, to=self.socket)
            self._notices.add(method, params, but=self.socket)
        else:
            self._notices.add(method, params)
