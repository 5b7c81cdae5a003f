from __future__ import annotations

import pytest

from willow_ray.ingress.ranges import asked_range, check_match, is_unchanged
from willow_ray.protocol.errors import WillowError

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-30", range(70, 100)),
        ("bytes=-300", range(100)),
        ("bytes=0-0", range(1)),
        ("bytes=99-99", range(99, 100)),
        ("bytes = 5 - 6", range(5, 7)),
    ],
)
def test_one_range_is_understood(header: str, expected: range) -> None:
    assert asked_range({"range": header}, etag=ETAG, size=100) == expected


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"])
def test_other_ranges_are_ignored(header: str) -> None:
    assert asked_range({"range": header}, etag=ETAG, size=100) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0)])
def test_a_range_behind_the_end_is_refused(header: str, size: int) -> None:
    with pytest.raises(WillowError) as refused:
        asked_range({"range": header}, etag=ETAG, size=size)
    assert refused.value.status == 416


def test_a_range_of_another_file_is_ignored() -> None:
    headers = {"range": "bytes=0-9", "if-range": '"old"'}
    assert asked_range(headers, etag=ETAG, size=100) is None
    assert asked_range({**headers, "if-range": ETAG}, etag=ETAG, size=100) == range(10)


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"abc"', True), ('W/"abc"', True), ("*", True), ('"x", "abc"', True), ('"x"', False)],
)
def test_if_none_match(header: str, *, expected: bool) -> None:
    assert is_unchanged({"if-none-match": header}, etag=ETAG) is expected


def test_if_match_refuses_another_file() -> None:
    check_match({}, etag=ETAG)
    check_match({"if-match": '"abc"'}, etag=ETAG)
    with pytest.raises(WillowError) as refused:
        check_match({"if-match": '"old"'}, etag=ETAG)
    assert refused.value.status == 412
