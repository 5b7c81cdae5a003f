"""HTTP conditions and ranges (RFC 9110), as far as a download of one file needs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from willow_ray.protocol.errors import WillowError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONE_RANGE = re.compile(r"bytes=(?P<first>\d*)-(?P<last>\d*)", re.ASCII)


def asked_range(headers: Mapping[str, str], *, etag: str, size: int) -> range | None:
    """Return the positions asked for, or None for the whole file.

    Several ranges at once and units other than bytes are ignored, as the standard allows; so is a range that
    `If-Range` ties to another file. A range that begins behind the end is refused.
    """
    if headers.get("if-range", etag) != etag:
        return None
    match = _ONE_RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match["first"], match["last"]
    if not first:
        found = range(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        found = range(int(first), min(int(last) + 1, size) if last else size)
    if not found:
        raise WillowError("range_not_satisfiable", f"The file has {size:,} bytes.", {"bytes": size})
    return found


def is_unchanged(headers: Mapping[str, str], *, etag: str) -> bool:
    """Say whether the client has this very file already (`If-None-Match`)."""
    return _matches(headers.get("if-none-match"), etag)


def check_match(headers: Mapping[str, str], *, etag: str) -> None:
    """Refuse when the client wants more of a file that is another one now (`If-Match`)."""
    if "if-match" in headers and not _matches(headers["if-match"], etag):
        raise WillowError("precondition_failed", "The file is not the one you asked for; it has changed.")


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
