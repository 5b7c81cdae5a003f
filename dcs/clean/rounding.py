"""Rounding of numbers, as a person would round what is printed."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.clean.blocks import map_numbers
from dcs.columns import NumberColumns
from dcs.errors import NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.values.zero import numbers_with_one_zero

if TYPE_CHECKING:
    import numpy.typing as npt

    from dcs.columns import Schema

Mode = Literal["nearest", "up", "down"]
Decimals: TypeAlias = "npt.NDArray[np.float64]"

COMPARABLE_BELOW = 1e13
"""Below so many multiples of the unit, also their middles have at most 15 digits."""

WHOLE_FROM = 2.0**53
"""From so many multiples of the unit on, numbers are at least a unit apart."""

ALMOST_HALF = 0.49
"""What is missing to a half is more than the error of fewer than `COMPARABLE_BELOW` computed multiples."""

_INTEGER_MODES = {"nearest": "half_towards_infinity", "up": "up", "down": "down"}
_DECIMAL_MODES = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
_EXACT = Context(prec=800)


class RoundNumbers(RowwiseOperation):
    """Round numbers to some digits after the decimal point.

    What counts are the digits that are printed: 2.675 rounds to 2.68, though the binary number behind it lies
    a little below. `nearest` rounds halves away from zero. Integers stay integers; they change only with
    negative `digits`, and are refused where the result would not fit 64 bits.

    >>> prices = dcs.table({"price": [2.675, -0.5, None]})
    >>> prices.pipe(dcs.RoundNumbers(columns=["price"], digits=2))["price"].tolist()
    [2.68, -0.5, <NA>]
    """

    label: ClassVar[str] = "Round numbers"
    section: ClassVar[str] = "Numbers"
    summary: ClassVar[str] = "Round {columns} to {digits} digits"

    op: Literal["round_numbers"] = "round_numbers"
    columns: NumberColumns
    """Columns of numbers."""
    digits: Annotated[int, Field(ge=-15, le=15)] = 0
    """Digits to keep after the point; negative ones round to tens, hundreds and so on."""
    mode: Mode = "nearest"
    """To the nearest number with so many digits, always up, or always down."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {
            name: self._rounded_integers(column, name)
            if pa.types.is_integer(column.type)
            else map_numbers(column, partial(rounded, digits=self.digits, mode=self.mode))
            for name, column in rows.items()
        }

    def _rounded_integers(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        if self.digits >= 0:
            return column
        try:
            return pc.round(column, ndigits=self.digits, round_mode=_INTEGER_MODES[self.mode])
        except pa.ArrowInvalid as error:
            raise NotApplicableError(
                f"Column {name!r} has integers that do not fit 64 bits when they are rounded.",
                field="columns",
                column=name,
            ) from error


def rounded(values: Decimals, digits: int, mode: Mode) -> Decimals:
    """Round the shortest decimals that print as `values`; infinities stay, -0.0 becomes 0.0.

    A multiple of 10^-digits, as a binary number, is the one nearest to it, and so is the middle between two
    multiples. While they have at most 15 digits, what a number prints as lies below, on or above such a point
    just as the number itself does. So comparing with these points rounds exactly. Numbers with more digits
    have none to round off, or go through decimal arithmetic.
    """
    scale = _Scale(digits)
    multiples = scale.multiples_in(values)
    chosen = np.rint(multiples)
    match mode:
        case "nearest":
            distances = multiples - chosen
            doubtful = np.flatnonzero(np.abs(distances, out=distances) > ALMOST_HALF)
            chosen[doubtful] = _half_away(multiples[doubtful], values[doubtful], scale)
        case "up":
            chosen += scale.number(chosen) < values
        case "down":
            chosen -= scale.number(chosen) > values
    found = scale.number(chosen)
    numbers_with_one_zero(found, out=found)
    sizes = np.abs(multiples, out=multiples)
    if sizes.max() >= COMPARABLE_BELOW:
        is_whole = (sizes >= WHOLE_FROM) & (digits >= 0)
        found[is_whole] = values[is_whole]
        is_left = (sizes >= COMPARABLE_BELOW) & ~is_whole
        found[is_left] = [_rounded_one(value, digits, mode) for value in values[is_left].tolist()]
    return found


def _half_away(multiples: Decimals, values: Decimals, scale: _Scale) -> Decimals:
    """Round numbers that are about in the middle between two multiples, from the middle on away from zero."""
    below = np.floor(np.abs(multiples))
    below += scale.number(below + 0.5) <= np.abs(values)
    return np.copysign(below, values)


class _Scale:
    """Multiples of 10^-digits; its inverse is exact, which it is not itself."""

    def __init__(self, digits: int) -> None:
        self._power = 10.0 ** abs(digits)
        self._is_fine = digits > 0

    def multiples_in(self, values: Decimals) -> Decimals:
        return values * self._power if self._is_fine else values / self._power

    def number(self, multiples: Decimals) -> Decimals:
        return multiples / self._power if self._is_fine else multiples * self._power


def _rounded_one(value: float, digits: int, mode: Mode) -> float:
    if not math.isfinite(value):
        return value
    unit = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(value)).quantize(unit, rounding=_DECIMAL_MODES[mode], context=_EXACT))
