"""The fast way to read dates reads what the slow way reads."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.parsing import MomentFormat, read_dates, read_datetimes
from dcs.parsing.rewriting import read_rearranged

FORMATS = (
    "%d/%m/%Y",
    "%Y%m%d",
    "%m-%d-%Y %H:%M",
    "%H:%M:%S.%f %d.%m.%Y",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H",
    "%d/%m/%Y %S",
    "%d %b %Y",
    "%d/%m/%y",
    "%j %Y",
)


@st.composite
def spelled(draw: st.DrawFn, letters: str) -> str:
    """Draw a text in the format, mostly a valid one."""
    digits = {
        "%Y": st.sampled_from(["0001", "1500", "1999", "2024", "9999"]),
        "%m": st.sampled_from(["01", "02", "12", "13", "2"]),
        "%d": st.sampled_from(["01", "28", "29", "31", "32", "5"]),
        "%H": st.sampled_from(["00", "23", "24", "7"]),
        "%M": st.sampled_from(["00", "59", "60"]),
        "%S": st.sampled_from(["00", "59", "60"]),
        "%f": st.sampled_from(["5", "123456", "1234567", "123456000"]),
        "%b": st.sampled_from(["Jan", "feb", "none"]),
        "%y": st.sampled_from(["24", "99"]),
        "%j": st.sampled_from(["001", "366", "367"]),
    }
    text = draw(st.sampled_from(["", "", "", " "])) + letters
    for letter, values in digits.items():
        text = text.replace(letter, draw(values))
    return text


@pytest.mark.parametrize("letters", FORMATS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_one_by_one_or_all_at_once(letters: str, data: st.DataObject) -> None:
    moment_format = MomentFormat.parse(letters)
    texts = data.draw(st.lists(spelled(letters) | st.sampled_from([None, "2024-01-31", "x"]), max_size=4))
    column = pa.array(texts, pa.string())
    alone = [
        read_datetimes(column.slice(row, 1), pa.timestamp("us"), moment_format) for row in range(len(texts))
    ]
    slow = [*column.to_pylist(), "not in the format"]
    together = read_datetimes(pa.array(slow, pa.string()), pa.timestamp("us"), moment_format)
    assert [value[0].as_py() for value in alone] == together.to_pylist()[:-1]
    days = read_dates(pa.array(slow, pa.string()), moment_format).to_pylist()[:-1]
    assert [read_dates(column.slice(row, 1), moment_format)[0].as_py() for row in range(len(texts))] == days


@pytest.mark.parametrize(
    ("letters", "text", "fast"),
    [
        ("%d/%m/%Y", "31/01/2024", True),
        ("%d/%m/%Y", "31/1/2024", False),
        ("%d/%m/%Y", "2024-01-31", False),
        ("%d/%m/%Y", "31/02/2024", False),
        ("%d/%m/%Y %H:%M:%S", "31/01/2024 10:20:30", True),
        ("%d/%m/%Y", "31-01-2024", False),
        ("%d/%m/%Y", "é1/1/2024", False),
        ("%T %d%m%Y", "10:20:30 31012024", True),
        ("%d/%m/%Y %I:%M %p", "31/01/2024 10:20 PM", False),
    ],
)
def test_is_fast_for_padded_numbers(letters: str, text: str, *, fast: bool) -> None:
    found = read_rearranged(pa.array([text]), MomentFormat.parse(letters), pa.timestamp("us"))
    assert (found is not None) == fast
