"""Everything Willow refuses, as one tree with one shape on each wire.

Inside, an error is `code`, a sentence, and `data`. HTTP shows it as `{"error": {code, message, data}}` with a
status; JSON-RPC as its own integer codes, or -32000 with the code in `data.code`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dcs.errors import DcsError, InvalidParametersError, near_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import JsonValue, ValidationError

RPC_PARSE_ERROR = -32700
RPC_INVALID_REQUEST = -32600
RPC_METHOD_NOT_FOUND = -32601
RPC_INVALID_PARAMS = -32602
RPC_WILLOW = -32000

RPC_CODES = {
    "parse_error": RPC_PARSE_ERROR,
    "invalid_request": RPC_INVALID_REQUEST,
    "method_not_found": RPC_METHOD_NOT_FOUND,
    "invalid_params": RPC_INVALID_PARAMS,
}


@dataclass(frozen=True)
class ErrorCode:
    """What a code means, and the status that goes with it in HTTP."""

    status: int
    meaning: str


CODES: dict[str, ErrorCode] = {
    "parse_error": ErrorCode(400, "What came is not JSON."),
    "invalid_request": ErrorCode(400, "It is JSON, or HTTP, but not a request that can be understood."),
    "method_not_found": ErrorCode(404, "There is no such method; `near` has similar names."),
    "invalid_params": ErrorCode(422, "Parameters do not fit; `fields` has every fault with its path."),
    "column_not_found": ErrorCode(422, "There is no such `column`; `near` has similar names."),
    "not_applicable": ErrorCode(422, "The request is well formed, but cannot be done to this table."),
    "nothing_to_learn": ErrorCode(422, "A parameter is to be learned from values, and there are none."),
    "invalid_expression": ErrorCode(400, "A regular expression or a format is not understood, or refused."),
    "version_conflict": ErrorCode(409, "The `current` version is not the `base` the client worked on."),
    "unknown_version": ErrorCode(404, "There is no such version or draft."),
    "cancelled": ErrorCode(409, "Somebody asked for this to be stopped; nothing was changed."),
    "busy": ErrorCode(429, "Too much is going on; try again after `retry_after_s` seconds."),
    "not_ready": ErrorCode(409, "The upload or the import has not ended."),
    "too_large": ErrorCode(413, "More than what is promised to work; the message says what would."),
    "import_failed": ErrorCode(422, "The file cannot be read; the message says where and why."),
    "internal": ErrorCode(500, "A fault of Willow itself; the log has the details under `id`."),
    "not_authenticated": ErrorCode(401, "There is no access token, or not a known one."),
    "forbidden": ErrorCode(403, "The token is known but does not open this, or host or origin are foreign."),
    "not_found": ErrorCode(404, "There is no such session, upload or page, or it is somebody else's."),
    "method_not_allowed": ErrorCode(405, "There is such a path, but not for this HTTP method; see `Allow`."),
    "conflict": ErrorCode(409, "The thing is in another state than the request supposes."),
    "precondition_failed": ErrorCode(412, "The file has changed, or the client speaks another tus version."),
    "unsupported_media_type": ErrorCode(415, "The body has another content type than it must have."),
    "range_not_satisfiable": ErrorCode(416, "The range begins behind the end of the file."),
    "unavailable": ErrorCode(503, "What answers this is not there now: restarting, or the disk is full."),
}
"""Every code there is."""


class WillowError(Exception):
    """A request that is refused or failed; nothing was changed.

    `code` is what clients test for, the message is a sentence for a person, `data` is JSON. It can be
    pickled, so that it may cross process borders.
    """

    def __init__(self, code: str, message: str, data: Mapping[str, JsonValue] | None = None) -> None:
        self.code = code
        self.message = message
        self.data: dict[str, JsonValue] = dict(data or {})
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.code, self.message, self.data)

    @property
    def status(self) -> int:
        """The HTTP status; codes from elsewhere count as the server's own fault."""
        return CODES[self.code].status if self.code in CODES else 500

    def to_wire(self) -> dict[str, JsonValue]:
        """Return `{"code", "message", "data"?}`, as in HTTP bodies and between processes."""
        wire: dict[str, JsonValue] = {"code": self.code, "message": self.message}
        return {**wire, "data": self.data} if self.data else wire

    def to_rpc(self) -> dict[str, JsonValue]:
        """Return the `error` member of a JSON-RPC answer."""
        code = RPC_CODES.get(self.code)
        if code is None:
            return {"code": RPC_WILLOW, "message": self.message, "data": {"code": self.code, **self.data}}
        rpc: dict[str, JsonValue] = {"code": code, "message": self.message}
        return {**rpc, "data": self.data} if self.data else rpc

    @classmethod
    def from_wire(cls, wire: Mapping[str, JsonValue]) -> WillowError:
        """Make the error again that `to_wire` wrote."""
        data = wire.get("data")
        return WillowError(str(wire["code"]), str(wire["message"]), data if isinstance(data, dict) else None)


class ParseError(WillowError):
    """What came is not JSON."""

    def __init__(self, message: str) -> None:
        super().__init__("parse_error", message)


class InvalidRequestError(WillowError):
    """JSON, but not a request."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid_request", message)


class MethodNotFoundError(WillowError):
    """There is no such method."""

    def __init__(self, method: str, methods: Iterable[str]) -> None:
        near = near_names(method, methods)
        hint = f"; did you mean {' or '.join(near)}?" if near else "."
        super().__init__("method_not_found", f"There is no method {method!r}{hint}", {"near": list(near)})


class InvalidParamsError(WillowError):
    """Params that do not fit their declaration: every fault, each with its path."""

    def __init__(self, fields: Sequence[tuple[str, str]], *, what: str = "request") -> None:
        refusal = InvalidParametersError(fields, what=what)
        super().__init__("invalid_params", str(refusal), refusal.data())

    @classmethod
    def from_validation(cls, error: ValidationError, *, what: str = "request") -> InvalidParamsError:
        """Translate what pydantic found."""
        return cls(InvalidParametersError.from_validation(error, what=what).fields, what=what)


class NotAuthenticatedError(WillowError):
    """No token, or one that is not known."""

    def __init__(self, message: str = "This needs a valid access token.") -> None:
        super().__init__("not_authenticated", message)


class ForbiddenError(WillowError):
    """The token is known, but does not open this."""

    def __init__(self, message: str) -> None:
        super().__init__("forbidden", message)


class NotFoundError(WillowError):
    """There is no such session, upload or page, or it is not the caller's."""

    def __init__(self, message: str) -> None:
        super().__init__("not_found", message)


class ConflictError(WillowError):
    """The thing is there, but in another state than the request supposes."""

    def __init__(self, message: str, data: Mapping[str, JsonValue] | None = None) -> None:
        super().__init__("conflict", message, data)


class VersionConflictError(WillowError):
    """The client worked on another version than the current one."""

    def __init__(self, *, base: int, current: int) -> None:
        super().__init__(
            "version_conflict",
            f"The table has changed: this was made for version {base}, the current one is {current}.",
            {"base": base, "current": current},
        )


class UnknownVersionError(WillowError):
    """There is no such version or draft."""

    def __init__(self, version: int | str) -> None:
        what = f"version {version}" if isinstance(version, int) else f"draft {version!r}"
        super().__init__("unknown_version", f"There is no {what}.", {"version": version})


class CancelledError(WillowError):
    """Somebody asked for this to be stopped."""

    def __init__(self, message: str = "This was cancelled; nothing was changed.") -> None:
        super().__init__("cancelled", message)


class BusyError(WillowError):
    """Too much is going on; the same request may succeed later."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__("busy", message, {"retry_after_s": retry_after_s})


class NotReadyError(WillowError):
    """The session is still being imported, or its import has failed."""

    def __init__(self, message: str = "The file is still being imported.") -> None:
        super().__init__("not_ready", message)


class TooLargeError(WillowError):
    """More than what is promised to work; the message says what would."""

    def __init__(self, message: str, data: Mapping[str, JsonValue] | None = None) -> None:
        super().__init__("too_large", message, data)


class ImportFailedError(WillowError):
    """The file cannot be read; the message says where and why."""

    def __init__(self, message: str, data: Mapping[str, JsonValue] | None = None) -> None:
        super().__init__("import_failed", message, data)


class UnavailableError(WillowError):
    """The part that answers this is not there now (starting, restarting, no disk space)."""

    def __init__(self, message: str) -> None:
        super().__init__("unavailable", message)


class InternalError(WillowError):
    """A fault of Willow itself; the traceback is in the log under `error_id`, nowhere else."""

    def __init__(self, error_id: str) -> None:
        super().__init__(
            "internal",
            f"Something went wrong inside Willow. The log has the details under {error_id}.",
            {"id": error_id},
        )


def from_dcs(error: DcsError) -> WillowError:
    """Translate what dcs refused; codes, attributes and sentences are the same."""
    return WillowError(error.code, str(error), error.data())


def _restore(cls: type[WillowError], code: str, message: str, data: dict[str, JsonValue]) -> WillowError:
    error = cls.__new__(cls)
    WillowError.__init__(error, code, message, data)
    return error
