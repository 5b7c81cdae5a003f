from __future__ import annotations

import hashlib
import os
import pickle
import resource
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from willow_ray.storage.buffers import from_buffers, to_buffers
from willow_ray.storage.column_types import arrow_type, type_name
from willow_ray.storage.errors import DamagedError, StorageAccessError, StorageError, StorageFullError
from willow_ray.storage.segment_file import worth_compressing
from willow_ray.storage.segments import read_chunks, write_segment

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp[us]": pa.timestamp("us"),
    "timestamp[ns]": pa.timestamp("ns"),
    "timestamp[us, Europe/Berlin]": pa.timestamp("us", "Europe/Berlin"),
    "timestamp[ns, +02:00]": pa.timestamp("ns", "+02:00"),
}

VALUES: dict[str, list[Any]] = {
    "string": ["", "a", "🙂é", None, "x" * 300, "nan", "\x00", None, "last"],
    "int64": [0, -1, 2**63 - 1, -(2**63), None, 10**15, None, 7, 8],
    "float64": [0.0, -0.0, 1e300, float("inf"), None, 5e-324, None, 0.1, 2.0],
    "bool": [True, False, None, True, True, None, False, True, False],
    "date32": [date(1, 1, 1), date(9999, 12, 31), None, date(1677, 1, 1), None] + [date(2026, 11, 23)] * 4,
    "timestamp[us]": [datetime(1, 1, 1), None, datetime(9999, 12, 31, 23, 59, 59, 999999), None]  # noqa: DTZ001
    + [datetime(2026, 11, 23)] * 5,  # noqa: DTZ001
}


def column(name: str) -> pa.Array:
    """Nine values of a type, two of them missing."""
    if name in VALUES:
        return pa.array(VALUES[name], TYPES[name])
    return pa.array(VALUES["int64"], pa.int64()).cast(TYPES[name])


def through_a_file(directory: Path, array: pa.Array) -> pa.Array:
    path = directory / "1-1.h5"
    info = write_segment(path, [("c", array)])
    read = read_chunks(path, ["c"], expect=info.checksum)["c"]
    path.unlink()
    read.validate(full=True)
    return read


@pytest.mark.parametrize("name", TYPES)
def test_types_have_names(name: str) -> None:
    assert type_name(TYPES[name]) == name
    assert arrow_type(name) == TYPES[name]


@pytest.mark.parametrize("arrow", [pa.int32(), pa.large_string(), pa.timestamp("ms"), pa.null()])
def test_other_types_are_refused(arrow: pa.DataType, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="is not a type of a column"):
        write_segment(tmp_path / "1-1.h5", [("c", pa.nulls(3, arrow))])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["int32", "timestamp[ms]", "timestamp[us, ]", ""])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a column type"):
        arrow_type(name)


@pytest.mark.parametrize("name", TYPES)
def test_every_slice_comes_back(name: str) -> None:
    array = column(name)
    for start in range(len(array) + 1):
        for count in range(len(array) - start + 1):
            part = array.slice(start, count)
            read = from_buffers(part.type, len(part), part.null_count, to_buffers(part))
            read.validate(full=True)
            assert read.equals(part)
            assert read.offset == 0


@pytest.mark.parametrize("name", TYPES)
def test_a_column_comes_back_from_a_file(name: str, tmp_path: Path) -> None:
    for array in (column(name), column(name).slice(3, 5), column(name).slice(9), pa.nulls(9, TYPES[name])):
        read = through_a_file(tmp_path, array)
        assert read.type == TYPES[name]
        assert read.equals(array)
        assert read.null_count == array.null_count


def test_long_columns_come_back_compressed_and_not(tmp_path: Path) -> None:
    rows = 300_000
    random = np.random.default_rng(1)
    hidden = pa.array(random.random(rows) < 0.1)
    columns = {
        "noise": pa.array(random.normal(size=rows)),
        "few": pa.array(random.integers(0, 9, rows), mask=hidden.to_numpy(zero_copy_only=False)),
        "ids": pa.array(np.arange(rows) + 10**15),
        "flags": hidden,
        "text": pa.array([f"number {number % 1000}" for number in range(rows)]),
    }
    info = write_segment(tmp_path / "1-1.h5", columns.items())
    read = read_chunks(tmp_path / "1-1.h5", list(columns), expect=info.checksum)
    assert list(read) == ["noise", "few", "ids", "flags", "text"]
    assert all(read[name].equals(array) for name, array in columns.items())
    assert [(chunk.id, chunk.missing, chunk.bytes) for chunk in info.chunks] == [
        (name, array.null_count, array.nbytes) for name, array in columns.items()
    ]
    assert info.bytes == (tmp_path / "1-1.h5").stat().st_size


def test_only_what_shrinks_well_is_compressed() -> None:
    random = np.random.default_rng(1)
    assert worth_compressing(np.arange(100_000))
    assert worth_compressing(np.zeros(100_000, np.uint8))
    assert not worth_compressing(random.normal(size=100_000))
    assert not worth_compressing(np.zeros(1000, np.uint8))


def test_thousands_of_narrow_chunks_fit_into_one_segment(tmp_path: Path) -> None:
    chunks = [(f"c{number}", pa.array([number, None, -number])) for number in range(5000)]
    info = write_segment(tmp_path / "1-1.h5", chunks)
    assert info.bytes < 5000 * 64
    read = read_chunks(tmp_path / "1-1.h5", ["c4999", "c0"], expect=info.checksum)
    assert {name: array.to_pylist() for name, array in read.items()} == {
        "c4999": [4999, None, -4999],
        "c0": [0, None, 0],
    }


def test_a_narrow_chunk_ships_its_own_bytes_only(tmp_path: Path) -> None:
    chunks = [(f"c{number}", pa.array(["text", None, "more"] * 100)) for number in range(50)]
    info = write_segment(tmp_path / "1-1.h5", chunks)
    array = read_chunks(tmp_path / "1-1.h5", ["c7"], expect=info.checksum)["c7"]
    buffers: list[pickle.PickleBuffer] = []
    pickle.dumps(array, protocol=5, buffer_callback=buffers.append)
    assert sum(buffer.raw().nbytes for buffer in buffers) == 38 + 1204 + 800


def test_packed_buffers_are_aligned(tmp_path: Path) -> None:
    chunks = [(f"c{number}", pa.array(["a" * number, None])) for number in range(20)]
    info = write_segment(tmp_path / "1-1.h5", chunks)
    read = read_chunks(tmp_path / "1-1.h5", [name for name, _ in chunks], expect=info.checksum)
    buffers = [buffer for array in read.values() for buffer in array.buffers()]
    assert {buffer.address % 64 for buffer in buffers} == {buffers[0].address % 64}
    assert buffers[0].address % 8 == 0


def test_a_slice_writes_what_it_shows(tmp_path: Path) -> None:
    info = write_segment(
        tmp_path / "1-1.h5", [("c", pa.array(np.random.default_rng(1).normal(size=10**6)).slice(5, 10))]
    )
    assert info.bytes < 10_000


def test_a_segment_without_chunks(tmp_path: Path) -> None:
    info = write_segment(tmp_path / "1-1.h5", [])
    assert info.chunks == ()
    assert read_chunks(tmp_path / "1-1.h5", [], expect=info.checksum) == {}


def test_chunks_may_come_one_by_one(tmp_path: Path) -> None:
    def come() -> Iterator[tuple[str, pa.Array]]:
        yield "a", pa.array([1])
        yield "b", pa.array(["x"])

    info = write_segment(str(tmp_path / "1-1.h5"), come())
    read = read_chunks(str(tmp_path / "1-1.h5"), ["b"], expect=info.checksum)
    assert read["b"].to_pylist() == ["x"]


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def come() -> Iterator[tuple[str, pa.Array]]:
        yield "a", pa.array(np.random.default_rng(1).normal(size=10**5))
        raise RuntimeError("the chunk is lost")

    with pytest.raises(RuntimeError, match="the chunk is lost"):
        write_segment(tmp_path / "1-1.h5", come())
    assert list(tmp_path.iterdir()) == []


def test_a_segment_is_never_written_over(tmp_path: Path) -> None:
    write_segment(tmp_path / "1-1.h5", [("a", pa.array([1]))])
    with pytest.raises(StorageError, match=r"The segment 1-1\.h5 is there already\."):
        write_segment(tmp_path / "1-1.h5", [("a", pa.array([2]))])


def test_a_segment_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    done: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)

    def after(step: str) -> None:
        seen.append(f"{step}: {', '.join(path.name for path in tmp_path.iterdir())}; synced {len(done)}")

    write_segment(tmp_path / "1-1.h5", [("a", pa.array([1]))], after=after)
    assert seen == [
        "segment written: 1-1.h5.tmp; synced 0",
        "segment synced: 1-1.h5.tmp; synced 1",
        "segment published: 1-1.h5; synced 2",
    ]
    assert done == ["1-1.h5.tmp", tmp_path.name]


@pytest.mark.parametrize("kind", ["stored", "compressed", "packed"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    array = {
        "stored": pa.array(np.random.default_rng(1).normal(size=200_000)),
        "compressed": pa.array(np.random.default_rng(1).integers(0, 100, size=8_000_000)),
        "packed": pa.array(np.random.default_rng(1).normal(size=8_000)),
    }[kind]
    chunks = [(str(number), array) for number in range(30 if kind == "packed" else 1)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(StorageFullError, match=r"The disk is full: 1-1\.h5 could not be written"):
            write_segment(tmp_path / "1-1.h5", chunks)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
    write_segment(tmp_path / "1-1.h5", chunks)


def test_a_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageAccessError, match=r"1-1\.h5 could not be written"):
        write_segment(tmp_path / "gone" / "1-1.h5", [("a", pa.array([1]))])


def test_damage_is_found_by_name(tmp_path: Path) -> None:
    path = tmp_path / "1-1.h5"
    info = write_segment(path, [("a", pa.array(np.random.default_rng(1).normal(size=20_000)))])
    whole = path.read_bytes()
    sizes = [0, 1, 512, len(whole) // 2, len(whole) - 1]
    flipped = [
        whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :] for at in (0, 100, len(whole) // 2, -2)
    ]
    for number, content in enumerate([*(whole[:size] for size in sizes), *flipped, whole + b"x"]):
        path.write_bytes(content)
        os.utime(path, ns=(number, number))
        with pytest.raises(DamagedError) as caught:
            read_chunks(path, ["a"], expect=info.checksum)
        assert str(caught.value) == "1-1.h5 is damaged: its checksum is not the one in the manifest."
        assert caught.value.data == {"file": "1-1.h5"}


def test_a_missing_segment_is_found_by_name(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match=r"1-1\.h5 is damaged: it is missing\."):
        read_chunks(tmp_path / "1-1.h5", ["a"], expect="blake3:00")


def test_a_segment_with_a_checksum_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    path = tmp_path / "1-1.h5"
    write_segment(path, [("a", pa.array([1]))])
    expect = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert read_chunks(path, ["a"], expect=expect)["a"].to_pylist() == [1]
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DamagedError, match="its checksum is not the one in the manifest"):
        read_chunks(path, ["a"], expect=expect)


def test_an_unknown_chunk_is_named(tmp_path: Path) -> None:
    info = write_segment(tmp_path / "1-1.h5", [("a", pa.array([1]))])
    with pytest.raises(DamagedError, match=r"1-1\.h5 is damaged: it lacks chunk b\."):
        read_chunks(tmp_path / "1-1.h5", ["b"], expect=info.checksum)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1-1.h5").write_bytes(b"PAR1" * 100)
    with pytest.raises(DamagedError, match=r"1-1\.h5 is damaged: it cannot be read as a segment\."):
        read_chunks(tmp_path / "1-1.h5", ["a"], expect=None)


def test_a_segment_is_hashed_once_in_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = write_segment(tmp_path / "1-1.h5", [("a", pa.array([1]))])
    read_chunks(tmp_path / "1-1.h5", ["a"], expect=info.checksum)

    def refuse(*_: object) -> None:
        pytest.fail("hashed again")

    monkeypatch.setattr("hashlib.file_digest", refuse)
    read_chunks(tmp_path / "1-1.h5", ["a"], expect=info.checksum)


arrays = st.one_of(
    st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=20)).map(
        lambda v: pa.array(v, pa.string())
    ),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)).map(lambda v: pa.array(v, pa.int64())),
    st.lists(st.none() | st.floats(allow_nan=False)).map(lambda v: pa.array(v, pa.float64())),
    st.lists(st.none() | st.booleans()).map(lambda v: pa.array(v, pa.bool_())),
)


@given(array=arrays, data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_part_of_any_array_comes_back(array: pa.Array, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(array)))
    part = array.slice(start, data.draw(st.integers(0, len(array) - start)))
    read = from_buffers(part.type, len(part), part.null_count, to_buffers(part))
    read.validate(full=True)
    assert read.to_pylist() == part.to_pylist()
