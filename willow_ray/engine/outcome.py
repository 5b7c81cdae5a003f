"""What an operation has made of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcs.operation import State
    from willow_ray.engine.impact import Impact
    from willow_ray.engine.table import Table


@dataclass(frozen=True)
class Outcome:
    """The next version of a table, what was learned on the way, and what changed."""

    table: Table
    state: State
    impact: Impact
