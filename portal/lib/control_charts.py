"""Control charts of counts: p, np, c and u, Laney's correction, CUSUM, the Western Electric rules, phases.

Sources: Shewhart's limits at three sigmas as in Montgomery, Introduction to Statistical Quality Control, and the
NIST/SEMATECH e-Handbook 6.3; the rules as in the Western Electric handbook (eight in a row, not nine); Laney, Improved
control charts for attributes, Quality Engineering 14 (2002).

Whether a point lies beyond a line is decided in fractions, so that a point on a limit is never outside by a rounding
error. Give sizes that are no whole numbers as Fraction or Decimal where that matters. A size of zero gives no point:
nothing was looked at, so there is nothing to plot; the numbers of the other points stay what they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from portal.lib.intervals import chi_square_tail

Count = int | float | Decimal | Fraction
SIGMAS = 3
MEAN_RANGE_OF_TWO = 1.128  # d2 for two neighbours; Laney's paper rounds it so
OVERDISPERSED = 0.05  # below this chance the counts spread more than their distribution explains


class ChartKind(StrEnum):
    P = "p"
    NP = "np"
    C = "c"
    U = "u"


class Side(StrEnum):
    ABOVE = "above"
    BELOW = "below"


class Reason(StrEnum):
    """Why there is no chart of these numbers. The caller says it in the reader's language."""

    NEGATIVE = "negative"  # a count or size below zero, or not finite
    SIZES_MISSING = "sizes missing"  # p, np and u need the size of each sample
    SIZES_VARY = "sizes vary"  # np and c need samples of the same size
    COUNT_ABOVE_SIZE = "count above size"  # more than all of them
    COUNT_WITHOUT_SIZE = "count without size"  # something was counted in nothing
    NOT_WHOLE = "not whole"  # things are counted in whole numbers
    UNEVEN = "uneven"  # not as many sizes as counts
    PHASE = "phase"  # a phase must begin after the first point and within the row
    NO_SPREAD = "no spread"  # CUSUM needs a spread


class ChartRefused(ValueError):
    """`n` is the number of the point from 1, or None where the whole row is meant."""

    def __init__(self, reason: Reason, n: int | None = None) -> None:
        super().__init__(f"{reason}{f' at {n}' if n else ''}")
        self.reason = reason
        self.n = n


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that a point completes; `rule` 1 to 4 of the Western Electric handbook."""

    rule: int
    n: int
    side: Side


@dataclass(frozen=True, slots=True)
class Point:
    """One sample; `n` is its number from 1. The limits are those that are possible: not below 0, a share not above 1.
    `z` is the distance from the centre in sigmas, None where there is no spread."""

    n: int
    count: float
    size: float
    value: float
    centre: float
    lower: float
    upper: float
    z: float | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Laney:
    """Limits that allow for the spread between the samples: p′ and u′. `sigma_z` 1 means: no more than expected."""

    sigma_z: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    outside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch with limits of its own: `first` and `last` are numbers of points from 1."""

    first: int
    last: int
    centre: float | None
    points: tuple[Point, ...]
    signals: tuple[Signal, ...]
    overdispersion_p: float | None
    laney: Laney | None

    @property
    def outside(self) -> tuple[int, ...]:
        return tuple(point.n for point in self.points if point.outside)

    @property
    def is_overdispersed(self) -> bool:
        return self.overdispersion_p is not None and self.overdispersion_p < OVERDISPERSED


@dataclass(frozen=True, slots=True)
class ControlChart:
    kind: ChartKind
    phases: tuple[Phase, ...]

    @property
    def centre(self) -> float | None:
        """Of the last phase: what holds now."""
        return self.phases[-1].centre if self.phases else None

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for phase in self.phases for point in phase.points)

    @property
    def outside(self) -> tuple[int, ...]:
        return tuple(n for phase in self.phases for n in phase.outside)

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(signal for phase in self.phases for signal in phase.signals)


@dataclass(frozen=True, slots=True)
class _Sample:
    n: int
    count: Fraction
    size: Fraction


def control_chart(
    kind: str, counts: Sequence[Count], sizes: Sequence[Count] | Count | None = None, *, phases: Sequence[int] = ()
) -> ControlChart:
    """The chart of `counts` in samples of `sizes` (one for all, or one each). `phases` are the numbers of the points,
    from 1, at which new limits begin. ChartRefused says what is wrong with which point."""
    kind = ChartKind(kind)
    samples = _samples(kind, counts, sizes)
    starts = sorted({1, *phases})
    if any(not 1 < start <= len(samples) for start in phases):
        raise ChartRefused(Reason.PHASE)
    ends = [start - 1 for start in starts[1:]] + [len(samples)]
    stretches = [samples[start - 1 : end] for start, end in zip(starts, ends, strict=True)]
    return ControlChart(
        kind,
        tuple(_phase(kind, start, end, stretch) for start, end, stretch in zip(starts, ends, stretches, strict=True))
        if samples
        else (),
    )


def _samples(kind: ChartKind, counts: Sequence[Count], sizes: Sequence[Count] | Count | None) -> list[_Sample]:
    if sizes is None:
        if kind != ChartKind.C:
            raise ChartRefused(Reason.SIZES_MISSING)
        sizes = 1
    each = [sizes] * len(counts) if isinstance(sizes, int | float | Decimal | Fraction) else list(sizes)
    if len(each) != len(counts):
        raise ChartRefused(Reason.UNEVEN)
    samples = [
        _Sample(n, _exact(count, n), _exact(size, n))
        for n, (count, size) in enumerate(zip(counts, each, strict=True), start=1)
    ]
    for sample in samples:
        if sample.count.denominator != 1:
            raise ChartRefused(Reason.NOT_WHOLE, sample.n)
        if sample.size == 0 and sample.count:
            raise ChartRefused(Reason.COUNT_WITHOUT_SIZE, sample.n)
        if kind in (ChartKind.P, ChartKind.NP):
            if sample.size.denominator != 1:
                raise ChartRefused(Reason.NOT_WHOLE, sample.n)
            if sample.count > sample.size:
                raise ChartRefused(Reason.COUNT_ABOVE_SIZE, sample.n)
    if kind in (ChartKind.NP, ChartKind.C):
        known = [sample for sample in samples if sample.size]
        other = next((sample.n for sample in known if sample.size != known[0].size), None)
        if other is not None:
            raise ChartRefused(Reason.SIZES_VARY, other)
    return samples


def _exact(number: Count, n: int) -> Fraction:
    try:
        exact = Fraction(number)
    except (ValueError, OverflowError):
        raise ChartRefused(Reason.NEGATIVE, n) from None
    if exact < 0:
        raise ChartRefused(Reason.NEGATIVE, n)
    return exact


def _phase(kind: ChartKind, first: int, last: int, samples: list[_Sample]) -> Phase:
    known = [sample for sample in samples if sample.size]
    if not known:
        return Phase(first, last, None, (), (), None, None)
    rate = sum((one.count for one in known), Fraction(0)) / sum((one.size for one in known), Fraction(0))
    points = [_point(kind, one, rate) for one in known]
    places = [_Place(one.n, _deviation(one, rate), _variance(kind, one, rate)) for one in known]
    centre = points[0].centre
    return Phase(
        first, last, centre, tuple(points), tuple(_signals(places)), _overdispersion(places), _laney(kind, points)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the count lies from what was expected, and the variance of that, both exact."""

    n: int
    deviation: Fraction
    variance: Fraction

    def beyond(self, sigmas: int, side: Side) -> bool:
        sign = 1 if side == Side.ABOVE else -1
        return self.deviation * sign > 0 and self.deviation**2 > sigmas**2 * self.variance


def _deviation(sample: _Sample, rate: Fraction) -> Fraction:
    return sample.count - sample.size * rate


def _variance(kind: ChartKind, sample: _Sample, rate: Fraction) -> Fraction:
    """Of the count: binomial for shares, Poisson for rates."""
    if kind in (ChartKind.P, ChartKind.NP):
        return sample.size * rate * (1 - rate)
    return sample.size * rate


def _point(kind: ChartKind, sample: _Sample, rate: Fraction) -> Point:
    scale = _scale(kind, sample.size)
    variance = _variance(kind, sample, rate)
    place = _Place(sample.n, _deviation(sample, rate), variance)
    sigma = math.sqrt(variance)
    centre = float(sample.size * rate / scale)
    reach = SIGMAS * sigma / float(scale)
    return Point(
        n=sample.n,
        count=float(sample.count),
        size=float(sample.size),
        value=float(sample.count / scale),
        centre=centre,
        lower=max(0.0, centre - reach),
        upper=min(_most(kind, sample.size), centre + reach),
        z=float(place.deviation) / sigma if variance else None,
        outside=place.beyond(SIGMAS, Side.ABOVE) or place.beyond(SIGMAS, Side.BELOW),
    )


def _scale(kind: ChartKind, size: Fraction) -> Fraction:
    """What a count is divided by to be plotted."""
    return size if kind in (ChartKind.P, ChartKind.U) else Fraction(1)


def _most(kind: ChartKind, size: Fraction) -> float:
    return {ChartKind.P: 1.0, ChartKind.NP: float(size)}.get(kind, math.inf)


def _signals(places: Sequence[_Place]) -> list[Signal]:
    """Rule 1: one point beyond 3 sigmas; 2: two of three beyond 2; 3: four of five beyond 1; 4: eight in a row on one
    side of the centre. A signal stands at the point that completes it, which lies in the zone itself."""
    found = []
    for i, place in enumerate(places):
        for rule, needed, window, sigmas in ((1, 1, 1, 3), (2, 2, 3, 2), (3, 4, 5, 1), (4, 8, 8, 0)):
            for side in Side:
                last = places[max(0, i - window + 1) : i + 1]
                if place.beyond(sigmas, side) and sum(one.beyond(sigmas, side) for one in last) >= needed:
                    found.append(Signal(rule, place.n, side))
    return found


def _overdispersion(places: Sequence[_Place]) -> float | None:
    """The chi-square test of dispersion: the chance of so much spread, or more, if only chance were at work."""
    known = [place for place in places if place.variance]
    if len(known) < 2:
        return None
    statistic = sum((place.deviation**2 / place.variance for place in known), Fraction(0))
    return chi_square_tail(float(statistic), len(known) - 1)


def _laney(kind: ChartKind, points: Sequence[Point]) -> Laney | None:
    scores = [point.z for point in points if point.z is not None]
    if len(scores) < 2:
        return None
    ranges = [abs(after - before) for before, after in pairwise(scores)]
    sigma_z = sum(ranges) / len(ranges) / MEAN_RANGE_OF_TWO
    lower, upper, outside = [], [], []
    for point in points:
        reach = SIGMAS * _sigma_of(kind, point) * sigma_z
        lower.append(max(0.0, point.centre - reach))
        upper.append(min(_most(kind, Fraction(point.size)), point.centre + reach))
        if abs(point.value - point.centre) > reach * (1 + 1e-12):
            outside.append(point.n)
    return Laney(sigma_z, tuple(lower), tuple(upper), tuple(outside))


def _sigma_of(kind: ChartKind, point: Point) -> float:
    """Of what is plotted, by the distribution alone."""
    size = 1.0 if kind == ChartKind.C else point.size
    share = point.centre / size if kind == ChartKind.NP else point.centre
    if kind == ChartKind.P:
        return math.sqrt(share * (1 - share) / size)
    if kind == ChartKind.NP:
        return math.sqrt(size * share * (1 - share))
    return math.sqrt(share / size)
