"""How the figures of a unit move: control charts over weeks or months, Pareto, what came back, units side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.analysis.enums import RECURRENCE_DAYS, Grain
from forms.cards.analysis.models import ChartPhase
from forms.cards.analysis.statistics import HOUR, UnitRow, UnitTable, for_reader, unit_table
from forms.cards.enums import COUNTED, Category
from forms.cards.models import CardDay, CardItem
from forms.cards.statistics import Totals, summed, totals_of
from portal.lib.charts import Chart, Series, line_chart
from portal.lib.control_charts import ControlChart, Signal, control_chart
from portal.lib.cusum import Cusum, cusum_of_counts
from portal.lib.periods import Period
from portal.org.models import Unit


@dataclass(frozen=True)
class PeriodCounts:
    """What the planned cards of one week or month add up to."""

    period: Period
    cards: int = 0
    seconds: int = 0
    safe: int = 0
    unsafe: int = 0


def counts_over_time(unit: Unit, grain: str, day: date) -> list[PeriodCounts]:
    """The weeks or months that are over, oldest first, from the first one with a card. One query."""
    periods = [Period.of(grain, day).previous()]
    while len(periods) < Grain(grain).points:
        periods.append(periods[-1].previous())
    periods.reverse()
    first, last = periods[0].start, periods[-1].end
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    with scopes_disabled():
        days = CardDay.objects.filter(unit__path__startswith=unit.path, planned=True, day__gte=first, day__lte=last)
        for row in summed(days, "day"):
            together = sum(totals_of(row).values(), Totals())
            cell = sums[Period.of(grain, row["day"]).start]
            cell[0] += row["cards"]
            cell[1] += row["seconds"]
            cell[2] += together.safe
            cell[3] += together.unsafe
    counts = [PeriodCounts(period, *sums.get(period.start, (0, 0, 0, 0))) for period in periods]
    return counts[next((i for i, one in enumerate(counts) if one.cards), len(counts)) :]


@dataclass(frozen=True)
class Finding:
    """A signal in words."""

    period: Period
    text: str


@dataclass(frozen=True)
class Drawn:
    """A control chart with its drawing and what it says. `corrected`: the limits are Laney's."""

    title: str
    chart: Chart
    control: ControlChart
    corrected: bool
    findings: tuple[Finding, ...]


def unsafe_per_hour(counts: Sequence[PeriodCounts], phases: Sequence[ChartPhase]) -> Drawn | None:
    """A u chart: unsafe things, with the hours as sizes. None where there are fewer than two points."""
    hours = [Fraction(one.seconds, HOUR) for one in counts]
    title = _("Unsafe things an hour (u chart, planned cards)")
    return _drawn("u", title, counts, [one.unsafe for one in counts], hours, phases, scale=1, unit="")


def unsafe_share(counts: Sequence[PeriodCounts], phases: Sequence[ChartPhase]) -> Drawn | None:
    """A p chart: unsafe things of all things counted."""
    sizes = [one.safe + one.unsafe for one in counts]
    title = _("Percent unsafe (p chart, planned cards)")
    return _drawn("p", title, counts, [one.unsafe for one in counts], sizes, phases, scale=100, unit="%")


def _drawn(
    kind: str,
    title: str,
    counts: Sequence[PeriodCounts],
    unsafe: Sequence[int],
    sizes: Sequence[Any],
    phases: Sequence[ChartPhase],
    *,
    scale: int,
    unit: str,
) -> Drawn | None:
    if sum(bool(size) for size in sizes) < 2:
        return None
    starts = [i + 1 for i, one in enumerate(counts) for phase in phases if i and phase.begins_on == one.period.start]
    control = control_chart(kind, unsafe, sizes, phases=starts)
    corrected = any(phase.is_overdispersed and phase.laney for phase in control.phases)
    rows: dict[int, tuple[float, float, float, float]] = {}
    for phase in control.phases:
        use = phase.laney if corrected and phase.is_overdispersed else None
        for i, point in enumerate(phase.points):
            limits = (use.lower[i], use.upper[i]) if use else (point.lower, point.upper)
            rows[point.n] = (point.value, limits[1], point.centre, limits[0])
    names = [_("Value"), _("Upper limit"), _("Centre"), _("Lower limit")]
    numbers = range(1, len(counts) + 1)
    series = [
        Series(name, [rows[n][place] * scale if n in rows else None for n in numbers], marked=not place)
        for place, name in enumerate(names)
    ]
    labels = [one.period.code for one in counts]
    drawing = line_chart(title, labels, series, unit=unit, decimals=1 if scale == 100 else 2)
    return Drawn(title, drawing, control, corrected, tuple(_findings(control, counts)))


def _findings(control: ControlChart, counts: Sequence[PeriodCounts]) -> list[Finding]:
    """Signals in words, the limits that are drawn being the ones that count."""
    found = []
    for phase in control.phases:
        if phase.is_overdispersed and phase.laney:
            found += [
                Finding(counts[n - 1].period, _("outside the limits, even allowing for the spread between periods"))
                for n in phase.laney.outside
            ]
        else:
            found += [Finding(counts[one.n - 1].period, signal_words(one)) for one in phase.signals]
    return found


def signal_words(signal: Signal) -> str:
    above = signal.side == "above"
    return {
        1: _("above the upper limit") if above else _("below the lower limit"),
        2: _("two of three high, beyond two sigmas") if above else _("two of three low, beyond two sigmas"),
        3: _("four of five high, beyond one sigma") if above else _("four of five low, beyond one sigma"),
        4: _("eight in a row above the centre") if above else _("eight in a row below the centre"),
    }[signal.rule]


def shift_of(counts: Sequence[PeriodCounts]) -> tuple[Cusum, list[Finding]] | None:
    """A CUSUM of the unsafe things an hour, decision interval 5: finds what shifted a little and stayed."""
    hours = [Fraction(one.seconds, HOUR) for one in counts]
    if sum(bool(size) for size in hours) < 2:
        return None
    found = cusum_of_counts("u", [one.unsafe for one in counts], hours)
    first: dict[tuple[str, int], Finding] = {}
    for signal in found.signals:
        words = (
            _("more than before since %(period)s") if signal.side == "above" else _("less than before since %(period)s")
        )
        text = words % {"period": counts[signal.began - 1].period.code}
        first.setdefault((signal.side, signal.began), Finding(counts[signal.n - 1].period, text))
    return found, list(first.values())


@dataclass(frozen=True)
class ParetoRow:
    category: Category
    acts: int
    conditions: int
    share: float | None
    cumulative: float | None

    @property
    def unsafe(self) -> int:
        return self.acts + self.conditions


def pareto(row: UnitRow) -> list[ParetoRow]:
    """The categories by what was unsafe in them, with the share so far."""
    total, so_far = row.totals.unsafe, 0
    found = []
    for category, totals in sorted(row.categories.items(), key=lambda pair: -pair[1].unsafe):
        so_far += totals.unsafe
        share = (totals.unsafe / total, so_far / total) if total else (None, None)
        found.append(ParetoRow(category, totals.unsafe_acts, totals.unsafe_conditions, *share))
    return found


@dataclass(frozen=True)
class Recurrence:
    """The same category unsafe in the same area again within 30 days, so many times within the period."""

    unit_name: str
    area: str
    category: Category
    times: int
    last: date
    gap: int  # days since it was seen before


def recurrences(unit: Unit, period: Period) -> list[Recurrence]:
    """The most frequent first. There is no record of when an action was closed, so the days are counted from the day on
    which it was last seen unsafe; one query."""
    unsafe = Q(unsafe_acts__gt=0) | Q(unsafe_conditions__gt=0)
    since = period.start - timedelta(days=RECURRENCE_DAYS)
    with scopes_disabled():
        rows = (
            CardItem.objects.filter(
                unsafe,
                card__state__in=COUNTED,
                card__planned=True,
                card__unit__path__startswith=unit.path,
                card__observed_on__gte=since,
                card__observed_on__lte=period.end,
            )
            .values_list("card__unit__name", "card__area_id", "card__area__name", "category", "card__observed_on")
            .distinct()
            .order_by("card__observed_on")
        )
        days: dict[tuple[str, int, str, str], list[date]] = defaultdict(list)
        for *key, day in rows:
            days[tuple(key)].append(day)  # type: ignore[index]
    found = []
    for (unit_name, _area_id, area, category), seen in days.items():
        again = [
            (after, (after - before).days)
            for before, after in pairwise(seen)
            if after >= period.start and (after - before).days <= RECURRENCE_DAYS
        ]
        if again:
            found.append(Recurrence(unit_name, area, Category(category), len(again), *again[-1]))
    return sorted(found, key=lambda one: (-one.times, one.unit_name, one.area))


@dataclass(frozen=True)
class Compared:
    """A unit beside the others: does its interval meet the figure of all together?"""

    row: UnitRow
    differs: str  # "", "more", "less": unsafe things an hour than all together


def comparison(unit: Unit, period: Period, inside: frozenset[int]) -> tuple[UnitTable, list[Compared]]:
    """The units below, or for a unit without any those beside it, in the order of the tree: no ranks."""
    with scopes_disabled():
        parent = unit.get_parent()
    table = unit_table(unit, period)
    if not table.rows and parent is not None:
        table = unit_table(parent, period)
    table = for_reader(table, inside)
    rows = []
    for row in table.rows:
        if row.only_itself and not row.cards:
            continue
        interval, mean = row.unsafe_interval, table.total.unsafe_per_hour
        differs = ""
        if not row.hidden and not table.total.hidden and interval and mean is not None:
            differs = "more" if interval[0] > mean else "less" if interval[1] < mean else ""
        rows.append(Compared(row, differs))
    return table, rows


def written(value: float | None, decimals: int = 2, percent: bool = False) -> str:
    """A number as it stands in tables; a dash where there is none."""
    if value is None:
        return "–"
    number = number_format(round(value * (100 if percent else 1), decimals), decimal_pos=decimals)
    return f"{number}%" if percent else number
