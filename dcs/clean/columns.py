"""Operations on names and order of columns."""

from __future__ import annotations

from typing import ClassVar, Literal

from typing_extensions import override

from dcs.columns import Column, Columns, NewName, Schema, require_new_name
from dcs.errors import NotApplicableError
from dcs.operation import SchemaOperation


class RenameColumn(SchemaOperation):
    """Give a column another name; its place stays.

    >>> dcs.table({"nmae": ["Ada"]}).pipe(dcs.RenameColumn(column="nmae", to="name")).columns.tolist()
    ['name']
    """

    label: ClassVar[str] = "Rename column"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Rename {column} to {to}"

    op: Literal["rename_column"] = "rename_column"
    column: Column
    """The column to rename."""
    to: NewName
    """Its new name, which no other column has."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        require_new_name(self.to, schema, field="to")

    @override
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(self.to if name == self.column else name, name) for name in names]


class DeleteColumns(SchemaOperation):
    """Delete columns; at least one column must stay.

    >>> dcs.table({"a": [1], "b": [2]}).pipe(dcs.DeleteColumns(columns=["a"])).columns.tolist()
    ['b']
    """

    label: ClassVar[str] = "Delete columns"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Delete {columns}"

    op: Literal["delete_columns"] = "delete_columns"
    columns: Columns
    """The columns to delete."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if set(self.columns) >= set(schema):
            raise NotApplicableError("At least one column must stay.", field="columns")

    @override
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        dropped = set(self.columns)
        return [(name, name) for name in names if name not in dropped]
