"""The one list of all statistics of a column, and what each of them means."""

from __future__ import annotations

from dataclasses import dataclass

from dcs.columns import DATES, KINDS, NUMBERS, Kind


@dataclass(frozen=True)
class Statistic:
    """A statistic that `analyze` returns under `name` for columns of `kinds`."""

    name: str
    kinds: tuple[Kind, ...]
    meaning: str


_TEXT: tuple[Kind, ...] = ("text",)
_BOOLEAN: tuple[Kind, ...] = ("boolean",)

STATISTICS: tuple[Statistic, ...] = (
    Statistic("count", KINDS, "Rows, those without a value too."),
    Statistic("missing", KINDS, "Rows without a value."),
    Statistic("distinct", KINDS, "Different values; missing is none, and -0.0 is 0.0."),
    Statistic(
        "frequencies", KINDS, "The 50 most frequent values with their counts; of equal counts, by value."
    ),
    Statistic("mode", KINDS, "The most frequent values, at most 50; absent when every value is unique."),
    Statistic("mode_count", KINDS, "How often each of these occurs; absent as they are."),
    Statistic("min", (*NUMBERS, *DATES), "The smallest value, the earliest date."),
    Statistic("max", (*NUMBERS, *DATES), "The largest value, the latest date."),
    Statistic("range", NUMBERS, "The difference of the largest and the smallest value."),
    Statistic("sum", NUMBERS, "The sum, exact for integers of any size; of no values 0."),
    Statistic("mean", NUMBERS, "The arithmetic mean."),
    Statistic("median", (*NUMBERS, *DATES), "The middle value; of two middle dates the earlier one."),
    Statistic("std", NUMBERS, "The standard deviation of a sample, with n - 1; none of fewer than 2 values."),
    Statistic("q1", NUMBERS, "The first quartile, linear between two values."),
    Statistic("q3", NUMBERS, "The third quartile, linear between two values."),
    Statistic("zeros", NUMBERS, "Values that are zero."),
    Statistic("negatives", NUMBERS, "Values below zero."),
    Statistic("histogram", (*NUMBERS, *DATES), "`edges` and the `counts` between them, of finite values."),
    Statistic(
        "words_min", _TEXT, "Fewest words in a value; words are runs of characters that are not blank."
    ),
    Statistic("words_max", _TEXT, "Most words in a value."),
    Statistic("words_mean", _TEXT, "Words per value."),
    Statistic("word_length_min", _TEXT, "Length of the shortest word, in code points."),
    Statistic("word_length_max", _TEXT, "Length of the longest word."),
    Statistic("word_length_mean", _TEXT, "Mean length of all words."),
    Statistic("words_total", _TEXT, "Words in all values together."),
    Statistic("words_distinct", _TEXT, "Different words."),
    Statistic("word_frequencies", _TEXT, "The 50 most frequent words with their counts."),
    Statistic("length_min", _TEXT, "Length of the shortest value, in code points."),
    Statistic("length_max", _TEXT, "Length of the longest value."),
    Statistic("empty", _TEXT, 'Values that are the empty text `""`, which is not missing.'),
    Statistic("true", _BOOLEAN, "Values that are true."),
    Statistic("false", _BOOLEAN, "Values that are false."),
)
"""Every statistic there is."""


def statistics_of(kind: Kind) -> tuple[Statistic, ...]:
    """Return the statistics of columns of a kind."""
    return tuple(statistic for statistic in STATISTICS if kind in statistic.kinds)
