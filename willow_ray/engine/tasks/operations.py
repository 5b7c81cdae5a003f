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
from willow_ray.engine.arrays import one_array, positions_of, split
from willow_ray.engine.packs import Made, Pack, Slots, describe
from willow_ray.engine.table import even_partition
from willow_ray.engine.tasks.refusing import refusing, refusing_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dcs.gather import Positions


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
    return operation.learn(slots.table(packs))


@ray.remote(max_retries=0, num_returns=2)
@refusing
def apply(
    operation: RowwiseOperation, state: State, start: int, slots: Slots, *packs: Pack
) -> tuple[dict[str, Written | None], Pack]:
    """Do a rowwise operation to one part; an unchanged column is None and not in the pack."""
    columns = slots.table(packs)
    written = operation.apply(Rows(columns, start, slots.rows), state)
    return _written(columns, written)


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
        found, made = _written(
            {name: pa.chunked_array([before])}, {name: pa.chunked_array([after])}, len(pack)
        )
        written.append(found[name])
        pack += made
    return written, pack


@ray.remote(max_retries=0, num_returns=2)
@refusing
def mask(
    operation: SelectionOperation, state: State, start: int, slots: Slots, *packs: Pack
) -> tuple[int, pa.Array]:
    """Judge the rows of one part: how many stay, and which."""
    array = one_array(operation.select(Rows(slots.table(packs), start, slots.rows), state))
    return pc.sum(array).as_py() or 0, array


@ray.remote(max_retries=0, num_returns=2)
@refusing
def select(operation: SelectionOperation, state: State, slots: Slots, *packs: Pack) -> tuple[int, Positions]:
    """Choose among all rows at once: how many, and their positions in the new order."""
    array = one_array(operation.select(Rows(slots.table(packs), 0, slots.rows), state))
    positions = (
        positions_of(array) if pa.types.is_boolean(array.type) else array.to_numpy(zero_copy_only=False)
    )
    return len(positions), positions


@ray.remote(max_retries=0, num_returns=2)
@refusing
def keep(slots: Slots, masked: int, *packs_and_masks: Any) -> tuple[dict[str, Made], Pack]:
    """Make one part of the rows that masks keep of `masked` neighbouring parts."""
    packs, masks = packs_and_masks[:-masked], packs_and_masks[-masked:]
    pack: Pack = []
    made: dict[str, Made] = {}
    for name in slots.columns:
        kept = [chunk.filter(mask) for chunk, mask in zip(slots.chunks(name, packs), masks, strict=True)]
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
class StreamedPart:
    """One part of the rows of a new table; the pack with its chunks follows."""

    rows: int
    columns: dict[str, Made]
    fraction: float


@ray.remote(max_retries=0, num_returns="streaming")
@refusing_stream
def reshape(
    operation: ReshapeOperation,
    state: State,
    schema: Mapping[str, pa.DataType],
    chunk_rows: int,
    slots: Slots,
    *packs: Pack,
) -> Iterator[StreamedPart | Pack]:
    """Make new rows from whole columns: for each part what it is, then its pack."""
    columns = slots.table(packs)
    reshaped = operation.reshape({name: columns[name] for name in operation.reads(schema)}, state)
    names = tuple(operation.output(schema, state))
    rows = len(next(iter(reshaped.columns.values())))
    done = 0
    for size in even_partition(rows, chunk_rows):
        pack: Pack = []
        described: dict[str, Made] = {}
        origins = None if reshaped.origins is None else reshaped.origins[done : done + size]
        along = None if origins is None else Gathering(slots.offsets, origins)
        for name in names:
            if name in reshaped.columns:
                array = one_array(reshaped.columns[name].slice(done, size))
            else:
                assert along is not None, f"{operation.op} makes no column {name!r}"
                array = along.take_from(slots.chunks(name, packs))
            described[name] = describe(array, len(pack))
            pack.append(array)
        done += size
        yield StreamedPart(size, described, done / rows if rows else 1.0)
        yield pack


def _written(
    columns: Mapping[str, pa.ChunkedArray], written: Mapping[str, pa.ChunkedArray], taken: int = 0
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
        change = compare(old, new)
        if change.changed == 0 and old.type == new.type:
            found[name] = None
            continue
        found[name] = Written(describe(new, taken + len(pack)), change.changed, change.became_missing)
        pack.append(new)
    return found, pack
