"""Parquet and Arrow files: their types brought to those of dcs, or to text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from dcs.errors import ColumnNotFoundError, ImportFailedError
from dcs.load import ImportOptions, ImportReport, Part, PartSize, StartAgain, load, preview, read_table

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, table: pa.Table, **options: Any) -> tuple[pa.Table, ImportReport]:
    parquet.write_table(table, folder / "x.parquet")
    return read_table(folder / "x.parquet", ImportOptions.model_validate(options))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, None], pa.int8()), pa.array([1, None], pa.int64())),
        (pa.array([2**32 - 1], pa.uint32()), pa.array([2**32 - 1])),
        (pa.array([1, 2**63], pa.uint64()), pa.array(["1", "9223372036854775808"])),
        (pa.array([1, 2], pa.uint64()), pa.array([1, 2], pa.int64())),
        (pa.array([0.5, float("nan")], pa.float32()), pa.array([0.5, None])),
        (pa.array([Decimal("1.50"), None]), pa.array([1.5, None])),
        (pa.array([Decimal("0E-18")], pa.decimal128(38, 18)), pa.array([0.0])),
        (pa.array([Decimal(12)], pa.decimal128(20, 0)), pa.array([12])),
        (pa.array([Decimal("0.123456789012345678")]), pa.array(["0.123456789012345678"])),
        (pa.array(["a", None, "a"]).dictionary_encode(), pa.array(["a", None, "a"])),
        (pa.array(["a"], pa.large_string()), pa.array(["a"])),
        (pa.nulls(2), pa.nulls(2, pa.string())),
        (pa.array([True, None]), pa.array([True, None])),
        (pa.array([date(1500, 1, 1)]), pa.array([date(1500, 1, 1)])),
        (pa.array([1], pa.timestamp("ms", "UTC")), pa.array([1000], pa.timestamp("us", "UTC"))),
        (pa.array([1], pa.timestamp("ns")), pa.array([1], pa.timestamp("ns"))),
        (pa.array([time(9, 30)]), pa.array(["09:30:00.000000"])),
        (pa.array([b"abc"]), pa.array(["abc"])),
        (pa.array([b"abc", b"\xff"]), pa.array(["616263", "ff"])),
        (pa.array([[1, 2], None]), pa.array(["[1, 2]", None])),
        (pa.array([["é"]]), pa.array(['["é"]'])),
    ],
)
def test_types(tmp_path: Path, values: pa.Array, expected: pa.Array) -> None:
    table, report = read(tmp_path, pa.table({"x": values}))
    assert table["x"].type == expected.type
    assert table["x"].to_pylist() == expected.to_pylist()
    assert report.rows_read == len(values)


def test_records_become_columns(tmp_path: Path) -> None:
    rows = [{"x": 1, "y": {"z": "a"}}, None, {"x": 2, "y": None}]
    table, _ = read(tmp_path, pa.table({"a": pa.array(rows), "a.x": [7, 8, 9]}))
    assert table.to_pydict() == {"a.x": [1, None, 2], "a.y.z": ["a", None, None], "a.x_2": [7, 8, 9]}


def test_what_becomes_text_or_missing_is_told(tmp_path: Path) -> None:
    columns = {
        "u": pa.array([2**63], pa.uint64()),
        "l": pa.array([[1]]),
        "f": pa.array([float("nan")]),
    }
    _, report = read(tmp_path, pa.table(columns))
    assert [column.notes for column in report.columns] == [
        ("Kept as text, because some of its values, of type uint64, fit nothing else.",),
        ("Text for values of the type list<element: int64>.",),
        ("NaN (1 cell) is missing.",),
    ]


def test_a_value_far_down_starts_again(tmp_path: Path) -> None:
    values = pa.array([*range(200_000), 2**63], pa.uint64())
    parquet.write_table(pa.table({"x": values}), tmp_path / "x.parquet")
    events = list(load(tmp_path / "x.parquet", size=PartSize(rows=50_000)))
    place = next(index for index, event in enumerate(events) if isinstance(event, StartAgain))
    parts = [event for event in events[place:] if isinstance(event, Part)]
    assert [part.rows.num_rows for part in parts] == [50_000, 50_000, 50_000, 50_000, 1]
    assert parts[-1].rows.column(0).to_pylist() == ["9223372036854775808"]


@pytest.mark.parametrize("form", ["file", "stream"])
def test_arrow_files(tmp_path: Path, form: str) -> None:
    table = pa.table({"x": [1, 2, 3], "at": pa.array([0, 1, None], pa.timestamp("s"))})
    new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with new(tmp_path / "x.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    found, _ = read_table(tmp_path / "x.arrow")
    assert found.to_pydict() == {
        "x": [1, 2, 3],
        "at": [datetime(1970, 1, 1), datetime(1970, 1, 1, 0, 0, 1), None],  # noqa: DTZ001
    }


def test_the_person_overrules(tmp_path: Path) -> None:
    table = pa.table({"n": [1, -999], "s": ["1,5", "x"], "d": ["31/01/2024", None]})
    columns = {"s": {"type": "decimal", "format": "1.234,5"}, "d": {"type": "date", "format": "%d/%m/%Y"}}
    found, report = read(tmp_path, table, columns=columns, missing_values=["-999"])
    assert found.to_pydict() == {"n": [1, None], "s": [1.5, None], "d": [date(2024, 1, 31), None]}
    assert report.columns[1].notes == ("1 cell did not read as decimal and became missing.",)
    assert read(tmp_path, table, keep_text=True)[0]["n"].to_pylist() == ["1", "-999"]
    with pytest.raises(ColumnNotFoundError):
        read(tmp_path, table, columns={"zz": "text"})


def test_no_rows_and_no_columns(tmp_path: Path) -> None:
    found, report = read(tmp_path, pa.table({"x": pa.array([], pa.int32())}))
    assert (found.schema, report.rows_read) == (pa.schema({"x": pa.int64()}), 0)
    with pytest.raises(ImportFailedError, match="has no columns"):
        read(tmp_path, pa.table({}))


def test_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1" + b"junk" * 20)
    with pytest.raises(ImportFailedError, match=r"x\.parquet is damaged"):
        read_table(tmp_path / "x.parquet")


def test_a_sample_and_a_preview(tmp_path: Path) -> None:
    table = pa.table({"x": list(range(5000))})
    found, report = read(tmp_path, table, sample=0.1, seed=2)
    assert 400 < found.num_rows < 600
    assert report.notes == (f"A sample: {found.num_rows} rows were kept.",)
    shown = preview(tmp_path / "x.parquet")
    assert (shown.rows.num_rows, shown.columns) == (100, {"x": "integer"})


def test_a_wide_table_comes_in_parts_that_memory_has_room_for(tmp_path: Path) -> None:
    columns = {f"c{place}": np.arange(30_000) + place for place in range(500)}
    parquet.write_table(pa.table(columns), tmp_path / "x.parquet")
    size = PartSize(bytes=40 << 20)
    parts = [event.rows for event in load(tmp_path / "x.parquet", size=size) if isinstance(event, Part)]
    assert max(part.nbytes for part in parts) < 2 * size.bytes
    assert min(part.nbytes for part in parts[:-1]) >= size.bytes
    assert len(parts) == 2
    whole = pa.Table.from_batches(parts)
    assert whole.num_rows == 30_000
    assert whole["c499"].to_pylist() == [*range(499, 30_499)]


def test_a_part_ends_with_its_widest_column(tmp_path: Path) -> None:
    table = pa.table({"narrow": range(20), "wide": ["x" * 1000] * 20})
    with pa.ipc.new_file(tmp_path / "x.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    events = load(tmp_path / "x.arrow", size=PartSize(column_bytes=5_000))
    parts = [event.rows for event in events if isinstance(event, Part)]
    assert [part.num_rows for part in parts] == [5, 5, 5, 5]
