"""Recipes of a session: the way to a version as a document, as code, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcs.catalogue import parse
from dcs.codegen import python_script
from dcs.errors import DcsError
from dcs.recipe import Recipe, RecipeSource
from willow_ray.protocol.errors import WillowError, from_dcs
from willow_ray.session import commands as c

if TYPE_CHECKING:
    from pydantic import JsonValue

    from dcs.columns import Schema
    from willow_ray.protocol.operations import ApplyRecipe
    from willow_ray.session.history import Version
    from willow_ray.storage.entries import Source


def recipe_of(path: list[Version], imported: Schema, source: Source) -> dict[str, JsonValue]:
    """Return the steps of a path from the import, those that fit other rows, as a recipe."""
    steps = [step for step in path if step.operation is not None]
    recipe = Recipe.of(
        imported,
        [(parse(step.operation or {}), step.state) for step in steps],
        notes={index: step.note for index, step in enumerate(steps) if step.note},
        source=RecipeSource(name=source.name, options=source.options),
    )
    return recipe.to_wire()


def code_of(path: list[Version], source: Source) -> dict[str, JsonValue]:
    """Return all steps of a path as a script that makes the same table from the same file."""
    steps = [step for step in path if step.operation is not None]
    script = python_script(
        [parse(step.operation or {}) for step in steps],
        name=source.name,
        options=source.options,
        notes={index: step.note for index, step in enumerate(steps) if step.note},
    )
    return {"python": script}


def changes_of(params: ApplyRecipe, schema: Schema) -> c.Apply:
    """Turn a recipe into a change of a table with this schema, or refuse, naming the step that cannot be."""
    try:
        recipe = Recipe.from_wire(params.recipe)
        if params.rename:
            recipe = recipe.renamed(params.rename)
        plan = recipe.plan(schema, learn=params.learn)
    except DcsError as error:
        raise from_dcs(error) from error
    if not plan:
        raise WillowError("not_applicable", "The recipe has no steps.")
    steps = [
        c.Step(operation, state, step.note)
        for (operation, state), step in zip(plan, recipe.steps, strict=True)
    ]
    return c.Apply(tuple(steps), recipe=True)
