from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import ValidationError

import dcs.load
from willow_ray.protocol.errors import InvalidParamsError, MethodNotFoundError
from willow_ray.protocol.imports import FileFormat, ImportColumnOption, ImportOptions
from willow_ray.protocol.methods import METHODS, NOTIFICATIONS, parse_params
from willow_ray.protocol.operations import ApplyOperation
from willow_ray.protocol.session import Job, SessionDescription
from willow_ray.protocol.table import FacetRequest, FindRequest, Found, TableWindow

if TYPE_CHECKING:
    from pydantic import JsonValue


def test_the_methods_are_those_of_the_public_interface() -> None:
    assert {name: method.kind for name, method in METHODS.items()} == {
        "session.describe": "control",
        "session.rename": "mutate",
        "table.window": "read",
        "cell.get": "read",
        "table.find": "read",
        "column.profile": "read",
        "column.analyze": "read",
        "column.values": "read",
        "chart.data": "read",
        "operation.apply": "mutate",
        "operation.preview": "read",
        "operation.commit": "mutate",
        "operation.discard": "control",
        "history.list": "control",
        "history.undo": "mutate",
        "history.redo": "mutate",
        "history.go": "mutate",
        "history.note": "mutate",
        "recipe.get": "read",
        "recipe.apply": "mutate",
        "recipe.code": "read",
        "job.cancel": "control",
        "request.cancel": "control",
    }


def test_the_notifications_are_those_of_the_public_interface() -> None:
    assert set(NOTIFICATIONS) == {
        "job.progress",
        "job.ended",
        "session.changed",
        "session.saved",
        "draft.ready",
        "draft.failed",
    }


def test_every_mutation_takes_an_operation_id() -> None:
    mutations = [method for method in METHODS.values() if method.kind == "mutate"]
    assert all("operation_id" in method.params.model_fields for method in mutations)


def test_params_are_read_as_json_gives_them() -> None:
    params = parse_params(
        "table.window",
        {"row": 5, "count": 2, "columns": ["a"], "view": {"sort": [{"column": "a"}]}, "version": 3},
    )
    assert params.to_wire() == {
        "row": 5,
        "count": 2,
        "columns": ["a"],
        "view": {"sort": [{"column": "a"}]},
        "version": 3,
    }


@pytest.mark.parametrize(
    ("method", "params", "path"),
    [
        ("table.window", {"row": -1, "count": 1}, "row"),
        ("table.window", {"row": 0, "count": 1001}, "count"),
        ("table.window", {"row": 0, "count": 1, "columns": [1]}, "columns.0"),
        ("table.window", {"row": 0, "count": 1, "columns": ["x"] * 501}, "columns"),
        ("table.window", {"row": 0.0, "count": 1}, "row"),
        ("table.window", {"row": True, "count": 1}, "row"),
        ("table.window", {"row": "0", "count": 1}, "row"),
        ("table.window", {"row": 0, "count": 1, "view": {"sort": [{"colunm": "a"}]}}, "view.sort.0.column"),
        ("table.window", {"row": 0, "count": 1, "version": 1, "draft": "d"}, ""),
        ("table.find", {"text": "", "from": {"row": 0, "column": "a"}}, "text"),
        ("table.find", {"text": "x"}, "from"),
        ("session.describe", {"verbose": True}, "verbose"),
        ("session.rename", {"name": ""}, "name"),
        ("operation.apply", {"operation": {"columns": ["a"]}}, "operation.op"),
        ("chart.data", {"type": "pie"}, "type"),
        ("column.values", {"column": "a", "order": "size"}, "order"),
    ],
)
def test_what_does_not_fit_is_named(method: str, params: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidParamsError) as refused:
        parse_params(method, params)  # type: ignore[arg-type]
    fields = refused.value.data["fields"]
    assert isinstance(fields, list)
    assert path in [fault["path"] for fault in fields if isinstance(fault, dict)]


def test_an_unknown_method_proposes_near_ones() -> None:
    with pytest.raises(MethodNotFoundError, match=r"did you mean table\.window") as refused:
        parse_params("table.windows", {})
    assert refused.value.data == {"near": ["table.window", "table.find"]}


def test_an_operation_is_passed_on_as_it_came() -> None:
    message: JsonValue = {"op": "fill_missing", "columns": ["a"], "using": "mean", "value": None}
    params = parse_params("operation.apply", {"operation": message, "base": 2})
    assert isinstance(params, ApplyOperation)
    assert params.operation.to_wire() == message


def test_from_is_spelled_as_on_the_wire() -> None:
    place: JsonValue = {"row": 3, "column": "a"}
    params = parse_params("table.find", {"text": "x", "from": place})
    assert isinstance(params, FindRequest)
    assert params.start.row == 3
    assert params.to_wire() == {"text": "x", "from": place}
    facet = parse_params("column.values", {"column": "a", "order": "count", "from": 100, "count": 50})
    assert isinstance(facet, FacetRequest)
    assert facet.start == 100


def test_messages_cannot_be_changed() -> None:
    options = ImportOptions(separator=",")
    with pytest.raises(ValidationError, match="frozen"):
        options.separator = ";"  # type: ignore[misc]


def test_answers_leave_out_what_was_not_given() -> None:
    assert Job(job="1", label="Import", fraction=None).to_wire() == {
        "job": "1",
        "label": "Import",
        "fraction": None,
    }


def test_values_keep_their_kind() -> None:
    cells = [[1, 1.5, True, "1", None, "9007199254740993", "Infinity"]]
    window = TableWindow.model_validate_json(
        json.dumps(
            {
                "version": 1,
                "total_rows": 7,
                "row": 0,
                "rows": [0, 1, 2, 3, 4, 5, 6],
                "columns": ["a"],
                "cells": cells,
                "cut": [[6, "a"]],
            }
        )
    )
    assert window.to_wire()["cells"] == cells
    assert [type(value) for value in window.cells[0]] == [int, float, bool, str, type(None), str, str]
    assert window.cut == [(6, "a")]


def test_nan_is_not_a_value() -> None:
    with pytest.raises(ValidationError, match="finite"):
        Job(job="1", label="Import", fraction=float("nan"))


def test_a_search_may_find_nothing() -> None:
    assert Found.model_validate(None).model_dump() is None
    assert Found.model_validate({"row": 1, "column": "a"}).model_dump() == {"row": 1, "column": "a"}


def test_a_description_of_a_failed_session() -> None:
    description = {
        "session": "ab",
        "name": "beers",
        "state": "failed",
        "version": 0,
        "rows": 0,
        "columns": [],
        "can_undo": False,
        "can_redo": False,
        "saved": False,
        "jobs": [],
        "source": {"name": "beers.csv", "bytes": 10, "options": {"separator": ","}},
        "error": {"code": "import_failed", "message": "No.", "data": {"line": 3}},
    }
    assert SessionDescription.model_validate(description).to_wire() == description


def test_import_options_are_those_of_dcs() -> None:
    assert set(ImportOptions.model_fields) == set(dcs.load.ImportOptions.model_fields)
    assert set(ImportColumnOption.model_fields) == set(dcs.load.ColumnOption.model_fields)
    assert get_args(FileFormat.__value__) == get_args(dcs.load.FileFormat)
