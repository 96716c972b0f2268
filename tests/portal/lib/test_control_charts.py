"""Published control charts come out; points on a limit, variable sizes, phases, rules, Laney's correction."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from portal.lib.control_charts import ChartRefused, Reason, Side, Signal, control_chart

JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
WAFERS = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13]
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
ORDERS = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
ORDER_SIZES = [
    *(100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120),
    *(120, 110, 80, 80, 80, 90, 100, 100, 100, 100, 90, 90),
]
CLOTH = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
CLOTH_SIZES = [10, 8, 13, 10, Decimal("9.5"), 10, 12, Decimal("10.5"), 12, Decimal("12.5")]

# name, kind, counts, sizes, centre, limits of a point (its number, lower, upper), points outside
PUBLISHED: list[tuple[str, str, list[int], Any, float, tuple[int, float, float], list[int]]] = [
    ("NIST 6.3.3.2, Montgomery: orange juice", "p", JUICE, 50, 0.231333, (1, 0.052428, 0.410239), [15, 23]),
    ("the same as np", "np", JUICE, 50, 11.566667, (1, 2.621377, 20.511956), [15, 23]),
    ("NIST 6.3.3.1: wafers; sample 3 lies on the limit", "c", WAFERS, None, 16.0, (3, 4.0, 28.0), [24]),
    ("Montgomery: personal computers", "u", COMPUTERS, 5, 1.93, (1, 0.066132, 3.793868), []),
    ("Montgomery: printed circuit boards", "c", BOARDS, None, 19.846154, (1, 6.481447, 33.210861), [6, 20]),
    (
        "Montgomery: purchase orders of varying number",
        "p",
        ORDERS,
        ORDER_SIZES,
        0.095510,
        (11, 0.011438, 0.179582),
        [11],
    ),
    ("Montgomery: dyed cloth, rolls of varying length", "u", CLOTH, CLOTH_SIZES, 1.423256, (5, 0.262072, 2.584440), []),
]


@pytest.mark.parametrize(("name", "kind", "counts", "sizes", "centre", "limits", "outside"), PUBLISHED)
def test_published_charts_come_out(
    name: str, kind: str, counts: list[int], sizes: Any, centre: float, limits: Any, outside: list[int]
) -> None:
    chart = control_chart(kind, counts, sizes)
    n, lower, upper = limits
    point = chart.points[n - 1]
    assert chart.centre == pytest.approx(centre, abs=1e-6)
    assert (point.lower, point.upper) == (pytest.approx(lower, abs=5e-6), pytest.approx(upper, abs=5e-6))
    assert list(chart.outside) == outside
    assert [signal.n for signal in chart.signals if signal.rule == 1] == outside


def test_the_shared_examples_come_out() -> None:
    path = Path(settings.BASE_DIR).parent / "shared" / "data" / "control_charts.yaml"
    if not path.exists():
        pytest.skip(f"no shared examples at {path}; the table above holds the same numbers")
    for example in yaml.safe_load(path.read_text(encoding="utf-8")):
        if example["chart"] == "none":
            continue
        chart, expected = control_chart(example["chart"], example["counts"], example.get("sizes")), example["expect"]
        point = chart.points[0]
        found = (chart.centre, point.lower, point.upper)
        assert found == pytest.approx((expected["centre"], expected["lower"], expected["upper"]), abs=5e-6)
        assert list(chart.outside) == expected["outside"]


def test_revised_limits_of_the_orange_juice() -> None:
    """Montgomery leaves out the two samples that have a cause; then sample 21 lies outside."""
    kept = [(n, count) for n, count in enumerate(JUICE, start=1) if n not in {15, 23}]
    chart = control_chart("p", [count for _n, count in kept], 50)
    assert chart.centre == pytest.approx(0.2150, abs=5e-5)
    assert (chart.points[0].lower, chart.points[0].upper) == (
        pytest.approx(0.0407, abs=5e-5),
        pytest.approx(0.3893, abs=5e-5),
    )
    assert [kept[n - 1][0] for n in chart.outside] == [21]


def test_phases_have_limits_of_their_own() -> None:
    """Montgomery: after the machine was adjusted, 24 samples with a centre of 0.1108 and no lower limit."""
    after = [9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5]
    chart = control_chart("p", JUICE + after, 50, phases=[31])
    assert [(phase.first, phase.last) for phase in chart.phases] == [(1, 30), (31, 54)]
    assert chart.phases[0].centre == pytest.approx(0.231333, abs=1e-6)
    assert chart.centre == chart.phases[1].centre == pytest.approx(0.1108, abs=5e-5)
    last = chart.points[-1]
    assert (last.n, last.lower, last.upper) == (54, 0.0, pytest.approx(0.2440, abs=1e-4))
    assert chart.outside == (15, 23)
    # What runs over the border of a phase is no run: the rules begin anew.
    level = control_chart("c", [1, 9] * 4 + [2, 8] * 4, phases=[9])
    assert not level.signals


@pytest.mark.parametrize("phases", [[1], [0], [4], [-1]])
def test_a_phase_begins_within_the_row(phases: list[int]) -> None:
    with pytest.raises(ChartRefused) as refused:
        control_chart("c", [1, 2, 3], phases=phases)
    assert refused.value.reason == Reason.PHASE


def test_a_size_of_zero_gives_no_point_and_moves_no_number() -> None:
    chart = control_chart("u", [6, 0, 2], [2, 0, 4])
    assert chart.centre == pytest.approx(8 / 6)  # the ratio of the sums, not the mean of the ratios
    assert [point.n for point in chart.points] == [1, 3]
    empty = control_chart("u", [0, 0], [0, 0])
    assert (empty.centre, empty.points, empty.outside) == (None, (), ())
    assert control_chart("c", []).centre is None


def test_limits_stay_where_a_value_can_be() -> None:
    few = control_chart("p", [0, 1, 1, 2], [2, 2, 2, 2])
    assert {(point.lower, point.upper) for point in few.points} == {(0.0, 1.0)}
    assert control_chart("np", [0, 1, 1, 2], 2).points[0].upper == 2.0
    nothing = control_chart("p", [0, 0, 0], 10)
    assert (nothing.centre, nothing.points[0].upper, nothing.outside) == (0.0, 0.0, ())
    assert nothing.phases[0].overdispersion_p is None
    assert control_chart("p", [10, 10], 10).outside == ()


@pytest.mark.parametrize("tenth", range(1, 40))
def test_a_point_on_the_limit_is_not_outside_by_a_rounding_error(tenth: int) -> None:
    """Sixteen on average; 28 and 4 lie on the limits exactly, whatever the size of one sample is."""
    counts = [28, 4, 16, 16, 16]
    chart = control_chart("u", counts, [Fraction(tenth, 10)] * len(counts))
    assert (chart.outside, chart.phases[0].laney and chart.phases[0].laney.outside) == ((), ())
    assert not [signal for signal in chart.signals if signal.rule == 1]
    counts = [29, 3, 16, 16, 16]
    assert control_chart("u", counts, [Fraction(tenth, 10)] * len(counts)).outside == (1, 2)


REFUSED: list[tuple[str, list[Any], Any, Reason, int | None]] = [
    ("np", [1, 2], [10, 11], Reason.SIZES_VARY, 2),
    ("c", [1, 2], [1, 2], Reason.SIZES_VARY, 2),
    ("p", [1, 11], [10, 10], Reason.COUNT_ABOVE_SIZE, 2),
    ("u", [1, 2], [10, 0], Reason.COUNT_WITHOUT_SIZE, 2),
    ("u", [1, -2], [10, 1], Reason.NEGATIVE, 2),
    ("u", [1, 2], [10, -1], Reason.NEGATIVE, 2),
    ("c", [1, math.nan], None, Reason.NEGATIVE, 2),
    ("c", [1, math.inf], None, Reason.NEGATIVE, 2),
    ("c", [1, 1.5], None, Reason.NOT_WHOLE, 2),
    ("p", [1, 1], [2, 2.5], Reason.NOT_WHOLE, 2),
    ("p", [1, 1], None, Reason.SIZES_MISSING, None),
    ("u", [1, 1], [1], Reason.UNEVEN, None),
]


@pytest.mark.parametrize(("kind", "counts", "sizes", "reason", "n"), REFUSED)
def test_what_makes_no_chart_is_refused(kind: str, counts: list[Any], sizes: Any, reason: Reason, n: int) -> None:
    with pytest.raises(ChartRefused) as refused:
        control_chart(kind, counts, sizes)
    assert (refused.value.reason, refused.value.n) == (reason, n)


# places of the points in sigmas about a mean of 400 -> the signals (rule, point)
PATTERNS: list[tuple[list[float], list[tuple[int, int]]]] = [
    ([2.2, 0.1, 2.3, -0.5, -2.1, -0.5, -0.5, -0.5, 0.5, -1], [(2, 3)]),  # two of three beyond 2 on one side
    ([2.2, -2.3, 0.3, -0.2], []),  # on two sides: no signal
    ([1.3, 1.2, -0.3, 1.4, 1.3, -1.2, -0.5, -1.2, -0.5, -1.5], [(3, 5)]),  # four of five beyond 1
    ([0.4] * 8 + [-0.8] * 4, [(4, 8)]),  # eight in a row on one side
    ([0.4] * 7 + [-0.7] * 4, []),
    ([0.5] * 4 + [0.0] + [0.5] * 4 + [-1, -1, -0.5, -0.5, -1], []),  # a point on the centre breaks the row
]


@pytest.mark.parametrize(("places", "expected"), PATTERNS)
@pytest.mark.parametrize("sign", [1, -1])
def test_western_electric_rules(places: list[float], expected: list[tuple[int, int]], sign: int) -> None:
    counts = [round(400 + 20 * sign * place) for place in places]
    assert statistics.mean(counts) == 400
    chart = control_chart("c", counts)
    side = Side.ABOVE if sign == 1 else Side.BELOW
    assert [one for one in chart.signals if one.side == side] == [Signal(rule, n, side) for rule, n in expected]


def test_more_spread_than_chance_explains() -> None:
    """The chi-square test of dispersion and Laney's limits, against the definitions written out."""
    counts, size = [520, 430, 610, 480, 395, 560, 505, 620, 450, 470], 10_000
    chart = control_chart("p", counts, size)
    phase, laney = chart.phases[0], chart.phases[0].laney
    mean = sum(counts) / size / len(counts)
    sigma = math.sqrt(mean * (1 - mean) / size)
    scores = [(count / size - mean) / sigma for count in counts]
    sigma_z = statistics.mean(abs(b - a) for a, b in pairwise(scores)) / 1.128
    assert laney is not None
    assert laney.sigma_z == pytest.approx(sigma_z)
    assert laney.upper[0] == pytest.approx(mean + 3 * sigma * sigma_z)
    assert laney.lower[0] == pytest.approx(mean - 3 * sigma * sigma_z)
    assert (len(chart.outside) > 3, laney.outside, phase.is_overdispersed) == (True, (), True)
    assert phase.overdispersion_p is not None
    assert phase.overdispersion_p < 1e-15
    level = control_chart("p", [50, 52, 47, 55, 46, 51], 1000).phases[0]
    assert level.overdispersion_p is not None
    assert (level.overdispersion_p > 0.9, level.is_overdispersed) == (True, False)
