"""What an operation did to the whole table, counted exactly."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from willow_ray.engine.table import Table


@dataclass(frozen=True)
class ColumnImpact:
    """Cells of one column whose text or missingness differs, and how many of them became missing."""

    changed: int
    became_missing: int

    def __add__(self, other: ColumnImpact) -> ColumnImpact:
        return ColumnImpact(self.changed + other.changed, self.became_missing + other.became_missing)


@dataclass(frozen=True)
class Impact:
    """Rows, cells and columns before and after; `columns` names those with changed cells only."""

    rows_before: int
    rows_after: int
    columns: Mapping[str, ColumnImpact]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]

    @classmethod
    def between(
        cls,
        before: Table,
        after: Table,
        changes: Mapping[str, ColumnImpact] | None = None,
        *,
        reshaped: bool = False,
    ) -> Impact:
        """Compare two versions; a reshape makes new rows, so that no cell of it counts as changed."""
        changed = (
            {} if reshaped else {name: change for name, change in (changes or {}).items() if change.changed}
        )
        return cls(
            before.rows,
            after.rows,
            changed,
            tuple(name for name in after.columns if name not in before.columns),
            tuple(name for name in before.columns if name not in after.columns),
        )

    @property
    def cells_changed(self) -> int:
        """Changed cells of all columns."""
        return sum(change.changed for change in self.columns.values())

    def to_wire(self) -> dict[str, JsonValue]:
        """Return the impact as in protocol.md."""
        return {
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "cells_changed": self.cells_changed,
            "columns": {name: asdict(change) for name, change in self.columns.items()},
            "columns_added": list(self.columns_added),
            "columns_removed": list(self.columns_removed),
        }
