"""The wire form of values: JSON that a browser reads without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.values.text import text_form

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import JsonValue

LARGEST_SAFE_INTEGER = 2**53 - 1
"""The largest integer a JavaScript number holds exactly; larger ones travel as text."""

_INFINITIES = {float("inf"): "Infinity", float("-inf"): "-Infinity"}


def to_wire(values: pa.Array | pa.ChunkedArray) -> list[JsonValue]:
    """Return the wire form of values of any canonical type; missing is None.

    Dates and datetimes are as in `text_form`.
    """
    match kind_of(values.type):
        case "text" | "boolean":
            plain: list[JsonValue] = values.to_pylist()
            return plain
        case "integer":
            return _integers(values)
        case "decimal":
            return _decimals(values)
        case "date" | "datetime":
            spelled: list[JsonValue] = text_form(values).to_pylist()
            return spelled
        case unknown:
            assert_never(unknown)


def _integers(values: pa.Array | pa.ChunkedArray) -> list[JsonValue]:
    bounds = pc.min_max(values).as_py()
    plain: list[int | None] = values.to_pylist()
    if bounds["min"] is None or (
        bounds["min"] >= -LARGEST_SAFE_INTEGER and bounds["max"] <= LARGEST_SAFE_INTEGER
    ):
        return list(plain)
    return [value if value is None or abs(value) <= LARGEST_SAFE_INTEGER else str(value) for value in plain]


def _decimals(values: pa.Array | pa.ChunkedArray) -> list[JsonValue]:
    plain: list[float | None] = values.to_pylist()
    if not pc.any(pc.is_inf(values)).as_py():
        return list(plain)
    return [value if value is None else _INFINITIES.get(value, value) for value in plain]
