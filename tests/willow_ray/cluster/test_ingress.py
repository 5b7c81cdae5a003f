"""The whole path over real HTTP, WebSockets, Ray Serve, session actors and tasks."""

from __future__ import annotations

import hashlib
import itertools
import json
import socket
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pytest
import ray
from ray import serve
from ray.util import list_named_actors
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from willow_ray.config import NAMESPACE, Settings
from willow_ray.ingress.deployment import application
from willow_ray.ingress.tokens import load_or_create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.usefixtures("cluster")

BEERS = b"name,abv,ibu\nPub Beer,0.05,\nDevil's Cup,0.066,65\nRise,,12\n" + b"Sisters,0.09,40\n" * 7
PATIENCE_S = 60
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Service:
    host: str
    token: str

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(
            base_url=f"http://{self.host}", headers=headers, timeout=PATIENCE_S, trust_env=False
        )

    @contextmanager
    def socket(self, session_id: str, **headers: str) -> Iterator[Socket]:
        url = f"ws://{self.host}/api/sessions/{session_id}/rpc"
        with connect(url, additional_headers=headers, proxy=None) as connection:
            yield Socket(connection)

    def open(self, session_id: str) -> AbstractContextManager[Socket]:
        return self.socket(session_id, Authorization=f"Bearer {self.token}")


class Socket:
    """A WebSocket with the requests and notifications of one person."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.told: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    def send(self, method: str, /, **params: Any) -> int:
        request_id = next(self._ids)
        message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
        self.connection.send(json.dumps(message))
        return request_id

    def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=PATIENCE_S))
        if "method" in message:
            self.told.append(message)
        return message

    def answer(self, request_id: int) -> dict[str, Any]:
        while (message := self.receive()).get("id") != request_id:
            pass
        return message

    def ask(self, method: str, /, **params: Any) -> Any:
        answer = self.answer(self.send(method, **params))
        assert "result" in answer, answer
        return answer["result"]

    def wait_for(self, method: str) -> dict[str, Any]:
        """The params of the next notification of this name that has not been looked at."""
        while True:
            for index, message in enumerate(self.told):
                if message["method"] == method:
                    params: dict[str, Any] = self.told.pop(index)["params"]
                    return params
            self.receive()

    def close_code(self) -> int:
        while True:
            try:
                self.connection.recv(timeout=PATIENCE_S)
            except ConnectionClosed as closed:
                return 1006 if closed.rcvd is None else closed.rcvd.code


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = Settings(
        store=tmp_path_factory.mktemp("store"),
        port=port,
        max_single_body_bytes=200_000,
        upload_part_bytes=100_000,
    )
    serve.start(
        proxy_location="HeadOnly",
        http_options={"host": "127.0.0.1", "port": port, "request_timeout_s": None},
        logging_config={"log_level": "WARNING", "enable_access_log": False},
    )
    serve.run(application(settings), name="willow")
    yield Service(f"127.0.0.1:{port}", load_or_create(settings.store).users["local"])
    serve.shutdown()


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


@pytest.fixture(scope="module")
def beers(service: Service) -> Iterator[str]:
    """The id of a session that is ready, and that no test changes."""
    with session(service) as session_id:
        yield session_id


@pytest.fixture
def own_beers(service: Service) -> Iterator[str]:
    """The id of a session that belongs to one test."""
    with session(service) as session_id:
        yield session_id


@contextmanager
def session(service: Service) -> Iterator[str]:
    with service.client() as client:
        answer = client.post("/api/sessions", params={"name": "beers.csv", "wait": "1"}, content=BEERS)
        assert answer.status_code == 201, answer.text
        session_id: str = answer.json()["session"]
        yield session_id
        client.delete(f"/api/sessions/{session_id}")


def begin_upload(client: httpx.Client, length: int) -> str:
    answer = client.post("/api/uploads?name=beers.csv", headers={**TUS, "Upload-Length": str(length)})
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def send_part(client: httpx.Client, location: str, part: bytes, offset: int) -> httpx.Response:
    headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return client.patch(location, content=part, headers=headers)


def kill(name: str, namespace: str, *, no_restart: bool) -> None:
    ray.kill(ray.get_actor(name, namespace=namespace), no_restart=no_restart)


def replica_name() -> str:
    names = [actor["name"] for actor in list_named_actors(all_namespaces=True)]
    return str(next(name for name in names if name.startswith("SERVE_REPLICA::willow#ingress")))


def test_health_is_open_and_the_rest_is_not(service: Service) -> None:
    with httpx.Client(base_url=f"http://{service.host}", trust_env=False) as stranger:
        assert stranger.get("/healthz").json()["status"] == "ok"
        assert stranger.get("/api/sessions").status_code == 401
        assert stranger.get("/healthz", headers={"Host": "evil.example"}).status_code == 403


def test_a_browser_can_tell_why_a_socket_was_refused(service: Service) -> None:
    session_id = "0" * 30
    bearer = {"Authorization": f"Bearer {service.token}"}
    with service.socket(session_id) as stranger:
        assert stranger.close_code() == 4401
    with service.socket(session_id, **bearer, Origin="http://evil.example") as foreign:
        assert foreign.close_code() == 4403
    with service.socket(session_id, **bearer, Origin=f"http://{service.host}") as unknown:
        assert unknown.close_code() == 4404


def test_from_an_upload_in_parts_to_a_cleaned_file(client: httpx.Client, service: Service) -> None:
    location = begin_upload(client, len(BEERS))
    assert send_part(client, location, BEERS[:50], 0).status_code == 204
    assert send_part(client, location, BEERS[50:], 50).status_code == 204

    preview = client.post(f"{location}/preview", json={}).json()
    assert [column["name"] for column in preview["columns"]] == ["name", "abv", "ibu"]

    created = client.post("/api/sessions", json={"upload": location.rsplit("/", 1)[1], "name": "Beers"})
    assert created.status_code == 201
    session_id = created.json()["session"]

    with service.open(session_id) as socket:
        while (description := socket.ask("session.describe"))["state"] == "importing":
            socket.wait_for("session.changed")
        assert (description["name"], description["rows"]) == ("Beers", 10)
        assert description["columns"] == [
            {"name": "name", "type": "text", "missing": 0},
            {"name": "abv", "type": "decimal", "missing": 1},
            {"name": "ibu", "type": "integer", "missing": 1},
        ]
        window = socket.ask("table.window", row=1, count=2)
        assert window["cells"] == [["Devil's Cup", "Rise"], [0.066, None], [65, 12]]

        operation = {"op": "fill_missing", "columns": ["ibu"], "using": "value", "value": 7}
        applied = socket.ask("operation.apply", operation=operation, base=0)
        assert applied["version"] == 1
        assert applied["impact"]["cells_changed"] == 1
        while socket.wait_for("session.changed")["version"] != 1:
            pass  # the end of the import may be told late

    path = f"/api/sessions/{session_id}/export"
    head = client.head(path, params={"format": "csv"})
    assert head.status_code == 200
    parts = []
    for start in range(0, int(head.headers["Content-Length"]), 64):
        headers = {"Range": f"bytes={start}-{start + 63}", "If-Range": head.headers["ETag"]}
        answer = client.get(path, params={"format": "csv"}, headers=headers)
        assert answer.status_code == 206
        parts.append(answer.content)
    expected = BEERS.replace(b"0.05,\n", b"0.05,7\n")
    assert b"".join(parts) == expected
    assert client.get(path, params={"format": "csv"}).content == expected

    assert session_id in [line["id"] for line in client.get("/api/sessions").json()]
    assert client.delete(f"/api/sessions/{session_id}").status_code == 204
    assert client.get(f"/api/sessions/{session_id}").status_code == 404


def test_everybody_in_a_session_sees_changes_and_undo(service: Service, own_beers: str) -> None:
    with service.open(own_beers) as ann, service.open(own_beers) as bob:
        bob.ask("session.describe")
        ann.ask("operation.apply", operation={"op": "delete_columns", "columns": ["ibu"]})
        assert bob.wait_for("session.changed")["version"] == 1
        assert [column["name"] for column in bob.ask("session.describe")["columns"]] == ["name", "abv"]
        assert bob.ask("history.undo") == {"version": 0}
        ann.wait_for("session.changed")
        assert ann.wait_for("session.changed")["version"] == 0
        assert len(ann.ask("session.describe")["columns"]) == 3


def test_a_draft_goes_with_its_socket(service: Service, beers: str) -> None:
    with service.open(beers) as bob:
        with service.open(beers) as ann:
            operation = {"op": "delete_columns", "columns": ["ibu"]}
            draft = ann.ask("operation.preview", operation=operation)["draft"]
            assert bob.ask("table.window", row=0, count=1, draft=draft)["columns"] == ["name", "abv"]
        deadline = time.monotonic() + PATIENCE_S
        while "result" in (answer := bob.answer(bob.send("table.window", row=0, count=1, draft=draft))):
            assert time.monotonic() < deadline
        assert answer["error"]["data"]["code"] == "unknown_version"


def test_everybody_is_told_when_changes_are_safe_on_disk(service: Service, own_beers: str) -> None:
    with service.open(own_beers) as ann, service.open(own_beers) as bob:
        bob.ask("session.describe")
        ann.ask("operation.apply", operation={"op": "delete_columns", "columns": ["ibu"]})
        for person in (ann, bob):
            while person.wait_for("session.saved")["version"] != 1:
                pass
        assert ann.ask("session.describe")["saved"] is True


def test_errors_arrive_in_their_shape(service: Service, beers: str) -> None:
    with service.open(beers) as socket:
        answer = socket.answer(socket.send("cell.get", row=0, column="abw"))
        assert answer["error"]["code"] == -32000
        assert answer["error"]["data"]["code"] == "column_not_found"
        assert answer["error"]["data"]["near"] == ["abv"]
        answer = socket.answer(socket.send("operation.apply", operation={"op": "fill_mising"}))
        assert answer["error"]["code"] == -32602
        assert answer["error"]["data"]["fields"][0]["path"] == "operation.op"
        answer = socket.answer(socket.send("table.windows"))
        assert answer["error"]["code"] == -32601
        answer = socket.answer(socket.send("history.go", version=99))
        assert answer["error"]["data"]["code"] == "unknown_version"


def test_more_sockets_than_serve_allows_by_default(service: Service, beers: str) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(service.open(beers)) for _ in range(12)]
        assert [socket.ask("session.describe")["rows"] for socket in sockets] == [10] * 12


def test_a_file_that_cannot_be_read_is_told_with_the_reason(client: httpx.Client) -> None:
    answer = client.post("/api/sessions", params={"name": "x.csv", "wait": "1"}, content=b"\x00\x01\x02" * 9)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("import_failed", "The file is not text.")
    description = client.get(f"/api/sessions/{error['data']['session']}").json()
    assert description["state"] == "failed"
    assert description["error"]["message"] == "The file is not text."


def test_bodies_that_are_too_large_name_the_other_way(client: httpx.Client) -> None:
    answer = client.post("/api/sessions", params={"name": "x.csv"}, content=b"x" * 200_001)
    assert answer.status_code == 413
    assert "tus" in answer.json()["error"]["message"]


def test_an_upload_goes_on_after_the_replica_was_killed(client: httpx.Client) -> None:
    content = hashlib.shake_256(b"willow").digest(150_000)
    location = begin_upload(client, len(content))
    assert send_part(client, location, content[:90_000], 0).status_code == 204
    kill(replica_name(), "serve", no_restart=False)
    head = until_answered(client, location)
    assert head.headers["Upload-Offset"] == "90000"
    assert send_part(client, location, content[90_000:], 90_000).headers["Upload-Offset"] == "150000"


def until_answered(client: httpx.Client, location: str) -> httpx.Response:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            answer = client.head(location, headers=TUS)
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if answer.status_code == 200:
            return answer
        time.sleep(0.2)
    pytest.fail("the replica did not come back")


def test_a_killed_actor_comes_back_with_everything_acknowledged(service: Service, own_beers: str) -> None:
    with service.open(own_beers) as socket:
        operation = {"op": "rename_column", "column": "abv", "to": "alcohol"}
        assert socket.ask("operation.apply", operation=operation, operation_id="one")["version"] == 1
        kill(f"session:{own_beers}", NAMESPACE, no_restart=False)
        assert socket.close_code() == 1012
    with service.open(own_beers) as socket:
        description = socket.ask("session.describe")
        assert [column["name"] for column in description["columns"]] == ["name", "alcohol", "ibu"]
        assert socket.ask("operation.apply", operation=operation, operation_id="one")["version"] == 1
        assert socket.ask("history.undo") == {"version": 0}


def test_a_share_link_opens_the_session(client: httpx.Client, service: Service, beers: str) -> None:
    path = client.post(f"/api/sessions/{beers}/share").json()["path"]
    with httpx.Client(base_url=f"http://{service.host}", trust_env=False) as guest:
        assert guest.get(path).status_code == 303
        assert guest.get(f"/api/sessions/{beers}").json()["rows"] == 10
        assert guest.get("/api/sessions").status_code == 403
