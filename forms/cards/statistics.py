"""What the cards of a unit and period add up to: read once from the sums of days (`tallies`), in one query, for screen,
chart, bulletin and export.

Planned observations only enter statistics (SAF-03, clause 4): `planned=False` gives the random ones apart, never both
together. Whether somebody may see a figure is the question of the page that shows it; here every card of the unit and
the units below it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.enums import COUNTED, Category
from forms.cards.models import Card, CardDay, ObserverMonth
from forms.cards.tallies import KINDS_OF_COUNT, SUMS
from portal.lib.periods import Period, PeriodKind
from portal.org.models import Unit


@dataclass(frozen=True)
class Totals:
    """Counts of one category, month, or all together."""

    safe: int = 0
    unsafe_acts: int = 0
    unsafe_conditions: int = 0

    @property
    def unsafe(self) -> int:
        return self.unsafe_acts + self.unsafe_conditions

    @property
    def observed(self) -> int:
        return self.safe + self.unsafe

    @property
    def safe_share(self) -> float | None:
        """Safe things of all things counted: the ratio of the sums, no number where nothing was counted."""
        return self.safe / self.observed if self.observed else None

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.safe + other.safe,
            self.unsafe_acts + other.unsafe_acts,
            self.unsafe_conditions + other.unsafe_conditions,
        )


@dataclass(frozen=True)
class MonthCounts:
    """One month: how many cards, how many seconds were observed, what was counted."""

    month: date  # its first day
    cards: int = 0
    seconds: int = 0
    totals: Totals = field(default_factory=Totals)


@dataclass(frozen=True)
class CardCounts:
    """The figures of a unit (with all units below it) and period; `planned` says which of the two kinds they are."""

    unit: Unit
    period: Period
    planned: bool
    cards: int
    seconds: int
    totals: Totals
    categories: Mapping[Category, Totals]  # all six, in the regulation's order
    months: tuple[MonthCounts, ...]  # every month of the period, empty ones included
    rows_url: str

    @property
    def mean_seconds(self) -> float | None:
        return self.seconds / self.cards if self.cards else None


def quarter_counts(unit: Unit, period: Period, planned: bool = True) -> CardCounts:
    """Cards, seconds and counts by category and month. Works for any period; withdrawn cards do not count."""
    with scopes_disabled():
        found = days_of(unit, period).filter(planned=planned).annotate(month=TruncMonth("day"))
        by_month = {row["month"]: row for row in summed(found, "month")}
    categories = dict.fromkeys(Category, Totals())
    months = []
    for month in months_of(period):
        row = by_month.get(month, {})
        counted = totals_of(row)
        for category, totals in counted.items():
            categories[category] += totals
        together = sum(counted.values(), Totals())
        months.append(MonthCounts(month, row.get("cards", 0), row.get("seconds", 0), together))
    return CardCounts(
        unit=unit,
        period=period,
        planned=planned,
        cards=sum(month.cards for month in months),
        seconds=sum(month.seconds for month in months),
        totals=sum(categories.values(), Totals()),
        categories=categories,
        months=tuple(months),
        rows_url=rows_url(unit, period, planned),
    )


def card_tally(unit: Unit | None, period: Period) -> tuple[int, int]:
    """How many planned and how many random cards a unit (None: all) has in a period; one query."""
    with scopes_disabled():
        found = days_of(unit, period).aggregate(
            by_plan=Sum("cards", filter=Q(planned=True), default=0),
            by_chance=Sum("cards", filter=Q(planned=False), default=0),
        )
    return found["by_plan"], found["by_chance"]


def months_of(period: Period) -> list[date]:
    """The first days of the months that the period touches."""
    months, day = [], period.start.replace(day=1)
    while day <= period.end:
        months.append(day)
        day = Period.of("month", day).next().start
    return months


def rows_url(unit: Unit, period: Period, planned: bool | None = None) -> str:
    """The list of the cards behind a figure."""
    query = {"unit": unit.code, "period": period.code}
    if planned is not None:
        query["kind"] = "planned" if planned else "random"
    return f"{reverse('card_list')}?{urlencode(query)}"


# ---- the sums of days, for other figures of cards -------------------------------------------------------------------
WHOLE_MONTHS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR})


def days_of(unit: Unit | None, period: Period) -> QuerySet[CardDay]:
    """The days of a unit and all units below it (None: of all) that have cards in the period."""
    days = CardDay.objects.filter(day__gte=period.start, day__lte=period.end, cards__gt=0)
    return days if unit is None else days.filter(unit__path__startswith=unit.path)


def summed(days: QuerySet[CardDay], *by: str) -> Iterable[dict[str, Any]]:
    """Rows with the fields `by` and the sums of all the others, by their names."""
    return days.order_by().values(*by).annotate(**{name: Sum(name) for name in SUMS})


def totals_of(row: Mapping[str, Any]) -> dict[Category, Totals]:
    """All six categories of a row of `summed`."""
    return {
        category: Totals(*(int(row.get(f"{category.value}_{count}") or 0) for count in KINDS_OF_COUNT))
        for category in Category
    }


def observers_by_unit(unit: Unit, period: Period) -> set[tuple[int, int]]:
    """(unit, person) for everybody whom a planned card of the period names. One query: of months that are whole the
    kept ones, of a week or day the cards themselves."""
    if period.kind in WHOLE_MONTHS:
        months = ObserverMonth.objects.filter(
            unit__path__startswith=unit.path,
            month__gte=period.start,
            month__lte=period.end,
            planned=True,
        )
        return set(months.order_by().values_list("unit_id", "person_id").distinct())
    seats = Card.observers.through.objects.filter(
        card__state__in=COUNTED,
        card__planned=True,
        card__unit__path__startswith=unit.path,
        card__observed_on__gte=period.start,
        card__observed_on__lte=period.end,
    )
    return set(seats.order_by().values_list("card__unit_id", "person_id").distinct())
