"""Operations on dates and datetimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, get_args

import pyarrow as pa
from pydantic import Field
from typing_extensions import override

from dcs.clean.calendar_parts import Part, TimePart, days_of, part_of_days, part_of_time
from dcs.clean.moment_text import MomentSpelling
from dcs.clean.placing import fresh_names, names_in, placed
from dcs.columns import DateColumn, DateColumns
from dcs.errors import NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.columns import Schema

_TIME_PARTS: tuple[TimePart, ...] = get_args(TimePart)


class ExtractDateParts(RowwiseOperation):
    """Make columns of the year, the month and so on of dates, called `x_year`, to the right.

    Weeks are those of ISO 8601, and so are days of the week: Monday is 1, Sunday 7. Seconds are whole. Where
    a column has a time zone the parts are of local time. Missing values stay missing.

    >>> births = dcs.table({"born": ["1815-12-10"]}).pipe(dcs.ChangeType(columns=["born"], type="date"))
    >>> births.pipe(dcs.ExtractDateParts(column="born", parts=["year", "week"])).iloc[0].tolist()[1:]
    [1815, 49]
    """

    label: ClassVar[str] = "Extract date parts"
    section: ClassVar[str] = "Dates"
    summary: ClassVar[str] = "Extract {parts} from {column}"

    op: Literal["extract_date_parts"] = "extract_date_parts"
    column: DateColumn
    """A column of dates or datetimes."""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    """What to extract, a new column each."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for index, part in enumerate(self.parts):
            if part in _TIME_PARTS and pa.types.is_date(schema[self.column]):
                raise NotApplicableError(
                    f"Column {self.column!r} is date, and has no {part}.",
                    field=f"parts.{index}",
                    column=self.column,
                )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    @override
    def name_new(self, schema: Schema, state: State) -> State:
        wanted = [f"{self.column}_{part}" for part in dict.fromkeys(self.parts)]
        names: list[JsonValue] = [*fresh_names(wanted, schema)]
        return {"names": {self.column: names}}

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        new = dict.fromkeys(names_in(state, self.column), pa.int64())
        return placed(schema, new, after=self.column)

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        column = rows[self.column]
        days = pa.chunked_array([days_of(chunk) for chunk in column.chunks], pa.int32())
        found = {}
        for name, part in zip(names_in(state, self.column), dict.fromkeys(self.parts), strict=True):
            match part:
                case "hour" | "minute" | "second":
                    found[name] = part_of_time(column, part)
                case _:
                    found[name] = part_of_days(days, part)
        return found


class FormatDates(RowwiseOperation):
    """Write dates and datetimes as text in a given form.

    Letters: `%Y %y %m %b %B %d %j %H %I %p %M %S %f %z %a %A %F %T %R %D %%`, as for reading them. Names are
    English. `%f` has six digits, or nine where the column holds nanoseconds. A column with a time zone is
    written in local time. Years before 0 and after 9999 have a sign and at least six digits. Missing values
    stay missing.

    >>> births = dcs.table({"born": ["1815-12-10"]}).pipe(dcs.ChangeType(columns=["born"], type="date"))
    >>> births.pipe(dcs.FormatDates(columns=["born"], format="%d %B %Y"))["born"].tolist()
    ['10 December 1815']
    """

    label: ClassVar[str] = "Format dates"
    section: ClassVar[str] = "Dates"
    summary: ClassVar[str] = "Write {columns} as {format}"

    op: Literal["format_dates"] = "format_dates"
    columns: DateColumns
    """Columns of dates or datetimes; they become text."""
    format: str = Field(min_length=1, json_schema_extra={"x-widget": "date-format", "x-example": "%d/%m/%Y"})
    """The form, in letters such as `%d/%m/%Y %H:%M`."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        spelling = MomentSpelling.parse(self.format, field="format")
        for name in self.columns:
            self._check_letters(spelling, schema[name], name)

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {name: pa.string() if name in self.columns else arrow for name, arrow in schema.items()}

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        spelling = MomentSpelling.parse(self.format, field="format")
        return {
            name: pa.chunked_array([spelling.spell(chunk) for chunk in column.chunks], pa.string())
            for name, column in rows.items()
        }

    def _check_letters(self, spelling: MomentSpelling, arrow: pa.DataType, name: str) -> None:
        for letter in spelling.letters:
            if pa.types.is_date(arrow) and spelling.source_of(letter) != "day":
                raise NotApplicableError(
                    f"Column {name!r} is date, and has no time of day for %{letter}.",
                    field="format",
                    column=name,
                )
            if letter == "z" and arrow.tz is None:
                raise NotApplicableError(
                    f"Column {name!r} has no time zone, and so no offset for %z.", field="format", column=name
                )
