"""Operations that put numbers through a function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from typing_extensions import override

from dcs.clean.blocks import map_numbers
from dcs.columns import NumberColumns
from dcs.errors import NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.present import only_where

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcs.columns import Schema

Function = Literal["log", "log1p", "sqrt", "exp", "abs", "reciprocal", "negate"]


class TransformNumbers(RowwiseOperation):
    """Put each number through a function; where that is not defined the result is missing.

    `log` is the natural logarithm, defined above 0; `log1p`, the logarithm of 1 + x, above -1; `sqrt` from 0
    on; `reciprocal`, 1 / x, everywhere but at 0. Results too large for a decimal are infinite. `abs` and
    `negate` keep integers; refused is -2^63, the one integer without a counterpart.

    >>> areas = dcs.table({"area": [4.0, -1.0, None]})
    >>> areas.pipe(dcs.TransformNumbers(columns=["area"], function="sqrt"))["area"].tolist()
    [2.0, <NA>, <NA>]
    """

    label: ClassVar[str] = "Transform numbers"
    section: ClassVar[str] = "Numbers"
    summary: ClassVar[str] = "Take {function} of {columns}"

    op: Literal["transform_numbers"] = "transform_numbers"
    columns: NumberColumns
    """Columns of numbers."""
    function: Function
    """What is made of each number."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        if self.function in _OF_ANY_NUMBER:
            return schema
        return {name: pa.float64() if name in self.columns else arrow for name, arrow in schema.items()}

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        if self.function not in _OF_ANY_NUMBER:
            of_decimals = _OF_DECIMALS[self.function]
            return {name: of_decimals(column.cast(pa.float64(), safe=False)) for name, column in rows.items()}
        try:
            return {name: _OF_ANY_NUMBER[self.function](column) for name, column in rows.items()}
        except pa.ArrowInvalid as error:
            raise NotApplicableError(
                "Among the integers is -2^63, which without its sign does not fit 64 bits.", field="columns"
            ) from error


@dataclass(frozen=True)
class _DefinedWhere:
    """A function that is missing where its argument does not compare so with a limit, as numpy compares."""

    function: Callable[[Any], Any]
    comparison: Callable[[Any, float], Any]
    limit: float

    def __call__(self, values: pa.ChunkedArray) -> pa.ChunkedArray:
        return self.function(only_where(lambda numbers: self.comparison(numbers, self.limit), values))


def _reciprocal(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(1.0, values)


_OF_DECIMALS: dict[Function, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "log": _DefinedWhere(partial(map_numbers, function=np.log), np.greater, 0.0),
    "log1p": _DefinedWhere(partial(map_numbers, function=np.log1p), np.greater, -1.0),
    "sqrt": _DefinedWhere(pc.sqrt, np.greater_equal, 0.0),
    "exp": pc.exp,
    "reciprocal": _DefinedWhere(_reciprocal, np.not_equal, 0.0),
}
_OF_ANY_NUMBER: dict[Function, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "abs": pc.abs_checked,
    "negate": pc.negate_checked,
}
