"""Clean and explore tables: a façade over pandas with Arrow types.

Every operation is a class; its instances are values that may be applied to a frame::

    frame.pipe(dcs.FillMissing(columns=["age"], using="median"))

Names are imported when first used, so that a process which only validates operations never imports pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcs.clean.cells import SetCell
    from dcs.clean.columns import DeleteColumns, RenameColumn
    from dcs.clean.missing import DeleteMissingRows, FillMissing
    from dcs.clean.replace import ReplaceValues
    from dcs.clean.rows import FilterRows, SortRows
    from dcs.clean.text import TrimWhitespace
    from dcs.clean.types import ChangeType
    from dcs.errors import (
        ColumnNotFoundError,
        DcsError,
        InvalidExpressionError,
        InvalidParametersError,
        NotApplicableError,
        NothingToLearnError,
        TooLargeError,
    )
    from dcs.frames import table

_HOME = {
    "ColumnNotFoundError": "dcs.errors",
    "DcsError": "dcs.errors",
    "InvalidExpressionError": "dcs.errors",
    "InvalidParametersError": "dcs.errors",
    "NotApplicableError": "dcs.errors",
    "NothingToLearnError": "dcs.errors",
    "TooLargeError": "dcs.errors",
    "table": "dcs.frames",
}

__all__ = [
    "ChangeType",
    "ColumnNotFoundError",
    "DcsError",
    "DeleteColumns",
    "DeleteMissingRows",
    "FillMissing",
    "FilterRows",
    "InvalidExpressionError",
    "InvalidParametersError",
    "NotApplicableError",
    "NothingToLearnError",
    "RenameColumn",
    "ReplaceValues",
    "SetCell",
    "SortRows",
    "TooLargeError",
    "TrimWhitespace",
    "table",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'dcs' has no attribute {name!r}")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    from dcs.catalogue import OPERATIONS  # noqa: PLC0415 - see the module's docstring

    return next(operation for operation in OPERATIONS if operation.__name__ == name)
