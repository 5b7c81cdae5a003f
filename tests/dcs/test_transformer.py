"""Recipes in scikit-learn."""

from __future__ import annotations

import doctest
import importlib
import pickle
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import joblib  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.estimator_checks import parametrize_with_checks

import dcs
from dcs.recipe import Recipe, RecipeStepError

if TYPE_CHECKING:
    from pathlib import Path


def people() -> pd.DataFrame:
    frame = dcs.table({"name": [" Ada", "Bob ", None, "Eve"], "age": [20, None, 60, 40]})
    return frame.set_axis([10, 11, 12, 13])


def cleaner(**parameters: Any) -> dcs.RecipeTransformer:
    operations = [
        dcs.TrimWhitespace(columns=["name"]),
        dcs.DeleteMissingRows(columns=["name"]),
        dcs.FillMissing(columns=["age"], using="mean"),
        dcs.FilterRows(where={"column": "age", "is": "at_least", "value": 30}),
    ]
    return dcs.RecipeTransformer(operations, **parameters)


def test_the_example_runs() -> None:
    [example] = doctest.DocTestFinder(recurse=False).find(dcs.RecipeTransformer, globs={"dcs": dcs})
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.summarize(verbose=False) == (0, 2)


def test_flags_rows_instead_of_dropping_them() -> None:
    done = cleaner().fit_transform(people())
    assert done.index.tolist() == [10, 11, 12, 13]
    assert done["name"].fillna("-").tolist() == ["Ada", "Bob", "-", "Eve"]
    assert done["age"].tolist() == [20, 30, 60, 40], "the mean is that of the rows that are kept"
    assert done["row_kept"].tolist() == [False, True, False, True]


def test_new_rows_are_done_with_what_was_learned() -> None:
    fitted = cleaner().fit(people())
    done = fitted.transform(dcs.table({"name": ["Zoë"], "age": [None]}))
    assert done.iloc[0].tolist() == ["Zoë", 30, True]
    assert fitted.transform(people().iloc[:0]).shape == (0, 3)


def test_there_is_no_flag_without_a_filter() -> None:
    transformer = dcs.RecipeTransformer([dcs.TrimWhitespace(columns=["name"])]).fit(people())
    assert transformer.transform(people()).columns.tolist() == ["name", "age"]
    assert transformer.get_feature_names_out().tolist() == ["name", "age"]


def test_the_flag_may_have_another_name() -> None:
    assert cleaner(row_kept="ok").fit(people()).get_feature_names_out().tolist() == ["name", "age", "ok"]
    with pytest.raises(dcs.NotApplicableError, match="There is a column 'age'; the flag needs another name"):
        cleaner(row_kept="age").fit(people())


def test_steps_that_cannot_be_right_for_one_row_are_left_out() -> None:
    transformer = dcs.RecipeTransformer(
        [
            dcs.SortRows(by=[{"column": "age"}]),
            dcs.DeleteDuplicateRows(),
            dcs.ChangeCase(columns=["name"], case="upper"),
        ]
    ).fit(people())
    assert [(step.operation["op"], step.reason) for step in transformer.omitted_] == [
        ("sort_rows", "The order of rows depends on all of them."),
        ("delete_duplicate_rows", "Which rows are duplicates depends on the other rows."),
    ]
    assert transformer.transform(people())["name"].fillna("-").tolist() == [" ADA", "BOB ", "-", "EVE"]


@pytest.mark.parametrize(("learn", "age"), [(True, 50), (False, 40)])
def test_a_recipe_learns_anew_or_keeps_what_it_learned(*, learn: bool, age: int) -> None:
    recipe = Recipe.learn(
        people(), [dcs.SortRows(by=[{"column": "age"}]), dcs.FillMissing(columns=["age"], using="mean")]
    )
    others = dcs.table({"name": ["x", "y"], "age": [50, None]})
    transformer = dcs.RecipeTransformer(recipe, learn=learn).fit(others)
    assert transformer.transform(others)["age"].tolist() == [50, age]
    assert [step.operation["op"] for step in transformer.omitted_] == ["sort_rows"]


def test_a_recipe_file_with_steps_for_all_rows_leaves_them_out_too() -> None:
    sort: dict[str, Any] = {"op": "sort_rows", "by": [{"column": "age"}]}
    recipe = Recipe.from_wire(
        {"format": "willow-recipe", "format_version": 1, "steps": [{"operation": sort}]}
    )
    transformer = dcs.RecipeTransformer(recipe, learn=False).fit(people())
    assert transformer.transform(people())["age"].fillna(0).tolist() == [20, 0, 60, 40]
    assert len(transformer.omitted_) == 1


def test_a_step_that_cannot_be_done_is_named() -> None:
    with pytest.raises(RecipeStepError, match=r"Step 1 \(trim_whitespace\): There is no column 'nome'"):
        dcs.RecipeTransformer([dcs.TrimWhitespace(columns=["nome"])]).fit(people())


def test_must_be_fitted() -> None:
    with pytest.raises(NotFittedError, match="not fitted yet"):
        cleaner().transform(people())


def test_other_columns_are_refused() -> None:
    fitted = cleaner().fit(people())
    with pytest.raises(ValueError, match="Feature names unseen at fit time:\n- years"):
        fitted.transform(people().rename(columns={"age": "years"}))
    with pytest.raises(ValueError, match="input_features is not equal"):
        fitted.get_feature_names_out(["a", "b"])
    assert fitted.get_feature_names_out(["name", "age"]).tolist() == ["name", "age", "row_kept"]


def test_columns_of_arrays_are_numbered() -> None:
    transformer = dcs.RecipeTransformer([dcs.FillMissing(columns=["x1"], using="mean")])
    done = transformer.fit_transform(np.array([[1.0, 2.0], [3.0, np.nan]]))
    assert done.to_dict("list") == {"x0": [1.0, 3.0], "x1": [2.0, 2.0]}


def test_numpy_types_for_estimators_that_do_not_know_arrow() -> None:
    frame = dcs.table({"t": ["a", None], "i": [1, None], "d": [datetime.fromisoformat("2024-01-31"), None]})
    done = dcs.RecipeTransformer([], numpy_types=True).fit_transform(frame)
    assert done["i"].dtype == np.float64
    assert done["d"].dtype.kind == "M"
    assert OneHotEncoder().fit(done[["t"]]).categories_[0].tolist() == ["a", None]


def test_set_output() -> None:
    done = cleaner().set_output(transform="pandas").fit_transform(people())
    assert isinstance(done, pd.DataFrame)
    assert done.columns.tolist() == ["name", "age", "row_kept"]
    assert done.index.tolist() == [10, 11, 12, 13]


def test_can_be_cloned_and_set() -> None:
    fitted = cleaner(row_kept="ok").fit(people())
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not hasattr(copy, "recipe_")
    assert copy.set_params(row_kept="fine").fit(people()).get_feature_names_out()[-1] == "fine"
    recipe = Recipe.learn(people(), [dcs.TrimWhitespace(columns=["name"])])
    assert clone(dcs.RecipeTransformer(recipe)).recipe == recipe


def test_can_be_stored(tmp_path: Path) -> None:
    fitted = cleaner().fit(people())
    joblib.dump(fitted, tmp_path / "cleaner.joblib")
    for again in (joblib.load(tmp_path / "cleaner.joblib"), pickle.loads(pickle.dumps(fitted))):  # noqa: S301
        assert again.transform(people()).equals(fitted.transform(people()))


def test_works_in_pipelines() -> None:
    rows = 60
    frame = dcs.table(
        {
            "size": [None if row % 7 == 0 else row % 5 for row in range(rows)],
            "kind": [" a" if row % 2 else "b" for row in range(rows)],
        }
    )
    target = np.array([row % 5 + (row % 2) for row in range(rows)], dtype=np.float64)
    tidy = dcs.RecipeTransformer(
        [
            dcs.TrimWhitespace(columns=["kind"]),
            dcs.OneHotEncode(column="kind", drop_original=True),
            dcs.FillMissing(columns=["size"], using="median"),
        ]
    )
    pipeline = make_pipeline(tidy, HistGradientBoostingRegressor(max_iter=5, min_samples_leaf=2))
    scores = cross_val_score(pipeline, frame, target, cv=2, error_score="raise")
    assert scores.shape == (2,)
    columns = ColumnTransformer([("tidy", tidy, ["size", "kind"])]).fit(frame)
    assert columns.get_feature_names_out().tolist() == ["tidy__size", "tidy__kind_a", "tidy__kind_b"]


def test_says_what_is_missing_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "dcs.transformer")
    with pytest.raises(ImportError, match=r"needs scikit-learn 1\.6 or newer: pip install scikit-learn"):
        importlib.import_module("dcs.transformer")


@parametrize_with_checks([dcs.RecipeTransformer(Recipe(), numpy_types=True)])  # type: ignore[untyped-decorator]
def test_keeps_the_conventions_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)
