"""Names of columns, made from a header row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.columns import fresh_name

if TYPE_CHECKING:
    from collections.abc import Sequence


def column_names(header: Sequence[str | None], width: int) -> tuple[str, ...]:
    """Return `width` names, each once: `x` again is `x_2`, the third is `column_3` when it has none.

    A name that the header gives a later column is not used up by an earlier repeat.
    """
    padded = [*header, *[None] * (width - len(header))][:width]
    given = {name for name in padded if name}
    names: list[str] = []
    used: set[str] = set()
    for position, name in enumerate(padded, start=1):
        base = name or f"column_{position}"
        taken = used | given if not name or base in used else used
        unique = fresh_name(base, taken)
        names.append(unique)
        used.add(unique)
    return tuple(names)
