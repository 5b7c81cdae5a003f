from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from willow_ray.ingress.tokens import Tokens, load_or_create

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef0123456789abcdef"


def test_a_token_names_its_user() -> None:
    tokens = Tokens({"ann": "a", "bob": "b"}, KEY)
    assert tokens.user_of("a") == "ann"
    assert tokens.user_of("b") == "bob"
    assert tokens.user_of("c") is None
    assert tokens.user_of("") is None


def test_a_share_token_opens_the_session_it_was_made_for() -> None:
    tokens = Tokens({}, KEY)
    token = tokens.share("00ff")
    assert tokens.shared_session(token) == "00ff"
    assert tokens.shared_session(token.replace("00ff", "11ee")) is None
    assert tokens.shared_session("00ff") is None
    assert tokens.shared_session("00ff.é") is None


def test_a_new_key_revokes_share_links() -> None:
    assert Tokens({}, KEY[::-1]).shared_session(Tokens({}, KEY).share("00ff")) is None


def test_tokens_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    first = load_or_create(tmp_path)
    assert list(first.users) == ["local"]
    assert len(first.users["local"]) == 43
    assert load_or_create(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


def test_many_that_begin_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(map(repr, pool.map(load_or_create, [tmp_path] * 8)))
    assert len(found) == 1


def test_a_damaged_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text("{")
    with pytest.raises(ValueError, match="Invalid JSON"):
        load_or_create(tmp_path)
    assert (tmp_path / "tokens.json").read_text() == "{"
