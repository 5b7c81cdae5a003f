"""A condition in English, for the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from dcs.sentence import NAMES_SHOWN, TEXT_SHOWN
from dcs.view.condition import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Duplicate,
    Not,
    OneOf,
    Outlier,
    Presence,
    Search,
    TextTest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dcs.view.condition import AnyCondition, ComparisonWord, TextWord

_COMPARISONS: dict[ComparisonWord, str] = {
    "equal": "is",
    "not_equal": "is not",
    "less": "is less than",
    "at_most": "is at most",
    "greater": "is more than",
    "at_least": "is at least",
}
_TEXT_TESTS: dict[TextWord, str] = {
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches",
}


def in_words(condition: AnyCondition) -> str:
    """Return the condition as a clause such as `age is at least 18 and name contains "ann"`.

    Of long lists the first three items are shown, of long texts the first sixty characters.
    """
    match condition:
        case AllOf():
            return _listed([_nested(part) for part in condition.all_], " and ")
        case AnyOf():
            return _listed([_nested(part) for part in condition.any_], " or ")
        case Not():
            return f"not ({in_words(condition.not_)})"
        case Search():
            where = _listed(condition.columns, ", ") if condition.columns else "any column"
            return f"{where} {'matches' if condition.regex else 'contains'} {_quoted(condition.search)}"
        case Duplicate():
            return f"{_listed(condition.columns, ', ')} occurs more than once"
        case _:
            return f"{condition.column} {_of_one_column(condition)}"


def _of_one_column(condition: Presence | Comparison | Between | OneOf | TextTest | Outlier) -> str:
    match condition:
        case Presence():
            return f"is {condition.is_}"
        case Comparison():
            return f"{_COMPARISONS[condition.is_]} {_value(condition.value)}"
        case Between():
            return f"is between {_value(condition.low)} and {_value(condition.high)}"
        case OneOf():
            return f"is one of {_listed(map(_value, condition.values), ', ')}"
        case TextTest():
            return f"{_TEXT_TESTS[condition.is_]} {_quoted(condition.text)}"
        case Outlier():
            mean = f"mean trimmed by {condition.trim:.15g}" if condition.trim else "mean"
            return f"is more than {condition.deviations:.15g} deviations from the {mean}"
        case unknown:
            assert_never(unknown)


def _nested(condition: AnyCondition) -> str:
    clause = in_words(condition)
    return f"({clause})" if isinstance(condition, AllOf | AnyOf) else clause


def _listed(items: Iterable[str], joint: str) -> str:
    every = list(items)
    more = len(every) - NAMES_SHOWN
    return joint.join(every[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _value(value: bool | float | str | None) -> str:  # noqa: FBT001 - a value of a cell
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case _:
            return str(value)


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= TEXT_SHOWN else f'"{text[: TEXT_SHOWN - 1]}…"'
