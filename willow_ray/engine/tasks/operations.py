"""Operations of dcs, on parts of columns or on whole ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import ray

from dcs.gather import Gathering
from dcs.operation import (
    ColumnwiseOperation,
    ReshapeOperation,
    Rows,
    RowwiseOperation,
    SelectionOperation,
    State,
)
from willow_ray.engine.arrays import narrowed, one_array, positions_of, split
from willow_ray.engine.packs import Made, Pack, Slots, describe, packed
from willow_ray.engine.table import even_partition
from willow_ray.engine.tasks.processors import several_processors
from willow_ray.engine.tasks.refusing import refusing, refusing_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dcs.gather import Positions
    from willow_ray.engine.packs import ChunkSize, Slot


@dataclass(frozen=True)
class Written:
    """A column written for one part: where its new chunk is, and how it differs from the old one."""

    made: Made
    changed: int
    became_missing: int


@ray.remote(max_retries=0)
@refusing
def learn(
    operation: RowwiseOperation | SelectionOperation | ReshapeOperation, slots: Slots, *packs: Pack
) -> State:
    """Learn from whole columns."""
    with several_processors():
        return operation.learn(slots.table(packs))


@ray.remote(max_retries=0, num_returns=2)
@refusing
def apply(
    operation: RowwiseOperation, state: State, start: int, slots: Slots, *packs: Pack
) -> tuple[list[dict[str, Written | None]], Pack]:
    """Do a rowwise operation to neighbouring parts; a column unchanged in one is None and not in the pack."""
    found: list[dict[str, Written | None]] = []
    pack: Pack = []
    for part, (rows, offset) in enumerate(zip(slots.partition, slots.offsets, strict=False)):
        columns = slots.part(part, packs)
        written = operation.apply(Rows(columns, start + offset, rows), state)
        described, made = _written(operation, columns, written, len(pack))
        found.append(described)
        pack += made
    return found, pack


@ray.remote(max_retries=0, num_returns=2)
@refusing
def transform(
    operation: ColumnwiseOperation, name: str, slots: Slots, *packs: Pack
) -> tuple[list[Written | None], Pack]:
    """Do a columnwise operation to one whole column; an unchanged part is None and not in the pack."""
    old = slots.column(name, packs)
    parts = split(operation.transform(old), slots.partition)
    written: list[Written | None] = []
    pack: Pack = []
    for before, after in zip(slots.chunks(name, packs), parts, strict=True):
        old_part, new_part = {name: pa.chunked_array([before])}, {name: pa.chunked_array([after])}
        found, made = _written(operation, old_part, new_part, len(pack))
        written.append(found[name])
        pack += made
    return written, pack


@ray.remote(max_retries=0, num_returns=2)
@refusing
def mask(
    operation: SelectionOperation, state: State, start: int, slots: Slots, *packs: Pack
) -> tuple[list[int], Pack]:
    """Judge the rows of neighbouring parts: for each how many stay, and a mask."""
    kept: list[int] = []
    pack: Pack = []
    for part, (rows, offset) in enumerate(zip(slots.partition, slots.offsets, strict=False)):
        judged = operation.select(Rows(slots.part(part, packs), start + offset, rows), state)
        pack.append(one_array(judged))
        kept.append(pack[-1].true_count)
    return kept, pack


@ray.remote(max_retries=0, num_returns=2)
@refusing
def select(operation: SelectionOperation, state: State, slots: Slots, *packs: Pack) -> tuple[int, Positions]:
    """Choose among all rows at once: how many, and their positions in the new order."""
    array = one_array(operation.select(Rows(slots.table(packs), 0, slots.rows), state))
    positions = (
        positions_of(array) if pa.types.is_boolean(array.type) else array.to_numpy(zero_copy_only=False)
    )
    return len(positions), narrowed(positions, slots.rows)


@ray.remote(max_retries=0, num_returns=2)
@refusing
def keep(slots: Slots, masks: Sequence[Slot], *packs: Pack) -> tuple[dict[str, Made], Pack]:
    """Make one part of the rows that masks keep of neighbouring parts."""
    staying = [packs[slot.pack][slot.index] for slot in masks]
    pack: Pack = []
    made: dict[str, Made] = {}
    for name in slots.columns:
        kept = [chunk.filter(mask) for chunk, mask in zip(slots.chunks(name, packs), staying, strict=True)]
        array = one_array(pa.chunked_array(kept, slots.types[name]))
        made[name] = describe(array, len(pack))
        pack.append(array)
    return made, pack


@ray.remote(max_retries=0, num_returns=2)
@refusing
def take(
    slots: Slots, first: int, end: int, positions: Positions, *packs: Pack
) -> tuple[dict[str, Made], Pack]:
    """Make one part of the rows at `positions[first:end]` of whole columns."""
    gathering = Gathering(slots.offsets, positions[first:end])
    pack: Pack = []
    made: dict[str, Made] = {}
    for name in slots.columns:
        array = gathering.take_from(slots.chunks(name, packs))
        made[name] = describe(array, len(pack))
        pack.append(array)
    return made, pack


@dataclass(frozen=True)
class DoneAtOnce:
    """What one task did: what was learned, the rows there are now, and the columns written."""

    state: State
    rows: int
    columns: Mapping[str, Written | None]


@ray.remote(max_retries=0, num_returns=2)
@refusing
def at_once(
    operation: RowwiseOperation | ColumnwiseOperation | SelectionOperation,
    state: State | None,
    schema: Mapping[str, pa.DataType],
    slots: Slots,
    *packs: Pack,
) -> tuple[DoneAtOnce, Pack]:
    """Learn, unless there is a state, and do an operation to a table of one part; all in one task."""
    columns = slots.table(packs)
    if isinstance(operation, ColumnwiseOperation):
        names = operation.reads(schema)
        written = {name: operation.transform(columns[name]) for name in names}
        found, pack = _written(operation, columns, written)
        return DoneAtOnce({}, slots.rows, found), pack
    if state is None:
        state = {}
        if learns := operation.learns_from(schema):
            with several_processors():
                state = operation.learn({name: columns[name] for name in learns})
        if isinstance(operation, RowwiseOperation):
            state = operation.name_new(schema, state)
    reads = Rows({name: columns[name] for name in operation.reads(schema)}, 0, slots.rows)
    if isinstance(operation, RowwiseOperation):
        found, pack = _written(operation, columns, operation.apply(reads, state))
        return DoneAtOnce(state, slots.rows, found), pack
    chosen = one_array(operation.select(reads, state))
    is_mask = pa.types.is_boolean(chosen.type)
    if is_mask and pc.all(chosen).as_py() is not False:
        return DoneAtOnce(state, slots.rows, {}), []
    pack = [
        one_array(column.filter(chosen) if is_mask else column.take(chosen)) for column in columns.values()
    ]
    made = {name: Written(describe(pack[index], index), 0, 0) for index, name in enumerate(columns)}
    return DoneAtOnce(state, pc.sum(chosen).as_py() if is_mask else len(chosen), made), pack


@dataclass(frozen=True)
class StreamedPart:
    """One part of the rows of a new table; for each group of columns the pack with its chunks follows."""

    rows: int
    groups: Sequence[Mapping[str, Made]]
    fraction: float


def streamed(
    columns: Mapping[str, pa.Array], rows: int, fraction: float, *, group_bytes: int
) -> Iterator[StreamedPart | Pack]:
    """Yield one part of the rows of a new table, and its packs."""
    groups = packed(columns, group_bytes=group_bytes)
    yield StreamedPart(rows, [described for described, _ in groups], fraction)
    for _, pack in groups:
        yield pack


@ray.remote(max_retries=0, num_returns="streaming")
@refusing_stream
def reshape(
    operation: ReshapeOperation,
    state: State,
    schema: Mapping[str, pa.DataType],
    size: ChunkSize,
    slots: Slots,
    *packs: Pack,
) -> Iterator[StreamedPart | Pack | dict[str, Any]]:
    """Make new rows from whole columns: for each part what it is, then its packs; an empty report at last."""
    yield from _reshaped(operation, state, schema, size=size, slots=slots, packs=packs)


def _reshaped(
    operation: ReshapeOperation,
    state: State,
    schema: Mapping[str, pa.DataType],
    *,
    size: ChunkSize,
    slots: Slots,
    packs: Sequence[Pack],
) -> Iterator[StreamedPart | Pack | dict[str, Any]]:
    columns = slots.table(packs)
    with several_processors():
        reshaped = operation.reshape({name: columns[name] for name in operation.reads(schema)}, state)
    names = tuple(operation.output(schema, state))
    rows = len(next(iter(reshaped.columns.values())))
    done = 0
    for count in even_partition(rows, size.rows):
        made: dict[str, pa.Array] = {}
        origins = None if reshaped.origins is None else reshaped.origins[done : done + count]
        along = None if origins is None else Gathering(slots.offsets, origins)
        for name in names:
            if name in reshaped.columns:
                made[name] = one_array(reshaped.columns[name].slice(done, count))
            else:
                assert along is not None, f"{operation.op} makes no column {name!r}"
                made[name] = along.take_from(slots.chunks(name, packs))
        done += count
        yield from streamed(made, count, done / rows if rows else 1.0, group_bytes=size.group_bytes)
    yield {}


@ray.remote(max_retries=0, num_cpus=0, num_returns="streaming")
@refusing_stream
def reshape_by_modin(
    operation: ReshapeOperation,
    state: State,
    schema: Mapping[str, pa.DataType],
    size: ChunkSize,
    slots: Slots,
    *packs: Pack,
) -> Iterator[StreamedPart | Pack | dict[str, Any]]:
    """Do as `reshape`, with a frame that is spread over the cluster; this task only waits for others.

    What no such frame can hold is reshaped here.
    """
    # Slow to import, and seldom used:
    from willow_ray.engine.modin import can_be_spread, collected, spread  # noqa: PLC0415

    names = [name for name in schema if name in slots.columns]
    columns = {name: slots.chunks(name, packs) for name in names}
    parts = [
        pa.table({name: pa.chunked_array([columns[name][part]], slots.types[name]) for name in names})
        for part, rows in enumerate(slots.partition)
        if rows
    ]
    if not can_be_spread(parts):
        yield from _reshaped(operation, state, schema, size=size, slots=slots, packs=packs)
        return
    made = pa.schema(list(operation.output(schema, state).items()))
    frames = operation.reshape_frame(spread(parts), state)
    tables = (table.select(made.names).cast(made) for frame in frames for table in collected(frame))
    for part in _in_parts(tables, made, size.rows):
        arrays = {name: one_array(part[name]) for name in made.names}
        yield from streamed(arrays, part.num_rows, 0.0, group_bytes=size.group_bytes)
    yield {}


def _in_parts(tables: Iterable[pa.Table], schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    """Cut rows that come in tables of any length into tables of so many; the last may have fewer."""
    waiting = schema.empty_table()
    cut = 0
    for table in tables:
        waiting = pa.concat_tables([waiting, table])
        while waiting.num_rows >= rows:
            yield waiting.slice(0, rows)
            waiting, cut = waiting.slice(rows), cut + 1
    if waiting.num_rows or not cut:
        yield waiting


def _written(
    operation: RowwiseOperation | ColumnwiseOperation,
    columns: Mapping[str, pa.ChunkedArray],
    written: Mapping[str, pa.ChunkedArray],
    taken: int = 0,
) -> tuple[dict[str, Written | None], Pack]:
    """Compare what was written with what was there, and pack what differs after `taken` other chunks."""
    from dcs.impact import compare  # noqa: PLC0415 - together with what it needs, only in workers

    found: dict[str, Written | None] = {}
    pack: Pack = []
    for name, column in written.items():
        new = one_array(column)
        if name not in columns:
            found[name] = Written(describe(new, taken + len(pack)), 0, 0)
            pack.append(new)
            continue
        old = one_array(columns[name])
        change = compare(old, new, kept=operation.keeps_values)
        if change.changed == 0 and old.type == new.type:
            found[name] = None
            continue
        found[name] = Written(describe(new, taken + len(pack)), change.changed, change.became_missing)
        pack.append(new)
    return found, pack
