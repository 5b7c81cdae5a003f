"""Arrow types by name, as manifests and segments write them."""

from __future__ import annotations

import re

import pyarrow as pa

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
}
_NAMES = {arrow: name for name, arrow in _TYPES.items()}
_TIMESTAMP = re.compile(r"timestamp\[(us|ns)(?:, (.+))?\]")


def type_name(arrow: pa.DataType) -> str:
    """Return the name of a canonical type: `int64`, `timestamp[us]`, `timestamp[ns, Europe/Berlin]`.

    Anything but the types of a dcs column raises `TypeError`.
    """
    if arrow in _NAMES:
        return _NAMES[arrow]
    if pa.types.is_timestamp(arrow) and arrow.unit in ("us", "ns"):
        return f"timestamp[{arrow.unit}, {arrow.tz}]" if arrow.tz else f"timestamp[{arrow.unit}]"
    raise TypeError(f"{arrow} is not a type of a column; it cannot be saved.")


def arrow_type(name: str) -> pa.DataType:
    """Return the type of a name that `type_name` wrote; any other raises `ValueError`."""
    if name in _TYPES:
        return _TYPES[name]
    match = _TIMESTAMP.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not the name of a column type.")
    return pa.timestamp(match[1], tz=match[2])
