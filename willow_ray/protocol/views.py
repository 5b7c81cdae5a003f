"""What the grid shows: a condition and an order. It changes no data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from willow_ray.protocol.base import Params


class SortKey(Params):
    """One column to sort by."""

    column: str
    descending: bool = False


class View(Params):
    """Rows chosen and put in order."""

    where: dict[str, JsonValue] | None = None
    """A condition of the condition language; all rows when null."""
    sort: Annotated[tuple[SortKey, ...], Field(strict=False)] = ()
    """The first key decides; ties keep the order of the table."""

    @property
    def chooses(self) -> bool:
        """Say whether it shows anything else than all rows in the order of the table."""
        return self.where is not None or bool(self.sort)
