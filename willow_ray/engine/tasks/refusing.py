"""Around the work of every task: others go first, memory is made ready after it, refusals are plain data."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dcs.errors import DcsError
from willow_ray.engine.tasks.politeness import be_polite
from willow_ray.engine.tasks.readiness import readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")


class TaskRefusedError(Exception):
    """What dcs refused inside a task, in wire form: only plain data crosses processes."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error = error
        super().__init__(error)


def refusing(function: Callable[P, R]) -> Callable[P, R]:
    """Turn refusals of dcs into `TaskRefusedError`."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        be_polite()
        try:
            with readiness().work() as returned:
                result = function(*args, **kwargs)
                returned(result)
                return result
        except DcsError as error:
            raise TaskRefusedError(error.to_wire()) from None

    return guarded


def refusing_stream(function: Callable[P, Iterator[R]]) -> Callable[P, Iterator[R]]:
    """Turn refusals of dcs into `TaskRefusedError`, whenever they come while results are made."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        be_polite()
        try:
            with readiness().work() as returned:
                for item in function(*args, **kwargs):
                    returned(item)
                    yield item
        except DcsError as error:
            raise TaskRefusedError(error.to_wire()) from None

    return guarded
