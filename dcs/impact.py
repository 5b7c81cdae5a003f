"""How many cells an operation changed, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from dcs.columns import kind_of
from dcs.values import text_form

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Change:
    """What happened to the cells of one column.

    Attributes:
        changed: cells whose text form or missingness differs; those that became missing are among them.
        became_missing: cells that had a value and have none now.

    """

    changed: int
    became_missing: int

    def __add__(self, other: Change) -> Change:
        """Return the change of both, for columns compared run by run."""
        return Change(self.changed + other.changed, self.became_missing + other.became_missing)


def compare(
    old: pa.Array | pa.ChunkedArray, new: pa.Array | pa.ChunkedArray, *, kept: bool = False
) -> Change:
    """Count the cells of a column that changed; both have the same length, row by row.

    What counts is what a person sees: 2 becoming 2.0 is a change, because integers and decimals have
    different text forms, and so have all other kinds among each other; only text may look like another kind.
    -0.0 and 0.0 look alike. Costs one comparison when the types are equal, a text form when one is text.
    Where values that are on both sides are known to be `kept`, they are not compared; their type may differ.
    """
    became_missing = _count(pc.and_(old.is_valid(), new.is_null())) if new.null_count else 0
    in_both = len(old) - old.null_count - became_missing
    became_present = len(new) - new.null_count - in_both
    differing = 0 if kept and old.type == new.type else _differing(old, new, in_both)
    return Change(differing + became_missing + became_present, became_missing)


def _differing(old: pa.Array | pa.ChunkedArray, new: pa.Array | pa.ChunkedArray, in_both: int) -> int:
    """Count the rows with a value on both sides, `in_both`, whose text forms differ."""
    if old.type == new.type:
        return _count(pc.not_equal(old, new))
    kinds = {kind_of(old.type), kind_of(new.type)}
    if "text" in kinds or kinds == {"datetime"}:
        return _count(pc.not_equal(text_form(old), text_form(new)))
    return in_both


def _count(flags: pa.Array | pa.ChunkedArray) -> int:
    count: int = pc.sum(flags, min_count=0).as_py()
    return count
