from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from dcs.gather import Gathering
from willow_ray.engine.arrays import compact, kept_rows, narrowed, one_array, positions_of, split
from willow_ray.engine.engine import Sizes
from willow_ray.engine.packs import MOST_CHUNKS, packed
from willow_ray.engine.spans import SPAN_BYTES, parts_of_span, spans
from willow_ray.engine.table import Chunk, ChunkId, Column, Table, even_partition, runs


def column(*bytes_of_chunks: int) -> Column:
    chunks = tuple(Chunk(ChunkId(f"{n}-{size}"), 1, size) for n, size in enumerate(bytes_of_chunks))
    return Column(pa.int64(), chunks)


def test_a_table_knows_rows_bytes_missing_and_where_rows_are() -> None:
    table = Table({"a": column(10, 20), "b": column(1, 2)}, (3, 2))
    assert (table.rows, table.bytes, table.offsets) == (5, 33, (0, 3, 5))
    assert table.columns["a"].missing == 2
    assert [table.part_of(row) for row in range(5)] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("rows", "parts"),
    [(range(5), [0, 1, 2, 3]), (range(3), [1]), (range(2, 4), [1, 3]), (range(4, 5), [3]), (range(0), [])],
    ids=str,
)
def test_all_rows_are_in_all_parts_and_some_only_where_they_are(rows: range, parts: list[int]) -> None:
    table = Table({"a": column(0, 3, 0, 2)}, (0, 3, 0, 2))
    assert table.parts_in(rows) == parts


@pytest.mark.parametrize(
    ("rows", "size", "partition"), [(0, 3, (0,)), (3, 3, (3,)), (7, 3, (3, 3, 1)), (1, 3, (1,))]
)
def test_an_even_partition_has_one_part_at_least(rows: int, size: int, partition: tuple[int, ...]) -> None:
    assert even_partition(rows, size) == partition


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ([3, 3, 3], [(0, 1), (1, 2), (2, 3)]),
        ([1, 1, 1, 1], [(0, 3), (3, 4)]),
        ([0, 0, 5, 0, 1], [(0, 4), (4, 5)]),
        ([0], [(0, 1)]),
    ],
    ids=str,
)
def test_neighbouring_parts_are_joined_up_to_a_size(kept: list[int], expected: list[tuple[int, int]]) -> None:
    assert runs(kept, 3) == expected


def test_wide_columns_have_shorter_chunks_and_narrow_ones_share_packs() -> None:
    sizes = Sizes(chunk_rows=100, chunk_bytes=400, group_bytes=50)
    table = Table({"wide": column(1000), "a": column(20), "b": column(20), "c": column(20)}, (10,))
    assert sizes.rows_for(table) == 4
    assert sizes.groups(table, ("wide", "a", "b", "c"), 10) == [["wide"], ["a", "b"], ["c"]]


def test_a_slice_is_serialised_without_its_parent() -> None:
    parent = pa.array(range(1000))
    assert sum(buffer.size for buffer in compact(parent.slice(500, 10)).buffers() if buffer) == 80
    assert compact(parent) is parent


def test_gather_takes_from_chunks_in_any_order_with_repeats() -> None:
    chunks = [pa.array(["a", None, "c"]), pa.array([], pa.string()), pa.array(["d", "e"])]
    gathering = Gathering([0, 3, 3, 5], np.array([4, 0, 0, 3, 1, 2]))
    assert gathering.parts == [0, 2]
    assert gathering.take_from(chunks).to_pylist() == ["e", "a", "a", "d", None, "c"]
    assert gathering.take([chunks[0], chunks[2]]).to_pylist() == ["e", "a", "a", "d", None, "c"]


def test_gather_leaves_chunks_alone_that_it_needs_nothing_of() -> None:
    chunks = [pa.array(["a", None, "c"]), pa.array(["d", "e"])]
    assert Gathering([0, 3, 5], np.array([3, 4])).parts == [1]
    assert Gathering([0, 3, 5], np.array([3, 4])).take_from(chunks).to_pylist() == ["d", "e"]
    assert Gathering([0, 3, 5], np.array([], np.int64)).take_from(chunks).to_pylist() == []


def test_split_and_join() -> None:
    whole = pa.chunked_array([[1, 2], [3, 4, 5]])
    assert [part.to_pylist() for part in split(whole, (1, 0, 4))] == [[1], [], [2, 3, 4, 5]]
    assert one_array(pa.chunked_array([], pa.int64())).to_pylist() == []


@pytest.mark.parametrize(("rows", "bytes_each"), [(3, 4), (1 << 32, 4), ((1 << 32) + 1, 8)])
def test_positions_are_kept_in_four_bytes_where_these_suffice(rows: int, bytes_each: int) -> None:
    kept = narrowed(np.array([2, 0], np.int64), rows)
    assert (kept.tolist(), kept.itemsize) == ([2, 0], bytes_each)


def test_positions_of_a_mask() -> None:
    assert positions_of(pa.array([True, False, True])).tolist() == [0, 2]


def test_neighbouring_columns_share_a_pack_until_it_is_full_and_a_wide_one_is_alone() -> None:
    narrow = pa.array([1, 2, 3], pa.int64())  # 24 bytes
    wide = pa.array(range(100), pa.int64())
    packs = packed({"a": narrow, "b": narrow, "c": narrow, "d": wide, "e": narrow}, group_bytes=50)
    assert [list(described) for described, _ in packs] == [["a", "b"], ["c"], ["d"], ["e"]]
    assert [[described[name].index for name in described] for described, _ in packs] == [
        [0, 1],
        [0],
        [0],
        [0],
    ]
    assert packs[2][1] == [wide]
    assert packed({}, group_bytes=50) == []


def test_a_pack_never_holds_very_many_columns() -> None:
    columns = {f"c{place}": pa.array([place]) for place in range(2 * MOST_CHUNKS + 1)}
    packs = packed(columns, group_bytes=1 << 20)
    assert [len(pack) for _, pack in packs] == [MOST_CHUNKS, MOST_CHUNKS, 1]
    assert [name for described, _ in packs for name in described] == list(columns)


@pytest.mark.parametrize("narrow_rows", [1 << 32, 3], ids=["four bytes", "eight bytes"])
def test_rows_that_masks_of_neighbouring_parts_keep(
    monkeypatch: pytest.MonkeyPatch, narrow_rows: int
) -> None:
    monkeypatch.setattr("willow_ray.engine.arrays.NARROW_ROWS", narrow_rows)
    masks = [pa.array(part, pa.bool_()) for part in ([True, False], [], [False], [True, True])]
    found = kept_rows(masks)
    assert found.tolist() == [0, 3, 4]
    assert found.dtype == (np.uint32 if narrow_rows > 5 else np.int64)
    assert kept_rows([]).tolist() == []


@pytest.mark.parametrize(
    ("sizes", "made", "running", "expected"),
    [
        ([], 1, 2, 1),
        ([8] * 5, 1, 2, 3),
        ([SPAN_BYTES // 2] * 8, 1, 2, 2),
        ([SPAN_BYTES * 2] * 4, 1, 2, 1),
        ([8] * 4, MOST_CHUNKS, 1, 1),
        ([0] * 4, 0, 1, 4),
    ],
    ids=["none", "a share each", "up to the size", "large parts", "many chunks", "nothing read"],
)
def test_parts_of_a_span(sizes: list[int], made: int, running: int, expected: int) -> None:
    together = parts_of_span(sizes, made=made, running=running)
    assert together == expected
    assert [part for span in spans(len(sizes), together) for part in span] == [*range(len(sizes))]
