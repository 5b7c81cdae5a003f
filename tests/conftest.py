"""What all tests share: the files to test with, and the promise that unit tests start no Ray."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("RAY_AUTH_MODE", "token")  # read once, when Ray is first imported

ROOT = Path(__file__).parent.parent
settings.register_profile("few", max_examples=30)  # pytest --hypothesis-profile=few

WITHOUT_RAY = (ROOT / "tests" / "dcs", ROOT / "tests" / "willow_ray" / "unit")


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The directory of real-world files: `WILLOW_FIXTURES`, or `shared/fixtures` beside the checkout."""
    folder = Path(os.environ.get("WILLOW_FIXTURES") or ROOT.parent / "shared" / "fixtures")
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"the real-world files are not at {folder}; WILLOW_FIXTURES may say where they are")
    return folder


@pytest.fixture(autouse=True)
def _no_ray(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a unit test that starts Ray, also when it would be started by the way."""
    if not any(folder in request.path.parents for folder in WITHOUT_RAY):
        return

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("Unit tests run without Ray; tests that need one live in tests/willow_ray/cluster.")

    if find_spec("ray") is None:
        return  # dcs is tested on its own, too: make test-pandas3
    monkeypatch.setattr("ray.init", refuse)
    monkeypatch.setattr("ray._private.worker.init", refuse)
