r"""Regular expressions: RE2 syntax, checked before use and run by Arrow's kernels, never Python's `re`.

RE2 takes time linear in the text whatever the pattern. `\w`, `\d`, `\s` and `\b` are ASCII (`\p{L}` is any
letter); ignoring case is simple Unicode folding: É equals é, ß does not equal ss. Missing values stay
missing.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import re2

from dcs.errors import InvalidExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PROGRAM = 30_000
"""Instructions of a compiled pattern; the worst case of a match is this times the length of the text."""

_REASONS = (
    (b"invalid perl operator: (?<!", "look-behind is not supported"),
    (b"invalid perl operator: (?<=", "look-behind is not supported"),
    (b"invalid perl operator: (?=", "look-ahead is not supported"),
    (b"invalid perl operator: (?!", "look-ahead is not supported"),
    (b"invalid repetition size", "a repeat may be at most 1000, nested repeats multiplied"),
    *(
        (b"invalid escape sequence: \\%d" % digit, "backreferences are not supported")
        for digit in range(1, 10)
    ),
    (b"pattern too large", "it is too large"),
)

_ANCHORS_BEFORE = {"^", r"\A", r"\b", r"\B"}
_NAMED_GROUP = ("(?P<", "(?<")

_CONTEXTS = ("", "a", "-", "\n")
"""Neighbours that an empty match can tell apart: none, a word character, another, a line end."""


def check_pattern(pattern: str, *, field: str, splits: bool = False) -> int:
    """Refuse a pattern that is not valid or not supported, and return its number of groups.

    A pattern that `splits` text must not match the empty text, nor look at what is before it: Arrow cuts the
    text there, and would take the next part for the beginning of the text.
    """
    if not pattern:
        raise InvalidExpressionError("The pattern is empty.", field=field)
    compiled = _compile(pattern, field=field)
    if any(unit == r"\C" for unit in _units(pattern)):
        raise _refusal(pattern, r"\C would cut characters in pieces", field=field)
    if compiled.programsize > MAX_PROGRAM:
        raise _refusal(pattern, "it is too large", field=field)
    if splits and _can_match_empty(compiled):
        raise _refusal(pattern, "it can match the empty text, so it cannot split", field=field)
    if splits and any(unit in _ANCHORS_BEFORE for unit in _units(pattern)):
        raise _refusal(pattern, r"^, \A, \b and \B cannot be used to split", field=field)
    groups: int = compiled.groups
    return groups


def check_replacement(text: str, groups: int, *, field: str) -> None:
    r"""Refuse a backslash before anything but a digit or another backslash, and a group that is not there."""
    characters = iter(text)
    for character in characters:
        if character != "\\":
            continue
        following = next(characters, "")
        if following == "\\":
            continue
        if following not in "0123456789" or not following:
            raise InvalidExpressionError(
                f"In the replacement {text!r} only \\0 to \\9 and \\\\ may follow a backslash.", field=field
            )
        if int(following) > groups:
            raise InvalidExpressionError(
                f"The replacement {text!r} uses group \\{following}; the pattern has {groups}.", field=field
            )


def matches(array: pa.ChunkedArray, pattern: str, *, case_sensitive: bool) -> pa.ChunkedArray:
    """Say for each text whether the pattern matches anywhere in it."""
    return pc.match_substring_regex(array, pattern, ignore_case=not case_sensitive)


def replace(
    array: pa.ChunkedArray, pattern: str, replacement: str, *, case_sensitive: bool
) -> pa.ChunkedArray:
    """Replace every match, from left to right without overlap; groups are filled into the replacement."""
    return pc.replace_substring_regex(array, _with_case(pattern, case_sensitive), replacement)


def split(array: pa.ChunkedArray, pattern: str, *, max_splits: int | None = None) -> pa.ChunkedArray:
    """Return for each text the list of its parts between matches; the last part holds what is left."""
    return pc.split_pattern_regex(array, pattern, max_splits=max_splits)


def extract(array: pa.ChunkedArray, pattern: str) -> list[pa.ChunkedArray]:
    """Return one text column per group: what it matched in the first match of the pattern.

    Where nothing matches, and where a group matches nothing, the value is missing.
    """
    found = pc.extract_regex(array, _with_named_groups(pattern))
    parts = [pc.struct_field(found, [index]) for index in range(found.type.num_fields)]
    return [pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part) for part in parts]


def literal(text: str) -> str:
    """Return the pattern that matches just this text."""
    escaped: str = re2.escape(text)
    return escaped


def literal_replacement(text: str) -> str:
    """Return the replacement that puts in just this text."""
    return text.replace("\\", "\\\\")


def _compile(pattern: str, *, field: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        fault: bytes = error.args[0]
        known = (reason for start, reason in _REASONS if fault.startswith(start))
        raise _refusal(pattern, next(known, fault.decode(errors="replace")), field=field) from error


def _refusal(pattern: str, reason: str, *, field: str) -> InvalidExpressionError:
    shown = pattern if len(pattern) <= 60 else f"{pattern[:59]}…"  # noqa: PLR2004 - fits on a line
    return InvalidExpressionError(f"The pattern {shown!r} cannot be used: {reason}.", field=field)


def _with_case(pattern: str, case_sensitive: bool) -> str:  # noqa: FBT001 - private
    return pattern if case_sensitive else f"(?i){pattern}"


def _can_match_empty(compiled: re2._Regexp) -> bool:
    """Try the pattern on nothing between every pair of neighbours it could tell apart."""
    return any(
        compiled.fullmatch(before + after, len(before), len(before)) is not None
        for before in _CONTEXTS
        for after in _CONTEXTS
    )


def _with_named_groups(pattern: str) -> str:
    """Name the groups `g1`, `g2` …, as Arrow's kernel wants them; other groups stay as they are."""
    numbers = count(1)
    return "".join(
        f"(?P<g{next(numbers)}>" if unit == "(" or unit.startswith(_NAMED_GROUP) else unit
        for unit in _units(pattern)
    )


def _units(pattern: str) -> Iterator[str]:
    r"""Cut a valid pattern into characters, escapes, quotations `\Q…\E`, classes and heads of groups."""
    position = 0
    while position < len(pattern):
        end = _end_of_unit(pattern, position)
        yield pattern[position:end]
        position = end


def _end_of_unit(pattern: str, start: int) -> int:
    if pattern.startswith(r"\Q", start):
        end = pattern.find(r"\E", start)
        return len(pattern) if end < 0 else end + 2
    if pattern[start] == "\\":
        return start + 2
    if pattern.startswith(_NAMED_GROUP, start):
        return pattern.index(">", start) + 1
    if pattern.startswith("(?", start):
        return start + 2
    if pattern[start] == "[":
        return _end_of_class(pattern, start)
    return start + 1


def _end_of_class(pattern: str, start: int) -> int:
    position = start + 1
    if pattern.startswith("^", position):
        position += 1
    if pattern.startswith("]", position):
        position += 1
    while pattern[position] != "]":
        if pattern.startswith("[:", position) and ":]" in pattern[position:]:
            position = pattern.index(":]", position) + 2
        else:
            position += 2 if pattern[position] == "\\" else 1
    return position + 1
