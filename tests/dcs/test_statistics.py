"""Statistics of a column: literal values for every kind, odd columns, a model in plain Python, real files."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.analyze import analyze, facet, profile
from dcs.analyze.counting import Counts
from dcs.analyze.words import count_words

if TYPE_CHECKING:
    from pathlib import Path

INFINITY = float("inf")
LARGEST = 2**63 - 1
DAY = 86_400_000_000


def column(values: list[Any], arrow: pa.DataType) -> pa.ChunkedArray:
    """A column in two chunks; dates and datetimes are given as days and ticks."""
    stored = pa.int32() if pa.types.is_date(arrow) else pa.int64() if pa.types.is_timestamp(arrow) else arrow
    array = pa.array(values, stored).cast(arrow)
    return pa.chunked_array([array.slice(0, len(values) // 2), array.slice(len(values) // 2)], arrow)


def analyzed(values: list[Any], arrow: pa.DataType) -> dict[str, Any]:
    found = analyze(column(values, arrow))
    json.dumps(found, allow_nan=False)
    return found


def test_integers() -> None:
    assert analyzed([3, 1, None, 2, 2, -4, 0], pa.int64()) == {
        "count": 7,
        "missing": 1,
        "distinct": 5,
        "frequencies": [[2, 2], [-4, 1], [0, 1], [1, 1], [3, 1]],
        "mode": [2],
        "mode_count": 2,
        "min": -4,
        "max": 3,
        "range": 7,
        "sum": 4,
        "mean": pytest.approx(2 / 3),
        "std": pytest.approx(2.503331),
        "q1": 0.25,
        "median": 1.5,
        "q3": 2,
        "zeros": 1,
        "negatives": 1,
        "histogram": {"edges": [-4, -3, -2, -1, 0, 1, 2, 3, 4], "counts": [1, 0, 0, 0, 1, 1, 2, 1]},
    }


def test_decimals_take_both_zeros_for_one() -> None:
    assert analyzed([0.5, -0.0, 0.0, None, 2.5, 1.0], pa.float64()) == {
        "count": 6,
        "missing": 1,
        "distinct": 4,
        "frequencies": [[0.0, 2], [0.5, 1], [1.0, 1], [2.5, 1]],
        "mode": [0.0],
        "mode_count": 2,
        "min": 0.0,
        "max": 2.5,
        "range": 2.5,
        "sum": 4.0,
        "mean": 0.8,
        "std": pytest.approx(1.036822),
        "q1": 0.0,
        "median": 0.5,
        "q3": 1.0,
        "zeros": 2,
        "negatives": 0,
        "histogram": {"edges": [0.0, 1.0, 2.0, 3.0], "counts": [3, 1, 1]},
    }


def test_text_counts_code_points_and_words_between_any_blanks() -> None:
    # e and a combining accent are two code points; a no-break space is a blank
    values = ["a b", "", "  ", "a\u00a0😀 b", "a b", None, "e\u0301\n"]
    assert analyzed(values, pa.string()) == {
        "count": 7,
        "missing": 1,
        "distinct": 5,
        "frequencies": [["a b", 2], ["", 1], ["  ", 1], ["a\u00a0😀 b", 1], ["e\u0301\n", 1]],
        "mode": ["a b"],
        "mode_count": 2,
        "words_min": 0,
        "words_max": 3,
        "words_mean": pytest.approx(8 / 6),
        "word_length_min": 1,
        "word_length_max": 2,
        "word_length_mean": pytest.approx(9 / 8),
        "words_total": 8,
        "words_distinct": 4,
        "word_frequencies": [["a", 3], ["b", 3], ["e\u0301", 1], ["😀", 1]],
        "length_min": 0,
        "length_max": 5,
        "empty": 1,
    }


def test_dates_before_1678_and_after_2262() -> None:
    assert analyzed([-719_162, None, 0, 0, 2_932_896], pa.date32()) == {
        "count": 5,
        "missing": 1,
        "distinct": 3,
        "frequencies": [["1970-01-01", 2], ["0001-01-01", 1], ["9999-12-31", 1]],
        "mode": ["1970-01-01"],
        "mode_count": 2,
        "min": "0001-01-01",
        "max": "9999-12-31",
        "median": "1970-01-01",
        "histogram": {
            "edges": ["0001-01-01", "2500-10-02", "5000-07-03", "7500-04-03", "+010000-01-02"],
            "counts": [3, 0, 0, 1],
        },
    }


def test_datetimes_before_1678_and_after_2262() -> None:
    moments = np.array(["1600-01-01", "2500-07-01T12:00", "1970-01-01"], "datetime64[us]")
    found = analyzed([*moments.astype(np.int64).tolist(), None], pa.timestamp("us"))
    assert (found["min"], found["max"]) == ("1600-01-01T00:00:00", "2500-07-01T12:00:00")
    assert (found["median"], found["distinct"]) == ("1970-01-01T00:00:00", 3)
    assert found["histogram"] == {
        "edges": ["1600-01-01T00:00:00", "2050-04-02T00:00:00", "2500-07-03T00:00:00"],
        "counts": [2, 1],
    }


def test_datetimes_take_the_lower_of_two_medians() -> None:
    found = analyzed([DAY, 0, None, 9 * DAY // 24 + 1, 7 * DAY // 24], pa.timestamp("us", "+02:00"))
    assert found == {
        "count": 5,
        "missing": 1,
        "distinct": 4,
        "frequencies": [
            ["1970-01-01T02:00:00+02:00", 1],
            ["1970-01-01T09:00:00+02:00", 1],
            ["1970-01-01T11:00:00.000001+02:00", 1],
            ["1970-01-02T02:00:00+02:00", 1],
        ],
        "min": "1970-01-01T02:00:00+02:00",
        "max": "1970-01-02T02:00:00+02:00",
        "median": "1970-01-01T09:00:00+02:00",
        "histogram": {
            "edges": [
                "1970-01-01T02:00:00+02:00",
                "1970-01-01T11:00:00+02:00",
                "1970-01-01T20:00:00+02:00",
                "1970-01-02T05:00:00+02:00",
            ],
            "counts": [2, 1, 1],
        },
    }


def test_booleans() -> None:
    assert analyzed([True, None, False, True], pa.bool_()) == {
        "count": 4,
        "missing": 1,
        "distinct": 2,
        "frequencies": [[True, 2], [False, 1]],
        "mode": [True],
        "mode_count": 2,
        "true": 2,
        "false": 1,
    }


NOTHING_COUNTED = {"distinct": 0, "frequencies": []}
NO_NUMBERS = {
    "min": None,
    "max": None,
    "range": None,
    "sum": 0,
    "mean": None,
    "std": None,
    "q1": None,
    "median": None,
    "q3": None,
    "zeros": 0,
    "negatives": 0,
    "histogram": None,
}
NO_TEXTS: dict[str, Any] = {
    "words_min": None,
    "words_max": None,
    "words_mean": None,
    "word_length_min": None,
    "word_length_max": None,
    "word_length_mean": None,
    "words_total": 0,
    "words_distinct": 0,
    "word_frequencies": [],
    "length_min": None,
    "length_max": None,
    "empty": 0,
}
NO_DATES = {"min": None, "max": None, "median": None, "histogram": None}


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize(
    ("arrow", "nothing"),
    [
        (pa.int64(), NO_NUMBERS),
        (pa.float64(), NO_NUMBERS),
        (pa.string(), NO_TEXTS),
        (pa.date32(), NO_DATES),
        (pa.timestamp("ns"), NO_DATES),
        (pa.bool_(), {"true": 0, "false": 0}),
    ],
)
def test_columns_without_a_value(arrow: pa.DataType, nothing: dict[str, Any], rows: int) -> None:
    assert analyzed([None] * rows, arrow) == {"count": rows, "missing": rows, **NOTHING_COUNTED, **nothing}
    if not rows:
        assert analyze(pa.chunked_array([], arrow))["count"] == 0


def test_a_single_value_has_no_deviation_and_no_mode() -> None:
    found = analyzed([7], pa.int64())
    assert (found["mean"], found["std"], found["median"], found["range"]) == (7.0, None, 7, 0)
    assert found["histogram"] == {"edges": [7, 8], "counts": [1]}
    assert "mode" not in found
    assert "mode_count" not in found


def test_sums_of_large_integers_do_not_wrap() -> None:
    found = analyzed([LARGEST] * 1_000 + [-LARGEST - 1, 7], pa.int64())
    assert found["sum"] == str(999 * LARGEST + 6)
    assert (found["min"], found["max"]) == ("-9223372036854775808", "9223372036854775807")
    assert found["range"] == "18446744073709551615"
    assert found["median"] == "9223372036854775807"
    assert found["mean"] == (999 * LARGEST + 6) / 1002


def test_large_integers_close_together_keep_their_deviation() -> None:
    found = analyzed([10**18 + 1, 10**18 + 2, 10**18 + 3], pa.int64())
    assert (found["std"], found["median"]) == (1.0, str(10**18 + 2))
    assert found["histogram"]["counts"] == [1, 1, 1]


def test_decimals_do_not_overflow_or_cancel() -> None:
    huge = analyzed([1e308, 1e308, -1e308, 1e308], pa.float64())
    assert (huge["sum"], huge["mean"], huge["std"]) == ("Infinity", 5e307, pytest.approx(1e308))
    assert huge["range"] == "Infinity"
    assert sum(huge["histogram"]["counts"]) == 4
    assert analyzed([1e16, 1.0, -1e16] * 100, pa.float64())["sum"] == 100.0
    assert analyzed([0.1] * 10, pa.float64())["sum"] == 1.0
    tiny = analyzed([1e-300, 3e-300], pa.float64())
    assert (tiny["mean"], tiny["std"]) == (2e-300, pytest.approx(2**0.5 * 1e-300))
    assert analyzed([0.1] * 3, pa.float64())["std"] == 0.0


def test_infinities() -> None:
    one = analyzed([INFINITY, 1.0, 2.0, 3.0], pa.float64())
    assert (one["max"], one["range"], one["sum"], one["mean"], one["std"]) == (*["Infinity"] * 4, None)
    assert (one["q1"], one["median"], one["q3"]) == (1.75, 2.5, "Infinity")
    assert one["frequencies"][-1] == ["Infinity", 1]
    assert sum(one["histogram"]["counts"]) == 3
    both = analyzed([INFINITY, -INFINITY, -INFINITY], pa.float64())
    assert (both["sum"], both["mean"], both["std"], both["histogram"]) == (None, None, None, None)
    assert (both["min"], both["median"], both["q3"], both["mode"]) == (
        "-Infinity",
        "-Infinity",
        None,
        ["-Infinity"],
    )
    same = analyzed([INFINITY, INFINITY], pa.float64())
    assert (same["range"], same["sum"], same["median"]) == (None, "Infinity", "Infinity")


def test_many_modes_and_values_are_cut_at_fifty() -> None:
    found = analyzed([*range(100), *range(60, 100), *range(61)], pa.int64())
    assert found["mode"] == [60]
    twice = analyzed([*range(100)] * 2, pa.int64())
    assert (twice["mode"], twice["mode_count"]) == ([*range(50)], 2)
    assert twice["frequencies"] == [[value, 2] for value in range(50)]
    texts = analyzed([f"w{number:03}" for number in range(99, -1, -1)], pa.string())
    assert texts["frequencies"][:2] == [["w000", 1], ["w001", 1]]
    assert texts["word_frequencies"][49] == ["w049", 1]


def test_words_of_much_text_are_counted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Counts(pa.array(["a b", "b", "", "c a", "a"]), np.array([1, 2, 3, 4, 5]))
    whole = analyze(pa.chunked_array([["a b", *["b"] * 2, *[""] * 3, *["c a"] * 4, *["a"] * 5]]))
    monkeypatch.setattr("dcs.analyze.words._BYTES_AT_ONCE", 1)
    words, numbers = count_words(texts)
    assert words.most_frequent() == whole["word_frequencies"] == [["a", 10], ["c", 4], ["b", 3]]
    assert numbers.tolist() == [2, 1, 0, 2, 1]


def test_statistics_of_the_movies(fixtures: Path) -> None:
    rows = json.loads((fixtures / "A11_vega_movies" / "movies.json").read_text(encoding="utf-8"))
    gross = analyzed([row["US Gross"] for row in rows], pa.int64())
    assert (gross["count"], gross["missing"], gross["sum"]) == (3_201, 7, 140_542_660_013)
    assert (gross["mode"], gross["mode_count"], gross["zeros"]) == ([0], 66, 66)
    rating = analyzed([row["MPAA Rating"] for row in rows], pa.string())
    assert (rating["missing"], rating["distinct"], rating["words_distinct"]) == (605, 7, 8)
    assert rating["frequencies"][:3] == [["R", 1_194], ["PG-13", 865], ["PG", 354]]
    imdb = analyzed([row["IMDB Rating"] for row in rows], pa.float64())
    assert (imdb["min"], imdb["q1"], imdb["median"], imdb["q3"], imdb["max"]) == (1.4, 5.6, 6.4, 7.2, 9.2)
    assert imdb["sum"] == pytest.approx(18_775.0)


def type_7(values: list[Any], share: Fraction) -> Fraction:
    ordered = sorted(values)
    whole, part = divmod(share * (len(ordered) - 1), 1)
    low, high = (Fraction(ordered[min(int(whole) + step, len(ordered) - 1)]) for step in (0, 1))
    return low + part * (high - low)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.none() | st.integers(-5, 5) | st.integers(-(2**63), LARGEST), max_size=30),
)
def test_integers_agree_with_the_model(values: list[int | None]) -> None:
    found = analyzed(values, pa.int64())
    present = [value for value in values if value is not None]
    counts = Counter(present)
    assert int(found["sum"]) == sum(present)
    assert found["distinct"] == len(counts)
    assert [[int(value), count] for value, count in found["frequencies"]] == [
        [value, count] for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    if not present:
        return
    assert sum(found["histogram"]["counts"]) == len(present)
    assert found["mean"] == sum(present) / len(present)
    for name, share in (("q1", Fraction(1, 4)), ("median", Fraction(1, 2)), ("q3", Fraction(3, 4))):
        expected = type_7(present, share)
        given_back = found[name]
        assert (int(given_back) if isinstance(given_back, str) else given_back) == (
            expected if expected.denominator == 1 and abs(expected) >= 2**53 else float(expected)
        )
    if len(present) > 1:
        assert found["std"] == pytest.approx(statistics.stdev(map(Fraction, present)), rel=1e-12, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_decimals_agree_with_the_model(values: list[float | None]) -> None:
    found = analyzed(values, pa.float64())
    present = [value for value in values if value is not None]
    if not present:
        return
    total = sum(map(Fraction, present), Fraction(0))
    assert sum(found["histogram"]["counts"]) == len(present)
    assert found["distinct"] == len(set(present))
    if abs(total) < 1.7e308:
        assert found["sum"] == pytest.approx(float(total), rel=1e-12, abs=1e-300)
    assert found["mean"] == pytest.approx(float(total / len(present)), rel=1e-12, abs=1e-300)
    assert found["median"] == pytest.approx(float(type_7(present, Fraction(1, 2))), rel=1e-12, abs=1e-300)
    if len(present) > 1:
        squares = sum(((Fraction(value) - total / len(present)) ** 2 for value in present), Fraction(0))
        std = Fraction(math.isqrt(int(squares / (len(present) - 1) * 4**2000)), 2**2000)
        if std < 1.7e308:
            assert found["std"] == pytest.approx(float(std), rel=1e-9, abs=1e-300)


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.none() | st.text(alphabet="ab \n\u00a0\u3000é😀\u200b", max_size=6), max_size=20))
def test_texts_agree_with_the_model(values: list[str | None]) -> None:
    found = analyzed(values, pa.string())
    present = [value for value in values if value is not None]
    words = [word for value in present for word in value.split()]
    assert found["words_total"] == len(words)
    assert found["words_distinct"] == len(set(words))
    assert found["word_frequencies"] == [
        [word, count] for word, count in sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
    ]
    assert found["empty"] == present.count("")
    assert found["distinct"] == len(set(present))
    if present:
        assert found["words_mean"] == pytest.approx(len(words) / len(present))
        assert (found["length_min"], found["length_max"]) == (min(map(len, present)), max(map(len, present)))


def test_a_profile_is_what_a_header_shows() -> None:
    assert profile(column(["b", "a", None, "b"], pa.string())) == {
        "missing": 1,
        "distinct": 2,
        "distinct_exact": True,
        "top": [["b", 2], ["a", 1]],
    }
    assert profile(column([1.0, INFINITY, None], pa.float64())) == {
        "missing": 1,
        "distinct": 2,
        "distinct_exact": True,
        "histogram": {"edges": [0.5, 1.5], "counts": [1]},
    }
    assert profile(column([None], pa.date32())) == {"missing": 1, "distinct": 0, "distinct_exact": True}
    many: Any = profile(column([*range(10_000)], pa.int64()))["histogram"]
    assert many["counts"] == [500] * 20


VALUES = ["a", "b", "b", None, None, "C", "É"]


@pytest.mark.parametrize(
    ("arguments", "total", "values"),
    [
        ({}, 5, [["b", 2], [None, 2], ["C", 1], ["a", 1], ["É", 1]]),
        ({"order": "value"}, 5, [["C", 1], ["a", 1], ["b", 2], ["É", 1], [None, 2]]),
        ({"start": 1, "count": 2}, 5, [[None, 2], ["C", 1]]),
        ({"start": 2, "count": 9}, 5, [["C", 1], ["a", 1], ["É", 1]]),
        ({"count": 1}, 5, [["b", 2]]),
        ({"order": "value", "start": 3, "count": 2}, 5, [["É", 1], [None, 2]]),
        ({"start": 99}, 5, []),
        ({"search": "é"}, 1, [["É", 1]]),
        ({"search": "null"}, 0, []),
    ],
)
def test_a_facet_is_paged(arguments: Any, total: int, values: list[Any]) -> None:
    assert facet(column(VALUES, pa.string()), **arguments) == {"total": total, "values": values}


def test_a_facet_of_numbers_is_searched_by_what_the_grid_shows() -> None:
    numbers = column([1.5, 10.0, None, 10.0], pa.float64())
    assert facet(numbers, search=".0") == {"total": 1, "values": [[10.0, 2]]}
    assert facet(numbers, order="value")["values"] == [[1.5, 1], [10.0, 2], [None, 1]]
    assert facet(pa.chunked_array([], pa.string())) == {"total": 0, "values": []}


@pytest.mark.parametrize("order", ["count", "value"])
@pytest.mark.parametrize("start", [0, 1, 2, 40, 99])
def test_pages_near_the_top_and_far_down_follow_one_order(order: Any, start: int) -> None:
    numbers = column([number for number in range(100) for _ in range(1 + number % 3)], pa.int64())
    whole: Any = facet(numbers, order=order, count=100)["values"]
    assert facet(numbers, order=order, start=start, count=3)["values"] == whole[start : start + 3]


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.none() | st.integers(0, 6)),
    order=st.sampled_from(["count", "value"]),
    start=st.integers(0, 8),
    count=st.integers(1, 8),
)
def test_pages_of_a_facet_agree_with_the_model(
    values: list[int | None], order: Any, start: int, count: int
) -> None:
    counts = Counter(values).items()
    by_value = sorted(counts, key=lambda item: (item[0] is None, item[0]))
    expected = sorted(by_value, key=lambda item: -item[1]) if order == "count" else by_value
    page = [[value, many] for value, many in expected[start : start + count]]
    found = facet(column(values, pa.int64()), order=order, start=start, count=count)
    assert found == {"total": len(expected), "values": page}


def test_sums_keep_small_values_beside_large_ones_that_cancel() -> None:
    values = pa.chunked_array([[1e30, 3.0, 1e-3] * 40_000, [-1e30] * 40_000])
    assert analyze(values)["sum"] == pytest.approx(120_040, rel=1e-15)
