"""How people reach a session: as the ingress does, or by WebSocket and HTTP as browsers do."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pyarrow.parquet as pq
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.willow_ray.cluster.chaos.people import TRY_AGAIN
from willow_ray.protocol.errors import WillowError
from willow_ray.session.client import Caller, ExportRequest

if TYPE_CHECKING:
    import pyarrow as pa
    from websockets.asyncio.client import ClientConnection

    from willow_ray.session.directory import RaySession

PATIENCE_S = 60.0

NO_ROUTES_YET = "for available routes"
"""So says the proxy of Ray Serve when it is up again, but has not heard of the service yet."""


class Direct:
    """From this process to the actor."""

    def __init__(self, session: RaySession, user: str) -> None:
        self.session = session
        self._user = user
        self._ids = itertools.count(1)

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        return await self.session.call(method, params, caller=self._caller())

    async def export(self, version: int) -> pa.Table | None:
        request = ExportRequest(format="parquet", version=version)
        try:
            return pq.read_table((await self.session.export(request, caller=self._caller())).path)
        except WillowError as error:
            if error.code not in TRY_AGAIN:
                raise
            return None

    def _caller(self) -> Caller:
        return Caller(self._user, f"socket of {self._user}", next(self._ids))


class Browser:
    """Over the network, to whatever answers at an address; a connection that breaks is made again."""

    def __init__(self, address: str, token: str, session_id: str) -> None:
        self._address = address
        self._session = session_id
        self._headers = {"Authorization": f"Bearer {token}"}
        self._socket: ClientConnection | None = None
        self._ids = itertools.count(1)

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        request = next(self._ids)
        message = {"jsonrpc": "2.0", "id": request, "method": method, "params": params}
        try:
            if self._socket is None:
                url = f"ws://{self._address}/api/sessions/{self._session}/rpc"
                self._socket = await connect(url, additional_headers=self._headers, proxy=None)
            await self._socket.send(json.dumps(message))
            while True:
                answer: dict[str, Any] = json.loads(await self._socket.recv())
                if answer.get("id") == request:
                    return answer if "result" in answer else {"error": answer["error"]["data"]}
        except (OSError, TimeoutError, WebSocketException) as broken:
            self._socket = None
            return {"error": {"code": "unavailable", "message": repr(broken)}}

    async def export(self, version: int) -> pa.Table | None:
        path = f"/api/sessions/{self._session}/export"
        params = {"format": "parquet", "version": str(version)}
        async with self._http() as client:
            try:
                answer = await client.get(path, params=params)
            except httpx.TransportError:
                return None
        if answer.status_code in (503, 500):
            return None
        if answer.status_code == httpx.codes.NOT_FOUND and NO_ROUTES_YET in answer.text:
            return None
        assert answer.status_code == 200, answer.text
        return pq.read_table(io.BytesIO(answer.content))

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://{self._address}", headers=self._headers, timeout=PATIENCE_S, trust_env=False
        )
