"""Columns of any Arrow type, brought to the types of dcs without loss, or to text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcs.load.cells import Key

_UNITS_KEPT = {"us", "ns"}


class DoesNotFitError(Exception):
    """A value of a column does not fit the type that its Arrow type suggests; text does."""


@dataclass(frozen=True)
class Leaf:
    """A column, or a member of a column of records.

    Attributes:
        path: the names that lead to it.
        source: its Arrow type in the file.
        target: its type in the table.
        misfit: whether a value was found that does not fit the usual target.

    """

    path: Key
    source: pa.DataType
    target: pa.DataType
    misfit: bool = False

    def read(self, values: pa.Array) -> pa.Array:
        """Return values of the source type in the target type; NaN becomes missing.

        Raises `DoesNotFitError` when one would change.
        """
        try:
            if _is_bytes(self.source):
                return _hexadecimal(values) if self.misfit else _texts_of_bytes(values)
            if self.target == pa.string():
                return _as_text(values)
            if pa.types.is_decimal(self.source):
                return _from_decimals(values, self.target)
            plain = values.cast(self.target)
        except pa.ArrowInvalid as error:
            raise DoesNotFitError(str(error)) from error
        if not pa.types.is_floating(self.target):
            return plain
        return pc.if_else(pc.is_nan(plain), pa.scalar(None, self.target), plain)


def leaves(schema: pa.Schema, *, misfits: frozenset[Key] = frozenset()) -> list[Leaf]:
    """Return the columns of a file; those of records become one for each member, `misfits` become text."""
    found = [leaf for field in schema for leaf in _leaves((field.name,), field.type)]
    return [
        Leaf(leaf.path, leaf.source, pa.string(), misfit=True) if leaf.path in misfits else leaf
        for leaf in found
    ]


def arrays(batch: pa.RecordBatch) -> Iterator[pa.Array]:
    """Yield the values of all leaves of a batch."""
    for column in batch.columns:
        yield from _members(_plain(column))


def _leaves(path: Key, arrow: pa.DataType) -> Iterator[Leaf]:
    arrow = _plain_type(arrow)
    if pa.types.is_struct(arrow):
        for index in range(arrow.num_fields):
            field = arrow.field(index)
            yield from _leaves((*path, field.name), field.type)
    else:
        yield Leaf(path, arrow, _target(arrow))


def _members(column: pa.Array) -> Iterator[pa.Array]:
    if not pa.types.is_struct(column.type):
        yield column
        return
    for index in range(column.type.num_fields):
        yield from _members(_plain(pc.struct_field(column, [index])))


def _plain_type(arrow: pa.DataType) -> pa.DataType:
    if isinstance(arrow, pa.BaseExtensionType):
        return _plain_type(arrow.storage_type)
    if pa.types.is_dictionary(arrow) or pa.types.is_run_end_encoded(arrow):
        return _plain_type(arrow.value_type)
    return arrow


def _plain(column: pa.Array) -> pa.Array:
    if isinstance(column.type, pa.BaseExtensionType):
        return _plain(column.storage)
    if pa.types.is_dictionary(column.type):
        return _plain(column.dictionary_decode())
    if pa.types.is_run_end_encoded(column.type):
        return _plain(pc.run_end_decode(column))
    return column


def _target(arrow: pa.DataType) -> pa.DataType:
    if pa.types.is_boolean(arrow):
        return arrow
    if pa.types.is_integer(arrow):
        return pa.int64()
    if pa.types.is_decimal(arrow):
        return pa.int64() if arrow.scale == 0 else pa.float64()
    if pa.types.is_floating(arrow):
        return pa.float64()
    if pa.types.is_date(arrow):
        return pa.date32()
    if pa.types.is_timestamp(arrow):
        return arrow if arrow.unit in _UNITS_KEPT else pa.timestamp("us", arrow.tz)
    return pa.string()


def _from_decimals(values: pa.Array, target: pa.DataType) -> pa.Array:
    text = values.cast(pa.string())
    read = Reading("integer" if target == pa.int64() else "decimal").read(text)
    if read.null_count != values.null_count:
        raise DoesNotFitError(f"{values.type} holds more digits than {target} keeps")
    return read


def _is_bytes(arrow: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(arrow) or pa.types.is_large_binary(arrow) or pa.types.is_fixed_size_binary(arrow)
    )


def _texts_of_bytes(values: pa.Array) -> pa.Array:
    return values.cast(pa.binary()).cast(pa.string())


def _hexadecimal(values: pa.Array) -> pa.Array:
    return pa.array([None if value is None else value.hex() for value in values.to_pylist()], pa.string())


def _as_text(values: pa.Array) -> pa.Array:
    """Return values as text; lists and the like as JSON."""
    if not pa.types.is_nested(values.type):
        try:
            return values.cast(pa.string())
        except pa.ArrowNotImplementedError:
            pass
    texts = [None if value is None else _json(value) for value in values.to_pylist()]
    return pa.array(texts, pa.string())


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
