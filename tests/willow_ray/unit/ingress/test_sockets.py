from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from starlette.testclient import TestClient, WebSocketTestSession

    from tests.willow_ray.unit.ingress.conftest import FakeSession, FakeSessions

SESSION = "ab" * 15
RPC = f"ws://localhost:8123/api/sessions/{SESSION}/rpc"


@pytest.fixture
def session(sessions: FakeSessions) -> FakeSession:
    return sessions.sessions[SESSION]


def ask(socket: WebSocketTestSession, request_id: int | str | None, method: str, /, **params: Any) -> None:
    message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    if request_id is None:
        del message["id"]
    socket.send_text(json.dumps(message))


def close_code(socket: WebSocketTestSession) -> int:
    while True:
        try:
            socket.receive_text()
        except WebSocketDisconnect as closed:
            return closed.code


def test_a_request_is_answered_with_its_id(ann: TestClient, session: FakeSession) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, "first", "echo", text="Größe 🍺")
        assert socket.receive_text() == '{"jsonrpc":"2.0","id":"first","result":{"text":"Größe 🍺"}}'
    method, params, caller = session.calls[0]
    assert (method, params) == ("echo", {"text": "Größe 🍺"})
    assert (caller.user, caller.request) == ("ann", "first")


def test_two_sockets_have_names_of_their_own(ann: TestClient, session: FakeSession) -> None:
    with ann.websocket_connect(RPC) as one, ann.websocket_connect(RPC) as two:
        for socket in (one, two):
            ask(socket, 1, "echo")
            socket.receive_text()
    assert len({caller.socket for _, _, caller in session.calls}) == 2


def test_errors_of_the_session_are_told(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "conflict")
        assert socket.receive_json() == {
            "jsonrpc": "2.0",
            "id": 1,
            "error": {
                "code": -32000,
                "message": "The table has changed: this was made for version 1, the current one is 2.",
                "data": {"code": "version_conflict", "base": 1, "current": 2},
            },
        }


def test_a_fault_of_ours_is_told_by_its_id_only(ann: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "crash")
        answer = socket.receive_json()
        ask(socket, 2, "echo")
        assert socket.receive_json()["id"] == 2
    assert answer["error"]["data"]["code"] == "internal"
    assert "secret" not in json.dumps(answer)
    assert answer["error"]["data"]["id"] in caplog.text


def test_malformed_messages_do_not_end_the_socket(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        for text, code in (("{", -32700), ("[]", -32600), ('{"jsonrpc": "2.0", "id": 1}', -32600)):
            socket.send_text(text)
            assert socket.receive_json()["error"]["code"] == code
        ask(socket, 2, "echo")
        assert socket.receive_json() == {"jsonrpc": "2.0", "id": 2, "result": {}}


def test_requests_run_side_by_side(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "wait")
        ask(socket, 2, "echo")
        assert socket.receive_json()["id"] == 2
        ask(socket, 3, "request.cancel", id=1)
        answers = {answer["id"]: answer for answer in (socket.receive_json(), socket.receive_json())}
    assert answers[3]["result"] is None
    assert answers[1]["error"]["data"] == {"code": "cancelled"}


def test_cancelling_what_has_ended_is_no_error(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "request.cancel", id=99)
        assert socket.receive_json() == {"jsonrpc": "2.0", "id": 1, "result": None}
        ask(socket, 2, "request.cancel", request=1)
        fields = socket.receive_json()["error"]["data"]["fields"]
        assert [fault["path"] for fault in fields] == ["id", "request"]


def test_an_id_is_used_once_at_a_time(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "wait")
        ask(socket, 1, "echo")
        answer = socket.receive_json()
        assert answer["error"]["code"] == -32600
        assert answer["id"] == 1
        ask(socket, 2, "request.cancel", id=1)
        assert {socket.receive_json()["id"], socket.receive_json()["id"]} == {1, 2}
        ask(socket, 1, "echo")
        assert socket.receive_json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_too_many_requests_at_a_time_are_refused(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        for request_id in (1, 2, 3, 4):
            ask(socket, request_id, "wait")
        answer = socket.receive_json()
        assert answer["id"] == 4
        assert answer["error"]["data"] == {"code": "busy", "retry_after_s": 1}


def test_a_request_without_an_id_is_done_and_not_answered(ann: TestClient, session: FakeSession) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, None, "echo", a=1)
        ask(socket, 1, "echo", a=2)
        assert socket.receive_json()["id"] == 1
    assert [params for _, params, _ in session.calls] == [{"a": 1}, {"a": 2}]


def test_every_socket_of_a_session_is_told(ann: TestClient, session: FakeSession) -> None:
    with ann.websocket_connect(RPC) as one, ann.websocket_connect(RPC) as two:
        ask(two, 1, "echo")
        two.receive_text()
        ask(one, 1, "emit", method="session.saved", params={"version": 3})
        told = {"jsonrpc": "2.0", "method": "session.saved", "params": {"version": 3}}
        assert two.receive_json() == told
        assert told in (one.receive_json(), one.receive_json())
    assert session.started == 1


def test_only_the_socket_that_asked_is_told_of_its_request(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as one, ann.websocket_connect(RPC) as two:
        ask(two, 1, "echo")
        two.receive_text()
        ask(one, 1, "emit", method="draft.ready", params={}, mine=True)
        ask(one, 2, "emit", method="session.saved", params={})
        methods = [one.receive_json().get("method") for _ in range(4)]
        assert methods.count("draft.ready") == 1
        assert two.receive_json()["method"] == "session.saved"


def test_all_but_one_socket_may_be_told(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as one, ann.websocket_connect(RPC) as two:
        ask(two, 1, "echo")
        two.receive_text()
        ask(one, 1, "emit", method="job.ended", params={}, others=True)
        ask(one, 2, "emit", method="session.saved", params={})
        assert [two.receive_json()["method"] for _ in range(2)] == ["job.ended", "session.saved"]
        methods = [one.receive_json().get("method") for _ in range(3)]
        assert sorted(methods, key=str) == [None, None, "session.saved"]


def test_the_feed_ends_with_the_last_socket_and_begins_again(ann: TestClient, session: FakeSession) -> None:
    for _ in range(2):
        with ann.websocket_connect(RPC) as socket:
            ask(socket, 1, "emit", method="session.saved", params={})
            socket.receive_json()
            socket.receive_json()
    assert session.started == 2


def test_lost_notifications_make_the_browser_come_back(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as one, ann.websocket_connect(RPC) as two:
        ask(one, 1, "restart")
        assert close_code(one) == 1012
        assert close_code(two) == 1012


def test_a_socket_that_is_gone_is_told_to_the_session(ann: TestClient, session: FakeSession) -> None:
    with ann.websocket_connect(RPC) as socket:
        ask(socket, 1, "wait")
        ask(socket, 2, "echo")
        socket.receive_text()
    with ann.websocket_connect(RPC) as other:
        ask(other, 1, "echo")
        other.receive_text()
    assert session.closed_sockets[0] == session.calls[0][2].socket


def test_binary_messages_are_refused(ann: TestClient) -> None:
    with ann.websocket_connect(RPC) as socket:
        socket.send_bytes(b"{}")
        assert close_code(socket) == 1003


def test_an_unknown_session_is_closed_with_4404(ann: TestClient) -> None:
    with ann.websocket_connect(RPC.replace("ab", "cd")) as socket:
        assert close_code(socket) == 4404
