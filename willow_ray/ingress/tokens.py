"""Access tokens: one per user, kept in the store, and share links, which are signed and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "tokens.json"
DEFAULT_USER = "local"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    users: dict[str, str]
    """Tokens by user name."""
    share_key: str = Field(min_length=32)
    """Signs share links; a new key revokes all of them."""


@dataclass(frozen=True)
class Tokens:
    """Who is known, and how share links are signed."""

    users: dict[str, str]
    share_key: str

    def user_of(self, token: str) -> str | None:
        """Return whose token this is; takes the same time for every wrong one."""
        digest = _digest(token)
        found = None
        for user, known in self.users.items():
            if hmac.compare_digest(digest, _digest(known)):
                found = user
        return found

    def share(self, session_id: str) -> str:
        """Return a token that opens one session and nothing else."""
        return f"{session_id}.{self._signature(session_id)}"

    def shared_session(self, token: str) -> str | None:
        """Return the session that a share token opens, or None when it was not signed here."""
        session_id, _, signature = token.partition(".")
        genuine = hmac.compare_digest(self._signature(session_id).encode(), signature.encode())
        return session_id if genuine else None

    def _signature(self, session_id: str) -> str:
        return hmac.new(self.share_key.encode(), f"share:{session_id}".encode(), hashlib.sha256).hexdigest()


def load_or_create(store: Path) -> Tokens:
    """Return the tokens of a store; the first call makes them, readable by the owner only."""
    path = store / FILE_NAME
    if not path.exists():
        _create(path)
    file = _File.model_validate_json(path.read_bytes())
    return Tokens(users=file.users, share_key=file.share_key)


def _create(path: Path) -> None:
    """Write the file whole or not at all; of two that try at once, one wins and both read the same."""
    content = {"users": {DEFAULT_USER: secrets.token_urlsafe(32)}, "share_key": secrets.token_hex(32)}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
