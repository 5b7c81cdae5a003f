"""Recipes: made, written, read, checked, renamed and done to other rows."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import dcs
from dcs.errors import InvalidParametersError
from dcs.recipe import Recipe, RecipeSource, RecipeStepError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from dcs.operation import Operation

TEXT, INTEGER, DECIMAL = pa.string(), pa.int64(), pa.float64()


def people() -> pd.DataFrame:
    return dcs.table({"name": ["Ada Lovelace", "Bob", None], "age": [36, None, 40], "city": ["Paris"] * 3})


def learn(*operations: Operation) -> Recipe:
    return Recipe.learn(people(), operations)


def split_and_fill() -> Recipe:
    return learn(
        dcs.SplitColumn(column="name", separator=" "),
        dcs.FillMissing(columns=["age"], using="mean"),
        dcs.RenameColumn(column="name_1", to="first"),
    )


def document(*steps: dict[str, Any], **members: object) -> dict[str, Any]:
    return {"format": "willow-recipe", "format_version": 1, "steps": list(steps), **members}


def omitted(recipe: Recipe) -> list[tuple[str, str]]:
    return [(str(step.operation["op"]), step.reason) for step in recipe.omitted]


def test_is_done_to_other_rows_with_what_was_learned() -> None:
    others = dcs.table({"name": ["Alan Mathison Turing"], "age": [None], "city": ["Bonn"], "more": [1]})
    done = split_and_fill().apply(others)
    assert done.columns.tolist() == ["name", "first", "name_2", "age", "city", "more"]
    assert done.iloc[0].tolist() == ["Alan Mathison Turing", "Alan", "Mathison Turing", 38, "Bonn", 1]


def test_learns_anew_when_asked() -> None:
    others = dcs.table({"name": ["Alan Mathison Turing", "X"], "age": [None, 7], "city": ["Bonn", "Rome"]})
    done = split_and_fill().apply(others, learn=True)
    assert done.columns.tolist() == ["name", "first", "name_2", "name_3", "age", "city"]
    assert done["age"].tolist() == [7, 7]


def test_rows_keep_their_index() -> None:
    frame = dcs.table({"age": [3, None, 5]}).set_axis(["x", "y", "z"])
    recipe = Recipe.learn(frame, [dcs.DeleteMissingRows(), dcs.Normalize(columns=["age"])])
    assert recipe.apply(frame)["age"].to_dict() == {"x": 0.0, "z": 1.0}


def test_a_column_without_values_has_the_type_of_the_recipe() -> None:
    recipe = Recipe.learn(dcs.table({"n": [1, 2]}), [dcs.FillMissing(columns=["n"], using="mean")])
    assert recipe.apply(dcs.table({"n": [None]}))["n"].tolist() == [1.5]


def test_without_steps_only_types_change() -> None:
    frame = dcs.table({"a": [1]}).astype("int32")
    assert Recipe().apply(frame).dtypes.tolist() == ["int64[pyarrow]"]


def test_says_what_goes_in_and_comes_out() -> None:
    recipe = split_and_fill()
    assert [(column.name, column.type) for column in recipe.columns_in] == [
        ("name", "text"),
        ("age", "integer"),
        ("city", "text"),
    ]
    assert [column.name for column in recipe.columns_out] == ["name", "first", "name_2", "age", "city"]


def test_datetimes_keep_zone_and_unit() -> None:
    schema = {"zoned": pa.timestamp("us", "Europe/Paris"), "fine": pa.timestamp("ns")}
    wire = Recipe.of(schema, []).to_wire()
    assert wire["columns_in"] == [
        {"name": "zoned", "type": "datetime", "zone": "Europe/Paris"},
        {"name": "fine", "type": "datetime", "unit": "ns"},
    ]
    condition = {"column": "zoned", "is": "less", "value": "2024-01-31T09:30:00+01:00"}
    recipe = Recipe.of(schema, [(dcs.FilterRows(where=condition), {})])
    assert recipe.renamed({"zoned": "at"}).check({"at": schema["zoned"], "fine": schema["fine"]})


class TestWire:
    def test_is_json(self) -> None:
        recipe = Recipe.learn(
            people(),
            [dcs.FillMissing(columns=["age"], using="mean"), dcs.AddRowNumber(to="row")],
            notes={0: "Ages are guesses.", 1: "For the printout."},
            source=RecipeSource(name="people.csv", options={"separator": ";"}),
        )
        assert recipe.to_wire() == {
            "format": "willow-recipe",
            "format_version": 1,
            "source": {"name": "people.csv", "options": {"separator": ";"}},
            "columns_in": [
                {"name": "name", "type": "text"},
                {"name": "age", "type": "integer"},
                {"name": "city", "type": "text"},
            ],
            "columns_out": [
                {"name": "name", "type": "text"},
                {"name": "age", "type": "integer"},
                {"name": "city", "type": "text"},
            ],
            "steps": [
                {
                    "operation": {"op": "fill_missing", "columns": ["age"], "using": "mean"},
                    "state": {"fill": {"age": 38}},
                    "state_version": 1,
                    "note": "Ages are guesses.",
                }
            ],
            "omitted": [
                {
                    "operation": {"op": "add_row_number", "to": "row"},
                    "reason": "It numbers rows by their position.",
                    "after": 1,
                    "note": "For the printout.",
                }
            ],
        }

    def test_comes_back(self) -> None:
        recipe = split_and_fill()
        wire = json.loads(json.dumps(recipe.to_wire(), allow_nan=False))
        assert Recipe.from_wire(wire) == recipe
        assert pickle.loads(pickle.dumps(recipe)) == recipe  # noqa: S301 - our own bytes

    def test_missing_values_in_steps_are_kept(self) -> None:
        replaced = {"op": "replace_values", "columns": ["a"], "replacements": [{"find": 1, "replace": None}]}
        wire = document({"operation": replaced, "state_version": 1})
        assert Recipe.from_wire(wire).to_wire()["steps"] == wire["steps"]

    def test_what_a_newer_version_wrote_is_kept(self) -> None:
        step = {"operation": {"op": "levitate", "height": None}, "state_version": 1, "why": {"not": None}}
        wire = document(step, columns_in=[], columns_out=[], omitted=[], colour="blue")
        assert Recipe.from_wire(wire).to_wire() == wire

    @pytest.mark.parametrize(
        ("wire", "paths"),
        [
            ({}, ["format", "format_version", "steps"]),
            (document(format="a-cake"), ["format"]),
            (document({"operation": {"columns": ["a"]}}), ["steps.0.operation"]),
            (document({"state": {}}, {"operation": 1}), ["steps.0.operation", "steps.1.operation"]),
            (document(columns_in=[{"name": "a", "type": "colour"}]), ["columns_in.0.type"]),
        ],
    )
    def test_other_json_is_refused_by_its_faults(self, wire: dict[str, Any], paths: list[str]) -> None:
        with pytest.raises(InvalidParametersError, match=r"This recipe is not valid") as refused:
            Recipe.from_wire(wire)
        assert [path for path, _ in refused.value.fields] == paths


class TestNewerVersions:
    def test_steps_that_are_not_known_are_reported(self) -> None:
        recipe = Recipe.from_wire(
            document(
                {"operation": {"op": "fill_missing", "columns": ["age"], "value": 1}},
                {"operation": {"op": "levitate", "columns": ["age"]}},
                {"operation": {"op": "fill_missing", "columns": ["age"], "value": 1, "softly": True}},
            )
        )
        assert {index: str(error) for index, error in recipe.obstacles.items()} == {
            1: "This operation is not valid: op: There is no operation 'levitate'",
            2: "This operation is not valid: softly: Extra inputs are not permitted",
        }
        with pytest.raises(RecipeStepError, match=r"^Step 2 \(levitate\): .* no operation") as refused:
            recipe.apply(people())
        assert refused.value.step == 1

    def test_what_was_learned_in_another_form_is_refused(self) -> None:
        fill = {"op": "fill_missing", "columns": ["age"], "using": "mean"}
        recipe = Recipe.from_wire(
            document({"operation": fill, "state": {"fill": {"age": 3}}, "state_version": 2})
        )
        with pytest.raises(RecipeStepError, match=r"written in version 2; this dcs reads version 1"):
            recipe.check({"age": INTEGER})

    def test_a_file_of_a_new_kind_is_read_but_not_done(self) -> None:
        recipe = Recipe.from_wire({**document(), "format_version": 2})
        assert recipe.to_wire()["format_version"] == 2
        with pytest.raises(InvalidParametersError, match="A newer dcs has written this"):
            recipe.apply(people())


class TestOmitted:
    def test_steps_that_depend_on_other_rows(self) -> None:
        recipe = learn(
            dcs.SortRows(by=[{"column": "age"}]),
            dcs.SetCell(row=0, column="age", value=1),
            dcs.DeleteDuplicateRows(),
            dcs.FillFromNeighbours(columns=["age"], direction="previous"),
            dcs.DeleteRows(rows=[0]),
            dcs.SampleRows(count=1, seed=1),
            dcs.FilterRows(where={"columns": ["age"], "is": "duplicate"}, keep=False),
            dcs.TrimWhitespace(columns=["name"]),
        )
        assert [step.op for step in recipe.steps] == ["trim_whitespace"]
        assert omitted(recipe) == [
            ("sort_rows", "The order of rows depends on all of them."),
            ("set_cell", "It names a row by its position."),
            ("delete_duplicate_rows", "Which rows are duplicates depends on the other rows."),
            ("fill_from_neighbours", "What is filled in depends on the rows around it."),
            ("delete_rows", "It names rows by their position."),
            ("sample_rows", "It picks rows by chance."),
            ("filter_rows", "Which rows are duplicates depends on the other rows."),
        ]

    def test_steps_on_columns_that_an_omitted_step_makes(self) -> None:
        recipe = learn(
            dcs.AddRowNumber(to="row"),
            dcs.RenameColumn(column="row", to="id"),
            dcs.TrimWhitespace(columns=["name"]),
            dcs.DuplicateColumn(column="id"),
        )
        missing = "It cannot be done without a step that is left out. There is no column"
        assert [step.op for step in recipe.steps] == ["trim_whitespace"]
        assert omitted(recipe)[1:] == [
            ("rename_column", f"{missing} 'row'."),
            ("duplicate_column", f"{missing} 'id'."),
        ]
        assert [step.after for step in recipe.omitted] == [0, 0, 1]

    def test_a_column_of_the_same_name_is_not_taken_for_the_omitted_one(self) -> None:
        recipe = learn(
            dcs.AddRowNumber(to="age_copy"),
            dcs.DuplicateColumn(column="age"),
            dcs.RoundNumbers(columns=["age_copy"]),
        )
        assert omitted(recipe)[1:] == [
            ("duplicate_column", "Its columns have other names without a step that is left out."),
            (
                "round_numbers",
                "It cannot be done without a step that is left out. There is no column 'age_copy'.",
            ),
        ]

    def test_filters_are_kept(self) -> None:
        recipe = learn(
            dcs.FilterRows(where={"column": "age", "is": "outlier", "deviations": 1}, keep=False),
            dcs.DeleteMissingRows(columns=["name"]),
        )
        assert [step.op for step in recipe.steps] == ["filter_rows", "delete_missing_rows"]
        assert not recipe.omitted

    def test_what_a_reshape_makes_is_not_taken_for_what_was_there(self) -> None:
        frame = dcs.table({"city": ["Bonn", "Rome"], "tags": ["a|b", "c"], "size": [1, 2]})
        recipe = Recipe.learn(
            frame,
            [
                dcs.ExplodeRows(column="tags", separator="|"),
                dcs.ChangeCase(columns=["tags"], case="upper"),
                dcs.RenameColumn(column="tags", to="tag"),
                dcs.TrimWhitespace(columns=["tag"]),
                dcs.TrimWhitespace(columns=["city"]),
                dcs.GroupRows(by=["city"], aggregates=[{"column": "size", "function": "sum", "to": "size"}]),
                dcs.Normalize(columns=["size"]),
            ],
        )
        assert [step.op for step in recipe.steps] == ["rename_column", "trim_whitespace"]
        assert omitted(recipe) == [
            ("explode_rows", "It makes new rows out of all rows at once."),
            ("change_case", "It works on 'tags' as a step makes it that is left out."),
            ("trim_whitespace", "It works on 'tag' as a step makes it that is left out."),
            ("group_rows", "It makes new rows out of all rows at once."),
            ("normalize", "It works on 'size' as a step makes it that is left out."),
        ]
        assert recipe.apply(frame).columns.tolist() == ["city", "tag", "size"]


class TestCheck:
    def test_returns_what_comes_out(self) -> None:
        assert split_and_fill().check({"city": TEXT, "age": DECIMAL, "name": TEXT}) == {
            "city": TEXT,
            "age": DECIMAL,
            "name": TEXT,
            "first": TEXT,
            "name_2": TEXT,
        }

    def test_names_the_step_that_cannot_be_done(self) -> None:
        with pytest.raises(
            RecipeStepError, match=r"^Step 2 \(fill_missing\): .*did you mean 'aeg'"
        ) as refused:
            split_and_fill().check({"name": TEXT, "aeg": INTEGER})
        assert refused.value.to_wire() == {
            "code": "not_applicable",
            "message": "Step 2 (fill_missing): There is no column 'age'; did you mean 'aeg'?",
            "data": {
                "step": 1,
                "cause": {
                    "code": "column_not_found",
                    "message": "There is no column 'age'; did you mean 'aeg'?",
                    "data": {
                        "column": "age",
                        "near": ["aeg"],
                        "fields": [
                            {"path": "columns.0", "message": "There is no column 'age'; did you mean 'aeg'?"}
                        ],
                    },
                },
            },
        }

    def test_a_column_where_a_step_makes_one_is_refused(self) -> None:
        with pytest.raises(RecipeStepError, match=r"Step 1 .*already a column 'name_2'"):
            split_and_fill().check({"name": TEXT, "age": INTEGER, "name_2": TEXT})

    def test_a_copy_must_have_the_same_name(self) -> None:
        recipe = learn(dcs.DuplicateColumn(column="age"), dcs.RoundNumbers(columns=["age_copy"]))
        schema = {"name": TEXT, "age": INTEGER, "city": TEXT, "age_copy": INTEGER}
        with pytest.raises(RecipeStepError, match=r"make columns \['age_copy_2'\], not \['age_copy'\]"):
            recipe.check(schema)

    def test_steps_that_have_not_learned_can_only_learn(self) -> None:
        recipe = Recipe.from_wire(
            document(
                {"operation": {"op": "extract_text", "column": "name", "pattern": "(.)"}},
                {"operation": {"op": "fill_missing", "columns": ["age"], "using": "mode"}},
            )
        )
        with pytest.raises(RecipeStepError, match=r"Step 2 .*has not learned from any rows yet"):
            recipe.apply(people())
        assert recipe.apply(people(), learn=True)["age"].tolist() == [36, 36, 40]
        assert recipe.apply(people(), learn=True)["name_1"].tolist()[:2] == ["A", "B"]

    def test_states_that_the_operation_does_not_learn_are_refused(self) -> None:
        fill = {"op": "fill_missing", "columns": ["age"], "using": "mean"}
        recipe = Recipe.from_wire(document({"operation": fill, "state": {"mean": 3}}))
        with pytest.raises(RecipeStepError, match="state: This is not what the operation learns"):
            recipe.apply(people())

    def test_refusals_by_values_name_the_step(self) -> None:
        recipe = learn(dcs.ChangeType(columns=["city"], type="text", on_error="fail"))
        frame = dcs.table({"city": ["x"]})
        assert recipe.apply(frame)["city"].tolist() == ["x"]
        number = Recipe.learn(
            dcs.table({"n": ["1"]}), [dcs.ChangeType(columns=["n"], type="integer", on_error="fail")]
        )
        with pytest.raises(RecipeStepError, match=r"^Step 1 \(change_type\): 'x' in row 0"):
            number.apply(dcs.table({"n": ["x"]}))

    def test_learning_names_the_step_too(self) -> None:
        with pytest.raises(RecipeStepError, match=r"^Step 2 \(fill_missing\)"):
            learn(dcs.DeleteColumns(columns=["age"]), dcs.FillMissing(columns=["age"], value=1))


class TestRenamed:
    def test_speaks_of_the_new_names(self) -> None:
        others = dcs.table({"Name": ["Alan Turing"], "age": [None], "city": ["Bonn"]})
        done = split_and_fill().apply(others, rename={"name": "Name"})
        assert done.columns.tolist() == ["Name", "first", "Name_2", "age", "city"]
        assert done.iloc[0].tolist() == ["Alan Turing", "Alan", "Turing", 38, "Bonn"]

    @pytest.mark.parametrize("anew", [False, True])
    def test_learned_states_and_derived_names_follow(self, *, anew: bool) -> None:
        frame = dcs.table({"x": ["a b", "c d", None], "n": [1.0, None, 3.0], "t": ["red", "blue", "red"]})
        operations: Sequence[Operation] = [
            dcs.SplitColumn(column="x", separator=" ", keep_original=False),
            dcs.ChangeCase(columns=["x_1", "x_2"], case="upper"),
            dcs.OneHotEncode(column="t"),
            dcs.RenameColumn(column="t_red", to="is_red"),
            dcs.DuplicateColumn(column="n"),
            dcs.FillMissing(columns=["n", "n_copy"], using="mean"),
            dcs.Standardize(columns=["n_copy"]),
            dcs.FlagMissing(columns=["x_2"]),
            dcs.FilterRows(where={"all": [{"column": "x_2_missing", "is": "equal", "value": False},
                                          {"search": "a", "columns": ["x_1"]}]}),
        ]  # fmt: skip
        recipe = Recipe.learn(frame, operations)
        assert not recipe.omitted
        expected = recipe.apply(frame)
        assert expected.columns.tolist() == [
            "x_1",
            "x_2",
            "x_2_missing",
            "n",
            "n_copy",
            "t",
            "t_blue",
            "is_red",
        ]
        renamed = recipe.renamed({"x": "y z", "n": "x", "t": "{t}"})
        assert [column.name for column in renamed.columns_in] == ["y z", "x", "{t}"]
        done = renamed.apply(frame.set_axis(["y z", "x", "{t}"], axis=1), learn=anew)
        assert done.columns.tolist() == [
            "y z_1", "y z_2", "y z_2_missing", "x", "x_copy", "{t}", "{t}_blue", "is_red",
        ]  # fmt: skip
        assert [column.name for column in renamed.columns_out] == done.columns.tolist()
        assert done.set_axis(expected.columns, axis=1).equals(expected)
        back = renamed.renamed({"y z": "x", "x": "n", "{t}": "t"})
        assert back == recipe

    def test_notes_and_unknown_members_stay(self) -> None:
        trim = {"operation": {"op": "trim_whitespace", "columns": ["a"]}, "note": "hm", "state_version": 1}
        wire = document({**trim, "why": 1}, columns_in=[{"name": "a", "type": "text"}], colour="blue")
        renamed = Recipe.from_wire(wire).renamed({"a": "b"}).to_wire()
        assert renamed["steps"] == [
            {**trim, "why": 1, "operation": {"op": "trim_whitespace", "columns": ["b"]}}
        ]
        assert renamed["colour"] == "blue"

    def test_omitted_steps_follow(self) -> None:
        recipe = learn(
            dcs.SortRows(by=[{"column": "age"}]),
            dcs.RenameColumn(column="age", to="years"),
            dcs.SetCell(row=0, column="years", value=1),
        ).renamed({"age": "Alter"})
        assert [step.operation for step in recipe.omitted] == [
            {"op": "sort_rows", "by": [{"column": "Alter"}]},
            {"op": "set_cell", "row": 0, "column": "years", "value": 1},
        ]

    def test_omitted_steps_that_are_not_known_stay(self) -> None:
        step = {"operation": {"op": "levitate", "column": "a"}, "reason": "It needs others.", "after": 0}
        wire = document(columns_in=[{"name": "a", "type": "text"}], omitted=[step])
        assert Recipe.from_wire(wire).renamed({"a": "b"}).to_wire()["omitted"] == [step]

    @pytest.mark.parametrize(
        ("rename", "fault"),
        [
            ({"nme": "x"}, r"rename\.nme: There is no column 'nme'; did you mean 'name'\?"),
            ({"name": "age"}, r"rename\.name: There would be two columns 'age'\."),
            ({"name": "x", "age": "x"}, r"rename\.name: There would .*; rename\.age: There would"),
        ],
    )
    def test_names_that_cannot_be_are_refused(self, rename: dict[str, str], fault: str) -> None:
        with pytest.raises(InvalidParametersError, match=fault):
            split_and_fill().renamed(rename)

    def test_names_may_be_exchanged(self) -> None:
        recipe = learn(dcs.ChangeCase(columns=["name"], case="upper")).renamed(
            {"name": "city", "city": "name"}
        )
        assert recipe.apply(people())["city"].tolist() == ["PARIS", "PARIS", "PARIS"]

    def test_a_name_that_a_step_gives_is_refused(self) -> None:
        with pytest.raises(
            RecipeStepError, match=r"Step 3 \(rename_column\): There is already a column 'first'"
        ):
            split_and_fill().renamed({"city": "first"})


class TestCode:
    def test_has_all_steps_in_order(self) -> None:
        recipe = Recipe.learn(
            people(),
            [
                dcs.AddRowNumber(to="row"),
                dcs.TrimWhitespace(columns=["name"]),
                dcs.SortRows(by=[{"column": "age"}]),
                dcs.DeleteColumns(columns=["row"]),
            ],
            notes={1: "Blanks\nfrom the scanner"},
            source=RecipeSource(name="people.csv", options={"separator": ";"}),
        )
        assert (
            recipe.code()
            == '''\
"""Clean people.csv: 4 steps, written by Willow.

Usage: python clean.py SOURCE TARGET
"""

import sys

import dcs

OPTIONS = {'separator': ';'}

STEPS = [
    # Number rows in row
    dcs.AddRowNumber(to='row', start=1),
    # Blanks
    # from the scanner
    # Trim whitespace in name
    dcs.TrimWhitespace(columns=['name'], collapse=False),
    # Sort rows by age
    dcs.SortRows(by=[{'column': 'age', 'descending': False}], missing='last'),
    # Delete row
    dcs.DeleteColumns(columns=['row']),
]


def clean(frame):
    """Return the frame after all steps."""
    for step in STEPS:
        frame = frame.pipe(step)
    return frame


if __name__ == "__main__":
    source, target = sys.argv[1:]
    dcs.write(clean(dcs.read(source, **OPTIONS)), target)
'''
        )


def test_making_and_checking_leave_pandas_alone() -> None:
    script = """
import sys
import pyarrow as pa
from dcs.catalogue import parse
from dcs.recipe import Recipe

schema = {"t": pa.string(), "m": pa.timestamp("us", "UTC")}
split = parse({"op": "split_column", "column": "t", "separator": " "})
encode = parse({"op": "one_hot_encode", "column": "m"})
learned = {"values": {"m": ["2024-01-31T00:00:00Z"]}, "texts": {"m": ["noon"]}, "names": {"m": ["m_noon"]}}
recipe = Recipe.of(
    schema, [(split, {"parts": {"t": 2}, "names": {"t": ["t_1", "t_2"]}}), (encode, learned)]
)
Recipe.from_wire(recipe.to_wire()).renamed({"t": "u", "m": "n"}).plan({"u": schema["t"], "n": schema["m"]})
recipe.code()
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
