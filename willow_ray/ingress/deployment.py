"""The ingress as a Ray Serve application. The only module that imports `ray.serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ray import serve

if TYPE_CHECKING:
    from ray.serve import Application
    from starlette.applications import Starlette

    from willow_ray.config import Settings

_SHUTDOWN_S = 2.0
"""Open WebSockets never end by themselves: a replica that is to stop closes them after this time."""


def application(settings: Settings) -> Application:
    """Return what `serve.run` takes: the settings are shipped, and each replica builds the app."""

    def build() -> Starlette:
        from willow_ray.ingress.app import build_app  # noqa: PLC0415 - on the replica, not in the launcher
        from willow_ray.ingress.tokens import load_or_create  # noqa: PLC0415
        from willow_ray.session.directory import RaySessions  # noqa: PLC0415

        tokens = load_or_create(settings.store) if settings.access == "token" else None
        return build_app(settings, RaySessions(settings), tokens)

    deployment = serve.deployment(
        serve.ingress(build)(),
        name="ingress",
        num_replicas=settings.replicas,
        max_ongoing_requests=settings.sockets_per_replica,
        ray_actor_options={"num_cpus": 0},
        logging_config={"enable_access_log": False, "log_level": "WARNING"},
        graceful_shutdown_wait_loop_s=_SHUTDOWN_S / 4,
        graceful_shutdown_timeout_s=_SHUTDOWN_S,
    )
    return deployment.bind()
