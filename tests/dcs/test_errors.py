"""What dcs refuses survives the way to another process, and back."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

import dcs
from dcs.recipe import RecipeStepError

if TYPE_CHECKING:
    from dcs.errors import DcsError


@pytest.mark.parametrize(
    "error",
    [
        dcs.ColumnNotFoundError("aeg", ["age"], field="columns.0"),
        dcs.NotApplicableError("No.", field="to", column="x"),
        dcs.InvalidParametersError([("to", "No.")], what="recipe"),
        dcs.ImportFailedError("No table.", line=3),
        RecipeStepError(2, "fill_missing", dcs.NothingToLearnError("No values.")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_can_be_pickled(error: DcsError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.to_wire() == error.to_wire()
