"""The conformance suite finds what it is there to find: each broken operation fails its check."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from dcs.columns import NUMBERS, ColumnRef, NumberColumn, kind_of
from dcs.errors import ColumnNotFoundError
from dcs.operation import Rows, RowwiseOperation, State
from dcs.testing import Case, cases, checks, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcs.columns import ColumnData, Schema
    from dcs.operation import Operation

QUICK = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Doubled(RowwiseOperation):
    """A correct operation, to be broken."""

    label: ClassVar[str] = "Double"
    section: ClassVar[str] = "Numbers"
    summary: ClassVar[str] = "Double {column}"

    op: Literal["doubled"] = "doubled"
    column: NumberColumn
    """The column to double."""

    def reads(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        column = rows[self.column]
        return {self.column: pc.if_else(pc.is_finite(column), pc.add(column, column), column)}


class DependsOnBatch(Doubled):
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        column = rows[self.column]
        return {self.column: pc.if_else(column.is_null(), pc.max(column), column)}


class ChangesItsInput(Doubled):
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        for chunk in rows[self.column].chunks:
            values = chunk.buffers()[1]
            ctypes.memmove(values.address, bytes(255 - byte for byte in values.to_pybytes()), values.size)
        return {self.column: rows[self.column]}


class PredictsOtherColumns(Doubled):
    def output(self, schema: Schema, state: State) -> Schema:
        return {**schema, self.column: pa.string()}

    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {self.column: rows[self.column]}


class TouchesLess(Doubled):
    def touches(self, rows: int) -> range:
        return range(1)


class ForgetsToCheck(Doubled):
    def check(self, schema: Schema) -> None:
        pass


class AcceptsAnything(Doubled):
    column: Annotated[Any, ColumnRef(NUMBERS)]


class SaysNothing(Doubled):
    summary: ClassVar[str] = ""


class LearnsByPosition(Doubled):
    def learns_from(self, schema: Schema) -> tuple[str, ...]:
        return (self.column,)

    def learn(self, columns: ColumnData) -> State:
        return {"columns": {str(place): name for place, name in enumerate(columns)}}


def holds(check: Callable[[Case], None], case: Case) -> bool:
    try:
        check(case)
    except (AssertionError, ValueError, KeyError, pa.ArrowException, ColumnNotFoundError):
        return False
    return True


@pytest.mark.parametrize(
    ("declaration", "check"),
    [
        (DependsOnBatch, checks.check_rows_alone),
        (ChangesItsInput, checks.check_input_stays),
        (PredictsOtherColumns, checks.check_output_is_predicted),
        (TouchesLess, checks.check_touches),
        (ForgetsToCheck, checks.check_columns_are_named),
        (AcceptsAnything, checks.check_faults_are_named),
        (SaysNothing, checks.check_says_what_it_does),
        (LearnsByPosition, checks.check_names_do_not_matter),
    ],
)
def test_finds_what_is_broken(declaration: type[Operation], check: Callable[[Case], None]) -> None:
    broken = find(cases(declaration), lambda case: not holds(check, case), settings=QUICK)
    assert isinstance(broken.operation, declaration)


@QUICK
@given(case=cases(Doubled))
def test_lets_a_correct_operation_pass(case: Case) -> None:
    for check in checks.CHECKS:
        if check is not checks.check_round_trips:  # `Doubled` is no name in dcs
            check(case)


@QUICK
@given(table=tables())
def test_tables_have_a_column_of_every_kind(table: pa.Table) -> None:
    kinds = {kind_of(field.type) for field in table.schema}
    assert kinds == {"text", "integer", "decimal", "boolean", "date", "datetime"}
    assert table.num_rows <= 8


@pytest.mark.parametrize(
    "wanted",
    [
        lambda table: table.num_rows == 0,
        lambda table: table.num_rows == 1,
        lambda table: "" in table.column_names,
        lambda table: any(len(name) == 300 for name in table.column_names),
        lambda table: (
            table.num_rows > 1 and all(column.null_count == len(column) for column in table.columns)
        ),
        lambda table: table[0].num_chunks > 1,
    ],
)
def test_odd_tables_occur(wanted: Callable[[pa.Table], bool]) -> None:
    assert wanted(find(tables(), wanted, settings=settings(QUICK, max_examples=500)))


@QUICK
@given(data=st.data())
def test_refusals_without_a_field_are_found(data: st.DataObject) -> None:
    class RefusesNamelessly(Doubled):
        def check(self, schema: Schema) -> None:
            raise ColumnNotFoundError("x", schema)

    with pytest.raises(AssertionError, match="names no field"):
        data.draw(cases(RefusesNamelessly))
