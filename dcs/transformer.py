"""Recipes as scikit-learn transformers."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dcs.errors import NotApplicableError
from dcs.frames import from_frame, to_frame
from dcs.operation import Rows, SelectionOperation
from dcs.recipe import OmittedStep, Recipe
from dcs.recipe.walking import in_step
from dcs.run import run, schema_of

try:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.utils.validation import check_array, check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        "dcs.RecipeTransformer needs scikit-learn 1.6 or newer: pip install scikit-learn"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dcs.operation import Operation


class RecipeTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A recipe as a scikit-learn transformer, which keeps the number and the order of the rows.

    Row filters do not drop rows, they flag them: the last column says which rows all of them keep. Learned is
    from the rows that are kept so far, as in a recipe; done is every step to every row. Steps that cannot be
    right for one row (sorting, duplicates, neighbours, positions) are done while learning from operations,
    and left out of `transform`.

    Args:
        recipe: a recipe, or operations to make one of.
        learn: learn anew in `fit`; otherwise a recipe keeps what it has learned.
        row_kept: the name of the column that flags rows, made only when there is a row filter.
        numpy_types: return columns of NumPy's types, in which NaN, NaT and None are missing, for estimators
            that do not understand Arrow's.

    Attributes:
        recipe_: the recipe, with what it has learned.
        omitted_: the steps that are left out, with the reason.
        feature_names_in_: names of the columns, when they have any; otherwise they are `x0`, `x1` …
        n_features_in_: how many columns.

    >>> cleaner = dcs.RecipeTransformer([dcs.FillMissing(columns=["age"], using="mean")])
    >>> cleaner.fit_transform(dcs.table({"age": [20, None, 40]}))["age"].tolist()
    [20, 30, 40]

    """

    def __init__(
        self,
        recipe: Recipe | Sequence[Operation],
        *,
        learn: bool = True,
        row_kept: str = "row_kept",
        numpy_types: bool = False,
    ) -> None:
        self.recipe = recipe
        self.learn = learn
        self.row_kept = row_kept
        self.numpy_types = numpy_types

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn from rows; raises `RecipeStepError` for a step that cannot be done to them."""
        frame = self._frame(X, reset=True)
        recipe = self._learned(frame)
        if _flags(recipe) and self.row_kept in [column.name for column in recipe.columns_out]:
            raise NotApplicableError(
                f"There is a column {self.row_kept!r}; the flag needs another name.", field="row_kept"
            )
        self.recipe_: Recipe = recipe
        self.omitted_: list[OmittedStep] = [*recipe.omitted]
        return self

    def transform(self, X: Any) -> pd.DataFrame:  # noqa: N803
        """Return a frame of as many rows, in their order, with the index of `X` if it is a frame."""
        check_is_fitted(self)
        frame = self._frame(X, reset=False)
        table = self.recipe_.typed(from_frame(frame))
        kept: list[pa.Array] = []
        for index, (operation, state) in enumerate(self.recipe_.plan(schema_of(table))):
            with in_step(index, operation):
                if isinstance(operation, SelectionOperation):
                    names = operation.reads(schema_of(table))
                    rows = Rows({name: table[name] for name in names}, start=0, count=table.num_rows)
                    kept.append(operation.select(rows, state or {}))
                else:
                    table = run(operation, table, state=state).table
        if kept:
            table = table.append_column(self.row_kept, reduce(pc.and_, kept))
        done = _numpy_typed(table) if self.numpy_types else to_frame(table)
        return done.set_axis(frame.index)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Return the names of the columns that `transform` makes."""
        check_is_fitted(self)
        names_in = [column.name for column in self.recipe_.columns_in]
        if input_features is not None and list(input_features) != names_in:
            raise ValueError("input_features is not equal to feature_names_in_")
        names = [column.name for column in self.recipe_.columns_out]
        return np.array([*names, self.row_kept] if _flags(self.recipe_) else names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _frame(self, rows: Any, *, reset: bool) -> pd.DataFrame:
        """Return rows as a frame whose columns have names, refusing others than in `fit`."""
        if isinstance(rows, pd.DataFrame):
            validate_data(self, rows, reset=reset, skip_check_array=True)
            return rows
        array = check_array(rows, dtype=None, ensure_all_finite=False, estimator=self)
        validate_data(self, rows, reset=reset, skip_check_array=True)
        names = getattr(self, "feature_names_in_", [f"x{place}" for place in range(array.shape[1])])
        return pd.DataFrame(array, columns=list(names))

    def _learned(self, frame: pd.DataFrame) -> Recipe:
        """Return the recipe of these columns, with what it learns or has learned."""
        if not isinstance(self.recipe, Recipe):
            return Recipe.learn(frame, self.recipe)
        table = self.recipe.typed(from_frame(frame))
        plan = self.recipe.plan(schema_of(table), learn=self.learn)
        if self.learn:
            recipe = Recipe.learn(to_frame(table), [operation for operation, _ in plan])
        else:
            recipe = Recipe.of(schema_of(table), [(operation, state or {}) for operation, state in plan])
        return recipe.model_copy(update={"omitted": (*self.recipe.omitted, *recipe.omitted)})


def _numpy_typed(table: pa.Table) -> pd.DataFrame:
    """Return a frame of NumPy's types; pandas 3 would give text a type of its own, with NaN for missing."""
    columns = {
        name: pd.Series(column.to_numpy(), dtype=object)
        if pa.types.is_string(column.type)
        else column.to_pandas(date_as_object=False)
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pd.DataFrame(columns)


def _flags(recipe: Recipe) -> bool:
    return any(isinstance(operation, SelectionOperation) for operation in recipe.operations())
