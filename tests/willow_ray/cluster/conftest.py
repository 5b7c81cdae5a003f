from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import ray

if TYPE_CHECKING:
    from collections.abc import Iterator


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of real processes a second chance, which the summary tells of; chaos gets none."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell why tests needed their second chance: it may be a fault that shows only now and then."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"first failed: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """One Ray for all tests of this directory."""
    ray.init(
        "local",
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=1 << 30,
        namespace=uuid.uuid4().hex,
        log_to_driver=False,
        resources={"willow_session": 20},
        _system_config={"idle_worker_killing_time_threshold_ms": 300_000},  # as in `launch.cluster`
    )
    yield
    ray.shutdown()
