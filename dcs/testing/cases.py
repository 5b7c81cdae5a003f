"""An operation and a table on which it can be done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hypothesis import assume
from hypothesis import strategies as st

from dcs.errors import DcsError
from dcs.run import Outcome, run, schema_of
from dcs.testing.parameters import messages
from dcs.testing.tables import tables

if TYPE_CHECKING:
    import pyarrow as pa
    from hypothesis.strategies import DrawFn

    from dcs.operation import Operation

ATTEMPTS = 30


@dataclass(frozen=True)
class Case:
    """An operation, a table on which it can be done, and what comes of it."""

    operation: Operation
    table: pa.Table
    outcome: Outcome

    @cached_property
    def schema(self) -> dict[str, pa.DataType]:
        """Names and types of the columns before."""
        return schema_of(self.table)


@st.composite
def cases(draw: DrawFn, declaration: type[Operation]) -> Case:
    """Draw a table and an operation of a kind that can be done to it.

    What is refused on the way must be refused by a typed error that names a parameter of the operation;
    anything else fails the test.
    """
    table = draw(tables())
    for _ in range(ATTEMPTS):
        message = draw(messages(declaration, table))
        try:
            operation = declaration(**message)
            return Case(operation, table, run(operation, table))
        except DcsError as refusal:
            _require_field(refusal, declaration)
    assume(condition=False)
    raise AssertionError


def _require_field(refusal: DcsError, declaration: type[Operation]) -> None:
    fields = refusal.data().get("fields")
    assert isinstance(fields, list), f"names no field: {refusal!r}"
    assert fields, f"names no field: {refusal!r}"
    known = {field.alias or name for name, field in declaration.model_fields.items()}
    for fault in fields:
        assert isinstance(fault, dict)
        parameter = str(fault["path"]).partition(".")[0]
        assert parameter in known, f"{parameter!r} is no parameter of {declaration.__name__}: {refusal!r}"
