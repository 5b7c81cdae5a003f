"""Clipping of values that lie far from the others."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np
import pyarrow as pa
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.analyze.moments import moments
from dcs.analyze.ordered import ordered, quantile
from dcs.analyze.statistics import number_on_wire
from dcs.clean.blocks import map_numbers
from dcs.columns import NumberColumns
from dcs.errors import NotApplicableError, NothingToLearnError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.present import present_numbers
from dcs.sentence import fill_sentence
from dcs.values import parse_value

if TYPE_CHECKING:
    from dcs.analyze.ordered import Ordered
    from dcs.columns import ColumnData, Schema

Method = Literal["deviations", "iqr", "percentile"]
Bounds: TypeAlias = tuple[Fraction, Fraction]

DEFAULT_FACTORS: dict[Method, float] = {"deviations": 3.0, "iqr": 1.5, "percentile": 0.05}
HALF = 0.5

_LARGEST = Fraction(sys.float_info.max)
_INTEGERS = np.iinfo(np.int64)


class ClipOutliers(RowwiseOperation):
    """Bring numbers beyond learned bounds to the bound.

    The bounds are so many standard deviations (ddof 1) from the mean, so many interquartile ranges from the
    quartiles, or the percentiles that cut off such a share at either end. Quantiles are linear.
    Integers stay integers: their bounds are rounded inward, and refused where no integer lies between them.
    Refused are columns without values, or whose bounds infinite values decide.

    >>> ages = dcs.table({"age": [20, 30, 40, 50, 600]})
    >>> ages.pipe(dcs.ClipOutliers(columns=["age"], method="iqr"))["age"].tolist()
    [20, 30, 40, 50, 80]
    """

    label: ClassVar[str] = "Clip outliers"
    section: ClassVar[str] = "Numbers"
    summary: ClassVar[str] = "Clip {columns} at {factor}"

    op: Literal["clip_outliers"] = "clip_outliers"
    columns: NumberColumns
    """Columns of numbers."""
    method: Method
    """What the bounds are measured by: standard deviations, interquartile ranges, or percentiles."""
    factor: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """How many deviations (3) or interquartile ranges (1.5), or which share at either end (0.05)."""

    @field_validator("factor")
    @classmethod
    def _is_share(cls, factor: float | None, info: ValidationInfo) -> float | None:
        if factor is not None and info.data.get("method") == "percentile" and factor >= HALF:
            raise ValueError("A percentile cuts off less than half, 0.5, at either end.")
        return factor

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return self.reads(schema)

    @override
    def learn(self, columns: ColumnData) -> State:
        found = {name: self._bounds(column, name) for name, column in columns.items()}
        return {
            "low": {name: number_on_wire(low) for name, (low, _) in found.items()},
            "high": {name: number_on_wire(high) for name, (_, high) in found.items()},
        }

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        lows: Any = state["low"]
        highs: Any = state["high"]
        clipped = {}
        for name, column in rows.items():
            low, high = (
                parse_value(bounds[name], column.type, field="columns", column=name)
                for bounds in (lows, highs)
            )
            clipped[name] = map_numbers(column, partial(np.clip, a_min=low, a_max=high))
        return clipped

    @override
    def sentence(self) -> str:
        ends = {
            "deviations": "{factor} standard deviations from the mean",
            "iqr": "{factor} interquartile ranges from the quartiles",
            "percentile": "the percentiles {factor} from either end",
        }
        explicit = self.model_copy(update={"factor": self._factor})
        return fill_sentence(f"Clip {{columns}} at {ends[self.method]}", explicit)

    @property
    def _factor(self) -> float:
        return DEFAULT_FACTORS[self.method] if self.factor is None else self.factor

    def _bounds(self, column: pa.ChunkedArray, name: str) -> tuple[float, float]:
        if column.null_count == len(column):
            raise NothingToLearnError(
                f"Column {name!r} has no values to learn bounds from.", field="columns", column=name
            )
        bounds = self._exact_bounds(column)
        if bounds is None:
            raise NotApplicableError(
                f"Column {name!r} has infinite values, and so no such bounds.", field="columns", column=name
            )
        low, high = bounds
        if pa.types.is_floating(column.type):
            return float(max(low, -_LARGEST)), float(min(high, _LARGEST))
        inner = max(math.ceil(low), _INTEGERS.min), min(math.floor(high), _INTEGERS.max)
        if inner[0] > inner[1]:
            raise NotApplicableError(
                f"No integer lies between {float(low)} and {float(high)}, the bounds of {name!r}. "
                "Values of a decimal column could be clipped.",
                field="columns",
                column=name,
            )
        return inner

    def _exact_bounds(self, column: pa.ChunkedArray) -> Bounds | None:
        factor = Fraction(repr(self._factor))
        match self.method:
            case "deviations":
                return _from_mean(present_numbers(column), factor)
            case "iqr":
                return _from_quartiles(ordered(column), factor)
            case "percentile":
                return _quantiles(ordered(column), factor, 1 - factor)


def _from_mean(values: Ordered, factor: Fraction) -> Bounds | None:
    if not np.isfinite(values).all():
        return None
    found = moments(values)
    assert found is not None, "there is at least one value"
    reach = factor * Fraction(min(found.std or 0.0, sys.float_info.max))
    return Fraction(found.mean) - reach, Fraction(found.mean) + reach


def _from_quartiles(values: Ordered, factor: Fraction) -> Bounds | None:
    quartiles = _quantiles(values, Fraction(1, 4), Fraction(3, 4))
    if quartiles is None:
        return None
    first, third = quartiles
    reach = factor * (third - first)
    return first - reach, third + reach


def _quantiles(values: Ordered, low: Fraction, high: Fraction) -> Bounds | None:
    """Return two quantiles exactly; None if one of them is infinite, or between infinities."""
    found = quantile(values, low), quantile(values, high)
    if any(bound is None or not math.isfinite(bound) for bound in found):
        return None
    return Fraction(found[0] or 0), Fraction(found[1] or 0)
