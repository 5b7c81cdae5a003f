"""What every operation promises; each check raises `AssertionError` where that does not hold."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

import dcs
from dcs.columns import Reference, kind_of, references, rename_references
from dcs.errors import ColumnNotFoundError, DcsError, InvalidParametersError, NotApplicableError
from dcs.frames import from_frame, to_frame
from dcs.impact import compare
from dcs.operation import (
    ColumnwiseOperation,
    ReshapeOperation,
    Rows,
    RowwiseOperation,
    SelectionOperation,
    rename_state,
)
from dcs.run import run, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dcs.testing.cases import Case


def check_round_trips(case: Case) -> None:
    """Require that an operation survives JSON, pickle and Python source, and its state JSON."""
    message = json.dumps(case.operation.to_wire(), allow_nan=False)
    assert type(case.operation)(**json.loads(message)) == case.operation
    assert pickle.loads(pickle.dumps(case.operation)) == case.operation  # noqa: S301 - our own bytes
    assert eval(case.operation.source(), {"dcs": dcs}) == case.operation  # noqa: S307 - our own source
    assert json.loads(json.dumps(case.outcome.state, allow_nan=False)) == case.outcome.state


def check_says_what_it_does(case: Case) -> None:
    """Require a sentence for the history."""
    sentence = case.operation.sentence()
    assert sentence[:1].isupper()
    assert "None" not in sentence.split()


def check_input_stays(case: Case) -> None:
    """Require that no byte of the input changes, and that the learned state gives the same once more."""
    before = pickle.dumps(case.table)
    again = run(case.operation, case.table, state=json.loads(json.dumps(case.outcome.state)))
    assert pickle.dumps(case.table) == before
    assert _same(again.table, case.outcome.table)


def check_output_is_predicted(case: Case) -> None:
    """Require names, order and types of the columns as `output` says, and no NaN."""
    predicted = case.operation.output(case.schema, case.outcome.state)
    found = schema_of(case.outcome.table)
    assert list(found) == list(predicted)
    for name, arrow in found.items():
        assert arrow == predicted[name] or _may_stay_integer(case, arrow, predicted[name])
    for column in case.outcome.table.columns:
        kind_of(column.type)
        if pa.types.is_floating(column.type):
            assert not pc.any(pc.is_nan(column)).as_py()


def check_no_rows(case: Case) -> None:
    """Require zero rows of zero rows, with the same columns; an operation that names rows may refuse."""
    try:
        nothing = run(case.operation, case.table.slice(0, 0), state=case.outcome.state).table
    except NotApplicableError as refusal:
        if not refusal.field.startswith("row"):
            raise
        return
    assert nothing.num_rows == 0
    assert list(schema_of(nothing)) == list(case.operation.output(case.schema, case.outcome.state))


def check_any_chunks(case: Case) -> None:
    """Require that it makes no difference how the rows are cut into chunks."""
    whole = case.table.combine_chunks()
    assert _same(run(case.operation, whole).table, case.outcome.table)
    rows = [whole.slice(position, 1) for position in range(whole.num_rows)]
    if rows:
        assert _same(run(case.operation, pa.concat_tables(rows)).table, case.outcome.table)


def check_rows_alone(case: Case) -> None:
    """Require that given the state a row does not depend on the others, where the shape says so."""
    match case.operation:
        case RowwiseOperation() as rowwise:
            written = [rowwise.apply(rows, case.outcome.state) for rows in _single_rows(case)]
            for name in written[0] if written else ():
                alone = pa.chunked_array([chunk for row in written for chunk in row[name].chunks])
                assert alone.equals(case.outcome.table[name]), f"{name!r} depends on the batch"
        case SelectionOperation(chunkwise=True) as selection:
            masks = [selection.select(rows, case.outcome.state) for rows in _single_rows(case)]
            assert all(mask.type == pa.bool_() and mask.null_count == 0 for mask in masks)
            kept = [position for position, mask in enumerate(masks) if mask[0].as_py()]
            assert _same(case.table.take(pa.array(kept, pa.int64())), case.outcome.table)
        case _:
            pass


def check_touches(case: Case) -> None:
    """Require that a rowwise operation changes nothing outside the rows that it says it touches."""
    if not isinstance(case.operation, RowwiseOperation):
        return
    touched = case.operation.touches(case.table.num_rows)
    for position in set(range(case.table.num_rows)) - set(touched):
        assert case.outcome.table.slice(position, 1).equals(case.table.slice(position, 1))


def check_values_are_kept(case: Case) -> None:
    """Require that an operation which says so only gives cells a value or takes it from them."""
    after = schema_of(case.outcome.table)
    if case.operation.keeps_values:
        for name in case.schema.keys() & after.keys():
            old, new = case.table[name], case.outcome.table[name]
            assert compare(old, new, kept=True) == compare(old, new), f"{name!r} has values that changed"


def check_faults_are_named(case: Case) -> None:
    """Require that a parameter absent, of no possible type, or not declared is refused by its name."""
    message = case.operation.to_wire()
    for name, field in type(case.operation).model_fields.items():
        parameter = field.alias or name
        if parameter == "op":
            continue
        assert parameter in _faults(case, {**message, parameter: {"of no": "possible type"}})
        if field.is_required():
            others = {key: value for key, value in message.items() if key != parameter}
            assert parameter in _faults(case, others)
    assert _faults(case, {**message, "nonsense": 1}) == {"nonsense"}


def check_columns_are_named(case: Case) -> None:
    """Require that columns that are not there or of another kind are refused, naming field and column."""
    absent = "a column that is not there"
    for reference in references(case.operation):
        refusal = _refusal(case, reference, absent)
        assert isinstance(refusal, ColumnNotFoundError)
        assert refusal.column == absent
        unfit = (name for name, arrow in case.schema.items() if kind_of(arrow) not in reference.ref.kinds)
        for name in unfit:
            refusal = _refusal(case, reference, name)
            assert isinstance(refusal, NotApplicableError)
            assert refusal.column is not None


def check_names_do_not_matter(case: Case) -> None:
    """Require that it is the same in a table whose columns have other names, also with the learned state.

    An object in the state is keyed by columns, and nothing else in it is. A reshape makes values of names and
    names of values, and is in no recipe.
    """
    if isinstance(case.operation, ReshapeOperation):
        return
    for learned in case.outcome.state.values():
        assert not isinstance(learned, dict) or set(learned) <= set(case.schema)
    new_names = {name: f"renamed {place}" for place, name in enumerate(case.schema)}
    operation = rename_references(case.operation, new_names)
    table = case.table.rename_columns(list(new_names.values()))
    state = rename_state(case.outcome.state, new_names)
    if isinstance(operation, RowwiseOperation):
        state = operation.name_new(schema_of(table), state)
    anew = run(operation, table)
    assert anew.state == state
    for renamed in (anew, run(operation, table, state=state)):
        assert renamed.table.columns == case.outcome.table.columns
    if case.outcome.table.column_names == list(case.schema):
        assert anew.table.column_names == list(new_names.values())


def check_frames_agree(case: Case) -> None:
    """Require that what a reshape does to frames is what it does to columns."""
    if not isinstance(case.operation, ReshapeOperation):
        return
    predicted = pa.schema(list(case.operation.output(case.schema, case.outcome.state).items()))
    frames = case.operation.reshape_frame(to_frame(case.table), case.outcome.state)
    tables = [from_frame(frame).cast(predicted) for frame in frames]
    assert _same(pa.concat_tables([predicted.empty_table(), *tables]), case.outcome.table)


CHECKS: tuple[Callable[[Case], None], ...] = (
    check_round_trips,
    check_says_what_it_does,
    check_input_stays,
    check_output_is_predicted,
    check_no_rows,
    check_any_chunks,
    check_rows_alone,
    check_touches,
    check_values_are_kept,
    check_faults_are_named,
    check_columns_are_named,
    check_names_do_not_matter,
    check_frames_agree,
)
"""All promises."""


def _may_stay_integer(case: Case, found: pa.DataType, predicted: pa.DataType) -> bool:
    """Say whether a columnwise operation has kept an integer column that might have become decimal."""
    is_columnwise = isinstance(case.operation, ColumnwiseOperation)
    return is_columnwise and pa.types.is_integer(found) and pa.types.is_floating(predicted)


def _same(one: pa.Table, other: pa.Table) -> bool:
    return bool(one.equals(other)) and one.column_names == other.column_names


def _single_rows(case: Case) -> list[Rows]:
    names = case.operation.reads(case.schema)
    return [
        Rows({name: case.table[name].slice(position, 1) for name in names}, start=position, count=1)
        for position in range(case.table.num_rows)
    ]


def _faults(case: Case, message: Mapping[str, object]) -> set[str]:
    """Return the parameters that are named when a message is refused."""
    try:
        type(case.operation)(**message)
    except InvalidParametersError as refusal:
        return {path.partition(".")[0] for path, _ in refusal.fields}
    raise AssertionError(f"{message} is accepted")


def _refusal(case: Case, reference: Reference, column: str) -> DcsError:
    """Return what the table says to the operation when one of its columns is replaced by another."""
    changed = rename_references(case.operation, {reference.column: column})
    try:
        changed.check(case.schema)
    except DcsError as refusal:
        fields = refusal.data()["fields"]
        assert isinstance(fields, list)
        return refusal
    raise AssertionError(f"{changed!r} is accepted")
