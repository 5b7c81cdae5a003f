"""The session as a Ray actor: named, detached, restarted for ever, one per session."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import ray
from ray.util import list_named_actors

from willow_ray import __version__
from willow_ray.config import NAMESPACE
from willow_ray.protocol.errors import BusyError
from willow_ray.session.actor import Session
from willow_ray.storage.summary import note_use

if TYPE_CHECKING:
    from ray.actor import ActorHandle

    from willow_ray.config import Settings

CONCURRENT_CALLS = 1000
LOOK_S = 5.0
"""How often an actor looks whether it may go to sleep."""

FULL_RETRY_AFTER_S = 30.0
"""When to try again to wake a session while too many are awake; idle ones go to sleep meanwhile."""

RETIRE_S = 0.5
DYING_S = 0.2

SESSION_RESOURCE = "willow_session"
"""Custom resource of clusters that Willow starts: as many as sessions may be awake."""


def actor_name(session_id: str) -> str:
    """Return the name by which every process finds the actor of a session."""
    return f"session:{session_id}"


class SessionActor(Session):
    """A session in a process of its own."""

    def __init__(self, session_id: str, directory: str, settings: Settings) -> None:
        logging.basicConfig(level=logging.INFO)
        super().__init__(session_id, directory, settings, leave=_die)
        self._tending = asyncio.ensure_future(self._leave_when_idle())

    async def version(self) -> str:
        """Return the release this actor runs; called first by everybody."""
        return __version__

    async def retire(self) -> None:
        """Seal the session as soon as nothing is going on, and end: another release takes it over."""
        while not await self.seal(though_listened_to=True):  # noqa: ASYNC110 - many things may go on
            await asyncio.sleep(RETIRE_S)
        _leave()

    async def _leave_when_idle(self) -> None:
        """End when nobody has asked for long, or when the session was deleted."""
        timeout_s = self._settings.idle_timeout_s
        while await asyncio.to_thread(self._directory.is_dir):
            await asyncio.sleep(min(LOOK_S, timeout_s / 4))
            if self.in_use:
                await asyncio.to_thread(note_use, self._directory)
            if self.idle_s > timeout_s and await self.seal():
                break
        _leave()


def wake(session_id: str, directory: str, settings: Settings) -> ActorHandle[Any]:
    """Return the actor of a session, starting it if there is none. Blocks for a round trip or two.

    Raises `BusyError` when as many sessions as may be are awake.
    """
    with suppress(ValueError):
        return ray.get_actor(actor_name(session_id), namespace=NAMESPACE)
    resources = ray.cluster_resources()
    has_resource = SESSION_RESOURCE in resources
    room = min(settings.max_sessions, int(resources.get(SESSION_RESOURCE, settings.max_sessions)))
    if len(awake_actors()) >= room:
        raise BusyError(f"{room} sessions are awake, which is the limit.", retry_after_s=FULL_RETRY_AFTER_S)
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
            max_pending_calls=CONCURRENT_CALLS,
            num_cpus=0,
            resources={SESSION_RESOURCE: 1} if has_resource else None,
        )
        .remote(session_id, directory, settings)
    )


def awake_actors() -> set[str]:
    """Return the names of the actors of sessions that are awake in the cluster."""
    named = {one["name"] for one in list_named_actors(all_namespaces=True) if one["namespace"] == NAMESPACE}
    return {name for name in named if name.startswith(actor_name(""))}


def _leave() -> None:
    """End this actor for good; the next request starts another one."""
    ray.kill(ray.get_runtime_context().current_actor, no_restart=True)


def _die() -> None:
    """End this process, when answers that are on their way have left it.

    Another actor owns the session now. If it has the same name, because Ray has started it in the place of
    this one, then leaving in Ray's way would end that one too.
    """
    asyncio.get_running_loop().call_later(DYING_S, os._exit, 1)
