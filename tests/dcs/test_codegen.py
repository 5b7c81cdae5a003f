"""The generated script makes the table that the operations make."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dcs
from dcs.catalogue import OPERATIONS
from dcs.codegen import python_script
from dcs.frames import from_frame, to_frame
from dcs.testing import cases

if TYPE_CHECKING:
    from pathlib import Path

    from dcs.operation import Operation

EXAMPLES = settings().max_examples // 10
SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def run_script(script: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "clean"}
    exec(compile(script, "clean.py", "exec"), names)  # noqa: S102 - the script is what is tested
    return names


@pytest.mark.parametrize("declaration", OPERATIONS, ids=lambda declaration: declaration.__name__)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=SLOW_TO_DRAW)
@given(data=st.data())
def test_every_operation_does_the_same_as_code(declaration: type[Operation], data: st.DataObject) -> None:
    case = data.draw(cases(declaration))
    names = run_script(python_script([case.operation], name="table", notes={0: "why\0\u2028x = 1"}))
    assert from_frame(names["clean"](to_frame(case.table))) == case.outcome.table


@given(
    name=st.text(max_size=20) | st.sampled_from(['"""', "\\", "a\nb", '\\"', "{title}", "a\0b", "\u202e"]),
    note=st.text(max_size=20),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_name_and_no_note_breaks_the_script(name: str, note: str) -> None:
    names = run_script(python_script([dcs.TrimWhitespace(columns=[name])], name=name, notes={0: note}))
    assert names["STEPS"] == [dcs.TrimWhitespace(columns=[name])]
    assert names["__doc__"].startswith("Clean ")


def test_nothing_is_hidden_in_comments() -> None:
    script = python_script([dcs.TrimWhitespace(columns=["a\u202eb\0"])], name="x")
    assert "# Trim whitespace in a\\u202eb\\x00\n" in script


def test_options_are_written_out() -> None:
    names = run_script(python_script([], name="x", options={"header": False, "columns": {"a": "text"}}))
    assert names["OPTIONS"] == {"header": False, "columns": {"a": "text"}}
    assert names["STEPS"] == []


def test_runs_with_dcs_alone(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text('name;age\n" Ada ";36\nBob;\n Zoë;8\n', encoding="utf-8")
    steps = [
        dcs.TrimWhitespace(columns=["name"]),
        dcs.FillMissing(columns=["age"], using="mean"),
        dcs.SortRows(by=[{"column": "age"}]),
    ]
    (tmp_path / "clean.py").write_text(
        python_script(steps, name="people.csv", options={"separator": ";"}), encoding="utf-8"
    )
    subprocess.run([sys.executable, "clean.py", "people.csv", "out.csv"], cwd=tmp_path, check=True)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "name,age\nZoë,8\nBob,22\nAda,36\n"
