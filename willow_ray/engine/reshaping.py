"""With what a table is reshaped: in one process, or by Modin with many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Reshaping:
    """Chooses how reshapes are done; `auto` is by Modin from so many bytes of the columns that are read."""

    engine: Literal["auto", "pandas", "modin"] = "pandas"
    threshold_bytes: int = 0

    def by_modin(self, *, rows: int, size: int) -> bool:
        """Say whether Modin does it; a table without rows has nothing to be spread."""
        return rows > 0 and (
            self.engine == "modin" or (self.engine == "auto" and size >= self.threshold_bytes)
        )
