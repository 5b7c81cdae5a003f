"""The session as a Ray actor: named, detached, restarted for ever, one per session."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import ray

from willow_ray import __version__
from willow_ray.config import NAMESPACE
from willow_ray.session.actor import Session

if TYPE_CHECKING:
    from ray.actor import ActorHandle

    from willow_ray.config import Settings

CONCURRENT_CALLS = 1000
LOOK_S = 5.0
"""How often an actor looks whether it may go to sleep."""

SESSION_RESOURCE = "willow_session"
"""Custom resource of clusters that Willow starts: as many as sessions may be awake."""


def actor_name(session_id: str) -> str:
    """Return the name by which every process finds the actor of a session."""
    return f"session:{session_id}"


class SessionActor(Session):
    """A session in a process of its own."""

    def __init__(self, session_id: str, directory: str, settings: Settings) -> None:
        logging.basicConfig(level=logging.INFO)
        super().__init__(session_id, directory, settings, leave=_leave)
        self._tired: asyncio.Task[None] | None = None

    async def version(self) -> str:
        """Return the release this actor runs; called first by everybody, it begins to watch for idleness."""
        if self._tired is None:
            self._tired = asyncio.ensure_future(self._sleep_when_idle(self._settings.idle_timeout_s))
        return __version__

    async def retire(self) -> None:
        """Seal the session as soon as nothing is going on, and end: another release takes it over."""
        await self._sleep_when_idle(0)

    async def _sleep_when_idle(self, timeout_s: float) -> None:
        while True:
            if self.idle_s > timeout_s and await self.seal():
                _leave()
                return
            await asyncio.sleep(LOOK_S)


def wake(session_id: str, directory: str, settings: Settings) -> ActorHandle[Any]:
    """Return the actor of a session, starting it if there is none. Blocks for a round trip or two."""
    has_resource = SESSION_RESOURCE in ray.cluster_resources()
    return (
        ray.remote(SessionActor)
        .options(
            name=actor_name(session_id),
            namespace=NAMESPACE,
            lifetime="detached",
            get_if_exists=True,
            max_restarts=-1,
            max_task_retries=0,
            max_concurrency=CONCURRENT_CALLS,
            num_cpus=0,
            resources={SESSION_RESOURCE: 1} if has_resource else None,
        )
        .remote(session_id, directory, settings)
    )


def _leave() -> None:
    """End this process for good: another actor owns the session now."""
    ray.kill(ray.get_runtime_context().current_actor, no_restart=True)
