from __future__ import annotations

import io
import json
from datetime import date

import pyarrow as pa
import pytest
from pyarrow import parquet

from dcs.save import ExportFormat, writer

TABLE = pa.table(
    {
        "name": pa.array(["Ada", None, "", 'say "hi"', "a,b", "two\nlines", " é "]),
        "n,o": pa.array([1, None, 3, 4, 5, 6, 2**60], pa.int64()),
        "x": pa.array([2.0, None, 1e21, -0.5, float("inf"), 1e-7, 0.1]),
        "ok": pa.array([True, None, False, True, True, True, True]),
        "day": pa.array([date(1500, 1, 2), None, *[date(2024, 2, 29)] * 5]),
        "at": pa.array(["2024-01-02T03:04:05", None, *["1600-01-01T00:00:00"] * 5]).cast(pa.timestamp("us")),
    }
)


def written(table: pa.Table, form: ExportFormat, *, batch: int = 3) -> bytes:
    file = io.BytesIO()
    out = writer(file, {field.name: field.type for field in table.schema}, form=form)
    for part in table.to_batches(max_chunksize=batch):
        out.write(part.columns)
    out.close()
    return file.getvalue()


def test_csv_quotes_where_needed_and_tells_missing_from_empty() -> None:
    assert written(TABLE, "csv").decode().split("\n")[:5] == [
        'name,"n,o",x,ok,day,at',
        "Ada,1,2.0,true,1500-01-02,2024-01-02T03:04:05",
        ",,,,,",
        '"",3,1e+21,false,2024-02-29,1600-01-01T00:00:00',
        '"say ""hi""",4,-0.5,true,2024-02-29,1600-01-01T00:00:00',
    ]


def test_csv_keeps_line_breaks_inside_quotes_and_blanks_as_they_are() -> None:
    text = written(TABLE.select(["name"]), "csv").decode()
    assert text == 'name\nAda\n\n""\n"say ""hi"""\n"a,b"\n"two\nlines"\n é \n'


def test_tsv_separates_by_tabs() -> None:
    table = pa.table({"a": ["x\ty", "x,y"], "b": [1, 2]})
    assert written(table, "tsv") == b'a\tb\n"x\ty"\t1\nx,y\t2\n'


def test_json_is_an_array_of_objects_in_wire_form() -> None:
    rows = json.loads(written(TABLE, "json"))
    assert rows[0] == {
        "name": "Ada",
        "n,o": 1,
        "x": 2.0,
        "ok": True,
        "day": "1500-01-02",
        "at": "2024-01-02T03:04:05",
    }
    assert rows[1] == dict.fromkeys(TABLE.column_names)
    assert (rows[4]["x"], rows[6]["n,o"]) == ("Infinity", "1152921504606846976")


def test_json_escapes_what_it_must() -> None:
    texts = ['"', "\\", 'a\\"b', "\n\t\x00\x1f", "é 🙂", "", None]
    integers = [2**53 - 1, 2**53, -(2**63), 1 - 2**53, 0, None, 7]
    out = written(pa.table({'k"ey': texts, "n": pa.array(integers, pa.int64())}), "jsonl").decode()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row['k"ey'] for row in rows] == texts
    assert [row["n"] for row in rows] == [
        9007199254740991, "9007199254740992", "-9223372036854775808", -9007199254740991, 0, None, 7,
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "json"])
def test_large_batches_are_joined_in_pieces(form: ExportFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(TABLE, form)
    monkeypatch.setattr("dcs.save.lines.MOST_BYTES", 100)
    assert written(TABLE, form, batch=7) == whole


def test_json_lines_is_one_object_a_line() -> None:
    assert written(pa.table({"a": [1, 2]}), "jsonl") == b'{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_binary_files_come_back_equal(form: ExportFormat) -> None:
    data = pa.BufferReader(written(TABLE, form))
    back = parquet.read_table(data) if form == "parquet" else pa.ipc.open_file(data).read_all()
    assert back.equals(TABLE)


@pytest.mark.parametrize(("form", "expected"), [("csv", b"a\n"), ("json", b"[]\n"), ("jsonl", b"")], ids=str)
def test_a_table_without_rows(form: ExportFormat, expected: bytes) -> None:
    assert written(pa.table({"a": pa.nulls(0, pa.string())}), form) == expected
