"""What an import report says of each column, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.load.guess import TEXT, is_ambiguous

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dcs.load.columns import ColumnTally, Misfits
    from dcs.load.plan import CsvPlan
    from dcs.parsing import Reading

_TOLD_SHARE = 0.1
_SHOWN_TEXT = 60
_SHOWN_LINES = 100

_WHAT = {
    "integer": "integers",
    "decimal": "decimals",
    "boolean": "true or false",
    "date": "dates",
    "datetime": "datetimes",
    "text": "text",
}


def column_notes(tally: ColumnTally) -> Iterator[str]:
    """Yield what a person should know of a column: its format, what is missing, and why it is text."""
    reading = tally.plan.guess.reading
    if reading.format is not None:
        yield f"Read as {_WHAT[reading.kind]} written like {reading.format}."
    if tally.plan.asked:
        misfits = tally.misfits(reading)
        if misfits.count:
            what = (
                f"{counted(misfits.count, 'cell')} did not read as {_WHAT[reading.kind]} and became missing"
            )
            yield f"{what}: {_examples(misfits)}."
    elif reading == TEXT:
        yield from _why_text(tally)
    marks = {mark: count for mark, count in tally.marks.items() if mark.strip()}
    if marks:
        shown = ", ".join(f"{mark!r} ({counted(count, 'cell')})" for mark, count in sorted(marks.items()))
        yield f"{shown}: {'kept as text' if reading == TEXT else 'read as missing'}."


def file_notes(
    plan: CsvPlan, *, filled: Sequence[int], mended: Sequence[int], replaced: int, sampled: int | None
) -> Iterator[str]:
    """Yield what a person should know of the file: how it was decoded, and which lines were irregular."""
    if not plan.encoding.is_utf8:
        yield f"Decoded as {plan.encoding.name}."
    if replaced:
        yield f"{replaced:,} characters could not be decoded and are \ufffd now."
    if plan.dialect.titles:
        yield titles_note(plan.dialect.titles)
    if sampled is not None:
        yield f"A sample: {sampled:,} rows were kept."
    if filled:
        yield _lines("Too few fields, the rest filled with missing", filled)
    if mended:
        yield _lines("A stray quote, taken as text", mended)


def titles_note(lines: int) -> str:
    """Return what is said when titles seem to come before the header."""
    return f"Above the header {counted(lines, 'line')} may be titles; skip_lines leaves them out."


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _lines(what: str, lines: Sequence[int]) -> str:
    """Return a sentence with the lines it is about, the first hundred at most."""
    shown = ", ".join(str(line) for line in lines[:_SHOWN_LINES])
    more = f" and {len(lines) - _SHOWN_LINES:,} more" if len(lines) > _SHOWN_LINES else ""
    return f"{what}: line{'s' if len(lines) > 1 else ''} {shown}{more}."


def _why_text(tally: ColumnTally) -> Iterator[str]:
    if is_ambiguous(tally.confirmed):
        formats = " or ".join(sorted({str(reading.format) for reading in tally.confirmed}))
        yield f"Kept as text: its values may be written like {formats}; changing the type decides."
        return
    for rival in tally.plan.guess.rivals:
        misfits = tally.misfits(rival)
        if 0 < misfits.count <= _TOLD_SHARE * tally.present:
            yield (
                f"Kept as text, because {misfits.count:,} of {tally.present:,} values do not read as "
                f"{_as(rival)}: {_examples(misfits)}."
            )
            return


def _as(reading: Reading) -> str:
    like = f" written like {reading.format}" if reading.format is not None else ""
    return f"{_WHAT[reading.kind]}{like}"


def _examples(misfits: Misfits) -> str:
    shown = ", ".join(f"{value[:_SHOWN_TEXT]!r} on line {line}" for line, value in misfits.examples)
    return shown + (", …" if misfits.count > len(misfits.examples) else "")
