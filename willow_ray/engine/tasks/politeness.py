"""Tasks leave the processors to those who answer requests: a window of the grid goes before any operation."""

from __future__ import annotations

import os
from functools import cache

POLITENESS = 15
"""How much nicer than the actors of sessions the processes of tasks are; 15 leaves a task a thirtieth."""


@cache
def be_polite() -> None:
    """Let this process go behind others from now on. A process that did a task never becomes an actor."""
    os.nice(POLITENESS)
