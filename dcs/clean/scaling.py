"""Operations that bring the numbers of a column to a common scale."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.analyze.moments import bounds, moments
from dcs.analyze.ordered import quantile
from dcs.clean.blocks import map_numbers
from dcs.clean.widening import as_decimal
from dcs.columns import NumberColumns
from dcs.errors import NotApplicableError, NothingToLearnError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.present import present_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

    from dcs.columns import ColumnData, Schema


class ScalingOperation(RowwiseOperation):
    """Base of operations that make (x - center) / spread of each number x, both learned.

    A column whose spread is zero stays as it is; any other becomes decimal. Missing values stay missing.
    Refused are columns without values, with infinite ones, or with integers beyond 2^53.
    """

    section: ClassVar[str] = "Numbers"

    columns: NumberColumns
    """Columns of numbers."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return self.reads(schema)

    @override
    def learn(self, columns: ColumnData) -> State:
        found = {name: self._learned(column, name) for name, column in columns.items()}
        return {
            "center": {name: center for name, (center, _) in found.items()},
            "spread": {name: spread for name, (_, spread) in found.items()},
        }

    def _learned(self, column: pa.ChunkedArray, name: str) -> tuple[float, float]:
        values = _numbers(column, name)
        ends = bounds(values)
        _require_narrow(ends, name)
        return self.center_and_spread(values, ends)

    @abstractmethod
    def center_and_spread(
        self, values: npt.NDArray[np.float64], ends: tuple[float, float]
    ) -> tuple[float, float]:
        """Return what of finite numbers becomes 0, and what distance from it becomes 1.

        There is at least one number; `ends` are the smallest and the largest.
        """

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        spreads: Any = state["spread"]
        return {
            name: pa.float64() if name in self.columns and spreads[name] else arrow
            for name, arrow in schema.items()
        }

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        centers: Any = state["center"]
        spreads: Any = state["spread"]
        return {
            name: self.placed(_scaled(column, name, centers[name], spreads[name]))
            if spreads[name]
            else column
            for name, column in rows.items()
        }

    def placed(self, scaled: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the final values."""
        return scaled


class Standardize(ScalingOperation):
    """Bring columns to mean 0 and standard deviation 1.

    The deviation is that of a sample (ddof 1). A column whose values are all equal stays as it is.

    >>> heights = dcs.table({"height": [150, 160, 170]})
    >>> heights.pipe(dcs.Standardize(columns=["height"]))["height"].tolist()
    [-1.0, 0.0, 1.0]
    """

    label: ClassVar[str] = "Standardize"
    summary: ClassVar[str] = "Standardize {columns}"

    op: Literal["standardize"] = "standardize"

    @override
    def center_and_spread(
        self, values: npt.NDArray[np.float64], ends: tuple[float, float]
    ) -> tuple[float, float]:
        found = moments(values, ends)
        assert found is not None, "there is at least one value"
        return found.mean, found.std or 0.0


class Normalize(ScalingOperation):
    """Bring the smallest value of a column to one number and the largest to another.

    A column whose values are all equal stays as it is.

    >>> marks = dcs.table({"mark": [50, 75, 100]})
    >>> marks.pipe(dcs.Normalize(columns=["mark"]))["mark"].tolist()
    [0.0, 0.5, 1.0]
    """

    label: ClassVar[str] = "Normalize"
    summary: ClassVar[str] = "Bring {columns} to between {low} and {high}"

    op: Literal["normalize"] = "normalize"
    low: float = Field(default=0.0, allow_inf_nan=False)
    """What the smallest value becomes."""
    high: float = Field(default=1.0, allow_inf_nan=False, validate_default=True)
    """What the largest value becomes."""

    @field_validator("high")
    @classmethod
    def _above_low(cls, high: float, info: ValidationInfo) -> float:
        low = info.data.get("low")
        if low is not None and high <= low:
            raise ValueError(f"This must be more than {low!r}, which the smallest value becomes.")
        return high

    @override
    def center_and_spread(
        self, values: npt.NDArray[np.float64], ends: tuple[float, float]
    ) -> tuple[float, float]:
        lowest, highest = ends
        return float(lowest), float(highest - lowest)

    @override
    def placed(self, scaled: pa.ChunkedArray) -> pa.ChunkedArray:
        if (self.low, self.high) == (0.0, 1.0):
            return scaled
        # Weighing both ends, rather than adding to the low one, hits both exactly.
        from_low = pc.multiply(pc.subtract(1.0, scaled), self.low)
        return pc.add(from_low, pc.multiply(scaled, self.high))


class RobustScale(ScalingOperation):
    """Bring columns to median 0 and interquartile range 1, which a few extreme values hardly change.

    A column of which the middle half is all equal stays as it is.

    >>> prices = dcs.table({"price": [1, 2, 3, 4, 1000]})
    >>> prices.pipe(dcs.RobustScale(columns=["price"]))["price"].tolist()
    [-1.0, -0.5, 0.0, 0.5, 498.5]
    """

    label: ClassVar[str] = "Scale robustly"
    summary: ClassVar[str] = "Scale {columns} by median and quartiles"

    op: Literal["robust_scale"] = "robust_scale"

    @override
    def center_and_spread(
        self, values: npt.NDArray[np.float64], ends: tuple[float, float]
    ) -> tuple[float, float]:
        ordered = np.sort(values)
        first, median, third = (quantile(ordered, Fraction(quarter, 4)) for quarter in (1, 2, 3))
        assert first is not None, "there is at least one value, and all are finite"
        assert median is not None
        assert third is not None
        return float(median), float(third - first)


def _numbers(column: pa.ChunkedArray, name: str) -> npt.NDArray[np.float64]:
    """Return the values of a column, refusing one that has none."""
    if column.null_count == len(column):
        raise NothingToLearnError(f"Column {name!r} has no values to scale by.", field="columns", column=name)
    return present_numbers(as_decimal(column, field="columns", name=name))


def _require_narrow(ends: tuple[float, float], name: str) -> None:
    lowest, highest = ends
    with np.errstate(over="ignore", invalid="ignore"):
        is_narrow = np.isfinite(highest - lowest)
    if not is_narrow:
        raise NotApplicableError(
            f"Column {name!r} has infinite values, or values too far apart to be scaled.",
            field="columns",
            column=name,
        )


def _scaled(column: pa.ChunkedArray, name: str, center: float, spread: float) -> pa.ChunkedArray:
    decimals = as_decimal(column, field="columns", name=name)
    return map_numbers(decimals, lambda values: (values - center) / spread)
