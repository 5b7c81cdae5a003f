"""The session as a Ray actor: named, detached, restarted for ever, one per session."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import ray

from willow_ray.config import NAMESPACE
from willow_ray.session.actor import Session

if TYPE_CHECKING:
    from ray.actor import ActorHandle

    from willow_ray.config import Settings

CONCURRENT_CALLS = 1000
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
