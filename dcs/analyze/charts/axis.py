"""Limits of an axis: the part of the values that is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dcs.columns import is_number
from dcs.errors import NotApplicableError
from dcs.values import parse_value

if TYPE_CHECKING:
    from pydantic import JsonValue


@dataclass(frozen=True)
class Limits:
    """The smallest and the largest number, day or tick that is drawn, both included; None is no limit."""

    low: int | float | None = None
    high: int | float | None = None

    def hold(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Say for each value whether it is drawn."""
        drawn = np.ones(len(values), np.bool_)
        if self.low is not None:
            drawn &= values >= self.low
        if self.high is not None:
            drawn &= values <= self.high
        return drawn


def limits(
    low: JsonValue, high: JsonValue, arrow: pa.DataType, *, fields: tuple[str, str] = ("low", "high")
) -> Limits:
    """Read the limits of an axis of a column's type; any number will do for a column of numbers.

    Raises `NotApplicableError` naming the field, also when `low` is not below `high`.
    """
    found = Limits(_limit(low, arrow, fields[0]), _limit(high, arrow, fields[1]))
    if found.low is not None and found.high is not None and found.low >= found.high:
        raise NotApplicableError(f"{low!r} is not below {high!r}.", field=fields[0])
    return found


def _limit(value: JsonValue, arrow: pa.DataType, field: str) -> int | float | None:
    stored = parse_value(value, pa.float64() if is_number(arrow) else arrow, field=field)
    if isinstance(stored, str) or (stored is not None and math.isinf(stored)):
        raise NotApplicableError(f"{value!r} is no limit of an axis.", field=field)
    return stored
