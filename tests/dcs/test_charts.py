"""The data of every chart: literal values, odd tables, and what scipy and numpy say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.analyze.charts import CHARTS, chart_data, parse_chart
from dcs.analyze.edges import automatic_edges, count_between, spread_of
from dcs.errors import (
    ColumnNotFoundError,
    DcsError,
    InvalidParametersError,
    NotApplicableError,
    TooLargeError,
)

if TYPE_CHECKING:
    from pathlib import Path

INFINITY = float("inf")
DAY = 86_400_000_000


def column(values: Any, arrow: pa.DataType) -> pa.ChunkedArray:
    """A column in two chunks; dates and datetimes are given as days and ticks."""
    stored = pa.int32() if pa.types.is_date(arrow) else pa.int64() if pa.types.is_timestamp(arrow) else arrow
    array = pa.array(values, stored).cast(arrow)
    return pa.chunked_array([array.slice(0, len(values) // 2), array.slice(len(values) // 2)], arrow)


COLUMNS = {
    "n": column([1, 2, 2, 5, None], pa.int64()),
    "f": column([1.5, 2.5, None, INFINITY, 9.0], pa.float64()),
    "t": column(["x y", "y", None, "x y", "z"], pa.string()),
    "d": column([3, 1, 2, 10, 11], pa.int32()).cast(pa.date32()),
    "s": column([0, DAY, None, 2 * DAY, DAY // 2], pa.timestamp("us")),
    "b": column([True, False, True, None, True], pa.bool_()),
}


def draw(columns: dict[str, pa.ChunkedArray], /, **message: Any) -> dict[str, Any]:
    chart = parse_chart(message)
    schema = {name: values.type for name, values in columns.items()}
    found = chart_data(chart, {name: columns[name] for name in chart.reads(schema)})
    json.dumps(found, allow_nan=False)
    return found


class TestHistogram:
    def test_few_whole_numbers_get_a_bin_each(self) -> None:
        assert draw(COLUMNS, type="histogram", columns=["n"]) == {
            "edges": [1, 2, 3, 4, 5, 6],
            "counts": {"n": [1, 2, 0, 0, 1]},
        }

    def test_columns_share_their_edges_and_infinities_have_no_bin(self) -> None:
        assert draw(COLUMNS, type="histogram", columns=["n", "f"]) == {
            "edges": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0],
            "counts": {"n": [1, 2, 1, 0, 0], "f": [1, 1, 0, 0, 1]},
        }

    def test_bins_and_limits_as_asked(self) -> None:
        assert draw(COLUMNS, type="histogram", columns=["f"], bins=3, low=0, high=9) == {
            "edges": [0.0, 3.0, 6.0, 9.0],
            "counts": {"f": [2, 0, 1]},
        }
        assert draw(COLUMNS, type="histogram", columns=["n"], low=1.5, high=4) == {
            "edges": [1, 2, 3, 4, 5],
            "counts": {"n": [0, 2, 0, 0]},
        }

    def test_dates_and_times_have_edges_of_their_type(self) -> None:
        assert draw(
            COLUMNS, type="histogram", columns=["d"], bins=3, low="1970-01-02", high="1970-01-11"
        ) == {
            "edges": ["1970-01-02", "1970-01-06", "1970-01-10", "1970-01-14"],
            "counts": {"d": [3, 0, 1]},
        }
        assert draw(COLUMNS, type="histogram", columns=["s"], bins=4) == {
            "edges": [
                "1970-01-01T00:00:00",
                "1970-01-01T13:00:00",
                "1970-01-02T02:00:00",
                "1970-01-02T15:00:00",
                "1970-01-03T04:00:00",
            ],
            "counts": {"s": [2, 1, 0, 1]},
        }

    def test_edges_of_decimals_are_round_numbers(self) -> None:
        values = [1 + step / 100 for step in range(1000)]
        found = draw({"f": column(values, pa.float64())}, type="histogram", columns=["f"])
        assert found == {"edges": [float(edge) for edge in range(1, 12)], "counts": {"f": [100] * 10}}

    def test_automatic_bins_are_capped(self) -> None:
        values = [*np.random.default_rng(1).normal(size=10_000), 1e9]
        counts = draw({"f": column(values, pa.float64())}, type="histogram", columns=["f"])["counts"]["f"]
        assert len(counts) <= 100
        assert sum(counts) == 10_001

    def test_bins_of_equal_values_follow_sturges(self) -> None:
        values = [0.0] * 120 + [1.0] * 8
        counts = draw({"f": column(values, pa.float64())}, type="histogram", columns=["f"])["counts"]["f"]
        assert counts == [120, 0, 0, 0, 0, 0, 0, 0, 0, 8]

    @settings(max_examples=200, deadline=None)
    @given(
        values=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1)
        | st.lists(st.integers(-300, 300), min_size=1)
        | st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1)
    )
    def test_every_value_is_in_one_of_few_bins(self, values: list[Any]) -> None:
        arrow = pa.float64() if isinstance(values[0], float) else pa.int64()
        ordered = np.sort(np.asarray(pa.array(values, arrow)))
        spread = spread_of(ordered)
        assert spread is not None
        edges = automatic_edges(spread, arrow, most=100)
        counts = count_between(ordered, edges)
        assert len(counts) == len(edges) - 1 <= 100
        assert sum(counts) == len(values)
        assert (edges[1:] > edges[:-1]).all()


class TestFrequency:
    def test_values(self) -> None:
        assert draw(COLUMNS, type="frequency", column="t", limit=2) == {
            "values": [["x y", 2], ["y", 1]],
            "total": 4,
            "distinct": 3,
        }
        assert draw(COLUMNS, type="frequency", column="b")["values"] == [[True, 3], [False, 1]]

    def test_words(self) -> None:
        assert draw(COLUMNS, type="frequency", column="t", words=True) == {
            "values": [["y", 3], ["x", 2], ["z", 1]],
            "total": 6,
            "distinct": 3,
        }


class TestScatter:
    def test_few_rows_are_points(self) -> None:
        assert draw(COLUMNS, type="scatter", x="n", ys=["f", "n"]) == {
            "points": {"f": [[1, 1.5], [2, 2.5]], "n": [[1, 1], [2, 2], [2, 2], [5, 5]]},
            "fits": {
                "f": {"slope": 1.0, "intercept": 0.5, "r2": pytest.approx(1), "p": None, "n": 2},
                "n": {"slope": 1.0, "intercept": 0.0, "r2": 1.0, "p": 0.0, "n": 4},
            },
        }

    def test_limits_of_both_axes(self) -> None:
        found = draw(COLUMNS, type="scatter", x="n", ys=["n"], x_low=2, x_high=9, y_low=0, y_high=3)
        assert found["points"] == {"n": [[2, 2], [2, 2]]}
        assert found["fits"] == {"n": None}

    @pytest.mark.parametrize(("rows", "shape"), [(5_000, "points"), (5_001, "density")])
    def test_more_than_5000_rows_are_a_density(self, rows: int, shape: str) -> None:
        columns = {"x": column([*range(rows)], pa.int64()), "y": column([*range(rows)], pa.int64())}
        assert shape in draw(columns, type="scatter", x="x", ys=["y"])

    def test_a_density_counts_every_row(self) -> None:
        generator = np.random.default_rng(7)
        x, y = generator.normal(size=20_000), generator.integers(0, 4, 20_000)
        columns = {"x": column(x, pa.float64()), "y": column(y, pa.int64())}
        grid = draw(columns, type="scatter", x="x", ys=["y"])["density"]["y"]
        assert (len(grid["x_edges"]), grid["y_edges"]) == (65, [0, 1, 2, 3, 4])
        expected, _, _ = np.histogram2d(x, y, [grid["x_edges"], grid["y_edges"]])
        assert grid["counts"] == expected.astype(int).tolist()
        assert sum(map(sum, grid["counts"])) == 20_000

    def test_a_column_without_values_has_an_empty_density(self) -> None:
        columns = {"x": column([*range(6_000)], pa.int64()), "none": column([None] * 6_000, pa.float64())}
        found = draw(columns, type="scatter", x="x", ys=["x", "none"])["density"]
        assert found["none"] == {"x_edges": [], "y_edges": [], "counts": []}
        assert sum(map(sum, found["x"]["counts"])) == 6_000

    def test_the_fit_is_that_of_scipy(self) -> None:
        generator = np.random.default_rng(3)
        x = generator.normal(size=300)
        y = 0.2 * x + generator.normal(size=300)
        fit = draw(
            {"x": column(x, pa.float64()), "y": column(y, pa.float64())}, type="scatter", x="x", ys=["y"]
        )
        expected = scipy.stats.linregress(x, y)
        assert fit["fits"]["y"] == {
            "slope": pytest.approx(expected.slope, rel=1e-12),
            "intercept": pytest.approx(expected.intercept, rel=1e-12),
            "r2": pytest.approx(expected.rvalue**2, rel=1e-12),
            "p": pytest.approx(expected.pvalue, rel=1e-9),
            "n": 300,
        }

    @pytest.mark.parametrize(
        ("x", "y", "fit"),
        [
            ([1, 2, 3], [4.0, 4.0, 4.0], {"slope": 0.0, "intercept": 4.0, "r2": 0.0, "p": 1.0, "n": 3}),
            ([2, 2, 2], [1.0, 2.0, 3.0], None),
            ([1], [1.0], None),
            ([], [], None),
            (
                [10**18, 10**18 + 1, 10**18 + 2, 10**18 + 3],
                [0.0, 1.0, 0.0, 1.0],
                {"slope": 0.2, "intercept": pytest.approx(-2e17), "r2": pytest.approx(0.2), "n": 4}
                | {"p": pytest.approx(1 - 0.2**0.5)},
            ),
            (
                [-1, 0, 1],
                [-1e308, 0.0, 1e308],
                {"slope": 1e308, "intercept": 0.0, "r2": 1.0, "p": 0.0, "n": 3},
            ),
        ],
    )
    def test_fits_of_odd_columns(self, x: list[int], y: list[float], fit: Any) -> None:
        columns = {"x": column(x, pa.int64()), "y": column(y, pa.float64())}
        assert draw(columns, type="scatter", x="x", ys=["y"])["fits"]["y"] == fit


class TestLines:
    def test_points_in_the_order_of_x(self) -> None:
        columns = {
            "x": column([3, 1, None, 2, 1], pa.int64()),
            "y": column([0.5, 1.5, 2.5, None, 4.5], pa.float64()),
        }
        assert draw(columns, type="line", x="x", ys=["y", "x"]) == {
            "series": {"y": [[1, 1.5], [1, 4.5], [3, 0.5]], "x": [[1, 1], [1, 1], [2, 2], [3, 3]]}
        }

    def test_time_on_the_wire(self) -> None:
        assert draw(COLUMNS, type="time_series", x="d", ys=["n"], low="1970-01-03", high="1970-01-11") == {
            "series": {"n": [["1970-01-03", 2], ["1970-01-04", 1], ["1970-01-11", 5]]}
        }
        assert draw(COLUMNS, type="time_series", x="s", ys=["n"], low="1970-01-02T00:00:00") == {
            "series": {"n": [["1970-01-02T00:00:00", 2], ["1970-01-03T00:00:00", 5]]}
        }

    def test_no_peak_is_lost(self) -> None:
        rows = 100_000
        y = np.sin(np.arange(rows) / 1_000)
        y[[123, 45_678, 99_998]] = [50.0, -60.0, 70.0]
        columns = {"x": column(np.arange(rows)[::-1], pa.int64()), "y": column(y[::-1], pa.float64())}
        line = draw(columns, type="line", x="x", ys=["y"], points=400)["series"]["y"]
        assert len(line) <= 400
        assert line == sorted(line)
        assert (line[0][0], line[-1][0]) == (0, rows - 1)
        assert [123, 50.0] in line
        assert [45_678, -60.0] in line
        assert [99_998, 70.0] in line

    def test_each_column_of_pixels_keeps_first_last_lowest_and_highest(self) -> None:
        x = np.arange(40.0)
        y = np.array([5, 1, 9, 3, 7, 2, 8, 4, 6, 5] * 4, np.float64)
        columns = {"x": column(x, pa.float64()), "y": column(y, pa.float64())}
        line = draw(columns, type="line", x="x", ys=["y"], points=16)["series"]["y"]
        assert line[:4] == [[0.0, 5.0], [1.0, 1.0], [2.0, 9.0], [9.0, 5.0]]
        assert len(line) == 16

    def test_points_at_one_x_are_thinned_too(self) -> None:
        columns = {"x": column([7] * 100, pa.int64()), "y": column([*range(100)], pa.int64())}
        assert draw(columns, type="line", x="x", ys=["y"], points=8)["series"]["y"] == [[7, 0], [7, 99]]


class TestBox:
    def test_whiskers_end_at_values_within_one_and_a_half_iqr(self) -> None:
        columns = {"v": column([1, 2, 3, 4, 5, 6, 7, 8, 100, -50, None], pa.int64())}
        assert draw(columns, type="box", columns=["v"]) == {
            "boxes": [
                {
                    "column": "v",
                    "low": 1,
                    "q1": 2.25,
                    "median": 4.5,
                    "q3": 6.75,
                    "high": 8,
                    "outliers": [-50, 100],
                    "outliers_total": 2,
                    "n": 10,
                }
            ]
        }

    def test_groups_are_in_order_and_missing_is_the_last(self) -> None:
        boxes = draw(COLUMNS, type="box", columns=["n", "f"], by="t")["boxes"]
        assert [(box["column"], box["group"], box["n"], box["median"]) for box in boxes] == [
            ("n", "x y", 2, 3),
            ("n", "y", 1, 2),
            ("n", "z", 0, None),
            ("n", None, 1, 2),
            ("f", "x y", 1, 1.5),
            ("f", "y", 1, 2.5),
            ("f", "z", 1, 9.0),
            ("f", None, 0, None),
        ]
        by_date = draw(COLUMNS, type="box", columns=["n"], by="d")["boxes"]
        assert [box["group"] for box in by_date][:2] == ["1970-01-02", "1970-01-03"]

    def test_groups_agree_with_numpy(self) -> None:
        generator = np.random.default_rng(5)
        values, groups = generator.normal(size=5_000), generator.integers(0, 20, 5_000)
        columns = {"v": column(values, pa.float64()), "g": column(groups, pa.int64())}
        for box in draw(columns, type="box", columns=["v"], by="g")["boxes"]:
            members = values[groups == box["group"]]
            quartiles = np.quantile(members, [0.25, 0.5, 0.75])
            assert [box["q1"], box["median"], box["q3"]] == pytest.approx(quartiles.tolist())
            assert box["n"] == len(members)
            reach = 1.5 * (quartiles[2] - quartiles[0])
            beyond = (members < quartiles[0] - reach) | (members > quartiles[2] + reach)
            assert box["outliers"] == sorted(members[beyond].tolist())

    def test_many_outliers_are_thinned_but_counted(self) -> None:
        columns = {"v": column([0] * 10_000 + [*range(1, 1_002)], pa.int64())}
        (box,) = draw(columns, type="box", columns=["v"])["boxes"]
        assert (box["outliers_total"], len(box["outliers"])) == (1_001, 500)
        assert (box["outliers"][0], box["outliers"][-1]) == (1, 1_001)

    def test_too_many_groups(self) -> None:
        columns = {"v": column([*range(101)], pa.int64())}
        with pytest.raises(TooLargeError, match="101 different values") as caught:
            draw(columns, type="box", columns=["v"], by="v")
        assert caught.value.field == "by"


class TestCorrelation:
    def test_pairwise_complete_as_in_numpy(self) -> None:
        generator = np.random.default_rng(2)
        rows = 70_000
        values = generator.normal(size=(5, rows))
        values[1] += values[0]
        values[2] = 1e9 - 3 * values[1] + generator.normal(size=rows)
        missing = generator.random((5, rows)) < 0.1
        missing[0] = False
        names = "abcde"
        columns = {
            name: pa.chunked_array([pa.array(values[place], mask=missing[place])])
            for place, name in enumerate(names)
        }
        found = draw(columns, type="correlation")
        assert found["columns"] == list(names)
        for one in range(5):
            for other in range(5):
                complete = ~(missing[one] | missing[other])
                assert found["n"][one][other] == complete.sum()
                expected = np.corrcoef(values[one][complete], values[other][complete])[0, 1]
                assert found["r"][one][other] == pytest.approx(expected, abs=1e-9)
        assert [found["r"][place][place] for place in range(5)] == [1.0] * 5

    def test_nothing_to_correlate(self) -> None:
        columns = {
            "constant": column([0.1, 0.1, 0.1, None], pa.float64()),
            "here": column([1, 2, None, None], pa.int64()),
            "there": column([None, None, 3, 4], pa.int64()),
            "mixed": column([1, 2, 2, 1], pa.int64()),
        }
        assert draw(columns, type="correlation") == {
            "columns": ["constant", "here", "there", "mixed"],
            "r": [
                [None, None, None, None],
                [None, 1.0, None, 1.0],
                [None, None, 1.0, -1.0],
                [None, 1.0, -1.0, 1.0],
            ],
            "n": [[3, 2, 1, 3], [2, 2, 0, 2], [1, 0, 2, 2], [3, 2, 2, 4]],
        }

    def test_large_numbers_close_together(self) -> None:
        columns = {
            "large": column([10**18 + step for step in (1, 2, 3, 4)], pa.int64()),
            "huge": column([1e308, -1e308, 1e308, -1e308], pa.float64()),
            "wide": column([-(2**63), 2**63 - 1, -(2**63), 2**63 - 1], pa.int64()),
        }
        r = draw(columns, type="correlation")["r"]
        assert r[0] == pytest.approx([1.0, -(0.2**0.5), 0.2**0.5])
        assert r[1][2] == pytest.approx(-1.0)

    def test_too_many_columns(self) -> None:
        with pytest.raises(TooLargeError, match="200 columns at most; these are 201"):
            parse_chart({"type": "correlation"}).check({f"c{number}": pa.int64() for number in range(201)})

    def test_the_movies(self, fixtures: Path) -> None:
        rows = json.loads((fixtures / "A11_vega_movies" / "movies.json").read_text(encoding="utf-8"))
        names = ["IMDB Rating", "Rotten Tomatoes Rating"]
        columns = {name: column([row[name] for row in rows], pa.float64()) for name in names}
        found = draw(columns, type="correlation", columns=names)
        assert found["n"] == [[2_988, 2_260], [2_260, 2_321]]
        assert found["r"][0][1] == pytest.approx(0.743118)


EVERY_CHART: list[dict[str, Any]] = [
    {"type": "histogram", "columns": ["n", "f"]},
    {"type": "frequency", "column": "t", "words": True},
    {"type": "scatter", "x": "n", "ys": ["f"]},
    {"type": "line", "x": "n", "ys": ["f"]},
    {"type": "time_series", "x": "s", "ys": ["f"]},
    {"type": "box", "columns": ["n", "f"], "by": "t"},
    {"type": "box", "columns": ["n"]},
    {"type": "correlation"},
]
NOTHING: list[dict[str, Any]] = [
    {"edges": [], "counts": {"n": [], "f": []}},
    {"values": [], "total": 0, "distinct": 0},
    {"points": {"f": []}, "fits": {"f": None}},
    {"series": {"f": []}},
    {"series": {"f": []}},
    {"boxes": []},
    {
        "boxes": [
            {"column": "n", "low": None, "q1": None, "median": None, "q3": None, "high": None}
            | {"outliers": [], "outliers_total": 0, "n": 0}
        ]
    },
    {"columns": ["n", "f"], "r": [[None, None], [None, None]], "n": [[0, 0], [0, 0]]},
]


def test_every_chart_is_tried() -> None:
    assert {message["type"] for message in EVERY_CHART} == {
        chart.model_fields["type"].default for chart in CHARTS
    }


@pytest.mark.parametrize(("message", "nothing"), list(zip(EVERY_CHART, NOTHING, strict=True)))
def test_an_empty_table_draws_nothing(message: Any, nothing: Any) -> None:
    for empty in (
        {name: values.slice(0, 0) for name, values in COLUMNS.items()},
        {name: pa.chunked_array([], values.type) for name, values in COLUMNS.items()},
    ):
        assert draw(empty, **message) == nothing


@pytest.mark.parametrize("message", EVERY_CHART, ids=str)
def test_all_missing_can_be_drawn(message: Any) -> None:
    missing = {name: pa.chunked_array([pa.nulls(4, values.type)]) for name, values in COLUMNS.items()}
    assert set(draw(missing, **message)) == set(draw(COLUMNS, **message))


@pytest.mark.parametrize(
    ("message", "path", "fault"),
    [
        ({"type": "histogrm"}, "type", "did you mean histogram"),
        ({}, "type", "There is no chart None"),
        ({"type": "histogram", "columns": []}, "columns", "at least 1"),
        ({"type": "histogram", "columns": ["n"], "bins": 0}, "bins", "greater than or equal to 1"),
        ({"type": "line", "x": "n", "ys": ["f"], "points": 10**9}, "points", "less than or equal"),
        ({"type": "scatter", "x": "n", "ys": ["f"], "z": 1}, "z", "Extra inputs"),
        ({"type": "histogram", "columns": ["n"], "bin": 3}, "bin", "did you mean bins?"),
    ],
)
def test_refuses_what_is_no_chart(message: Any, path: str, fault: str) -> None:
    with pytest.raises(InvalidParametersError, match="This chart is not valid") as caught:
        parse_chart(message)
    assert caught.value.fields[0][0] == path
    assert fault in caught.value.fields[0][1]


@pytest.mark.parametrize(
    ("message", "error", "field"),
    [
        ({"type": "histogram", "columns": ["n", "x"]}, ColumnNotFoundError, "columns.1"),
        ({"type": "histogram", "columns": ["t"]}, NotApplicableError, "columns.0"),
        ({"type": "histogram", "columns": ["n", "d"]}, NotApplicableError, "columns.1"),
        ({"type": "histogram", "columns": ["d"], "low": 3}, NotApplicableError, "low"),
        ({"type": "histogram", "columns": ["f"], "high": "Infinity"}, NotApplicableError, "high"),
        ({"type": "histogram", "columns": ["f"], "low": 3, "high": 3}, NotApplicableError, "low"),
        ({"type": "frequency", "column": "n", "words": True}, NotApplicableError, "words"),
        ({"type": "scatter", "x": "n", "ys": ["f"], "y_low": "a"}, NotApplicableError, "y_low"),
        ({"type": "line", "x": "d", "ys": ["f"]}, NotApplicableError, "x"),
        ({"type": "time_series", "x": "n", "ys": ["f"]}, NotApplicableError, "x"),
        ({"type": "correlation", "columns": ["n"]}, NotApplicableError, "columns"),
    ],
)
def test_refuses_what_cannot_be_drawn(message: Any, error: type[DcsError], field: str) -> None:
    schema = {name: values.type for name, values in COLUMNS.items()}
    with pytest.raises(error) as caught:
        parse_chart(message).check(schema)
    fields: Any = caught.value.data()["fields"]
    assert fields[0]["path"] == field
