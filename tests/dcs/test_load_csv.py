"""Separated text: dialects, encodings, types from the whole column, and the account of what was irregular."""

from __future__ import annotations

import gzip
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from dcs.errors import ColumnNotFoundError, ImportFailedError, InvalidExpressionError, InvalidParametersError
from dcs.load import (
    ColumnOption,
    ImportedColumn,
    ImportOptions,
    ImportReport,
    Part,
    PartSize,
    RejectedLine,
    StartAgain,
    load,
    preview,
    read_table,
)
from dcs.load import plan as planning

if TYPE_CHECKING:
    from pathlib import Path

    from dcs.load import Event


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file of a few kilobytes large: many blocks, and samples that see a part of it."""
    monkeypatch.setattr(planning, "PIECE_BYTES", 500)
    monkeypatch.setattr(planning, "_SAMPLED_WHOLE_BELOW", 1000)
    monkeypatch.setattr(planning, "_SAMPLES", 4)
    monkeypatch.setattr(planning, "_SAMPLE_BYTES", 200)


def read(folder: Path, text: str | bytes, **options: Any) -> tuple[dict[str, list[Any]], ImportReport]:
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    table, report = read_table(path, ImportOptions.model_validate(options))
    assert report.rows_read == table.num_rows or "sample" in options
    return table.to_pydict(), report


def kinds(report: ImportReport) -> list[str]:
    return [column.type for column in report.columns]


def notes(report: ImportReport, name: str) -> tuple[str, ...]:
    (found,) = [column.notes for column in report.columns if column.name == name]
    return found


def test_types_come_from_the_values(tmp_path: Path) -> None:
    text = (
        "id,zip,x,big,ok,day,at,name\n"
        "1,01234,1.5,9007199254740993,true,2024-01-31,2024-01-31T09:30:00,Ada\n"
        "2,00001,2,1,FALSE,1500-02-28,2024-01-31 10:00:00.25,\n"
        ',,,,,,,""\n'
    )
    table, report = read(tmp_path, text)
    assert kinds(report) == ["integer", "text", "decimal", "integer", "boolean", "date", "datetime", "text"]
    assert table == {
        "id": [1, 2, None],
        "zip": ["01234", "00001", None],
        "x": [1.5, 2.0, None],
        "big": [9007199254740993, 1, None],
        "ok": [True, False, None],
        "day": [date(2024, 1, 31), date(1500, 2, 28), None],
        "at": [datetime(2024, 1, 31, 9, 30), datetime(2024, 1, 31, 10, 0, 0, 250000), None],  # noqa: DTZ001
        "name": ["Ada", None, ""],
    }
    assert report == ImportReport(
        rows_read=3,
        columns=tuple(
            ImportedColumn(name, kind, ())  # type: ignore[arg-type]
            for name, kind in zip(table, kinds(report), strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "+2"], "text"),
        (["1", "9223372036854775808"], "text"),
        (["0.1", "0.12345678901234567890"], "text"),
        (["0", "1"], "integer"),
        (["1", "1e3"], "decimal"),
        (["yes", "no"], "text"),
        (["True", "false"], "boolean"),
        (["2024-01-31", "2024-02-30"], "text"),
        (["2024-01-31", "2024-01-31T00:00:00.123456789"], "datetime"),
        (["31/01/2024", "01/02/2024"], "date"),
        (["1.234,5", "2,25"], "decimal"),
        (["1,234", "1,234,567"], "integer"),
        (["Infinity", "1.5"], "decimal"),
        ([" 5", "7 "], "integer"),
        (["", ""], "text"),
    ],
)
def test_a_column_is_a_number_or_date_only_if_nothing_is_lost(
    tmp_path: Path, values: list[str], kind: str
) -> None:
    text = "x;y\n" + "".join(f"{value};\n" for value in values)
    _, report = read(tmp_path, text)
    assert kinds(report)[0] == kind


def test_offsets_make_moments(tmp_path: Path) -> None:
    table, report = read(tmp_path, "at,z\n2024-01-31T09:30:00+02:00,2024-01-31T09:30:00Z\n")
    assert kinds(report) == ["datetime", "datetime"]
    moment = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
    assert table["z"] == [moment]
    assert table["at"][0].isoformat() == "2024-01-31T09:30:00+02:00"


def test_ambiguous_values_stay_text_and_are_reported(tmp_path: Path) -> None:
    table, report = read(tmp_path, 'day;n\n01/02/2024;"1,234"\n03/04/2024;"5,678"\n')
    assert kinds(report) == ["text", "text"]
    assert table["n"] == ["1,234", "5,678"]
    assert notes(report, "day") == (
        "Kept as text: its values may be written like %d/%m/%Y or %m/%d/%Y; changing the type decides.",
    )


def test_marks_are_missing_only_among_numbers(tmp_path: Path) -> None:
    table, report = read(tmp_path, "x,country\n1,NA\nN/A,DE\n-,FR\n?,NA\n")
    assert table == {"x": [1, None, None, None], "country": ["NA", "DE", "FR", "NA"]}
    assert notes(report, "x") == ("'-' (1 cell), '?' (1 cell), 'N/A' (1 cell): read as missing.",)
    assert notes(report, "country") == ("'NA' (2 cells): kept as text.",)


def test_missing_values_overrule_the_marks(tmp_path: Path) -> None:
    table, report = read(tmp_path, "x,y\n1,none\n-999,b\n", missing_values=["-999", "none"])
    assert table == {"x": [1, None], "y": [None, "b"]}
    _, report = read(tmp_path, "x\n1\nNA\n", missing_values=["-"])
    assert kinds(report) == ["text"]


def test_one_bad_value_makes_text_and_is_named(tmp_path: Path) -> None:
    rows = "".join(f"{number}\n" for number in range(100))
    table, report = read(tmp_path, f"x\n{rows}abc\n7\n")
    assert table["x"][99:] == ["99", "abc", "7"]
    assert notes(report, "x") == (
        "Kept as text, because 1 of 102 values do not read as integers: 'abc' on line 102.",
    )


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    ("odd", "kind", "last"),
    [("2.5", "decimal", 2.5), ("abc", "text", "abc"), ("", "integer", None), ("NA", "integer", None)],
)
def test_a_value_far_down_decides(tmp_path: Path, odd: str, kind: str, last: Any) -> None:
    rows = [f"{number},text {number}" for number in range(1000)]
    rows[490] = f"{odd},text"
    path = tmp_path / "file.csv"
    path.write_text("x,y\n" + "\n".join(rows), encoding="utf-8")
    events: list[Event] = list(load(path, size=PartSize(rows=300)))
    expected = 0 if kind == "integer" else 1
    assert sum(isinstance(event, StartAgain) for event in events) == expected
    fractions = [event.fraction for event in events if isinstance(event, Part)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    table, report = read_table(path)
    assert kinds(report)[0] == kind
    assert table["x"][490].as_py() == last
    assert table["y"][999].as_py() == "text 999"
    assert (table["x"].null_count, len(report.columns[0].notes)) == (
        int(last is None),
        int(kind == "text" or odd == "NA"),
    )


@pytest.mark.usefixtures("small_pieces")
def test_an_empty_column_gets_its_type_from_the_first_value_far_down(tmp_path: Path) -> None:
    rows = [f"{number},," for number in range(1000)]
    rows[480] = "480,7,31/12/2024"
    rows[900] = "900,7.5,01/02/2024"
    table, report = read(tmp_path, "x,y,z\n" + "\n".join(rows))
    assert kinds(report) == ["integer", "decimal", "date"]
    assert (table["y"][480], table["y"][900]) == (7.0, 7.5)
    assert (table["z"][480], table["z"][900]) == (date(2024, 12, 31), date(2024, 2, 1))


@pytest.mark.usefixtures("small_pieces")
def test_an_unambiguous_date_far_down_decides(tmp_path: Path) -> None:
    rows = ["01/02/2024,x"] * 1000
    rows[490] = "31/01/2024,x"
    table, report = read(tmp_path, "day,y\n" + "\n".join(rows))
    assert kinds(report) == ["date", "text"]
    assert table["day"][0] == date(2024, 2, 1)


def test_parts_have_the_size_asked_for_and_share_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("x,y\n" + "1,a\n" * 25, encoding="utf-8")
    parts = [event.rows for event in load(path, size=PartSize(rows=10)) if isinstance(event, Part)]
    assert [part.num_rows for part in parts] == [10, 10, 5]
    assert [part.column(0).offset for part in parts] == [0, 0, 0]
    assert len({part.column(0).buffers()[1].address for part in parts}) == 3


def test_short_records_are_filled_and_long_ones_rejected(tmp_path: Path) -> None:
    text = 'a,b,c\n1,2,3\n4,5\n"x\ny",1,2\n6\n7,8,9,10\n\n11,12,13\n"p\nq",1,2,"3"\n'
    table, report = read(tmp_path, text)
    assert table == {
        "a": ["1", "4", "x\ny", "6", "11"],
        "b": [2, 5, 1, None, 12],
        "c": [3, None, 2, None, 13],
    }
    assert (report.rows_read, report.rows_rejected) == (5, 2)
    assert report.rejected == (
        RejectedLine(7, "4 fields instead of 3", "7,8,9,10"),
        RejectedLine(10, "4 fields instead of 3", '"p\nq",1,2,"3"'),
    )
    assert report.notes == ("Too few fields, the rest filled with missing: lines 3, 6.",)


def test_stray_quotes_are_text_and_reported(tmp_path: Path) -> None:
    rows = "".join(f"{row},{row}\n" for row in range(200))
    table, report = read(tmp_path, f'a,b\n1,5" pipe\n2,"6 inch\n{rows}3,"ok"\n4,"bla"bla\n')
    assert (table["b"][:2], table["b"][-2:]) == (['5" pipe', '"6 inch'], ["ok", '"bla"bla'])
    assert len(table["a"]) == 204
    assert report.notes == ("A stray quote, taken as text: lines 2, 3, 205.",)


def test_blanks_beside_quotes_do_not_matter(tmp_path: Path) -> None:
    table, report = read(tmp_path, 'a, b\n"1", "6,000"\n"2" , "x, y"\n')
    assert table == {"a": [1, 2], " b": ["6,000", "x, y"]}
    assert report.notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1;2,5\n3;4,5\n", {"a": [1, 3], "b": [2.5, 4.5]}),
        ("a\tb\n1\tx, y\n", {"a": [1], "b": ["x, y"]}),
        ("a|b\n1|2\n", {"a": [1], "b": [2]}),
        ("sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
        ("a,b\r\n1,2\r\n", {"a": [1], "b": [2]}),
        ("a,b\r1,2\r3,4", {"a": [1, 3], "b": [2, 4]}),
        ("a,b\n'1','x,y'\n'2','z'\n", {"a": [1, 2], "b": ["x,y", "z"]}),
        ("just text, with a comma\nand more\nlines of it\n", None),
        ("x\n1\n\n2\n", {"x": [1, None, 2]}),
        ("1,2\n3,4\n", {"column_1": [1, 3], "column_2": [2, 4]}),
        ("a,1999,2000\nDE,745,2666\nFR,7,8\n", {"a": ["DE", "FR"], "1999": [745, 7], "2000": [2666, 8]}),
        ("x,x,,y,x_2\n1,2,3,4,5\n", {"x": [1], "x_3": [2], "column_3": [3], "y": [4], "x_2": [5]}),
        ("a,b,\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
        ('"a","b"\n"1",""\n"2","x"\n', {"a": [1, 2], "b": [None, "x"]}),
        ("a,b\n", {"a": [], "b": []}),
        ("a,b", {"a": [], "b": []}),
        ("ж,b\n1,ü\n", {"ж": [1], "b": ["ü"]}),
    ],
)  # fmt: skip
def test_dialects(tmp_path: Path, text: str, expected: dict[str, list[Any]] | None) -> None:
    table, _ = read(tmp_path, text)
    if expected is None:
        assert len(next(iter(table.values()))) >= 2
    else:
        assert table == expected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "name,city\nMüller,Köln\nJosé,São Paulo\nBjörk,Århus\n"
    table, report = read(tmp_path, text.encode(encoding))
    assert table == {"name": ["Müller", "José", "Björk"], "city": ["Köln", "São Paulo", "Århus"]}
    assert bool(report.notes) == (not encoding.startswith("utf-8"))


def test_the_person_overrules(tmp_path: Path) -> None:
    text = "Report of 2024\n\na;b\n1;x\n2;y\n"
    table, _ = read(tmp_path, text, skip_lines=2)
    assert table == {"a": [1, 2], "b": ["x", "y"]}
    table, _ = read(tmp_path, "a,b\n1,2\n", header=False)
    assert table == {"column_1": ["a", "1"], "column_2": ["b", "2"]}
    table, _ = read(tmp_path, 'a,b\n1,"x\n2,y"\n', quote="")
    assert table == {"a": [1, 2], "b": ['"x', 'y"']}
    table, _ = read(tmp_path, "a,b;c\n1,2;3\n", separator=";", keep_text=True)
    assert table == {"a,b": ["1,2"], "c": ["3"]}
    table, _ = read(tmp_path, "é\n1\n".encode("cp1250"), encoding="cp1250")
    assert table == {"é": [1]}


def test_asked_types(tmp_path: Path) -> None:
    text = 'day,n,code,at\n01/02/2024,"1,5",007,31.12.2024 10:00\nx,2,08,\n'
    table, report = read(
        tmp_path,
        text,
        columns={
            "day": {"type": "date", "format": "%d/%m/%Y"},
            "n": {"type": "decimal", "format": "1.234,5"},
            "code": "integer",
            "at": "datetime",
        },
    )
    assert table == {
        "day": [date(2024, 2, 1), None],
        "n": [1.5, 2.0],
        "code": [7, 8],
        "at": [datetime(2024, 12, 31, 10, 0), None],  # noqa: DTZ001
    }
    assert notes(report, "day") == (
        "Read as dates written like %d/%m/%Y.",
        "1 cell did not read as dates and became missing: 'x' on line 3.",
    )


def test_a_sample_is_reproducible(tmp_path: Path) -> None:
    text = "x\n" + "".join(f"{number}\n" for number in range(1000))
    table, report = read(tmp_path, text, sample=0.1, seed=3)
    again, _ = read(tmp_path, text, sample=0.1, seed=3)
    other, _ = read(tmp_path, text, sample=0.1, seed=4)
    assert table == again != other
    assert 60 < len(table["x"]) < 140
    assert report.rows_read == 1000
    assert report.notes == (f"A sample: {len(table['x'])} rows were kept.",)


@pytest.mark.usefixtures("small_pieces")
def test_bytes_that_are_not_utf8_are_rejected_when_others_are(tmp_path: Path) -> None:
    lines = ["x,y", *["1,Köln"] * 20, *["2,plain text"] * 200]
    data = "\n".join(lines).encode().replace(b"2,plain", b"2,pl\xffin", 1)
    table, report = read(tmp_path, data)
    assert len(table["x"]) == 219
    assert report.rows_rejected == 1
    assert report.rejected == (RejectedLine(22, "not in the file's encoding", "2,pl\ufffdin text"),)


@pytest.mark.usefixtures("small_pieces")
def test_another_encoding_far_down_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcs.load.encoding._WHOLE_BELOW", 1000)
    monkeypatch.setattr("dcs.load.encoding._SAMPLES", 2)
    monkeypatch.setattr("dcs.load.encoding._SAMPLE_BYTES", 200)
    lines = ["x,y", *["1,abc"] * 500, *["2,Köln am Rhein"] * 20, *["3,abc"] * 500]
    table, report = read(tmp_path, "\n".join(lines).encode("cp1252"))
    assert table["y"][500] == "Köln am Rhein"
    assert report.notes == ("Decoded as cp1252.",)


def test_compressed_files(tmp_path: Path) -> None:
    text = b"a,b\n1,2\n"
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(text) + gzip.compress(b"3,4\n"))
    with pa.output_stream(tmp_path / "x.csv.zst", compression="zstd") as file:
        file.write(text + b"3,4\n")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("data/x.csv", text + b"3,4\n")
        archive.writestr("__MACOSX/data/._x.csv", b"litter")
    for name in ("x.csv.gz", "x.csv.zst", "x.zip"):
        table, _ = read_table(tmp_path / name)
        assert table.to_pydict() == {"a": [1, 3], "b": [2, 4]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv.gz", "x.csv.zst", "x.zip"]


def test_a_zip_of_several_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.csv", b"a\n1\n")
        archive.writestr("b.csv", b"a\n1\n")
    with pytest.raises(ImportFailedError, match=r"x\.zip must hold one file and holds 2: a\.csv, b\.csv"):
        read_table(tmp_path / "x.zip")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "holds no text"), (b"\n \n", "holds no text"), (bytes(200) + b"x", "not text")],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ImportFailedError, match=message):
        read(tmp_path, data)


def test_options_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFoundError, match=r"no column 'agee'; did you mean 'age'"):
        read(tmp_path, "age\n1\n", columns={"agee": "text"})
    with pytest.raises(InvalidExpressionError, match="%Q"):
        read(tmp_path, "age\n1\n", columns={"age": {"type": "date", "format": "%Q"}})
    with pytest.raises(ImportFailedError, match="no encoding 'klingon'"):
        read(tmp_path, "age\n1\n", encoding="klingon")
    with pytest.raises(InvalidParametersError) as caught:
        ImportOptions.parse({"sample": 2, "delimiter": ";"})
    assert [path for path, _ in caught.value.fields] == ["sample", "delimiter"]
    with pytest.raises(ImportFailedError, match="cannot be read: No such file"):
        read_table(tmp_path / "absent.csv")


def test_a_preview_shows_what_would_be_read(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    rows = "".join(f"{number};{number},5;text\n" for number in range(150))
    path.write_text(f"Title of the table;;\n;;\nid;x;note\n{rows}", encoding="utf-8")
    wire: dict[str, Any] = preview(path, ImportOptions(columns={"id": "text"})).to_wire()
    assert wire["options"] == {
        "format": "csv",
        "encoding": "utf-8",
        "separator": ";",
        "quote": '"',
        "header": True,
        "skip_lines": 2,
        "columns": {"id": "text"},
    }
    assert wire["columns"] == [
        {"name": "id", "type": "text"},
        {"name": "x", "type": "decimal"},
        {"name": "note", "type": "text"},
    ]
    assert [column[:2] for column in wire["cells"]] == [["0", "1"], [0.5, 1.5], ["text", "text"]]
    assert {len(column) for column in wire["cells"]} == {100}
    assert wire["sheets"] == []


def test_options_keep_their_json_form() -> None:
    options = ImportOptions(
        columns={"a": "date", "b": ColumnOption(type="date", format="%d/%m/%Y")}, header=False
    )
    wire = options.to_wire()
    assert wire == {"columns": {"a": "date", "b": {"type": "date", "format": "%d/%m/%Y"}}, "header": False}
    assert ImportOptions.parse(wire) == options
