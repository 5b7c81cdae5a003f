"""Frames from files and back."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest

import dcs
from dcs import files

if TYPE_CHECKING:
    from pathlib import Path


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [example] = [case for case in doctest.DocTestFinder().find(files, globs={"dcs": dcs}) if case.examples]
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "A.PARQUET", "a.arrow", "a.jsonl", "a.json", "a.xlsx", "a.hdf"]
)
def test_writes_by_suffix(tmp_path: Path, name: str) -> None:
    if name.endswith(".hdf"):
        pytest.importorskip("tables", reason="HDF5 files need PyTables")
    frame = dcs.table({"name": ["Ada", None], "age": [36, 7]})
    dcs.write(frame, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_size > 0


def test_reads_what_it_wrote(tmp_path: Path) -> None:
    frame = dcs.table({"name": ["Ada", "", None], "age": [36, None, 7], "big": [2.5, 1e300, None]})
    dcs.write(frame, tmp_path / "a.csv")
    assert dcs.read(tmp_path / "a.csv").equals(frame)


def test_options_say_how_to_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    frame = dcs.read(str(tmp_path / "a.csv"), separator=";", keep_text=True)
    assert frame.to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_unknown_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(dcs.InvalidParametersError, match=r"import option is not valid: seperator"):
        dcs.read(tmp_path / "a.csv", seperator=";")


def test_rejected_records_are_not_lost_in_silence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n1,2,3\n4,5\n", encoding="utf-8")
    with pytest.warns(dcs.RejectedRowsWarning, match=r"^1 of 3 records of .*a\.csv .* on line 3"):
        frame = dcs.read(tmp_path / "a.csv")
    assert frame["a"].tolist() == [1, 4]


@pytest.mark.parametrize("name", ["a", "a.doc", "csv"])
def test_unknown_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(dcs.NotApplicableError, match=r"says no format; known are \.csv, \.tsv"):
        dcs.write(dcs.table({"a": [1]}), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.csv"
    target.write_text("precious", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("dcs.save.delimited.DelimitedWriter.write", refuse)
    with pytest.raises(OSError, match="No space left"):
        dcs.write(dcs.table({"a": [1]}), target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert target.read_text(encoding="utf-8") == "precious"


def test_many_rows_are_written_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROWS_PER_BATCH", 2)
    dcs.write(dcs.table({"n": range(5)}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "n\n0\n1\n2\n3\n4\n"
