"""Clean and explore tables: a façade over pandas with Arrow types.

Every operation is a class; its instances are values that may be applied to a frame::

    frame.pipe(dcs.FillMissing(columns=["age"], using="median"))

Names are imported when first used, so that a process which only validates operations never imports pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcs.clean.columns import DeleteColumns, RenameColumn
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
    "ColumnNotFoundError",
    "DcsError",
    "DeleteColumns",
    "InvalidExpressionError",
    "InvalidParametersError",
    "NotApplicableError",
    "NothingToLearnError",
    "RenameColumn",
    "TooLargeError",
    "table",
]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    from dcs.catalogue import OPERATIONS  # noqa: PLC0415 - see the module's docstring

    for operation in OPERATIONS:
        if operation.__name__ == name:
            return operation
    raise AttributeError(f"module 'dcs' has no attribute {name!r}")
