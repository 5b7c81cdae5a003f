"""Operations on names and order of columns."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from dcs.columns import Column, Columns, NewName, Schema, fresh_name, require_new_name
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


class KeepColumns(SchemaOperation):
    """Keep some columns, in the order given, and delete the others.

    >>> dcs.table({"a": [1], "b": [2], "c": [3]}).pipe(dcs.KeepColumns(columns=["c", "a"])).columns.tolist()
    ['c', 'a']
    """

    label: ClassVar[str] = "Keep columns"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Keep only {columns}"

    op: Literal["keep_columns"] = "keep_columns"
    columns: Columns
    """The columns to keep, in their new order."""

    @override
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(name, name) for name in dict.fromkeys(self.columns)]


class DuplicateColumn(SchemaOperation):
    """Put a copy of a column to its right.

    >>> dcs.table({"a": [1], "b": [2]}).pipe(dcs.DuplicateColumn(column="a")).columns.tolist()
    ['a', 'a_copy', 'b']
    """

    label: ClassVar[str] = "Duplicate column"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Duplicate {column}"

    op: Literal["duplicate_column"] = "duplicate_column"
    column: Column
    """The column to copy."""
    to: NewName | None = None
    """The name of the copy; absent, the name of the column and `_copy`."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.to is not None:
            require_new_name(self.to, schema, field="to")

    @override
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        copy = self.to or fresh_name(f"{self.column}_copy", names)
        place = names.index(self.column) + 1
        arrangement = [(name, name) for name in names]
        return [*arrangement[:place], (copy, self.column), *arrangement[place:]]


class MoveColumn(SchemaOperation):
    """Move a column to another place.

    >>> dcs.table({"a": [1], "b": [2]}).pipe(dcs.MoveColumn(column="b", position=0)).columns.tolist()
    ['b', 'a']
    """

    label: ClassVar[str] = "Move column"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Move {column} to position {position}"

    op: Literal["move_column"] = "move_column"
    column: Column
    """The column to move."""
    position: Annotated[int, Field(ge=0)]
    """Its new position among the columns, from 0."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        if self.position >= len(schema):
            raise NotApplicableError(
                f"There is no position {self.position}; the last is {len(schema) - 1}.", field="position"
            )

    @override
    def arrange(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        others = [name for name in names if name != self.column]
        moved = [*others[: self.position], self.column, *others[self.position :]]
        return [(name, name) for name in moved]
