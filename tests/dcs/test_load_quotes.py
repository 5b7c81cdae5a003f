"""Quotes that open, close, or do neither; and blocks of whole records."""

from __future__ import annotations

import csv
import io
import random

import pyarrow as pa
import pyarrow.csv
import pytest

from dcs.load.blocks import Block, Records
from dcs.load.fields import Quoting
from dcs.load.quotes import lex

COMMA = Quoting(b",", b'"', 3)


def rewritten(text: str, *, complete: bool = True, width: int = 3) -> str:
    return lex(text.encode(), Quoting(b",", b'"', width), complete=complete).data.decode()


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n",
        '"a","b","c"\n',
        '"a ""b"" c",,""\n',
        '"a\nb",1,"""x"""\n',
        '"",""""\n',
        '1,"a\r\nb",2\r\n"x",y,z',
    ],
)
def test_regular_text_stays(text: str) -> None:
    assert rewritten(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('1,5" pipe,2\n', '1,"5"" pipe",2\n'),
        ('1,5",6"\n', '1,"5""","6"""\n'),
        ('1,"bla"bla,2\n', '1,"""bla""bla",2\n'),
        ('1,"He said "hi" to me",2\n', '1,"He said ""hi"" to me",2\n'),
        ('1,"a, "b", c",2\n', '1,"a, ""b"", c",2\n'),
        ('1,"12 inch,2\n3,"ok",4\n', '1,"""12 inch",2\n3,"ok",4\n'),
        ('1,2,"never closed\n3,4,5\n', '1,2,"""never closed"\n3,4,5\n'),
        ('1,2,"', '1,2,""""'),
        ('1,"two\nlines" end,2\n', '1,"""two\nlines"" end",2\n'),
        ('a"b,"ok","c"d\n', '"a""b","ok","""c""d"\n'),
        ('"a","b\n","c"x\n', '"a","b\n","""c""x"\n'),
        ('1, "6,000", \t"x"\n', '1,"6,000","x"\n'),
        ('"a" ,"b"  ,"c" \n', '"a","b","c"\n'),
    ],
)
def test_irregular_fields_are_text(text: str, expected: str) -> None:
    assert rewritten(text) == expected


def test_mends_know_their_lines() -> None:
    lexed = lex(b'1,2,3\n4,5" x,6\n7,"a\nb",8\n9,"a"b,0\n', COMMA, complete=True)
    assert lexed.mended == (1, 4)
    assert lex(b'1,2,3\n4, "a","b" \n', COMMA, complete=True).mended == ()
    assert not lexed.is_quoted(5)


def test_an_open_end_waits_for_the_rest() -> None:
    for text in ('1,2,"open', '1,5" pip', '1,"bla"bl', '1,"a\nb" c'):
        assert rewritten(text, complete=False) == text


def test_a_quote_that_swallows_many_lines_is_text() -> None:
    rows = "".join(f"{row},x,y\n" for row in range(200))
    text = f'0,"6 inch,y\n{rows}1,z,"last"\n'
    assert rewritten(text).startswith('0,"""6 inch",y\n0,x,y\n')
    assert rewritten(text, complete=False).startswith('0,"""6 inch",y\n')
    field = '0,"' + "line\n" * 200 + '",y\n'
    assert rewritten(field) == field


def cut(text: bytes, size: int, quoting: Quoting = COMMA) -> list[Block]:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return list(Records(pieces, quoting).blocks(quoting))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks_hold_whole_records_and_know_lines(size: int, end: str) -> None:
    text = f'a,b,c{end}{end}1,"x{end}y",2{end}"p""q",r,s{end}z,5" pipe,end'
    blocks = cut(text.encode(), size)
    assert b"".join(block.data for block in blocks).decode() == text.replace('5" pipe', '"5"" pipe"')
    assert [line for block in blocks for line in block.records().lines] == [1, 3, 5, 6]
    assert [line for block in blocks for line in block.mended] == [6]
    assert [block.index for block in blocks] == list(range(len(blocks)))


def test_blank_lines_may_count() -> None:
    blocks = cut(b"1\n\n2\r\n\r\n3", 100, Quoting(b",", b'"', 1))
    assert [line for block in blocks for line in block.records().lines] == [1, 3, 5]
    assert [line for block in blocks for line in block.records(blank_counts=True).lines] == [1, 2, 3, 4, 5]


def test_lines_and_records_are_taken_from_the_start() -> None:
    text = b'Title, "of 2024\n\n\n"a\nb",c\n1,2\n'
    for size in (1, 5, 100):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        records = Records(pieces, COMMA)
        records.skip_lines(1)
        assert records.take_record() == (4, b'"a\nb",c\n')
        assert b"".join(block.data for block in records.blocks(COMMA)) == b"1,2\n"
        assert records.take_record() == (7, b"")


def test_random_regular_files_are_cut_without_a_change() -> None:
    chosen = random.Random(5)  # noqa: S311 - test data
    for _ in range(50):
        rows = [
            ["".join(chosen.choices('ab,"\n\r', k=chosen.randrange(6))) for _ in range(3)] for _ in range(20)
        ]
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
        text = buffer.getvalue().encode()
        blocks = cut(text, chosen.randrange(1, 60))
        assert b"".join(block.data for block in blocks) == text
        assert sum(len(block.records().lines) for block in blocks) == 20


def test_random_irregular_files_become_readable_and_keep_every_letter() -> None:
    chosen = random.Random(6)  # noqa: S311 - test data
    for _ in range(300):
        text = "".join(chosen.choices('ab,,"\n', k=60))
        for block in cut(text.encode(), chosen.randrange(1, 70), Quoting(b",", b'"', 2)):
            seen: list[str] = []

            def note(row: pa.csv.InvalidRow, seen: list[str] = seen) -> str:
                seen.append(row.text)
                return "skip"

            table = pa.csv.read_csv(
                pa.py_buffer(block.data),
                read_options=pa.csv.ReadOptions(column_names=["0", "1"], use_threads=False),
                parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            )
            assert table.num_rows + len(seen) == len(block.records().lines)
        again = b"".join(block.data for block in cut(text.encode(), 7, Quoting(b",", b'"', 2))).decode()
        for letter in "ab\n":
            assert again.count(letter) == text.count(letter)
