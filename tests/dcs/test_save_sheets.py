from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from dcs.errors import NotApplicableError, TooLargeError
from dcs.save import ExportFormat, writer

if TYPE_CHECKING:
    from pathlib import Path


def written(table: pa.Table, form: ExportFormat, *, scratch: Path) -> io.BytesIO:
    file = io.BytesIO()
    schema = {field.name: field.type for field in table.schema}
    out = writer(file, schema, form=form, rows=table.num_rows, scratch=scratch)
    for part in table.to_batches(max_chunksize=2):
        out.write(part.columns)
    out.close()
    assert list(scratch.iterdir()) == []
    file.seek(0)
    return file


def sheet(column: pa.Array, scratch: Path) -> list[object]:
    book = CalamineWorkbook.from_filelike(written(pa.table({"c": column}), "xlsx", scratch=scratch))
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert header == ["c"]
    return [value for (value,) in rows]


def hdf(table: pa.Table, directory: Path) -> pd.DataFrame:
    pytest.importorskip("tables", reason="HDF5 files need PyTables")
    scratch = directory / "scratch"
    scratch.mkdir()
    path = directory / "table.h5"
    path.write_bytes(written(table, "hdf", scratch=scratch).getvalue())
    found = pd.read_hdf(path, "table")
    assert isinstance(found, pd.DataFrame)
    return found


def test_xlsx_text_is_never_a_formula_or_a_link(tmp_path: Path) -> None:
    texts = ["=1+1", "http://x.y", "12", "a\r\nb\x01_x0041_", " é😀 "]
    assert sheet(pa.array(texts), tmp_path) == texts


def test_xlsx_keeps_numbers_or_spells_them(tmp_path: Path) -> None:
    integers = pa.array([2**53 - 1, 2**53, -(2**63), None, 7])
    assert sheet(integers, tmp_path) == [9007199254740991, "9007199254740992", "-9223372036854775808", "", 7]
    decimals = pa.array([0.1 + 0.2, float("-inf"), None, 5e-324])
    assert sheet(decimals, tmp_path) == [0.30000000000000004, "-Infinity", "", 5e-324]


def test_xlsx_booleans_are_booleans(tmp_path: Path) -> None:
    assert sheet(pa.array([True, None, False]), tmp_path) == [True, "", False]


def test_xlsx_dates_are_dates_where_excel_has_them(tmp_path: Path) -> None:
    days = pa.array([date(1899, 12, 31), date(1900, 1, 1), date(1900, 3, 1), None, date(9999, 12, 31)])
    assert sheet(days, tmp_path) == [
        "1899-12-31",
        date(1900, 1, 1),
        date(1900, 3, 1),
        "",
        date(9999, 12, 31),
    ]


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_xlsx_datetimes_are_datetimes_to_the_millisecond(tmp_path: Path, unit: str) -> None:
    moments = [datetime(2024, 1, 2, 3, 4, 5, 123_000), None, datetime(2024, 1, 2, 3, 4, 5, 123_456)]  # noqa: DTZ001
    assert sheet(pa.array(moments, pa.timestamp(unit)), tmp_path) == [
        datetime(2024, 1, 2, 3, 4, 5, 123_000),  # noqa: DTZ001
        "",
        "2024-01-02T03:04:05.123456",
    ]


def test_xlsx_spells_datetimes_in_a_time_zone(tmp_path: Path) -> None:
    moments = pa.array([None, 0], pa.timestamp("us", "Europe/Paris"))
    assert sheet(moments, tmp_path) == ["", "1970-01-01T01:00:00+01:00"]


def test_xlsx_refuses_what_a_sheet_cannot_hold() -> None:
    file = io.BytesIO()
    with pytest.raises(TooLargeError, match="1,048,575 rows"):
        writer(file, {"a": pa.int64()}, form="xlsx", rows=1_048_576)
    with pytest.raises(TooLargeError, match="16,384 columns; this table has 16,385"):
        writer(file, {str(number): pa.int64() for number in range(16_385)}, form="xlsx")
    out = writer(file, {"a": pa.string()}, form="xlsx")
    out.write([pa.array(["é" * 32_767])])
    with pytest.raises(TooLargeError, match="32,767 characters; column 'a'"):
        out.write([pa.array(["😀" * 16_384])])
    assert file.getvalue() == b""


def test_xlsx_without_rows_has_a_header(tmp_path: Path) -> None:
    assert sheet(pa.array([], pa.string()), tmp_path) == []


def test_hdf_keeps_types_where_pandas_has_them(tmp_path: Path) -> None:
    table = pa.table(
        {
            "count": [2**60, 1, -5],
            "some": [1, None, 3],
            "x": [0.1, None, float("inf")],
            "ok": [True, False, True],
            "day": pa.array([date(2024, 2, 29), None, date(1700, 1, 1)]),
            "index": ["nan", None, ""],
            "a/b é": ["x", "y" * 500, "NaN"],
        }
    )
    found = hdf(table, tmp_path)
    assert list(found.columns) == ["count", "some", "x", "ok", "day", "index", "a/b é"]
    assert found.index.tolist() == [0, 1, 2]
    text = "object" if pd.__version__ < "3" else "str"  # as pandas reads them
    types = ["int64", "float64", "float64", "bool", "datetime64[ns]", text, text]
    assert [str(kind) for kind in found.dtypes] == types
    assert found["count"].tolist() == [2**60, 1, -5]
    assert found["some"].fillna(-1).tolist() == [1.0, -1.0, 3.0]
    assert found["x"].fillna(-1).tolist() == [0.1, -1.0, float("inf")]
    assert [str(day)[:10] for day in found["day"]] == ["2024-02-29", "NaT", "1700-01-01"]
    assert found["index"].isna().tolist() == [False, True, False]
    assert found["index"].fillna("?").tolist() == ["nan", "?", ""]
    assert found["a/b é"].tolist() == ["x", "y" * 500, "NaN"]


def test_hdf_spells_what_pandas_has_no_type_for(tmp_path: Path) -> None:
    table = pa.table(
        {
            "ok": [True, None, False],
            "day": pa.array([date(1500, 1, 1), None, date(2024, 2, 29)]),
            "at": pa.array([0, None, 1], pa.timestamp("us", "UTC")),
        }
    )
    found = hdf(table, tmp_path).fillna("?")
    assert found["ok"].tolist() == ["true", "?", "false"]
    assert found["day"].tolist() == ["1500-01-01", "?", "2024-02-29"]
    assert found["at"].tolist() == ["1970-01-01T00:00:00+00:00", "?", "1970-01-01T00:00:00.000001+00:00"]


def test_hdf_without_rows_has_its_columns(tmp_path: Path) -> None:
    found = hdf(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}), tmp_path)
    assert list(found.columns) == ["a", "b"]
    assert len(found) == 0


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([2**53, None]), "missing values beside integers beyond 2\\^53"),
        (pa.array(["a\0"]), "NUL"),
        (pa.array(["\ufffemissing\uffff"]), "the mark for missing"),
        (pa.array(["x" * 2_000_000]), "1,048,576 bytes a row"),
    ],
)
def test_hdf_refuses_what_would_not_come_back(column: pa.Array, message: str, tmp_path: Path) -> None:
    with pytest.raises(NotApplicableError, match=message):
        written(pa.table({"c": column}), "hdf", scratch=tmp_path)


def test_hdf_refuses_names_that_do_not_fit() -> None:
    schema = {f"a name of some length, number {number}": pa.int64() for number in range(3000)}
    with pytest.raises(TooLargeError, match="column names; those of the 3,000 columns"):
        writer(io.BytesIO(), schema, form="hdf")
