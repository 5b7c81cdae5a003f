"""How long the chaos lasts: a few rounds in `make test`, as many minutes as wanted in `make chaos`."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTES = float(os.environ.get("WILLOW_CHAOS_MINUTES", "0"))
SEED = int(os.environ.get("WILLOW_CHAOS_SEED", "1"))

IS_LONG = MINUTES > 0


def rounds(share: float, *, short: int = 1) -> Iterator[random.Random]:
    """Yield chance for each round: `short` of them, or as many as fit into a share of the minutes.

    A round is printed with its seed, from which it can be done again: `WILLOW_CHAOS_SEED`.
    """
    end = time.monotonic() + share * MINUTES * 60
    done = 0
    while (time.monotonic() < end) if IS_LONG else (done < short):
        seed = SEED + done
        print(f"round {done + 1}, WILLOW_CHAOS_SEED={seed}")  # noqa: T201 - shown when it fails
        yield random.Random(seed)  # noqa: S311 - so that a failure comes again
        done += 1
