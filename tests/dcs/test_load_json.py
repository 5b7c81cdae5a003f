"""JSON in its shapes: arrays, lines, wrapped arrays; kinds of values; what is broken."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pytest

from dcs.errors import ColumnNotFoundError, ImportFailedError
from dcs.load import (
    ImportOptions,
    ImportReport,
    Part,
    PartSize,
    Progress,
    RejectedLine,
    load,
    preview,
    read_table,
)
from dcs.load import json as json_reader
from dcs.load.json_text import JsonText

if TYPE_CHECKING:
    from pathlib import Path


def read(
    folder: Path, text: str, name: str = "x.json", **options: Any
) -> tuple[dict[str, Any], ImportReport]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    table, report = read_table(path, ImportOptions.model_validate(options))
    return table.to_pydict(), report


def kinds(report: ImportReport) -> list[str]:
    return [column.type for column in report.columns]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1, "b": "x"}, {"a": 2, "b": null}]',
        '{"a": 1, "b": "x"}\n{"a": 2}\n',
        '\n{"a": 1, "b": "x"}\n\n{"a": 2}',
        '{"kind": "list", "data": [{"a": 1, "b": "x"}, {"a": 2}], "total": 2}',
        '{"response": {"status": 200, "results": [{"a": 1, "b": "x"}, {"a": 2}]}}',
        '\ufeff[\n  {"a": 1,\n   "b": "x"},\n  {"a": 2}\n]\n',
    ],
)
def test_shapes(tmp_path: Path, text: str) -> None:
    table, report = read(tmp_path, text)
    assert table == {"a": [1, 2], "b": ["x", None]}
    assert (report.rows_read, report.rows_rejected) == (2, 0)


def test_one_object_is_one_row(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": {"b": 1}, "c": [1, 2]}')[0] == {"a.b": [1], "c": ["[1, 2]"]}


def test_geojson(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": "Zoo", "size": 1.5},
                    "geometry": {"type": "Point", "coordinates": [13.1, 52.50]},
                }
            ],
        }
    )
    table, report = read(tmp_path, text, "x.geojson")
    assert table == {
        "type": ["Feature"],
        "properties.name": ["Zoo"],
        "properties.size": [1.5],
        "geometry.type": ["Point"],
        "geometry.coordinates": ["[13.1, 52.5]"],
    }
    assert report.notes == ("Left out, because it is not among the records: type.",)


def test_kinds_of_values(tmp_path: Path) -> None:
    first = (
        '{"i": 1, "d": 1, "big": 9223372036854775808, "ok": true, "code": "007", "day": "2024-01-31",'
        ' "at": "2024-01-31T09:30:00", "mixed": 1.50, "digits": 0.12345678901234567890, "n": 5, "e": {}}'
    )
    second = (
        '{"i": -5, "d": 2.5, "big": 1, "ok": false, "code": "12", "day": "2024-02-01", "at": null,'
        ' "mixed": "x", "digits": 1, "n": "NA", "new": [1, {"a": 1.0}]}'
    )
    table, report = read(tmp_path, f"{first}\n{second}")
    assert table == {
        "i": [1, -5],
        "d": [1.0, 2.5],
        "big": ["9223372036854775808", "1"],
        "ok": [True, False],
        "code": ["007", "12"],
        "day": [date(2024, 1, 31), date(2024, 2, 1)],
        "at": [datetime(2024, 1, 31, 9, 30), None],  # noqa: DTZ001
        "mixed": ["1.50", "x"],
        "digits": ["0.12345678901234567890", "1"],
        "n": [5, None],
        "e": ["{}", None],
        "new": [None, '[1, {"a": 1.0}]'],
    }
    notes = {column.name: column.notes for column in report.columns}
    assert notes["mixed"] == ("Kept as text, because it holds 1 number, 1 text.",)
    assert notes["n"] == ("'NA' (1 cell): read as missing.",)


def test_text_is_never_a_number(tmp_path: Path) -> None:
    table, report = read(tmp_path, '[{"x": "1", "y": "true"}, {"x": "2", "y": "false"}]')
    assert (table, kinds(report)) == ({"x": ["1", "2"], "y": ["true", "false"]}, ["text", "text"])


def test_the_person_overrules(tmp_path: Path) -> None:
    text = '[{"x": "1", "y": "-", "z": 1}, {"x": "two", "y": "b", "z": 2}]'
    table, report = read(tmp_path, text, columns={"x": "integer", "z": "text"}, missing_values=["-"])
    assert table == {"x": [1, None], "y": [None, "b"], "z": ["1", "2"]}
    assert report.columns[0].notes == (
        "1 cell did not read as integers and became missing: 'two' on line 1.",
    )
    assert read(tmp_path, text, keep_text=True)[0]["z"] == ["1", "2"]
    with pytest.raises(ColumnNotFoundError, match="'zz'"):
        read(tmp_path, text, columns={"zz": "text"})


def test_broken_lines_are_rejected_and_the_others_read(tmp_path: Path) -> None:
    table, report = read(tmp_path, '{"a": 1}\n{"a": 2\n{"a": 3}\nx\n', "x.jsonl")
    assert table == {"a": [1, 3]}
    assert (report.rows_read, report.rows_rejected) == (2, 2)
    assert report.rejected == (
        RejectedLine(2, "not JSON: Expecting ',' delimiter at column 1", '{"a": 2'),
        RejectedLine(4, "not JSON: Expecting value at column 1", "x"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": 2},\n {"a" 3}]', "Line 3: This is not JSON: Expecting ':' delimiter"),
        ('[{"a": 1}', "Line 1: This is not JSON: Here should be ']'"),
        ('[{"a": 1}] tail', "more after the end"),
        ("[]", "no records"),
        ('"text"', "an array, an object, or an object on each line"),
        ("", "an array, an object, or an object on each line"),
        ('{"a": [{"x": 1}], "b": [{"y": 2}]}', "Both 'a' and 'b' hold records"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ImportFailedError, match=message):
        read(tmp_path, text)


def test_arrays_of_arrays_and_of_values(tmp_path: Path) -> None:
    assert read(tmp_path, '[[1, "a"], [2]]')[0] == {"column_1": [1, 2], "column_2": ["a", None]}
    assert read(tmp_path, "[1, 2.5, null]")[0] == {"value": [1.0, 2.5, None]}


def test_a_repeated_key_is_told(tmp_path: Path) -> None:
    table, report = read(tmp_path, '[{"a": 1, "a": 2}]')
    assert table == {"a": [2]}
    assert report.notes == ("A key came twice in an object 1 time; the last value counts.",)


def test_names_that_collide_are_told_apart(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": {"b": 1}, "a.b": 2}]')[0] == {"a.b": [1], "a.b_2": [2]}


def test_many_batches_and_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "BATCH_ROWS", 100)
    monkeypatch.setattr(json_reader, "_PIECE_BYTES", 64)
    path = tmp_path / "x.json"
    rows = [{"id": row, **({"late": row / 2} if row > 900 else {})} for row in range(1000)]
    path.write_text(json.dumps(rows), encoding="utf-8")
    events = list(load(path, size=PartSize(rows=300)))
    assert [event.rows.num_rows for event in events if isinstance(event, Part)] == [300, 300, 300, 100]
    fractions = [event.fraction for event in events if isinstance(event, Part | Progress)]
    assert fractions == sorted(fractions)
    table, _ = read_table(path)
    assert table["late"].null_count == 901
    assert table["late"][999].as_py() == 499.5


def test_values_are_whole_whatever_the_pieces() -> None:
    text = '[12345, "a\\u00e9 \\"b\\" 🙂", {"k": [1.25e3]}, -0.5]'.encode()
    for size in range(1, 12):
        pieces = JsonText(text[start : start + size] for start in range(0, len(text), size))
        assert pieces.value() == ["12345", 'aé "b" 🙂', {"k": ["1.25e3"]}, "-0.5"]
        assert pieces.peek() == ""


def test_a_sample(tmp_path: Path) -> None:
    text = json.dumps([{"x": row} for row in range(1000)])
    table, report = read(tmp_path, text, sample=0.1, seed=1)
    assert 60 < len(table["x"]) < 140
    assert report.notes == (f"A sample: {len(table['x'])} rows were kept.",)


def test_a_preview(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"x": row, "y": "a"} for row in range(2000)]), encoding="utf-8")
    found = preview(path).to_wire()
    assert found["columns"] == [{"name": "x", "type": "integer"}, {"name": "y", "type": "text"}]
    assert found["options"] == {"format": "json"}
    assert isinstance(found["cells"], list)
    assert found["cells"][0] == list(range(100))


def test_movies(fixtures: Path) -> None:
    table, report = read_table(fixtures / "A11_vega_movies" / "movies.json")
    assert (table.num_rows, table.num_columns) == (3201, 16)
    assert pc.sum(table["US Gross"]).as_py() == 140_542_660_013
    assert table["MPAA Rating"].null_count == 605
    found = {column.name: (column.type, column.notes) for column in report.columns}
    assert found["Title"] == ("text", ("Kept as text, because it holds 3,191 texts, 9 numbers.",))
    assert found["Release Date"] == ("date", ("Read as dates written like %b %d %Y.",))


def test_csvkit_and_openrefine(fixtures: Path) -> None:
    table, report = read_table(fixtures / "A02_csvkit" / "testjson_nested.json")
    assert table["nested.nested.integer"].to_pylist() == [40, 63]
    assert kinds(report) == ["text", "decimal", "datetime", "boolean", "text", "date", "integer"]
    table, _ = read_table(fixtures / "A02_csvkit" / "testjson_multiline.json")
    assert table.to_pydict() == {"a": [2, None], "b": [3, 2], "d": [None, 4]}
    table, report = read_table(fixtures / "A03_openrefine" / "grid_small.json")
    assert (table.num_rows, report.notes) == (
        8,
        ("Left out, because it is not among the records: version.",),
    )
