"""What a worker keeps of its memory: in a process of its own, for this one has more than any worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from willow_ray.engine.tasks import own_memory
from willow_ray.engine.tasks.own_memory import KEPT_BYTES
from willow_ray.launch.cluster import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1 << 20

WORKER = """
import json, sys
import pyarrow as pa
from willow_ray.engine.tasks.own_memory import unused_bytes
from willow_ray.engine.tasks.readiness import Readiness

def fill(size):
    memory = pa.allocate_buffer(size)
    writable = memoryview(memory)
    for page in range(0, size, 4096):
        writable[page] = 1
    return memory

ready = Readiness(lambda: None)
before = unused_bytes()
with ready.work():
    own, result = fill(int(sys.argv[1])), fill(int(sys.argv[2]))
    del own
    inside = unused_bytes()
print(json.dumps([before, inside, unused_bytes()]))
"""


def unused(own: int, result: int = MIB) -> tuple[int, int, int]:
    """Run a task that needs and frees `own` bytes; return what was unused before, at its end, and after."""
    ran = subprocess.run(
        [sys.executable, "-c", WORKER, str(own), str(result)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | ENVIRONMENT,
    )
    before, inside, after = json.loads(ran.stdout)
    return before, inside, after


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what memory is private so easily"),
    pytest.mark.skipif(
        pa.default_memory_pool().backend_name != "mimalloc", reason="another allocator keeps other amounts"
    ),
]


def test_a_little_is_kept_for_the_next_task() -> None:
    before, inside, after = unused(64 * MIB)
    assert inside >= before + 60 * MIB
    assert after >= before + 60 * MIB


def test_much_is_given_back_at_the_end_of_the_task() -> None:
    _, inside, after = unused(KEPT_BYTES + 64 * MIB)
    assert inside > KEPT_BYTES
    assert after < KEPT_BYTES


def test_a_result_is_no_unused_memory() -> None:
    before, inside, after = unused(64 * MIB, KEPT_BYTES)
    assert inside < before + 80 * MIB
    assert after >= before + 60 * MIB


def test_where_no_one_can_tell_nothing_is_unused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(own_memory, "_SIZES", tmp_path / "no such file")
    assert own_memory.unused_bytes() == 0
    own_memory.keep_little()
