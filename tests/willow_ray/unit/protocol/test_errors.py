from __future__ import annotations

import pickle

import pytest

from dcs.errors import ColumnNotFoundError
from willow_ray.protocol.errors import (
    CODES,
    BusyError,
    InternalError,
    InvalidParamsError,
    MethodNotFoundError,
    ParseError,
    UnknownVersionError,
    VersionConflictError,
    WillowError,
    from_dcs,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ParseError("No JSON."), -32700),
        (WillowError("invalid_request", "No request."), -32600),
        (MethodNotFoundError("x", ["y"]), -32601),
        (InvalidParamsError([("row", "is missing")]), -32602),
        (VersionConflictError(base=1, current=2), -32000),
        (WillowError("something_new", "From a newer release."), -32000),
    ],
)
def test_codes_of_json_rpc(error: WillowError, code: int) -> None:
    assert error.to_rpc()["code"] == code


def test_json_rpc_errors_carry_the_code_in_their_data() -> None:
    assert BusyError("Later.", retry_after_s=2.5).to_rpc() == {
        "code": -32000,
        "message": "Later.",
        "data": {"code": "busy", "retry_after_s": 2.5},
    }


def test_what_dcs_refuses_keeps_its_code_sentence_and_attributes() -> None:
    error = from_dcs(ColumnNotFoundError("abw", ["abv", "ibu"], field="columns.0"))
    assert error.to_wire() == {
        "code": "column_not_found",
        "message": "There is no column 'abw'; did you mean 'abv'?",
        "data": {
            "column": "abw",
            "near": ["abv"],
            "fields": [
                {"path": "columns.0", "message": "There is no column 'abw'; did you mean 'abv'?"},
            ],
        },
    }


@pytest.mark.parametrize(
    "error",
    [
        VersionConflictError(base=1, current=2),
        UnknownVersionError("draft"),
        InternalError("00ff"),
        InvalidParamsError([("row", "is missing")]),
        WillowError("busy", "Later."),
    ],
)
def test_errors_cross_process_borders(error: WillowError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made one line above
    assert type(copy) is type(error)
    assert copy.to_wire() == error.to_wire()
    assert str(copy) == str(error)


def test_errors_are_read_back_from_the_wire() -> None:
    error = VersionConflictError(base=1, current=2)
    assert WillowError.from_wire(error.to_wire()).to_wire() == error.to_wire()
    assert WillowError.from_wire({"code": "busy", "message": "Later."}).data == {}


def test_every_code_of_the_public_interface_has_a_status() -> None:
    codes = {
        "column_not_found": 422,
        "not_applicable": 422,
        "nothing_to_learn": 422,
        "invalid_expression": 400,
        "version_conflict": 409,
        "unknown_version": 404,
        "cancelled": 409,
        "busy": 429,
        "not_ready": 409,
        "too_large": 413,
        "import_failed": 422,
        "internal": 500,
    }
    assert {code: CODES[code].status for code in codes} == codes


def test_codes_from_elsewhere_are_our_own_fault() -> None:
    assert WillowError("something_new", "From a newer release.").status == 500
