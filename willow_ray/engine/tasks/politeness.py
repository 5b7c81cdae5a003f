"""Tasks leave the processors to those who answer requests: a window of the grid goes before any operation."""

from __future__ import annotations

import os
from functools import cache

POLITENESS = 15
"""How much nicer than the actors of sessions the processes of tasks are; 15 leaves a task a thirtieth."""


@cache
def be_polite() -> None:
    """Let the work of this process go behind that of others from now on: this thread, and what it starts.

    For tasks of sessions and of the service only. These are detached actors, and Ray keeps the workers that
    did something for one of them from all others: none becomes the actor of a session, which is not polite.
    """
    os.nice(POLITENESS)
