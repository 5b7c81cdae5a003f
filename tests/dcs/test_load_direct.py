"""Values that Arrow's reader reads at once are those that the text way reads, on files with odd values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.load.blocks import Block, Records
from dcs.load.columns import ColumnPlan, ColumnTally, read_column
from dcs.load.direct import direct_types
from dcs.load.fields import Quoting
from dcs.load.guess import Guess
from dcs.load.notes import column_notes
from dcs.load.rows import Layout, parse_block
from dcs.parsing import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

READINGS = (
    Reading("date"),
    Reading("datetime"),
    Reading("datetime", unit="ns"),
    Reading("datetime", zone="UTC"),
    Reading("datetime", zone="+01:00"),
    Reading("boolean"),
)
DAYS = ("2024-01-31", "2023-02-29", "0000-01-01", "9999-12-31", "1677-09-21", "2024-1-1", "20240131")
TIMES = (
    *("", "T", " ", " 00", " 24:00", "T23:59", " 23:59:60", "t09:30:00", " 9:30", " 093000", " 00:00:00."),
    *(".25", " 09:30:00.25", " 00:12:43.123456", " 00:12:43.145224192", " 00:12:43.1234567891"),
)
OFFSETS = ("", "", "", "Z", "z", "+01:00", "-0130", "+14", "+25:00", " +01:00")
OTHERS = (
    *("", '""', "NA", "-", "?", "null", "true", "TRUE", "True", "tRUE", "false", "1", "0", "yes", "text"),
    *("31/02/2024", "007", "+1", "nan", "1e5", "\u00a02024-01-31", "\uff12024-01-31", '"2024-01-31"'),
)
BLANKS = ("", "", "", " ", "\t")

moments = st.builds("{}{}{}".format, st.sampled_from(DAYS), st.sampled_from(TIMES), st.sampled_from(OFFSETS))
values = st.builds(
    "{}{}{}".format, st.sampled_from(BLANKS), moments | st.sampled_from(OTHERS), st.sampled_from(BLANKS)
)
records = st.lists(values, min_size=len(READINGS), max_size=len(READINGS) + 1).map(
    ",".join
) | st.sampled_from(["", ",", "2024-01-31"])


def block_of(text: str) -> Block:
    return next(Records([text.encode()], Quoting(b",", b'"', len(READINGS))).blocks(Quoting(b",", b'"')))


def plans(*, asked: bool = False) -> list[ColumnPlan]:
    sample = pa.array([], pa.string())
    return [
        ColumnPlan(str(place), Guess(reading), sample, asked=asked) for place, reading in enumerate(READINGS)
    ]


def layout(types: Sequence[pa.DataType] = ()) -> Layout:
    return Layout(",", '"', len(READINGS), types=tuple(types))


def assert_same(text: str, *, asked: bool = False) -> None:
    """Read a block both ways, and compare all that a report and a table are made of."""
    found = []
    for types in (direct_types(plans(asked=asked)), ()):
        rows = parse_block(block_of(text), layout(types))
        tallies = [ColumnTally(plan) for plan in plans(asked=asked)]
        read = [
            read_column(column, tally.plan, rows.lines)
            for column, tally in zip(rows.columns, tallies, strict=True)
        ]
        for column, tally, one in zip(rows.columns, tallies, read, strict=True):
            tally.add(column, one)
        table = pa.table([one.values for one in read], [plan.name for plan in plans()])
        said = [list(column_notes(tally)) for tally in tallies]
        found.append((table, rows.rejected, rows.filled, said, [tally.present for tally in tallies]))
    (one, *others), (two, *others_too) = found
    assert one.equals(two)
    assert others == others_too


@settings(deadline=None)
@given(st.lists(records, min_size=1, max_size=8), st.booleans())
def test_odd_values(lines: list[str], asked: bool) -> None:  # noqa: FBT001
    assert_same("\n".join(lines) + "\n", asked=asked)


@pytest.mark.parametrize("reading", READINGS)
@settings(deadline=None)
@given(st.data())
def test_values_of_one_kind(reading: Reading, data: st.DataObject) -> None:
    """Most random blocks hold something that no column takes; these are such that one can be read at once."""
    text = data.draw(values.filter(lambda value: '"' not in value))
    types = direct_types([ColumnPlan("a", Guess(reading), pa.array([], pa.string()))])
    rows = parse_block(block_of(f"{text},x\n"), Layout(",", '"', 2, types=(*types, pa.string())))
    if not rows.refused:
        assert rows.columns[0].equals(reading.read(pa.array([text or None], pa.string())))


def test_a_block_is_read_at_once() -> None:
    text = (
        "2024-01-31,2024-01-31 09:30:00,2024-01-31 09:30:00.000000001,2024-01-31T09:30Z,"
        "2024-01-31T09:30+01:00,true\n"
        ",,,,,False\n"
        "2024-02-29\n"
    )
    rows = parse_block(block_of(text), layout(direct_types(plans())))
    assert not rows.refused
    assert [column.type for column in rows.columns] == [reading.type for reading in READINGS]
    assert rows.filled == [3]
    assert_same(text)


@pytest.mark.parametrize("odd", ["NA", "2023-02-29", " 2024-01-31x", "1"])
def test_one_odd_value_makes_the_block_text(odd: str) -> None:
    text = f"2024-01-31,,,,,true\n{odd},,,,,\n" if odd != "1" else "2024-01-31,,,,,1\n"
    rows = parse_block(block_of(text), layout(direct_types(plans())))
    assert rows.refused
    assert {column.type for column in rows.columns} == {pa.string()}


def test_numbers_formats_rivals_and_marks_are_read_as_text() -> None:
    sample = pa.array([], pa.string())
    guesses = [Guess(Reading("integer")), Guess(Reading("decimal")), Guess(Reading("date", "%d/%m/%Y"))]
    guesses.append(Guess(Reading("date"), (Reading("datetime"),)))
    columns = [ColumnPlan("a", guess, sample) for guess in guesses]
    columns.append(ColumnPlan("a", Guess(Reading("date")), sample, marked=True))
    assert set(direct_types(columns)) == {pa.string()}
