"""Values as text, on the wire, and from the wire; the vectors are shared with the web grid."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dcs.columns import arrow_type
from dcs.errors import NotApplicableError
from dcs.values import parse_value, scalar, text_form, to_wire

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "text_form.json").read_text(encoding="utf-8")
)
US = pa.timestamp("us")


def type_of(vector: dict[str, Any]) -> pa.DataType:
    if vector["kind"] != "datetime":
        return arrow_type(vector["kind"])
    found = re.fullmatch(r".*T[\d:]{8}(?:\.(\d+))?([+-][\d:]+)?", vector["wire"])
    assert found is not None
    return pa.timestamp("ns" if len(found[1] or "") > 6 else "us", found[2])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['kind']} {vector['wire']!r}")
def test_shared_vectors(vector: dict[str, Any]) -> None:
    arrow = type_of(vector)
    column = pa.array([scalar(vector["wire"], arrow, field="value"), None], arrow)
    assert text_form(column).to_pylist() == [vector["text"], None]
    assert to_wire(column) == [vector["wire"], None]


def test_text_form_of_mixed_magnitudes_keeps_places() -> None:
    column = pa.chunked_array([[1.0, None, 1e15, 0.5], [], [float("inf"), 1e22, 1e20, -0.0]])
    assert text_form(column).to_pylist() == [
        "1.0", None, "1000000000000000.0", "0.5", "Infinity", "1e+22", "100000000000000000000.0", "0.0",
    ]  # fmt: skip
    assert text_form(column).type == pa.string()


def test_text_form_of_a_slice() -> None:
    assert text_form(pa.array([1.0, 2.0, 3e15]).slice(1)).to_pylist() == ["2.0", "3000000000000000.0"]


def test_years_beyond_four_digits_keep_their_neighbours() -> None:
    days = pa.array([0, 3_000_000, None, -719_529], pa.int32()).view(pa.date32())
    assert text_form(days).to_pylist() == ["1970-01-01", "+010183-09-21", None, "-000001-12-31"]


def test_zones_show_the_offset_of_each_moment() -> None:
    moments = pa.array([1_700_000_000_000_000, 1_690_000_000_000_000, None]).view(
        pa.timestamp("us", "Europe/Berlin")
    )
    assert to_wire(moments) == ["2023-11-14T23:13:20+01:00", "2023-07-22T06:26:40+02:00", None]


def test_local_mean_time_shows_its_seconds() -> None:
    moment = pa.array([-2_500_000_000_000_000]).view(pa.timestamp("us", "Europe/Berlin"))
    assert to_wire(moment) == ["1890-10-11T20:26:48+00:53:28"]


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "boolean", "date", "datetime"])
def test_empty_and_all_missing(kind: Any) -> None:
    empty, missing = pa.array([], arrow_type(kind)), pa.nulls(2, arrow_type(kind))
    assert (text_form(empty).to_pylist(), to_wire(empty)) == ([], [])
    assert (text_form(missing).to_pylist(), to_wire(missing)) == ([None, None], [None, None])


@pytest.mark.parametrize(
    ("value", "arrow", "stored"),
    [
        ("x", pa.string(), "x"),
        ("", pa.string(), ""),
        (True, pa.bool_(), True),
        (7, pa.int64(), 7),
        (7.0, pa.int64(), 7),
        ("9007199254740993", pa.int64(), 9007199254740993),
        (2, pa.float64(), 2.0),
        ("-Infinity", pa.float64(), float("-inf")),
        ("1970-01-02", pa.date32(), 1),
        ("1969-12-31", pa.date32(), -1),
        ("1970-01-02", US, 86_400_000_000),
        ("1970-01-01 00:01", US, 60_000_000),
        ("1969-12-31T23:59:59.5", US, -500_000),
        ("1970-01-01T00:00:00.000000001", pa.timestamp("ns"), 1),
        ("1970-01-01T02:00:00+02:00", pa.timestamp("us", "UTC"), 0),
        ("1970-01-01T00:00:00Z", pa.timestamp("us", "UTC"), 0),
        (None, pa.int64(), None),
    ],
)
def test_parse_value(value: Any, arrow: pa.DataType, stored: Any) -> None:
    parsed = parse_value(value, arrow, field="value")
    assert parsed == stored
    assert type(parsed) is type(stored)
    assert scalar(value, arrow, field="value") == pa.scalar(stored, arrow)


@pytest.mark.parametrize(
    ("value", "arrow"),
    [
        (1, pa.string()),
        (1, pa.bool_()),
        ("true", pa.bool_()),
        (True, pa.int64()),
        (1.5, pa.int64()),
        (2**63, pa.int64()),
        ("9223372036854775808", pa.int64()),
        ("0x1F", pa.int64()),
        ("\u0661", pa.int64()),
        (True, pa.float64()),
        ("1.5", pa.float64()),
        ("nan", pa.float64()),
        (float("nan"), pa.float64()),
        (10**400, pa.float64()),
        ("2023-02-29", pa.date32()),
        ("2023-02-01T00:00:00", pa.date32()),
        ("31/01/2024", pa.date32()),
        ("2024-01-31T24:00:00", US),
        ("2024-01-31T00:00:00Z", US),
        ("2024-01-31T00:00:00", pa.timestamp("us", "UTC")),
        ("2024-01-31T00:00:00.0000001", US),
        ("1600-01-01T00:00:00", pa.timestamp("ns")),
        ([1], pa.string()),
        ({"a": 1}, US),
    ],
)
def test_parse_value_refuses_what_does_not_fit(value: Any, arrow: pa.DataType) -> None:
    with pytest.raises(NotApplicableError, match="is not") as caught:
        parse_value(value, arrow, field="value", column="x")
    assert (caught.value.field, caught.value.column) == ("value", "x")


def test_the_refusal_says_what_would_fit() -> None:
    with pytest.raises(NotApplicableError) as caught:
        parse_value("noon", pa.timestamp("us", "UTC"), field="value", column="when")
    assert str(caught.value) == (
        "'noon' is not a date and time such as 2024-01-31T09:30:00+02:00, with an offset."
        " Column 'when' is datetime."
    )


def test_no_pandas_is_imported() -> None:
    script = """
import sys
import pyarrow as pa
from dcs.values import parse_value, scalar, text_form, to_wire
from dcs.values.build import numbers, texts
ticks = numbers([0, -1, 2**62], pa.int64())
for column in (
    numbers([1.0, 2.5, 1e20, float("inf")], pa.float64()), ticks, texts(["a"]),
    ticks.view(pa.timestamp("us")), ticks.view(pa.timestamp("ns", "Europe/Berlin")),
    numbers([0, 2**30], pa.int32()).view(pa.date32()),
):
    text_form(column), to_wire(column)
scalar(True, pa.bool_(), field="")
scalar("2024-01-31", pa.date32(), field="")
scalar(None, pa.int64(), field="")
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
