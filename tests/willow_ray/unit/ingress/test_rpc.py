from __future__ import annotations

import json

import pytest

from willow_ray.ingress import rpc
from willow_ray.protocol.errors import BusyError


def refused(text: str) -> dict[str, object]:
    parsed = rpc.parse(text)
    assert isinstance(parsed, rpc.Refusal)
    answer: dict[str, object] = json.loads(rpc.refusal(parsed.id, parsed.error))
    return answer


def test_a_request_is_read() -> None:
    text = '{"jsonrpc": "2.0", "id": 7, "method": "cell.get", "params": {"row": 1}}'
    assert rpc.parse(text) == rpc.Request(7, "cell.get", {"row": 1})


def test_absent_params_are_none_given() -> None:
    text = '{"jsonrpc": "2.0", "id": "a", "method": "history.list"}'
    assert rpc.parse(text) == rpc.Request("a", "history.list", {})


def test_a_message_without_an_id_is_a_notification() -> None:
    assert rpc.parse('{"jsonrpc": "2.0", "method": "x"}') == rpc.Request(None, "x", {})


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000])
def test_what_is_not_json_is_a_parse_error(text: str) -> None:
    answer = refused(text)
    assert answer["id"] is None
    assert answer["error"]["code"] == -32700  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "request_id"),
    [
        ('[{"jsonrpc": "2.0", "id": 1, "method": "x"}]', None),
        ("[]", None),
        ("3", None),
        ('{"id": 4, "method": "x"}', 4),
        ('{"jsonrpc": "1.0", "id": 4, "method": "x"}', 4),
        ('{"jsonrpc": "2.0", "id": 4}', 4),
        ('{"jsonrpc": "2.0", "id": 4, "method": 5}', 4),
        ('{"jsonrpc": "2.0", "id": null, "method": "x"}', None),
        ('{"jsonrpc": "2.0", "id": 1.5, "method": "x"}', None),
        ('{"jsonrpc": "2.0", "id": true, "method": "x"}', None),
        ('{"jsonrpc": "2.0", "id": {}, "method": "x"}', None),
    ],
)
def test_what_is_not_a_request_is_refused_with_its_id(text: str, request_id: int | None) -> None:
    answer = refused(text)
    assert answer["id"] == request_id
    assert answer["error"]["code"] == -32600  # type: ignore[index]


def test_params_by_position_are_refused() -> None:
    answer = refused('{"jsonrpc": "2.0", "id": 1, "method": "cell.get", "params": [0, "x"]}')
    assert answer == {
        "jsonrpc": "2.0",
        "id": 1,
        "error": {
            "code": -32602,
            "message": "This cell.get is not valid: Params are given by name, as an object",
            "data": {"fields": [{"path": "", "message": "Params are given by name, as an object"}]},
        },
    }


def test_a_message_of_more_than_a_million_characters_is_refused() -> None:
    answer = refused(" " * (1024 * 1024 + 1))
    assert answer["error"]["data"] == {"code": "too_large"}  # type: ignore[index]


def test_an_answer_keeps_text_as_it_is() -> None:
    assert rpc.answer(1, {"result": "é🍺"}) == '{"jsonrpc":"2.0","id":1,"result":"é🍺"}'


def test_an_answer_that_is_too_large_becomes_an_error() -> None:
    answer = json.loads(rpc.answer(1, {"result": "x" * (8 * 1024 * 1024)}))
    assert answer["error"]["data"] == {"code": "too_large"}


def test_what_is_sent_is_always_json() -> None:
    values = [float("inf"), float("-inf"), float("nan"), 1e300, 0.1, 9007199254740991]
    expected = '["Infinity","-Infinity","NaN",1e+300,0.1,9007199254740991]'
    assert rpc.answer(1, {"result": values}) == f'{{"jsonrpc":"2.0","id":1,"result":{expected}}}'  # type: ignore[dict-item]


def test_errors_of_willow_have_their_code_in_the_data() -> None:
    assert json.loads(rpc.refusal("x", BusyError("Later, please.", retry_after_s=2))) == {
        "jsonrpc": "2.0",
        "id": "x",
        "error": {
            "code": -32000,
            "message": "Later, please.",
            "data": {"code": "busy", "retry_after_s": 2},
        },
    }
