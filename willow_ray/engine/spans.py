"""Spans: neighbouring parts of a table that one task works on, as each task costs some milliseconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from willow_ray.engine.packs import MOST_CHUNKS

if TYPE_CHECKING:
    from collections.abc import Sequence

SPAN_BYTES = 64 << 20
"""The most that one task reads, unless a part is larger: as much of what it writes is in its own memory."""


def parts_of_span(sizes: Sequence[int], *, made: int, running: int) -> int:
    """Return how many parts a span has at the most: so many that all who run at a time end together.

    Args:
        sizes: bytes that are read of each part.
        made: chunks that are made of each part.
        running: tasks that run at a time.

    """
    largest = max(sizes, default=0)
    most = max(1, min(SPAN_BYTES // max(largest, 1), MOST_CHUNKS // max(made, 1)))
    rounds = max(1, math.ceil(len(sizes) / (running * most)))
    return max(1, math.ceil(len(sizes) / (rounds * running)))


def spans(parts: int, together: int) -> list[range]:
    """Cut the numbers of all parts into spans of so many parts; the last may have fewer."""
    return [range(first, min(first + together, parts)) for first in range(0, parts, together)]
