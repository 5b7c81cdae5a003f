"""Texts looked for in the text form of values; a missing value contains nothing."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.values import text_form
from dcs.view.comparing import nowhere

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from dcs.columns import Kind
    from dcs.view.condition import Search, TextTest, TextWord

_FIND: dict[TextWord, Callable[..., Any]] = {
    "contains": pc.match_substring,
    "starts_with": pc.starts_with,
    "ends_with": pc.ends_with,
    "matches": pc.match_substring_regex,
}
_LETTERS: dict[Kind, frozenset[str]] = {
    "integer": frozenset("-0123456789"),
    "decimal": frozenset("-+.0123456789einfty"),
    "boolean": frozenset("truefalse"),
    "date": frozenset("-+0123456789"),
    "datetime": frozenset("-+.:t0123456789"),
}
"""All letters, in lower case, that the text form of a kind can have."""


def tested(column: pa.ChunkedArray, condition: TextTest) -> Any:
    """Return where the text form of the values passes the test."""
    return _found(column, condition.is_, condition.text, ignore_case=not condition.case_sensitive)


def searched(columns: list[pa.ChunkedArray], condition: Search) -> Any:
    """Return the rows in which at least one of the columns contains the text; at least one column."""
    word: TextWord = "matches" if condition.regex else "contains"
    looked_in = [column for column in columns if condition.regex or _may_contain(column, condition.search)]
    masks = [
        _found(column, word, condition.search, ignore_case=not condition.case_sensitive)
        for column in looked_in
    ]
    return reduce(pc.or_, masks, nowhere(len(columns[0])))


def _found(column: pa.ChunkedArray, word: TextWord, text: str, *, ignore_case: bool) -> Any:
    return _FIND[word](text_form(column), text, ignore_case=ignore_case).fill_null(False)  # noqa: FBT003


def _may_contain(column: pa.ChunkedArray, text: str) -> bool:
    """Say whether the text is made of letters that values of this type are spelled with."""
    letters = _LETTERS.get(kind_of(column.type))
    return letters is None or letters.issuperset(text.casefold())
