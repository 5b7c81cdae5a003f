"""Making a few bins of the numbers of a column."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator
from typing_extensions import override

from dcs.analyze.ordered import ordinals, quantile
from dcs.clean.blocks import map_numbers
from dcs.clean.placing import placed
from dcs.columns import NewName, NumberColumn, require_new_name
from dcs.errors import NotApplicableError, NothingToLearnError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.parameters import shown_if
from dcs.present import stored_numbers
from dcs.values import text_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from dcs.analyze.ordered import Ordered
    from dcs.columns import ColumnData, Schema

MAX_BINS = 1000
DEFAULT_BINS = 10

FEW_EDGES = 64
"""To compare all values with so many edges, one after another, is quicker than to search them for each."""

_INTEGERS = np.iinfo(np.int64)

Edges: TypeAlias = npt.NDArray[np.float64]
Edge = Annotated[float, Field(allow_inf_nan=False)]


class Discretize(RowwiseOperation):
    """Replace numbers by the bin they are in.

    A bin reaches from above its low edge up to and including its high edge; the first includes both. Bins are
    equally wide, or hold about equally many values (quantiles, linear; where edges coincide there are fewer
    bins), or lie between given edges. A column whose values are all equal has one bin. Later values beyond
    the outer learned edges belong to the outer bins; beyond given edges they are missing. Missing values stay
    missing. Refused are columns without values to learn from, or whose edges infinite values decide.

    >>> ages = dcs.table({"age": [0, 2, 5, 10, None]})
    >>> ages.pipe(dcs.Discretize(column="age", method="width", bins=4))["age"].tolist()
    ['[0.0, 2.5]', '[0.0, 2.5]', '(2.5, 5.0]', '(7.5, 10.0]', <NA>]
    """

    label: ClassVar[str] = "Discretize"
    section: ClassVar[str] = "Numbers"
    summary: ClassVar[str] = "Put {column} into bins"

    op: Literal["discretize"] = "discretize"
    column: NumberColumn
    """A column of numbers."""
    method: Literal["width", "quantile", "edges"] = "width"
    """Bins of equal width, of about equally many values, or between given edges."""
    bins: Annotated[int, Field(ge=1, le=MAX_BINS)] | None = Field(
        default=None,
        json_schema_extra=shown_if(method=["width", "quantile"]) | {"x-example": DEFAULT_BINS},
    )
    """How many bins; absent, 10."""
    edges: Annotated[tuple[Edge, ...], Field(min_length=2, max_length=MAX_BINS + 1)] | None = Field(
        default=None, validate_default=True, json_schema_extra=shown_if(method="edges")
    )
    """The edges of the bins, from low to high."""
    labels: Literal["interval", "number"] = "interval"
    """What a bin is called: `(2.5, 5.0]`, or its number, from 0."""
    to: NewName | None = None
    """The name of a new column for the bins, to the right; absent, the column itself is replaced."""

    @field_validator("bins")
    @classmethod
    def _only_without_edges(cls, bins: int | None, info: ValidationInfo) -> int | None:
        if bins is not None and info.data.get("method") == "edges":
            raise ValueError("The number of bins is not used between given edges.")
        return bins

    @field_validator("edges")
    @classmethod
    def _only_when_used(
        cls, edges: tuple[float, ...] | None, info: ValidationInfo
    ) -> tuple[float, ...] | None:
        method = info.data.get("method")
        if (edges is None) == (method == "edges") and method is not None:
            raise ValueError(
                "Bins between given edges need edges." if edges is None else f"Not used with {method}."
            )
        if edges is not None and any(low >= high for low, high in pairwise(edges)):
            raise ValueError("Edges grow from one to the next.")
        return edges

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.to is not None:
            require_new_name(self.to, schema, field="to")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return () if self.method == "edges" else (self.column,)

    @override
    def learn(self, columns: ColumnData) -> State:
        if not columns:
            return {}
        values = ordinals(columns[self.column])
        if not len(values):
            raise NothingToLearnError(
                f"Column {self.column!r} has no values to make bins of.", field="column", column=self.column
            )
        learned: list[JsonValue] = [*self._learned_edges(values)]
        return {"edges": learned}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        arrow = pa.string() if self.labels == "interval" else pa.int64()
        if self.to is None:
            return {**schema, self.column: arrow}
        return placed(schema, {self.to: arrow}, after=self.column)

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        edges = np.array(state["edges"] if self.edges is None else self.edges, np.float64)
        bins = self._bins_of(rows[self.column], edges)
        if self.labels == "interval":
            names = _intervals(edges)
            bins = pa.chunked_array([names.take(chunk) for chunk in bins.chunks], pa.string())
        return {self.to or self.column: bins}

    def _learned_edges(self, values: Ordered) -> list[float]:
        count = self.bins or DEFAULT_BINS
        shares = [Fraction(number, count) for number in range(count + 1)]
        if self.method == "quantile":
            in_order = np.sort(values)
            found: Sequence[float | Fraction | None] = [quantile(in_order, share) for share in shares]
        else:
            found = _evenly_between(values.min().item(), values.max().item(), shares)
        edges = [float(edge) for edge in found if edge is not None and math.isfinite(edge)]
        if len(edges) < len(shares):
            raise NotApplicableError(
                f"Column {self.column!r} has infinite values, which have no place between edges.",
                field="column",
                column=self.column,
            )
        distinct = list(dict.fromkeys(edges))
        return distinct if len(distinct) > 1 else distinct * 2

    def _bins_of(self, values: pa.ChunkedArray, edges: Edges) -> pa.ChunkedArray:
        """Return the number of the bin of each value; missing where there is none."""
        low, *inner, high = _as_integers(edges) if pa.types.is_integer(values.type) else edges.tolist()
        bins = map_numbers(values, partial(_edges_below, edges=inner), pa.int64())
        if self.method != "edges":
            return bins
        numbers = stored_numbers(values)
        # numpy compares integers also with numbers beyond 64 bits.
        is_between = pa.array((numbers >= low) & (numbers <= high))
        return pc.if_else(is_between, bins, pa.scalar(None, pa.int64()))


def _edges_below(values: Ordered, edges: Sequence[float]) -> npt.NDArray[Any]:
    """Return for each value the number of edges below it."""
    if len(edges) > FEW_EDGES:
        return np.searchsorted(np.array(edges, values.dtype), values, side="left")
    below = np.zeros(len(values), np.uint8)
    for edge in edges:
        below += values > edge
    return below


def _evenly_between(low: float, high: float, shares: list[Fraction]) -> list[Fraction]:
    """Return points between two numbers as they are printed, so that 3 tenths of 0 to 1 are 0.3."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return []
    first, last = Fraction(repr(low)), Fraction(repr(high))
    return [first + share * (last - first) for share in shares]


def _as_integers(edges: Edges) -> list[int]:
    """Return edges that divide integers as the given ones do, without making decimals of integers."""
    low, *others = edges.tolist()
    whole = [min(max(math.floor(edge), _INTEGERS.min), _INTEGERS.max) for edge in others[:-1]]
    return [math.ceil(low), *whole, math.floor(others[-1])]


def _intervals(edges: Edges) -> pa.Array:
    spelled = text_form(pa.array(edges)).to_pylist()
    opening = ["[", *"(" * (len(spelled) - 2)]
    return pa.array(
        f"{bracket}{low}, {high}]" for bracket, (low, high) in zip(opening, pairwise(spelled), strict=True)
    )
