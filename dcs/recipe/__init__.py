"""Recipes: cleaning steps with what they learned, to be done again to other rows."""

from dcs.recipe.document import (
    FORMAT_VERSION,
    OmittedStep,
    RecipeColumn,
    RecipeSource,
    RecipeStep,
    RecipeStepError,
)
from dcs.recipe.recipe import Recipe

__all__ = [
    "FORMAT_VERSION",
    "OmittedStep",
    "Recipe",
    "RecipeColumn",
    "RecipeSource",
    "RecipeStep",
    "RecipeStepError",
]
