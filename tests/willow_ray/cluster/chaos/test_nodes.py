"""A machine of a cluster dies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.willow_ray.cluster.chaos.length import IS_LONG

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(not IS_LONG, reason="a cluster of its own takes a minute: see `make chaos`")
@pytest.mark.timeout(7200)
def test_a_machine_dies(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    program = [sys.executable, "-m", "tests.willow_ray.cluster.chaos.nodes", str(tmp_path)]
    ended = subprocess.run(
        program,
        cwd=request.config.rootpath,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
