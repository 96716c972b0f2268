"""The tabular CUSUM of standardised points (Montgomery, chapter 9; NIST/SEMATECH e-Handbook 6.3.2.3).

It adds up what goes beyond an allowance `k` on either side and signals when the sum exceeds the decision interval `h`,
both in sigmas: it finds a lasting shift of one sigma sooner than limits at three sigmas do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.lib.control_charts import MEAN_RANGE_OF_TWO, ChartKind, ChartRefused, Count, Reason, Side, control_chart

ALLOWANCE = 0.5
DECISION_INTERVALS = (4.0, 5.0)


@dataclass(frozen=True, slots=True)
class CusumPoint:
    """`since_high` and `since_low` count the points since the sum left zero: where the shift began."""

    n: int
    count: float
    size: float
    value: float
    z: float
    high: float
    low: float
    since_high: int
    since_low: int


@dataclass(frozen=True, slots=True)
class CusumSignal:
    """`began` is the number of the point after which the sum was last zero: the shift began about there."""

    n: int
    side: Side
    began: int


@dataclass(frozen=True, slots=True)
class Cusum:
    centre: float | None
    k: float
    h: float
    points: tuple[CusumPoint, ...]
    signals: tuple[CusumSignal, ...]


def cusum_of_counts(
    kind: str,
    counts: Sequence[Count],
    sizes: Sequence[Count] | Count | None = None,
    *,
    k: float = ALLOWANCE,
    h: float = DECISION_INTERVALS[1],
) -> Cusum:
    """Of shares ("p") or rates ("u", "c"): each point is standardised by its own sigma."""
    chart = control_chart(ChartKind(kind), counts, sizes)
    points = [(point.n, point.count, point.size, point.value, point.z or 0.0) for point in chart.points]
    return _summed(chart.centre, points, k, h)


def cusum_of_values(
    values: Sequence[float],
    *,
    target: float | None = None,
    sigma: float | None = None,
    k: float = ALLOWANCE,
    h: float = DECISION_INTERVALS[1],
) -> Cusum:
    """Of measured values. Target and sigma are estimated where they are not given: the mean, and the mean range of
    neighbours divided by 1.128. ChartRefused where there is no spread."""
    if not values:
        return Cusum(target, k, h, (), ())
    if any(not math.isfinite(value) for value in values):
        raise ChartRefused(Reason.NEGATIVE, next(n for n, v in enumerate(values, 1) if not math.isfinite(v)))
    if target is None:
        target = sum(values) / len(values)
    if sigma is None:
        ranges = [abs(after - before) for before, after in pairwise(values)]
        sigma = sum(ranges) / len(ranges) / MEAN_RANGE_OF_TWO if ranges else 0.0
    if not sigma > 0:
        raise ChartRefused(Reason.NO_SPREAD)
    points = [(n, value, 1.0, value, (value - target) / sigma) for n, value in enumerate(values, start=1)]
    return _summed(target, points, k, h)


def _summed(
    centre: float | None, points: Sequence[tuple[int, float, float, float, float]], k: float, h: float
) -> Cusum:
    if not (k >= 0 and h > 0):
        raise ValueError("k is at least 0 and h greater than 0")
    high = low = 0.0
    since_high = since_low = 0
    rows: list[CusumPoint] = []
    signals: list[CusumSignal] = []
    for place, (n, count, size, value, z) in enumerate(points):
        high, low = max(0.0, high + z - k), max(0.0, low - z - k)
        since_high = since_high + 1 if high > 0 else 0
        since_low = since_low + 1 if low > 0 else 0
        rows.append(CusumPoint(n, count, size, value, z, high, low, since_high, since_low))
        if high > h:
            signals.append(CusumSignal(n, Side.ABOVE, rows[place - since_high + 1].n))
        if low > h:
            signals.append(CusumSignal(n, Side.BELOW, rows[place - since_low + 1].n))
    return Cusum(centre, k, h, tuple(rows), tuple(signals))
