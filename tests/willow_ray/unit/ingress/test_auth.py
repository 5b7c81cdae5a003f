from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from willow_ray.config import Settings
from willow_ray.ingress.app import build_app

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

    from tests.willow_ray.unit.ingress.conftest import FakeSessions
    from willow_ray.ingress.tokens import Tokens

SESSION = "ab" * 15
RPC = f"ws://localhost:8123/api/sessions/{SESSION}/rpc"
ANN = "token-of-ann"
BOB = "token-of-bob"


def with_cookies(client: TestClient, *cookies: str) -> dict[str, str]:
    client.cookies.clear()
    return {"Cookie": "; ".join(cookies)}


def close_code(client: TestClient, headers: dict[str, str]) -> int:
    with client.websocket_connect(RPC, headers=headers) as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        return closed.value.code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/sessions"),
        ("GET", f"/api/sessions/{SESSION}"),
        ("DELETE", f"/api/sessions/{SESSION}"),
        ("GET", f"/api/sessions/{SESSION}/export?format=csv"),
        ("GET", f"/api/sessions/{SESSION}/import-report"),
        ("POST", "/api/sessions"),
        ("POST", "/api/uploads"),
        ("OPTIONS", "/api/uploads"),
        ("GET", "/api/operations"),
        ("GET", "/api/nothing-there"),
    ],
)
def test_everything_below_api_needs_a_token(anybody: TestClient, method: str, path: str) -> None:
    answer = anybody.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {
        "error": {"code": "not_authenticated", "message": "This needs a valid access token."}
    }


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", f"Basic {ANN}", f"Bearer {ANN}x", ANN])
def test_a_wrong_token_is_refused(anybody: TestClient, header: str) -> None:
    assert anybody.get("/api/sessions", headers={"Authorization": header}).status_code == 401


def test_a_wrong_header_is_not_made_good_by_a_cookie(anybody: TestClient) -> None:
    headers = {"Authorization": "Bearer wrong", **with_cookies(anybody, f"willow_8123={ANN}")}
    assert anybody.get("/api/sessions", headers=headers).status_code == 401


def test_health_is_open(anybody: TestClient) -> None:
    assert anybody.get("/healthz").status_code == 200


def test_a_token_opens_what_belongs_to_its_user(ann: TestClient, bob: TestClient) -> None:
    assert [line["id"] for line in ann.get("/api/sessions").json()] == [SESSION]
    assert ann.get(f"/api/sessions/{SESSION}").status_code == 200
    assert bob.get("/api/sessions").json() == []
    assert bob.get(f"/api/sessions/{SESSION}").status_code == 404
    assert bob.delete(f"/api/sessions/{SESSION}").status_code == 404


def test_the_link_turns_into_a_cookie(anybody: TestClient) -> None:
    answer = anybody.get("/", params={"token": ANN})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["willow_8123"]
    assert cookie.value == ANN
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "strict")
    assert anybody.get("/api/sessions").status_code == 200


def test_the_link_may_lead_to_a_session(anybody: TestClient) -> None:
    answer = anybody.get(f"/s/{SESSION}", params={"token": ANN})
    assert answer.headers["Location"] == f"/s/{SESSION}"


def test_a_link_with_a_wrong_token_sets_nothing(anybody: TestClient) -> None:
    answer = anybody.get("/", params={"token": "wrong"})
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_the_cookie_of_another_port_does_not_count(anybody: TestClient) -> None:
    headers = with_cookies(anybody, f"willow_8124={ANN}")
    assert anybody.get("/api/sessions", headers=headers).status_code == 401


def test_a_share_link_opens_one_session_and_nothing_else(
    ann: TestClient, anybody: TestClient, sessions: FakeSessions
) -> None:
    sessions.sessions["cd" * 15] = sessions.sessions[SESSION]
    answer = ann.post(f"/api/sessions/{SESSION}/share")
    assert answer.status_code == 201
    entered = anybody.get(answer.json()["path"])
    assert entered.status_code == 303
    assert entered.headers["Location"] == f"/s/{SESSION}"
    assert anybody.get(f"/api/sessions/{SESSION}").status_code == 200
    assert anybody.get(f"/api/sessions/{'cd' * 15}").status_code == 403
    assert anybody.get("/api/sessions").status_code == 403
    assert anybody.delete(f"/api/sessions/{SESSION}").status_code == 403
    assert anybody.post(f"/api/sessions/{SESSION}/share").status_code == 403
    with anybody.websocket_connect(RPC) as socket:
        socket.send_text('{"jsonrpc": "2.0", "id": 1, "method": "echo"}')
        socket.receive_text()
    assert sessions.sessions[SESSION].calls[-1][2].user == "guest"


def test_a_share_link_does_not_take_the_place_of_the_users_own_token(
    ann: TestClient, anybody: TestClient, sessions: FakeSessions
) -> None:
    path = ann.post(f"/api/sessions/{SESSION}/share").json()["path"]
    anybody.get("/", params={"token": BOB})
    anybody.get(path)
    assert anybody.get("/api/sessions").status_code == 200
    assert anybody.get(f"/api/sessions/{SESSION}").status_code == 200
    assert sessions.sessions[SESSION].calls[-1][2].user == "bob"


def test_nobody_shares_what_is_not_theirs(bob: TestClient) -> None:
    assert bob.post(f"/api/sessions/{SESSION}/share").status_code == 404


def test_a_socket_without_a_token_is_closed_with_4401(anybody: TestClient) -> None:
    assert close_code(anybody, {}) == 4401


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:9999", "http://localhost"]
)
def test_a_socket_from_another_page_is_closed_with_4403(ann: TestClient, origin: str) -> None:
    assert close_code(ann, {"Origin": origin}) == 4403


def test_a_socket_under_a_foreign_name_is_closed_with_4403(ann: TestClient) -> None:
    assert close_code(ann, {"Origin": "http://evil.example", "Host": "evil.example"}) == 4403


@pytest.mark.parametrize("origin", [None, "http://localhost:8123"])
def test_a_socket_from_our_page_or_from_a_program_is_served(ann: TestClient, origin: str | None) -> None:
    with ann.websocket_connect(RPC, headers={} if origin is None else {"Origin": origin}) as socket:
        socket.send_text('{"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a": 1}}')
        assert socket.receive_json() == {"jsonrpc": "2.0", "id": 1, "result": {"a": 1}}


def test_a_socket_to_a_session_of_somebody_else_is_closed_with_4404(bob: TestClient) -> None:
    assert close_code(bob, {}) == 4404


def test_changes_from_another_page_are_refused(ann: TestClient) -> None:
    headers = {"Origin": "http://localhost:9999"}
    assert ann.delete(f"/api/sessions/{SESSION}", headers=headers).status_code == 403
    assert ann.get(f"/api/sessions/{SESSION}", headers=headers).status_code == 200
    assert (
        ann.delete(f"/api/sessions/{SESSION}", headers={"Origin": "http://localhost:8123"}).status_code == 204
    )


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8123", "[::1]:8123", "a.localhost", "192.168.1.4", "Willow.Example:80"]
)
def test_our_names_are_answered(ann: TestClient, host: str) -> None:
    assert ann.get("/api/sessions", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/sessions"])
def test_other_names_are_refused_everywhere(ann: TestClient, host: str, path: str) -> None:
    answer = ann.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"


@pytest.fixture
def open_app(tmp_path: Path, sessions: FakeSessions) -> Starlette:
    return build_app(Settings(store=tmp_path, access="open"), sessions, None, static=tmp_path)


def test_without_tokens_everybody_is_the_local_user(open_app: Starlette, sessions: FakeSessions) -> None:
    sessions.sessions[SESSION].owner = "local"
    with TestClient(open_app, base_url="http://127.0.0.1:8000") as client:
        assert client.get(f"/api/sessions/{SESSION}").status_code == 200
        assert client.get("/api/sessions", headers={"Host": "evil.example"}).status_code == 403
        assert close_code(client, {"Origin": "http://evil.example"}) == 4403
        assert client.post(f"/api/sessions/{SESSION}/share").json() == {"path": f"/s/{SESSION}"}


def test_the_signature_covers_the_session(tokens: Tokens, anybody: TestClient) -> None:
    other = "cd" * 15
    forged = tokens.share(SESSION).replace(SESSION, other)
    headers = {"Authorization": f"Bearer {forged}"}
    assert anybody.get(f"/api/sessions/{other}", headers=headers).status_code == 401
