"""Operations on the letters of text."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from typing_extensions import override

from dcs import regex
from dcs.columns import TextColumns
from dcs.operation import Rows, RowwiseOperation, State

if TYPE_CHECKING:
    from dcs.columns import Schema

BLANK = r"[\x{1c}-\x{1f}\x{85}\s\v\p{Z}]"
"""What Unicode and Python take for blank; the same characters that Arrow trims."""


class TextOperation(RowwiseOperation):
    """Base of operations that change each text on its own; missing values stay missing."""

    columns: TextColumns
    """Columns of text."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {name: self.changed(column) for name, column in rows.items()}

    @abstractmethod
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the changed texts."""


class TrimWhitespace(TextOperation):
    r"""Delete blanks at the beginning and end of text, and on request shorten those in between.

    Blanks are what Unicode takes for such: also no-break spaces, tabs and line ends. Text of blanks only
    becomes empty, not missing.

    >>> names = dcs.table({"name": ["  Ada\t Lovelace\u00a0", None]})
    >>> names.pipe(dcs.TrimWhitespace(columns=["name"], collapse=True))["name"].tolist()
    ['Ada Lovelace', <NA>]
    """

    label: ClassVar[str] = "Trim whitespace"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Trim whitespace in {columns}"

    op: Literal["trim_whitespace"] = "trim_whitespace"
    collapse: bool = False
    """Also replace each run of blanks inside the text by one space."""

    @override
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        trimmed = pc.utf8_trim_whitespace(texts)
        return regex.replace(trimmed, f"{BLANK}+", " ", case_sensitive=True) if self.collapse else trimmed
