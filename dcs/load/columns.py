"""How a column is read, block by block, and what the whole of it says about the guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dcs.load.guess import TEXT, Guess, fitting_readings, guess, is_ambiguous
from dcs.load.marks import MISSING_MARKS, count_marks, is_mark, perhaps_marks, without_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dcs.parsing import Reading

MAX_EXAMPLES = 5
_KEPT_MISFITS = 200
_KEPT_VALUES = 1_000
_HOPELESS_MISFITS = 1_000
_HOPELESS_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class ColumnPlan:
    """How a column is to be read.

    Attributes:
        name: the name it will have.
        guess: the reading, and the rivals to be counted along with it.
        sample: the values that the guess was judged on.
        marks: texts that are missing in a column that is not text.
        asked: whether the person chose the reading; then what does not read is missing.
        failed: readings that some value has refuted.
        marked: whether the sample has marks for missing, so that there will be more.

    """

    name: str
    guess: Guess
    sample: pa.Array
    marks: tuple[str, ...] = MISSING_MARKS
    asked: bool = False
    failed: frozenset[Reading] = frozenset()
    marked: bool = False


@dataclass
class Misfits:
    """The values that did not read in one way.

    Attributes:
        count: how many.
        values: some of them.
        examples: the first few, with their lines.

    """

    count: int = 0
    values: list[str] = field(default_factory=list)
    examples: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Misfits) -> None:
        """Count those of another block."""
        self.count += other.count
        self.values += other.values[: _KEPT_MISFITS - len(self.values)]
        self.examples += other.examples[: MAX_EXAMPLES - len(self.examples)]


@dataclass(frozen=True)
class ColumnRead:
    """A column of one block.

    Attributes:
        values: what was read.
        present: how many texts are neither missing nor a mark for it.
        marks: how often each mark for missing occurs.
        misfits: what did not read, for the reading and its rivals.

    """

    values: pa.Array
    present: int
    marks: Counter[str]
    misfits: dict[Reading, Misfits]


def read_column(
    text: pa.Array, plan: ColumnPlan, lines: Callable[[Sequence[int]], Sequence[int]]
) -> ColumnRead:
    """Read the text of one block; `lines` says where in the file some of its rows are.

    Values that were read at once (see `dcs.load.direct`) come instead of their text.
    """
    if text.type != pa.string():
        return ColumnRead(text, len(text) - text.null_count, Counter(), {})
    values = plan.guess.reading.read(text, exact=not plan.asked)
    misfits: dict[Reading, Misfits] = {}
    if plan.guess.reading == TEXT:
        marks = count_marks(perhaps_marks(text, plan.marks), plan.marks)
    else:
        lost = _lost(text, values)
        marks = Counter() if lost is None else count_marks(text.filter(lost), plan.marks)
        misfits[plan.guess.reading] = _misfits(text, lost, plan.marks, lines)
    for rival in plan.guess.rivals:
        misfits[rival] = _misfits(text, _lost(text, rival.read(text)), plan.marks, lines)
    present = len(text) - text.null_count - marks.total()
    return ColumnRead(values, present, marks, misfits)


def _lost(text: pa.Array, values: pa.Array) -> pa.Array | None:
    """Return where a text did not read; None when nowhere."""
    if values.null_count == text.null_count:
        return None
    return pc.and_(text.is_valid(), values.is_null())


def _misfits(
    text: pa.Array,
    lost: pa.Array | None,
    marks: tuple[str, ...],
    lines: Callable[[Sequence[int]], Sequence[int]],
) -> Misfits:
    if lost is None:
        return Misfits()
    rows = pc.indices_nonzero(lost)
    values = text.take(rows)
    real = pc.invert(is_mark(values, marks))
    rows, values = rows.filter(real), values.filter(real)
    first = rows.slice(0, MAX_EXAMPLES).to_pylist()
    examples = list(zip(lines(first), values.slice(0, MAX_EXAMPLES).to_pylist(), strict=True))
    return Misfits(len(values), values.slice(0, _KEPT_MISFITS).to_pylist(), examples)


class ColumnTally:
    """What was seen of a column so far, and which readings are still possible."""

    def __init__(self, plan: ColumnPlan) -> None:
        self.present = 0
        self.marks: Counter[str] = Counter()
        self._plan = plan
        self._misfits: dict[Reading, Misfits] = {}
        self._rivals = plan.guess.rivals
        self._seen = plan.sample
        self._leading = None if plan.guess.reading == TEXT else plan.guess.reading

    @property
    def plan(self) -> ColumnPlan:
        """How the next block is to be read."""
        if self._rivals == self._plan.guess.rivals:
            return self._plan
        return replace(self._plan, guess=replace(self._plan.guess, rivals=self._rivals))

    @property
    def holds(self) -> bool:
        """Say whether all blocks so far were read as the whole column will be, as far as is known."""
        if self._plan.asked:
            return True
        if self._plan.guess.is_open and self.present:
            return False
        return self._plan.guess.reading == TEXT or not self.misfits(self._plan.guess.reading).count

    @property
    def confirmed(self) -> list[Reading]:
        """The rivals in which every value so far reads."""
        return [rival for rival in self._rivals if self.present and not self.misfits(rival).count]

    def misfits(self, reading: Reading) -> Misfits:
        """Return what did not read in one way."""
        return self._misfits.get(reading, Misfits())

    def add(self, text: pa.Array, read: ColumnRead) -> None:
        """Count one more block; when it refutes the leading reading, look for others."""
        self.present += read.present
        self.marks.update(read.marks)
        for reading, misfits in read.misfits.items():
            self._misfits.setdefault(reading, Misfits()).add(misfits)
        if self._plan.asked:
            return
        if self._plan.guess.is_open and not len(self._seen) and read.present:
            self._seen = without_marks(text, self._plan.marks).slice(0, _KEPT_VALUES)
            found = guess(self._seen)
            self._leading = found.reading if found.reading != TEXT else None
            self._rivals = tuple(rival for rival in (found.reading, *found.rivals) if rival != TEXT)
        elif self._leading is not None and self.misfits(self._leading).count:
            self._rivals = self._alternatives(self._leading)
            self._leading = None
        self._rivals = tuple(rival for rival in self._rivals if not self._is_hopeless(rival))

    def verdict(self) -> ColumnPlan:
        """Return how the whole column is to be read; the same plan when the guess was right."""
        plan, reading = self._plan, self._plan.guess.reading
        confirmed = [rival for rival in self.confirmed if rival not in plan.failed]
        better = None if not confirmed or is_ambiguous(confirmed) else confirmed[0]
        if self.holds and (plan.asked or reading != TEXT or better is None):
            return plan
        failed = plan.failed | {rival for rival, misfits in self._misfits.items() if misfits.count}
        if better is not None:
            found = Guess(better, tuple(rival for rival in confirmed if rival != better))
        elif confirmed or reading == TEXT:
            found = Guess(TEXT, self._rivals)
        else:
            found = Guess(TEXT, (reading,))
        return replace(plan, guess=found, failed=failed)

    def _alternatives(self, refuted: Reading) -> tuple[Reading, ...]:
        odd = pa.array(self.misfits(refuted).values, pa.string())
        known = pa.concat_arrays([odd, self._seen])
        return tuple(
            reading for reading in fitting_readings(known) if reading not in {*self._plan.failed, refuted}
        )

    def _is_hopeless(self, rival: Reading) -> bool:
        count = self.misfits(rival).count
        return count > _HOPELESS_MISFITS and count > _HOPELESS_SHARE * self.present
