"""Checksummed lines: how a journal entry or a manifest proves that it is whole.

A line is 16 hexadecimal digits of the sha256 of the text, a blank, the text, and a line feed. The text is
JSON as pydantic writes it, so it has no line feed itself.
"""

from __future__ import annotations

from hashlib import sha256

DIGITS = 16


def frame(text: bytes) -> bytes:
    """Return the line that carries a text; the text must not contain a line feed."""
    return b"%s %s\n" % (_checksum(text), text)


def unframe(line: bytes) -> bytes | None:
    """Return the text of a line, or None when it is cut short or altered."""
    text = line[DIGITS + 1 : -1]
    if line[DIGITS : DIGITS + 1] == b" " and line.endswith(b"\n") and line[:DIGITS] == _checksum(text):
        return text
    return None


def _checksum(text: bytes) -> bytes:
    return sha256(text).hexdigest()[:DIGITS].encode()
