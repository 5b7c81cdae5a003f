"""The documentation is complete, up to date, and its Python runs."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

import dcs
from dcs.analyze.charts.catalogue import BY_TYPE
from dcs.analyze.meanings import STATISTICS
from dcs.catalogue import BY_ID, OPERATIONS
from dcs.recipe import Recipe
from docs.generate import REFERENCE, pages
from willow_ray.protocol.errors import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def blocks() -> Iterator[Any]:
    for path in PAGES:
        found = BLOCK.findall(path.read_text(encoding="utf-8"))
        if found:
            yield pytest.param(found, id=path.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert page(name) == pages()[name], "run `make generate`"


def test_no_page_is_left_of_what_is_gone() -> None:
    assert {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*.*")} == set(pages())


@pytest.mark.parametrize("found", [*blocks()])
def test_python_blocks_run(
    found: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"dcs": dcs}
    runner = doctest.DocTestRunner()
    for place, (language, code) in enumerate(found):
        if language == "python":
            exec(compile(code, f"block {place}", "exec"), names)  # noqa: S102 - our own documentation
        else:
            example = doctest.DocTestParser().get_doctest(code, names, f"block {place}", None, 0)
            runner.run(example, clear_globs=False)
            names = example.globs
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_every_operation_has_its_place(operation: type[dcs.operation.Operation]) -> None:
    identifier = operation.model_fields["op"].default
    section = f"operations/{operation.section.lower().replace(' ', '-')}.md"
    assert f"\n## `{identifier}`\n" in page(section)
    assert f"[`{identifier}`](" in page("operations/README.md")


def test_everything_else_has_its_place() -> None:
    assert all(f"\n| `{code}` |" in page("messages.md") for code in CODES)
    assert all(f"\n| `{statistic.name}` |" in page("statistics.md") for statistic in STATISTICS)
    assert all(f"\n## `{chart}`\n" in page("charts.md") for chart in BY_TYPE)
    assert len(BY_ID) == sum(page(name).count("\n## `") for name in pages() if name.startswith("operations/"))


def test_recipes_fit_the_published_schema() -> None:
    schema = json.loads(page("recipe.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    recipe = Recipe.learn(
        dcs.table({"age": [1, None]}),
        [dcs.FillMissing(columns=["age"], using="mean"), dcs.AddRowNumber(to="row")],
    )
    jsonschema.validate(recipe.to_wire(), schema)
    with pytest.raises(jsonschema.ValidationError, match="'op' is a required property"):
        jsonschema.validate({**recipe.to_wire(), "steps": [{"operation": {}}]}, schema)
