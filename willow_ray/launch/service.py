"""Deploy the web app and the API on Ray Serve, and take them away again."""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from willow_ray import __version__
from willow_ray.launch.checks import check_port
from willow_ray.launch.errors import LaunchError
from willow_ray.launch.progress import step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from willow_ray.config import Settings

_ANSWER_PATIENCE_S = 15.0
_POLL_S = 0.1
_REASON_LINES = 3
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - shown, not bound


@contextmanager
def deployed(settings: Settings) -> Iterator[None]:
    """Have Willow answer at its address; on a joined cluster the application is taken away in the end.

    Other applications of the cluster stay. A Serve that runs already keeps its own host and port, so these
    must be the ones in `settings`.
    """
    with step("Starting the service"):
        from ray import serve  # noqa: PLC0415 - takes a second

        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        found = settings.cluster is not None and bool(serve.status().proxies)
        if settings.cluster is not None and not found:
            check_port(settings.host, settings.port)
        _deploy(settings)
    try:
        yield
    finally:
        if settings.cluster is not None:
            with step("Taking Willow off the cluster"):
                serve.delete(settings.app_name)
                if not found and not serve.status().applications:
                    serve.shutdown()


def _deploy(settings: Settings) -> None:
    from ray import serve  # noqa: PLC0415 - takes a second

    from willow_ray.ingress.deployment import application  # noqa: PLC0415 - imports ray.serve

    serve.start(
        proxy_location="HeadOnly",
        http_options={"host": settings.host, "port": settings.port, "request_timeout_s": None},
        logging_config={"log_level": "WARNING", "enable_access_log": False},
    )
    try:
        serve.run(application(settings), name=settings.app_name, route_prefix=settings.route_prefix)
    except RuntimeError as error:
        raise LaunchError(f"The service did not start: {_reason(settings.app_name) or error}") from error
    _wait_until_it_answers(settings)


def _reason(app_name: str) -> str:
    """Return the last lines of what Serve says of a deployment that failed: the error itself."""
    from ray import serve  # noqa: PLC0415 - takes a second

    application = serve.status().applications.get(app_name)
    messages = [] if application is None else [one.message for one in application.deployments.values()]
    return "\n".join("\n".join(message.strip().splitlines()[-_REASON_LINES:]) for message in messages)


def base_url(settings: Settings) -> str:
    """Return the address to open on this machine, without a slash at the end."""
    host = _EVERYWHERE.get(settings.host, settings.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{settings.port}{settings.route_prefix.rstrip('/')}"


def link(settings: Settings, token: str | None, page: str = "/") -> str:
    """Return the address of a page, with the token that turns into a cookie there."""
    return base_url(settings) + page + ("" if token is None else f"?token={quote(token, safe='')}")


def _wait_until_it_answers(settings: Settings) -> None:
    url = f"{base_url(settings)}/healthz"
    deadline = time.monotonic() + _ANSWER_PATIENCE_S
    while True:
        try:
            # Without a handler for proxies: the address is this machine's.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(url, timeout=_ANSWER_PATIENCE_S) as answer:
                if json.load(answer).get("version") == __version__:
                    return
                reason = "another version of Willow answers"
        except (OSError, ValueError) as error:
            reason = str(error)
        if time.monotonic() > deadline:
            raise LaunchError(
                f"Willow does not answer at {url} ({reason}). If the cluster serves at another host or port, "
                "give it with --host and --port."
            )
        time.sleep(_POLL_S)
