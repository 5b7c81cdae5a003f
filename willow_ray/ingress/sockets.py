"""One WebSocket: requests side by side, one writer, a bounded queue.

When a browser does not read, its queue fills up. From half full on, progress of jobs is left out, since newer
progress follows; when it is full the socket is closed with 1013, and the browser comes back to a fresh state.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from willow_ray.ingress import rpc
from willow_ray.ingress.auth import identity_of
from willow_ray.ingress.shell import close_reason, logged
from willow_ray.protocol import closes
from willow_ray.protocol.errors import BusyError, InvalidParamsError, InvalidRequestError, WillowError
from willow_ray.protocol.session import CancelRequest
from willow_ray.session.client import Caller

if TYPE_CHECKING:
    from pydantic import JsonValue
    from starlette.websockets import WebSocket

    from willow_ray.ingress.feeds import Feeds
    from willow_ray.session.client import Event, SessionClient, Sessions

_CLOSE_OF_CODE = {"forbidden": closes.FORBIDDEN, "not_found": closes.NOT_FOUND, "busy": closes.OVERLOAD}


class Sockets:
    """Opens the WebSockets of a replica."""

    def __init__(self, sessions: Sessions, feeds: Feeds, *, queue: int, max_requests: int) -> None:
        """Let `queue` messages wait for a browser, and `max_requests` requests of a socket run at a time."""
        self._sessions = sessions
        self._feeds = feeds
        self._queue = queue
        self._max_requests = max_requests
        self._leaving: set[asyncio.Task[None]] = set()

    async def rpc(self, websocket: WebSocket) -> None:
        """Serve one socket until it is closed."""
        await websocket.accept()
        session_id = websocket.path_params["session_id"]
        identity = identity_of(websocket)
        try:
            client = await self._sessions.get(session_id, user=identity.for_session(session_id))
            connection = Connection(
                websocket, client, user=identity.name, queue=self._queue, max_requests=self._max_requests
            )
            try:
                async with self._feeds.listening(session_id, client, connection):
                    await connection.run()
            finally:
                self._take_leave(client, connection.id)
        except WillowError as error:
            await _close(websocket, _CLOSE_OF_CODE.get(error.code, closes.RESTART), error.message)

    def _take_leave(self, client: SessionClient, socket: str) -> None:
        """Tell the session that a socket is gone, in a task of its own: this one may be cancelled already."""

        async def tell() -> None:
            try:
                await client.closed(socket)
            except WillowError:
                pass  # a session that is not there has nothing to forget
            except Exception as error:  # noqa: BLE001 - it ends here, in the log
                logged(error)

        task = asyncio.create_task(tell())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class Connection:
    """One socket of one session."""

    def __init__(
        self, websocket: WebSocket, client: SessionClient, *, user: str, queue: int, max_requests: int
    ) -> None:
        self.id = secrets.token_hex(15)
        self._websocket = websocket
        self._client = client
        self._user = user
        self._max_requests = max_requests
        self._outbox: asyncio.Queue[str] = asyncio.Queue(queue)
        self._requests: dict[str | int, asyncio.Task[None]] = {}
        self._notifications: set[asyncio.Task[object]] = set()
        self._closing: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Receive, answer and tell until one side closes; then stop what nobody waits for."""
        receiver = asyncio.create_task(self._receive())
        writer = asyncio.create_task(self._write())
        ends: list[asyncio.Future[Any]] = [receiver, writer, self._closing]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._closing.done():
                writer.cancel()
                await asyncio.wait([writer])
                await _close(self._websocket, *self._closing.result())
        finally:
            for task in (receiver, writer, *self._requests.values(), *self._notifications):
                task.cancel()

    def tell(self, event: Event) -> None:
        """Send a notification; progress is left out when the browser is slow."""
        if event.method == "job.progress" and 2 * self._outbox.qsize() >= self._outbox.maxsize:
            return
        self._send(rpc.notification(event.method, event.params))

    def lose(self) -> None:
        """Make the browser come back."""
        self._close(closes.RESTART, "The session was restarted.")

    async def _receive(self) -> None:
        """Read frames for as long as the socket is open: only so is it known when it closes."""
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                self._close(closes.NOT_TEXT, "Messages are text.")
                return
            self._accept(text)

    async def _write(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._websocket.send_text(await self._outbox.get())

    def _accept(self, text: str) -> None:
        match rpc.parse(text):
            case rpc.Refusal(request_id, error):
                self._send(rpc.refusal(request_id, error))
            case rpc.Request(id=request_id) if request_id in self._requests:
                refusal = InvalidRequestError(f"The request {request_id!r} has not been answered yet.")
                self._send(rpc.refusal(request_id, refusal))
            case rpc.Request(id=request_id) if self._running >= self._max_requests:
                refused = BusyError("Too many requests at a time.", retry_after_s=1)
                self._send(rpc.refusal(request_id, refused))
            case rpc.Request(id=None) as request:
                task = asyncio.create_task(self._reply(request))
                self._notifications.add(task)
                task.add_done_callback(self._notifications.discard)
            case rpc.Request(id=str() | int() as request_id) as request:
                self._requests[request_id] = asyncio.create_task(self._answer(request_id, request))

    @property
    def _running(self) -> int:
        return len(self._requests) + len(self._notifications)

    async def _answer(self, request_id: str | int, request: rpc.Request) -> None:
        try:
            text = rpc.answer(request_id, await self._reply(request))
        except ValueError as error:
            text = rpc.refusal(request_id, logged(error))
        finally:
            del self._requests[request_id]
        self._send(text)

    async def _reply(self, request: rpc.Request) -> dict[str, JsonValue]:
        try:
            if request.method == "request.cancel":
                return await self._cancel(request.params)
            caller = Caller(self._user, self.id, request.id)
            reply = await self._client.call(request.method, request.params, caller=caller)
        except WillowError as error:
            return {"error": error.to_rpc()}
        except Exception as error:  # noqa: BLE001 - it ends here, in the log and as the answer
            return {"error": logged(error).to_rpc()}
        failure = reply.get("error")
        return {"error": WillowError.from_wire(failure).to_rpc()} if isinstance(failure, dict) else reply

    async def _cancel(self, params: JsonValue) -> dict[str, JsonValue]:
        """Stop another request of this socket; one that has ended already is no error."""
        try:
            asked = CancelRequest.model_validate(params)
        except ValidationError as error:
            raise InvalidParamsError.from_validation(error, what="request.cancel") from error
        if asked.id in self._requests:
            await self._client.cancel(caller=Caller(self._user, self.id, asked.id))
        return {"result": None}

    def _send(self, text: str) -> None:
        try:
            self._outbox.put_nowait(text)
        except asyncio.QueueFull:
            self._close(closes.OVERLOAD, "The browser does not read what it is sent.")

    def _close(self, code: int, reason: str) -> None:
        if not self._closing.done():
            self._closing.set_result((code, reason))


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close a socket, which may be closed already."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code, close_reason(reason))
