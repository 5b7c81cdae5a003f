from __future__ import annotations

import pytest

from willow_ray.config import Settings
from willow_ray.launch.service import base_url, link


@pytest.mark.parametrize(
    ("host", "prefix", "url"),
    [
        ("127.0.0.1", "/", "http://127.0.0.1:8000"),
        ("localhost", "/willow/", "http://localhost:8000/willow"),
        ("0.0.0.0", "/", "http://127.0.0.1:8000"),  # noqa: S104 - shown as an address one can open
        ("::", "/", "http://[::1]:8000"),
        ("::1", "/", "http://[::1]:8000"),
    ],
)
def test_the_address_can_be_opened_on_this_machine(host: str, prefix: str, url: str) -> None:
    assert base_url(Settings(host=host, route_prefix=prefix)) == url


def test_a_link_carries_the_token() -> None:
    assert link(Settings(), "a b") == "http://127.0.0.1:8000/?token=a%20b"
    assert link(Settings(route_prefix="/w"), "t", "/s/1") == "http://127.0.0.1:8000/w/s/1?token=t"


def test_no_token_no_question_mark() -> None:
    assert link(Settings(), None) == "http://127.0.0.1:8000/"
