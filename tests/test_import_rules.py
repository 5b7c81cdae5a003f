"""Who may import whom: frontend → willow_ray → dcs → pandas and pyarrow; and what has one place only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGES = ("dcs", "willow_ray")


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Names of all modules that a file imports anywhere in it, also inside functions and for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_one_of(path: Path, forbidden: tuple[str, ...]) -> list[str]:
    return [name for name in imports(path) if any(f"{name}.".startswith(f"{root}.") for root in forbidden)]


def test_the_walk_finds_the_packages() -> None:
    assert {"dcs.operation", "willow_ray.config"} <= {name_of(path) for path in modules(*PACKAGES)}


@pytest.mark.parametrize("path", modules("dcs"), ids=name_of)
def test_dcs_works_alone(path: Path) -> None:
    found = imports_one_of(path, ("ray", "asyncio", "willow_ray", "modin"))
    assert not found, (
        f"{name_of(path)} imports {found}: dcs is a library of pure functions, usable in a notebook"
    )


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name_of)
def test_only_the_ingress_and_the_launcher_know_serve(path: Path) -> None:
    allowed = {"willow_ray.ingress.deployment", "willow_ray.launch.service"}
    if name_of(path) not in allowed:
        found = imports_one_of(path, ("ray.serve",))
        assert not found, f"{name_of(path)} imports {found}: only {sorted(allowed)} may"


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name_of)
def test_modin_has_one_place(path: Path) -> None:
    if name_of(path) != "willow_ray.engine.modin":
        found = imports_one_of(path, ("modin",))
        assert not found, f"{name_of(path)} imports {found}: only willow_ray.engine.modin may"


@pytest.mark.parametrize("path", modules("willow_ray"), ids=name_of)
def test_only_the_tasks_are_remote_functions(path: Path) -> None:
    if name_of(path).startswith("willow_ray.engine.tasks"):
        return
    decorated = [
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any("ray.remote" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert not decorated, (
        f"{name_of(path)} declares {decorated}: remote functions live in willow_ray.engine.tasks"
    )


@pytest.mark.parametrize("path", modules("willow_ray/storage"), ids=name_of)
def test_storage_knows_no_ray(path: Path) -> None:
    found = imports_one_of(path, ("ray", "willow_ray.session", "willow_ray.ingress", "willow_ray.engine"))
    assert not found, f"{name_of(path)} imports {found}: storage is files and nothing else"


FILES_ONLY = ("willow_ray.storage.uploads", "willow_ray.storage.errors")
"""Of storage, what knows of files and not of tables."""


@pytest.mark.parametrize("path", modules("willow_ray/ingress"), ids=name_of)
def test_the_ingress_works_on_no_tables(path: Path) -> None:
    of_tables = imports_one_of(path, ("pandas", "pyarrow", "willow_ray.engine", "willow_ray.storage"))
    found = [name for name in of_tables if not name.startswith(FILES_ONLY)]
    assert not found, f"{name_of(path)} imports {found}: the ingress passes messages on and holds no table"


@pytest.mark.parametrize("name", FILES_ONLY)
def test_what_the_ingress_uses_of_storage_brings_no_tables(name: str) -> None:
    code = (
        f"import sys, {name}; print([m for m in ('pandas', 'pyarrow', 'tables', 'ray') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests"), ids=name_of)
def test_benchmarks_are_never_imported(path: Path) -> None:
    assert not imports_one_of(path, ("benchmarks",))


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name_of)
def test_code_imports_no_tests(path: Path) -> None:
    assert not imports_one_of(path, ("tests", "pytest", "hypothesis")) or name_of(path).startswith(
        "dcs.testing"
    )


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("dcs", ("pandas", "pyarrow", "scipy")),
        ("dcs.catalogue", ("pandas", "scipy", "ray")),
        ("willow_ray.cli", ("ray", "pandas", "pyarrow", "starlette")),
        ("willow_ray.ingress.app", ("ray", "pandas", "scipy")),
        ("willow_ray.session.actor", ("pandas", "scipy", "tables", "starlette")),
    ],
)
def test_light_modules_stay_light(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*[name for name in {absent!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [], f"import {module} also imports {ran.stdout}"
