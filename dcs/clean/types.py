"""Changing the type of columns."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs.clean.converting import converter
from dcs.clean.date_guess import guess_reading, with_unit
from dcs.columns import DATES, Columns, Kind, arrow_type, kind_of
from dcs.errors import InvalidExpressionError, NotApplicableError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.parameters import shown_if
from dcs.parsing import MomentFormat, Reading, read_dates
from dcs.parts import in_parts
from dcs.values import text_form

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.clean.converting import Converter
    from dcs.columns import ColumnData, Schema


class ChangeType(RowwiseOperation):
    """Change the type of columns; what does not correspond to a value of the new type becomes missing.

    Nothing is rounded or guessed. Text reads as a number when it is spelled as one, blanks around it aside:
    not `007`, `+1` or `0x1F`, nor with more digits than a number keeps; as boolean when it is `true` or
    `false` in any case. Whole decimals become integers, integers that a decimal holds exactly become
    decimal, 1 and 0 become boolean. Dates become datetimes at midnight, and datetimes their date. Whatever
    becomes text is spelled as in CSV. Integers become dates through their text, by a format as `%Y%m%d`.

    >>> prices = dcs.table({"price": ["1,250", " 3 ", "free"]})
    >>> prices.pipe(dcs.ChangeType(columns=["price"], type="integer", format="1,234.5"))["price"].tolist()
    [1250, 3, <NA>]
    """

    label: ClassVar[str] = "Change type"
    section: ClassVar[str] = "Columns"
    summary: ClassVar[str] = "Change {columns} to {type}"

    op: Literal["change_type"] = "change_type"
    columns: Columns
    """Columns whose type is changed."""
    type: Kind
    """The new type."""
    format: str | None = Field(
        default=None,
        min_length=1,
        json_schema_extra=shown_if(type=["integer", "decimal", "date", "datetime"])
        | {"x-widget": "date-format"},
    )
    """How text is spelled.

    Numbers: one of `1,234.5`, `1.234,5`, `1 234,5`, `1'234.5`; absent, digits with a point. Dates: letters
    such as `%d/%m/%Y %H:%M`; absent, what most values of the column fit, ISO 8601 first.
    """
    on_error: Literal["missing", "fail"] = "missing"
    """Make missing what cannot be converted, or refuse the operation and name the first such value."""

    @override
    def check(self, schema: Schema) -> None:
        super().check(schema)
        for index, name in enumerate(self.columns):
            self._check_convertible(schema[name], name, field=f"columns.{index}")
        if self.format is None:
            return
        Reading(self.type, self.format).check(field="format")
        if not any(self._reads_text(schema[name]) for name in self.columns):
            raise InvalidExpressionError(
                "A format is for reading text, and none of this is text.", field="format"
            )

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return tuple(
            name
            for name in self.reads(schema)
            if self.on_error == "fail" or self._learns_reading(schema[name])
        )

    @override
    def learn(self, columns: ColumnData) -> State:
        readings: dict[str, JsonValue] = {
            name: asdict(self._learned_reading(column, name))
            for name, column in columns.items()
            if self._learns_reading(column.type)
        }
        state: State = {"readings": readings} if readings else {}
        if self.on_error == "fail":
            rows = len(next(iter(columns.values())))
            self.apply(Rows(columns, start=0, count=rows), state)
        return state

    @override
    def output(self, schema: Schema, state: State) -> Schema:
        return {
            name: self._new_type(arrow, name, state) if name in self.columns else arrow
            for name, arrow in schema.items()
        }

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        converted = {}
        for name, column in rows.items():
            convert = self._conversion(column.type, name, state)
            arrow = self._new_type(column.type, name, state)
            converted[name] = in_parts(column, partial(_by_chunks, convert=convert, arrow=arrow), arrow)
            if self.on_error == "fail":
                self._refuse_failures(column, converted[name], name, start=rows.start)
        return converted

    def _reads_text(self, arrow: pa.DataType) -> bool:
        """Say whether values of the type are converted by reading their text."""
        kind = kind_of(arrow)
        is_numeral = kind == "integer" and self.type in DATES and self.format is not None
        return self.type != "text" and (kind == "text" or is_numeral)

    def _check_convertible(self, arrow: pa.DataType, name: str, *, field: str) -> None:
        if self._reads_text(arrow) or converter(arrow, self.type) is not None:
            return
        kind = kind_of(arrow)
        hint = ", unless a format such as %Y%m%d is given" if kind == "integer" and self.type in DATES else ""
        raise NotApplicableError(
            f"Column {name!r} is {kind}, which cannot become {self.type}{hint}.", field=field, column=name
        )

    def _learns_reading(self, arrow: pa.DataType) -> bool:
        """Say whether it depends on the values how they are read: which format, how fine."""
        if not self._reads_text(arrow) or self.type not in DATES:
            return False
        return self.format is None or (self.type == "datetime" and "%f" in self.format)

    def _learned_reading(self, column: pa.ChunkedArray, name: str) -> Reading:
        known = self.format is not None
        reading = self._given_reading() if known else guess_reading(column, field="format", name=name)
        return with_unit(reading, column)

    def _given_reading(self) -> Reading:
        has_offset = (
            self.type == "datetime" and self.format is not None and MomentFormat.parse(self.format).has_offset
        )
        return Reading(self.type, self.format, zone="UTC" if has_offset else None)

    def _reading(self, name: str, state: State) -> Reading:
        readings: Any = state.get("readings", {})
        return Reading(**readings[name]) if name in readings else self._given_reading()

    def _new_type(self, arrow: pa.DataType, name: str, state: State) -> pa.DataType:
        if kind_of(arrow) == self.type:
            return arrow
        if self.type == "datetime" and self._reads_text(arrow):
            return self._reading(name, state).type
        return arrow_type(self.type)

    def _conversion(self, arrow: pa.DataType, name: str, state: State) -> Converter:
        if self._reads_text(arrow):
            return partial(_read, reading=self._reading(name, state), to_date=self.type == "date")
        convert = converter(arrow, self.type)
        assert convert is not None, "checked before"
        return convert

    def _refuse_failures(
        self, column: pa.ChunkedArray, converted: pa.ChunkedArray, name: str, *, start: int
    ) -> None:
        if converted.null_count == column.null_count:
            return
        lost = pc.and_(column.is_valid(), converted.is_null())
        position = pc.index(lost, True).as_py()
        value = text_form(column.slice(position, 1)).to_pylist()[0]
        raise NotApplicableError(
            f"{value!r:.80} in row {start + position} of column {name!r} cannot become {self.type}.",
            field="columns",
            column=name,
        )


def _by_chunks(part: pa.ChunkedArray, *, convert: Converter, arrow: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([convert(chunk) for chunk in part.chunks], arrow)


def _read(values: pa.Array, *, reading: Reading, to_date: bool) -> pa.Array:
    """Read the text form of values; as dates they are the days that are written, whatever the offset."""
    texts = text_form(values)
    read = _read_distinct(texts, reading) if _repeats(reading) else reading.read(texts)
    if not to_date or reading.kind == "date":
        return read
    if reading.zone is None:
        return read.cast(pa.date32())
    days = read_dates(pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(texts), 0, 10))
    return pc.if_else(read.is_valid(), days, pa.scalar(None, pa.date32()))


def _repeats(reading: Reading) -> bool:
    """Say whether values surely repeat in a long column and are slow to read: days not spelled as in ISO."""
    if reading.kind not in DATES or reading.format is None:
        return False
    return not MomentFormat.parse(reading.format).has_time


def _read_distinct(texts: pa.Array, reading: Reading) -> pa.Array:
    encoded = texts.dictionary_encode()
    return reading.read(encoded.dictionary).take(encoded.indices)
