"""What is looked at: a version, or a draft of which parts may still be computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pyarrow as pa

    from dcs.gather import Positions
    from willow_ray.engine.table import Table


class Subject(Protocol):
    """A table to look at.

    Its columns and the number of its rows are known; for its values one may have to wait.
    """

    @property
    def key(self) -> Hashable:
        """What its views are known by."""

    @property
    def schema(self) -> Mapping[str, pa.DataType]:
        """Names and types of the columns, in order."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    async def columns(self, names: Sequence[str]) -> Table:
        """Return a table with at least these columns."""

    async def at(self, names: Sequence[str], positions: Positions) -> tuple[Table, Positions]:
        """Return a table that has some rows of these columns, and where they are in it."""


@dataclass(frozen=True)
class Whole:
    """A table that is there as a whole; `key` is the number of its version."""

    key: int
    table: Table

    @property
    def schema(self) -> Mapping[str, pa.DataType]:
        """Names and types of the columns, in order."""
        return self.table.schema

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.table.rows

    async def columns(self, names: Sequence[str]) -> Table:
        """Return the table."""
        return self.table

    async def at(self, names: Sequence[str], positions: Positions) -> tuple[Table, Positions]:
        """Return the table, and the positions as they are."""
        return self.table, positions
