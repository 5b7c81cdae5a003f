"""Clean and explore tables: a façade over pandas with Arrow types.

Every operation is a class; its instances are values that may be applied to a frame::

    frame.pipe(dcs.FillMissing(columns=["age"], using="median"))

Names are imported when first used, so that a process which only validates operations never imports pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcs.clean.arithmetic import TransformNumbers
    from dcs.clean.cells import SetCell
    from dcs.clean.clipping import ClipOutliers
    from dcs.clean.columns import DeleteColumns, DuplicateColumn, KeepColumns, MoveColumn, RenameColumn
    from dcs.clean.combine import CombineColumns
    from dcs.clean.dates import ExtractDateParts, FormatDates
    from dcs.clean.discretize import Discretize
    from dcs.clean.encode import OneHotEncode, OrdinalEncode
    from dcs.clean.explode import ExplodeRows
    from dcs.clean.group import GroupRows
    from dcs.clean.missing import DeleteMissingRows, FillMissing, FlagMissing, MarkMissing
    from dcs.clean.neighbours import FillFromNeighbours, Interpolate
    from dcs.clean.numbering import AddRowNumber
    from dcs.clean.picking import DeleteDuplicateRows, DeleteRows, SampleRows
    from dcs.clean.pivot import Pivot
    from dcs.clean.replace import ReplaceValues
    from dcs.clean.rounding import RoundNumbers
    from dcs.clean.rows import FilterRows, SortRows
    from dcs.clean.scaling import Normalize, RobustScale, Standardize
    from dcs.clean.split import ExtractText, SplitColumn
    from dcs.clean.text import ChangeCase, RemoveCharacters, TrimWhitespace
    from dcs.clean.types import ChangeType
    from dcs.clean.unpivot import Unpivot
    from dcs.errors import (
        ColumnNotFoundError,
        DcsError,
        ImportFailedError,
        InvalidExpressionError,
        InvalidParametersError,
        NotApplicableError,
        NothingToLearnError,
        TooLargeError,
    )
    from dcs.files import RejectedRowsWarning, read, write
    from dcs.frames import table
    from dcs.looking import chart, look, statistics
    from dcs.recipe import Recipe, RecipeStepError
    from dcs.transformer import RecipeTransformer as RecipeTransformer

_HOME = {
    "ColumnNotFoundError": "dcs.errors",
    "DcsError": "dcs.errors",
    "ImportFailedError": "dcs.errors",
    "InvalidExpressionError": "dcs.errors",
    "InvalidParametersError": "dcs.errors",
    "NotApplicableError": "dcs.errors",
    "NothingToLearnError": "dcs.errors",
    "Recipe": "dcs.recipe",
    "RecipeStepError": "dcs.recipe",
    "RecipeTransformer": "dcs.transformer",
    "RejectedRowsWarning": "dcs.files",
    "TooLargeError": "dcs.errors",
    "chart": "dcs.looking",
    "look": "dcs.looking",
    "read": "dcs.files",
    "statistics": "dcs.looking",
    "table": "dcs.frames",
    "write": "dcs.files",
}

# All but what needs an extra, so that `from dcs import *` works without it.
__all__ = [
    "AddRowNumber",
    "ChangeCase",
    "ChangeType",
    "ClipOutliers",
    "ColumnNotFoundError",
    "CombineColumns",
    "DcsError",
    "DeleteColumns",
    "DeleteDuplicateRows",
    "DeleteMissingRows",
    "DeleteRows",
    "Discretize",
    "DuplicateColumn",
    "ExplodeRows",
    "ExtractDateParts",
    "ExtractText",
    "FillFromNeighbours",
    "FillMissing",
    "FilterRows",
    "FlagMissing",
    "FormatDates",
    "GroupRows",
    "ImportFailedError",
    "Interpolate",
    "InvalidExpressionError",
    "InvalidParametersError",
    "KeepColumns",
    "MarkMissing",
    "MoveColumn",
    "Normalize",
    "NotApplicableError",
    "NothingToLearnError",
    "OneHotEncode",
    "OrdinalEncode",
    "Pivot",
    "Recipe",
    "RecipeStepError",
    "RejectedRowsWarning",
    "RemoveCharacters",
    "RenameColumn",
    "ReplaceValues",
    "RobustScale",
    "RoundNumbers",
    "SampleRows",
    "SetCell",
    "SortRows",
    "SplitColumn",
    "Standardize",
    "TooLargeError",
    "TransformNumbers",
    "TrimWhitespace",
    "Unpivot",
    "chart",
    "look",
    "read",
    "statistics",
    "table",
    "write",
]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name not in __all__:
        from dcs.errors import near_names  # noqa: PLC0415 - see the module's docstring

        near = near_names(name.replace("_", ""), __all__)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise AttributeError(f"module 'dcs' has no attribute {name!r}{hint}")
    from dcs.catalogue import OPERATIONS  # noqa: PLC0415 - see the module's docstring

    return next(operation for operation in OPERATIONS if operation.__name__ == name)


def __dir__() -> list[str]:
    return [*globals(), *_HOME, *__all__]
