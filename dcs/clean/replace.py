"""Replacing values by others, whole or in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs import regex
from dcs.clean.widening import as_decimal, holding
from dcs.columns import Columns, kind_of
from dcs.errors import InvalidExpressionError, NotApplicableError
from dcs.operation import Parameters, Rows, RowwiseOperation, State
from dcs.parameters import Cell, CellOrMissing, CellValue
from dcs.sentence import in_words
from dcs.values import parse_value, scalar

if TYPE_CHECKING:
    from dcs.columns import Schema


class Replacement(Parameters):
    """What to look for, and what to put in its place."""

    find: Cell
    """The value, text or pattern to look for."""
    replace: CellOrMissing = None
    """What to put in its place; null makes the value missing."""

    def __str__(self) -> str:
        return f"{in_words(self.find)} with {in_words(self.replace)}"


class ReplaceValues(RowwiseOperation):
    r"""Replace values, parts of text, or what a regular expression matches.

    The replacements are done one after another, each on the result of the one before. Missing values are
    never found. An integer column becomes decimal when a replacement is not whole.

    >>> ages = dcs.table({"name": ["Ann", "N.N."], "born": ["3.5.1980", None]})
    >>> ages.pipe(dcs.ReplaceValues(columns=["name"], replacements=[{"find": "N.N."}]))["name"].tolist()
    ['Ann', <NA>]
    >>> to_year = dcs.ReplaceValues(
    ...     columns=["born"], match="regex", replacements=[{"find": r".*\.(\d{4})", "replace": r"\1"}]
    ... )
    >>> ages.pipe(to_year)["born"].tolist()
    ['1980', <NA>]
    """

    label: ClassVar[str] = "Replace values"
    section: ClassVar[str] = "Values"
    summary: ClassVar[str] = "Replace {replacements} in {columns}"

    op: Literal["replace_values"] = "replace_values"
    columns: Columns
    """Columns in which to replace; parts and patterns are found in text only."""
    replacements: Annotated[
        tuple[Replacement, ...], Field(min_length=1, json_schema_extra={"x-widget": "mapping"})
    ]
    """What to find and what to put in its place, in the order in which it is done."""
    match: Literal["whole", "part", "regex"] = "whole"
    r"""What is looked for: whole values, parts of text, or what a regular expression matches.

    Expressions have RE2 syntax: `\w`, `\d`, `\s` and `\b` are ASCII, `\p{L}` is any letter. What they are
    replaced by may use their groups as `\1`.
    """
    case_sensitive: bool = True
    """Tell upper and lower case apart in text."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for index, replacement in enumerate(self.replacements):
            place = f"replacements.{index}"
            if self.match != "whole":
                self._check_parts(replacement, schema, place)
                continue
            for name in self.columns:
                holding(replacement.replace, schema[name], field=f"{place}.replace", column=name)
                arrow = self._replaced_type(schema[name], name)
                parse_value(replacement.find, arrow, field=f"{place}.find", column=name)

    def _check_parts(self, replacement: Replacement, schema: Schema, place: str) -> None:
        for index, name in enumerate(self.columns):
            if kind_of(schema[name]) != "text":
                raise NotApplicableError(
                    f"Column {name!r} is {kind_of(schema[name])}; parts are replaced in text only.",
                    field=f"columns.{index}",
                    column=name,
                )
        find = _text(replacement.find, field=f"{place}.find")
        if self.match == "regex":
            groups = regex.check_pattern(find, field=f"{place}.find")
        elif not find:
            raise InvalidExpressionError("There is no text to find.", field=f"{place}.find")
        if replacement.replace is not None:
            replace = _text(replacement.replace, field=f"{place}.replace")
            if self.match == "regex":
                regex.check_replacement(replace, groups, field=f"{place}.replace")

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {
            name: self._replaced_type(arrow, name) if name in self.columns else arrow
            for name, arrow in schema.items()
        }

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        replaced = self._with_wholes_replaced if self.match == "whole" else self._with_parts_replaced
        return {name: replaced(column, name) for name, column in rows.items()}

    def _replaced_type(self, arrow: pa.DataType, name: str) -> pa.DataType:
        for replacement in self.replacements:
            arrow = holding(replacement.replace, arrow, field="replacements", column=name)
        return arrow

    def _with_wholes_replaced(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        arrow = self._replaced_type(column.type, name)
        if arrow != column.type:
            column = as_decimal(column, field="columns", name=name)
        for replacement in self.replacements:
            found = self._where_whole(column, replacement.find)
            replace = scalar(replacement.replace, arrow, field="replacements", column=name)
            column = pc.if_else(found, replace, column)
        return column

    def _where_whole(self, column: pa.ChunkedArray, find: CellValue) -> Any:
        if isinstance(find, str) and not self.case_sensitive and pa.types.is_string(column.type):
            return regex.matches(column, rf"\A{regex.literal(find)}\z", case_sensitive=False)
        return pc.equal(column, scalar(find, column.type, field="replacements"))

    def _with_parts_replaced(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        for replacement in self.replacements:
            column = self._with_parts(column, replacement)
        return column

    def _with_parts(self, column: pa.ChunkedArray, replacement: Replacement) -> pa.ChunkedArray:
        find = _text(replacement.find, field="replacements")
        is_plain = self.match == "part" and self.case_sensitive
        pattern = find if self.match == "regex" else regex.literal(find)
        if replacement.replace is None:
            found = (
                pc.match_substring(column, find)
                if is_plain
                else regex.matches(column, pattern, case_sensitive=self.case_sensitive)
            )
            return pc.if_else(found, pa.scalar(None, column.type), column)
        replace = _text(replacement.replace, field="replacements")
        if is_plain:
            return pc.replace_substring(column, find, replace)
        if self.match == "part":
            replace = regex.literal_replacement(replace)
        return regex.replace(column, pattern, replace, case_sensitive=self.case_sensitive)


def _text(value: CellValue, *, field: str) -> str:
    if not isinstance(value, str):
        raise NotApplicableError(f"{value!r} is not text; parts of text are replaced by text.", field=field)
    return value
