"""How many processors Arrow uses in a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from willow_ray.engine.tasks import processors
from willow_ray.engine.tasks.processors import MOST, several_processors

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def one_as_in_a_worker() -> Iterator[None]:
    usual = pa.cpu_count()
    pa.set_cpu_count(1)
    processors._several.cache_clear()
    yield
    processors._several.cache_clear()
    pa.set_cpu_count(usual)


@pytest.mark.parametrize(("there_are", "used"), [(1, 1), (4, 4), (10 * MOST, MOST)])
def test_all_are_used_but_not_too_many(there_are: int, used: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "processors_here", lambda: there_are)
    with several_processors():
        assert pa.cpu_count() == used
    assert pa.cpu_count() == 1


def test_a_task_that_fails_uses_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "processors_here", lambda: 2)
    with pytest.raises(ZeroDivisionError), several_processors():
        1 / 0  # noqa: B018 - as a task may
    assert pa.cpu_count() == 1
