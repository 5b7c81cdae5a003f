"""JSON-RPC 2.0, one message per text frame: from text to requests, and from answers to text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from willow_ray.protocol.errors import InvalidParamsError, InvalidRequestError, ParseError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from willow_ray.protocol.errors import WillowError

MAX_REQUEST_CHARACTERS = 1024 * 1024
MAX_ANSWER_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """One call; without an id it is a notification, which is never answered."""

    id: str | int | None
    method: str
    params: JsonValue


@dataclass(frozen=True)
class Refusal:
    """What came is no call; the id is that of the message, if one can be made out."""

    id: str | int | None
    error: WillowError


def parse(text: str) -> Request | Refusal:
    """Read one frame."""
    if len(text) > MAX_REQUEST_CHARACTERS:
        return Refusal(
            None, TooLargeError(f"A message may have {MAX_REQUEST_CHARACTERS:,} characters at most.")
        )
    try:
        message: JsonValue = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        return Refusal(None, ParseError(f"This is not JSON: {error}."))
    match message:
        case list():
            return Refusal(
                None, InvalidRequestError("Batches are not supported: send one message per frame.")
            )
        case dict():
            return _request(message)
        case _:
            return Refusal(None, InvalidRequestError("A request is a JSON object."))


def answer(request_id: str | int | None, reply: Mapping[str, JsonValue]) -> str:
    """Write the answer to a request: `{"result": …}` or `{"error": …}` of a session."""
    text = _encode({"jsonrpc": "2.0", "id": request_id, **reply})
    if len(text) <= MAX_ANSWER_CHARACTERS:
        return text
    return refusal(request_id, TooLargeError("The answer is too large; ask for fewer rows or columns."))


def refusal(request_id: str | int | None, error: WillowError) -> str:
    """Write an error as the answer to a request."""
    return _encode({"jsonrpc": "2.0", "id": request_id, "error": error.to_rpc()})


def notification(method: str, params: Mapping[str, JsonValue]) -> str:
    """Write what the server says by itself."""
    return _encode({"jsonrpc": "2.0", "method": method, "params": params})


def _request(message: dict[str, JsonValue]) -> Request | Refusal:
    given = message.get("id")
    known = given if isinstance(given, str | int) and not isinstance(given, bool) else None
    method = message.get("method")
    params = message.get("params", {})
    if message.get("jsonrpc") != "2.0":
        return Refusal(known, InvalidRequestError('A request has "jsonrpc": "2.0".'))
    if "id" in message and known is None:
        return Refusal(None, InvalidRequestError("The id of a request is a text or an integer."))
    if not isinstance(method, str):
        return Refusal(known, InvalidRequestError("A request names its method."))
    if not isinstance(params, dict):
        return Refusal(
            known, InvalidParamsError([("", "Params are given by name, as an object")], what=method)
        )
    return Request(known, method, params)


def _encode(message: object) -> str:
    """Write JSON, five times as fast as `json` does; an infinity becomes the text that stands for it."""
    return to_json(message, inf_nan_mode="strings").decode()
