"""The one list of all operations, and how a message becomes one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from dcs.errors import InvalidParametersError, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from dcs.operation import Operation

OPERATIONS: tuple[type[Operation], ...] = (
    RenameColumn,
    DeleteColumns,
    KeepColumns,
    DuplicateColumn,
    MoveColumn,
    ChangeType,
    SetCell,
    ReplaceValues,
    TrimWhitespace,
    ChangeCase,
    RemoveCharacters,
    SplitColumn,
    CombineColumns,
    ExtractText,
    FillMissing,
    FillFromNeighbours,
    Interpolate,
    MarkMissing,
    FlagMissing,
    DeleteMissingRows,
    FilterRows,
    SortRows,
    DeleteRows,
    DeleteDuplicateRows,
    SampleRows,
    AddRowNumber,
    Standardize,
    Normalize,
    RobustScale,
    TransformNumbers,
    RoundNumbers,
    ClipOutliers,
    Discretize,
    OneHotEncode,
    OrdinalEncode,
    ExtractDateParts,
    FormatDates,
    Unpivot,
    Pivot,
    GroupRows,
    ExplodeRows,
)
"""Every operation there is, by section and then in the order in which a menu shows them."""

BY_ID: dict[str, type[Operation]] = {
    operation.model_fields["op"].default: operation for operation in OPERATIONS
}
"""Operations by their wire id."""


def parse(message: Mapping[str, JsonValue]) -> Operation:
    """Turn `{"op": id, …}` into an operation.

    Raises `InvalidParametersError` with every fault and its path: an unknown id (with near ones), an unknown,
    missing or unfitting parameter.
    """
    identifier = message.get("op")
    if not isinstance(identifier, str) or identifier not in BY_ID:
        near = near_names(str(identifier), BY_ID)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidParametersError([("op", f"There is no operation {identifier!r}{hint}")])
    return BY_ID[identifier](**message)


def describe(operation: type[Operation]) -> dict[str, JsonValue]:
    """Return what a client must know to offer an operation: names, help, and the JSON Schema of its form."""
    schema = operation.model_json_schema(by_alias=True)
    summary, _, _ = (operation.__doc__ or "").partition("\n")
    return {
        "id": operation.model_fields["op"].default,
        "label": operation.label,
        "section": operation.section,
        "shape": operation.shape,
        "summary": summary,
        "schema": schema,
    }
