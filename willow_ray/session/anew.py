"""Work that finds chunks lost is begun anew: what is gone is loaded again from disk, or made again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from willow_ray.engine.failures import ChunksGoneError
from willow_ray.protocol.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

T = TypeVar("T")

ATTEMPTS = 10
"""How often work is begun; each attempt may find another segment damaged."""


async def anew(work: Callable[[], Awaitable[T]], *, what: str, forget: Callable[[str], None]) -> T:
    """Do work, again if it finds chunks lost; `forget` is told of objects that are not there any more."""
    for _ in range(ATTEMPTS):
        try:
            return await work()
        except ChunksGoneError as gone:
            log.warning("%s begins anew: chunks were lost", what)
            if gone.object_id is not None:
                forget(gone.object_id)
    raise UnavailableError("Parts of the table were lost again and again while they were made; try again.")
