"""Masks: which rows of each part stay, in packs of the object store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from willow_ray.engine.packs import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ray import ObjectRef


@dataclass(frozen=True)
class Masks:
    """One mask for each part of a table.

    Attributes:
        kept: how many rows of each part stay.
        places: of each mask: the pack it is in, and where in it.

    """

    kept: Sequence[int]
    places: Sequence[tuple[ObjectRef, int]]

    def arguments(
        self, first: int, end: int, packs: Sequence[ObjectRef]
    ) -> tuple[list[Slot], list[ObjectRef]]:
        """Return slots of the masks of some parts for a task that is given other packs too; and all packs."""
        numbers: dict[ObjectRef, int] = {pack: number for number, pack in enumerate(packs)}
        slots = [
            Slot(numbers.setdefault(pack, len(numbers)), index) for pack, index in self.places[first:end]
        ]
        return slots, list(numbers)


NO_MASKS = Masks((), ())
"""Every row stays."""
