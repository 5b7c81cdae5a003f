"""Everything dcs refuses, as one tree of typed errors with one shape on the wire."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import JsonValue, ValidationError
    from pydantic_core import ErrorDetails


class DcsError(Exception):
    """A request that dcs refuses; the table stays as it was.

    `code` is the stable identifier that clients test for, the message is a sentence for a person,
    and `data()` holds the typed attributes in JSON form.
    """

    code: ClassVar[str] = "internal"

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def data(self) -> dict[str, JsonValue]:
        """Return the attributes a client may want, in JSON form."""
        return {}

    def to_wire(self) -> dict[str, JsonValue]:
        """Return `{"code", "message", "data"}`, the shape of every error on the wire."""
        return {"code": self.code, "message": str(self), "data": self.data()}


class InvalidParametersError(DcsError, ValueError):
    """Parameters that do not fit their declaration: every fault, each with its path."""

    code = "invalid_params"

    def __init__(self, fields: Sequence[tuple[str, str]], *, what: str = "operation") -> None:
        self.fields = tuple(fields)
        faults = "; ".join(f"{path}: {message}" if path else message for path, message in self.fields)
        super().__init__(f"This {what} is not valid: {faults}")

    @classmethod
    def from_validation(
        cls, error: ValidationError, *, what: str = "operation", known: Iterable[str] = ()
    ) -> InvalidParametersError:
        """Translate what pydantic found; tags of unions are left out of the paths.

        `known` are the parameters that there are, of which near ones are proposed for an unknown one.
        """
        names = tuple(known)
        return cls(
            [(_path(fault["loc"]), _sentence(fault, names)) for fault in error.errors(include_url=False)],
            what=what,
        )

    @override
    def data(self) -> dict[str, JsonValue]:
        return {"fields": [{"path": path, "message": message} for path, message in self.fields]}


class ColumnNotFoundError(DcsError, KeyError):
    """A column named in a request is not in the table."""

    code = "column_not_found"

    def __init__(self, column: str, columns: Iterable[str], *, field: str = "") -> None:
        self.column = column
        self.field = field
        self.near = near_names(column, columns)
        super().__init__(column)

    def __str__(self) -> str:
        hint = f"; did you mean {' or '.join(repr(name) for name in self.near)}?" if self.near else "."
        return f"There is no column {self.column!r}{hint}"

    @override
    def data(self) -> dict[str, JsonValue]:
        return _with_field({"column": self.column, "near": list(self.near)}, self.field, str(self))


class NotApplicableError(DcsError, TypeError):
    """The request is well formed, but this table or column is not one it can be done to."""

    code = "not_applicable"

    def __init__(self, message: str, *, field: str = "", column: str | None = None) -> None:
        self.field = field
        self.column = column
        super().__init__(message)

    @override
    def data(self) -> dict[str, JsonValue]:
        data: dict[str, JsonValue] = {} if self.column is None else {"column": self.column}
        return _with_field(data, self.field, str(self))


class NothingToLearnError(NotApplicableError):
    """A parameter is to be learned from values, and there are none (all missing, or no rows)."""

    code = "nothing_to_learn"


class InvalidExpressionError(NotApplicableError):
    """A regular expression, date format or number format that is not understood, or refused for safety."""

    code = "invalid_expression"


class TooLargeError(NotApplicableError):
    """The result would be larger than what is promised to work (categories, columns, cells)."""

    code = "too_large"


class ImportFailedError(DcsError, ValueError):
    """A file cannot be read as a table at all; `line` counts from 1 and says where, when that is known."""

    code = "import_failed"

    def __init__(self, message: str, *, line: int | None = None) -> None:
        self.line = line
        super().__init__(message if line is None else f"Line {line}: {message}")

    @override
    def data(self) -> dict[str, JsonValue]:
        return {} if self.line is None else {"line": self.line}


def near_names(name: str, names: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Return up to `count` of `names` that resemble `name`, the nearest first; case is ignored."""
    folded = {candidate.casefold(): candidate for candidate in names}
    return tuple(folded[match] for match in get_close_matches(name.casefold(), folded, n=count, cutoff=0.6))


def _restore(cls: type[DcsError], args: tuple[object, ...], attributes: dict[str, object]) -> DcsError:
    """Make an error again that was pickled, whatever its constructor asks for."""
    error = cls.__new__(cls, *args)
    error.__dict__.update(attributes)
    return error


def _with_field(data: dict[str, JsonValue], field: str, message: str) -> dict[str, JsonValue]:
    if not field:
        return data
    return {**data, "fields": [{"path": field, "message": message}]}


def _path(location: tuple[int | str, ...]) -> str:
    """Join a pydantic location as `columns.0`; the tag of a union, put first, is not part of the wire."""
    return ".".join(str(part) for part in location if not (isinstance(part, str) and part.startswith("~")))


def _sentence(fault: ErrorDetails, known: tuple[str, ...]) -> str:
    match fault:
        case {"type": "tuple_type"}:
            return "Input should be a list"
        case {"type": "extra_forbidden", "loc": (str(name),), "msg": message} if near_names(name, known):
            return f"{message}; did you mean {' or '.join(near_names(name, known))}?"
        case _:
            return fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
