"""One way to read a column of text, as a value that can be compared, sent and named in a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never, cast, get_args

import pyarrow as pa

from dcs.columns import Kind, arrow_type
from dcs.errors import InvalidExpressionError
from dcs.parsing.booleans import read_booleans
from dcs.parsing.datetimes import read_dates, read_datetimes
from dcs.parsing.formats import MomentFormat
from dcs.parsing.numbers import NumberFormat, read_decimals, read_integers

if TYPE_CHECKING:
    from typing import Literal


@dataclass(frozen=True)
class Reading:
    """How text becomes values of a kind.

    Attributes:
        kind: what the values are.
        format: a number format for numbers, strptime letters for dates and datetimes; None is the plain
            spelling: digits with a point, ISO 8601.
        unit: of datetimes.
        zone: of datetimes; text must then carry an offset.

    """

    kind: Kind
    format: str | None = None
    unit: Literal["us", "ns"] = "us"
    zone: str | None = None

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of the values."""
        return pa.timestamp(self.unit, self.zone) if self.kind == "datetime" else arrow_type(self.kind)

    def check(self, *, field: str) -> None:
        """Refuse a format that is not understood, or not one of this kind."""
        if self.format is None:
            return
        match self.kind:
            case "integer" | "decimal":
                _number_format(self.format, field=field)
            case "date" | "datetime":
                MomentFormat.parse(self.format, field=field)
            case "text" | "boolean":
                raise InvalidExpressionError(f"There are no formats of {self.kind}.", field=field)
            case unknown:
                assert_never(unknown)

    def read(self, text: pa.Array, *, exact: bool = True) -> pa.Array:
        """Return the values of a text array, missing where one does not read (see `dcs.parsing`)."""
        match self.kind:
            case "text":
                return text
            case "boolean":
                return read_booleans(text)
            case "integer":
                return read_integers(text, exact=exact, number_format=_number_format(self.format))
            case "decimal":
                return read_decimals(text, exact=exact, number_format=_number_format(self.format))
            case "date":
                return read_dates(text, _moment_format(self.format))
            case "datetime":
                return read_datetimes(text, self.type, _moment_format(self.format))
            case unknown:
                assert_never(unknown)


def _number_format(text: str | None, *, field: str = "format") -> NumberFormat | None:
    if text is not None and text not in get_args(NumberFormat):
        known = ", ".join(get_args(NumberFormat))
        raise InvalidExpressionError(f"{text!r} is not a number format; those are {known}.", field=field)
    return cast("NumberFormat | None", text)


def _moment_format(text: str | None) -> MomentFormat | None:
    return None if text is None else MomentFormat.parse(text)
