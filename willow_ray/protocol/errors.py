"""Everything Willow refuses, as one tree with one shape on each wire.

Inside, an error is `code`, a sentence, and `data`. HTTP shows it as `{"error": {code, message, data}}` with a
status; JSON-RPC as its own integer codes, or -32000 with the code in `data.code`.
"""

from __future__ import annotations

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

_RPC_CODES = {
    "parse_error": RPC_PARSE_ERROR,
    "invalid_request": RPC_INVALID_REQUEST,
    "method_not_found": RPC_METHOD_NOT_FOUND,
    "invalid_params": RPC_INVALID_PARAMS,
}

STATUS_OF_CODE: dict[str, int] = {
    "parse_error": 400,
    "invalid_request": 400,
    "invalid_expression": 400,
    "not_authenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_found": 404,
    "unknown_version": 404,
    "method_not_allowed": 405,
    "version_conflict": 409,
    "conflict": 409,
    "cancelled": 409,
    "not_ready": 409,
    "precondition_failed": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "range_not_satisfiable": 416,
    "invalid_params": 422,
    "column_not_found": 422,
    "not_applicable": 422,
    "nothing_to_learn": 422,
    "import_failed": 422,
    "busy": 429,
    "internal": 500,
    "unavailable": 503,
}
"""Every code there is, with its HTTP status."""


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
        return STATUS_OF_CODE.get(self.code, 500)

    def to_wire(self) -> dict[str, JsonValue]:
        """Return `{"code", "message", "data"?}`, as in HTTP bodies and between processes."""
        wire: dict[str, JsonValue] = {"code": self.code, "message": self.message}
        return {**wire, "data": self.data} if self.data else wire

    def to_rpc(self) -> dict[str, JsonValue]:
        """Return the `error` member of a JSON-RPC answer."""
        code = _RPC_CODES.get(self.code)
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
