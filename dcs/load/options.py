"""What a person may say about a file before it is read; everything absent is detected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError

from dcs.columns import Kind
from dcs.described import Described
from dcs.errors import InvalidParametersError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

FileFormat = Literal["csv", "tsv", "json", "jsonl", "xlsx", "xls", "xlsb", "ods", "parquet", "arrow"]


class _Options(Described):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnOption(_Options):
    """The type of a column, and how its values are written."""

    type: Kind
    format: str | None = None
    """Strptime letters for dates and datetimes, an example such as `1.234,5` for numbers."""


class ImportOptions(_Options):
    """How to read a file."""

    format: FileFormat | None = None
    encoding: str | None = None
    """A name that Python's codecs know, such as `cp1252`."""
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, Field(max_length=1)] | None = None
    """The character around fields that hold separators; empty when there is none."""
    header: bool | None = None
    """Whether the first row holds the names of the columns."""
    skip_lines: Annotated[int, Field(ge=0)] | None = None
    """Lines above the header, such as titles, to be left out."""
    sheet: str | None = None
    sample: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of rows to keep, chosen at random."""
    seed: int | None = None
    """The same seed chooses the same rows; absent, 0."""
    columns: dict[str, Kind | ColumnOption] | None = None
    """Types of columns by name, instead of detected ones; values that do not fit become missing."""
    missing_values: tuple[str, ...] | None = None
    """Texts that are missing in every column, instead of the usual marks in columns that are not text."""
    keep_text: bool | None = None
    """Detect no types: every column stays text."""

    @classmethod
    def parse(cls, message: Mapping[str, JsonValue]) -> ImportOptions:
        """Check options in JSON form; raises `InvalidParametersError` with every fault and its path."""
        try:
            return cls.model_validate(message)
        except ValidationError as error:
            raise InvalidParametersError.from_validation(error, what="import option") from error

    def column(self, name: str) -> ColumnOption | None:
        """Return what is asked of a column, None when its type is to be detected."""
        asked = (self.columns or {}).get(name)
        if asked is None or isinstance(asked, ColumnOption):
            return asked
        return ColumnOption(type=asked)

    def to_wire(self) -> dict[str, JsonValue]:
        """Return what was said, in JSON form."""
        return self.model_dump(mode="json", exclude_none=True)
