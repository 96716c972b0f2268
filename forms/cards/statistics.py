"""What the cards of a unit and period add up to: computed once, in two queries, for screen, chart, bulletin and export.

Planned observations only enter statistics (SAF-03, clause 4): `planned=False` gives the random ones apart, never both
together. Whether somebody may see a figure is the question of the page that shows it; here every card of the unit and
the units below it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.enums import COUNTED, Category
from forms.cards.models import Card, CardItem
from portal.lib.periods import Period
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
        by_month = {
            row["month"]: row
            for row in _cards(unit, period, planned)
            .annotate(month=TruncMonth("observed_on"))
            .values("month")
            .annotate(cards=Count("pk"), seconds=Sum("seconds"))
        }
        sums = list(
            _items(unit, period, planned)
            .annotate(month=TruncMonth("card__observed_on"))
            .values("month", "category")
            .annotate(s=Sum("safe"), a=Sum("unsafe_acts"), c=Sum("unsafe_conditions"))
        )
    categories = dict.fromkeys(Category, Totals())
    monthly: dict[date, Totals] = {}
    for row in sums:
        totals = Totals(row["s"], row["a"], row["c"])
        categories[Category(row["category"])] += totals
        monthly[row["month"]] = monthly.get(row["month"], Totals()) + totals
    months = tuple(
        MonthCounts(
            month,
            by_month.get(month, {}).get("cards", 0),  # type: ignore[call-overload]
            by_month.get(month, {}).get("seconds", 0),  # type: ignore[call-overload]
            monthly.get(month, Totals()),
        )
        for month in months_of(period)
    )
    return CardCounts(
        unit=unit,
        period=period,
        planned=planned,
        cards=sum(month.cards for month in months),
        seconds=sum(month.seconds for month in months),
        totals=sum(categories.values(), Totals()),
        categories=categories,
        months=months,
        rows_url=rows_url(unit, period, planned),
    )


def card_tally(unit: Unit | None, period: Period) -> tuple[int, int]:
    """How many planned and how many random cards a unit (None: all) has in a period; one query."""
    with scopes_disabled():
        cards = Card.objects.counted().in_period(period)
        if unit is not None:
            cards = cards.filter(unit__path__startswith=unit.path)
        found = cards.aggregate(
            by_plan=Count("pk", filter=Q(planned=True)), by_chance=Count("pk", filter=Q(planned=False))
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


def _cards(unit: Unit, period: Period, planned: bool) -> QuerySet[Card]:
    return Card.objects.counted().in_period(period).filter(unit__path__startswith=unit.path, planned=planned)


def _items(unit: Unit, period: Period, planned: bool) -> QuerySet[CardItem]:
    return CardItem.objects.filter(
        card__state__in=COUNTED,
        card__planned=planned,
        card__unit__path__startswith=unit.path,
        card__observed_on__gte=period.start,
        card__observed_on__lte=period.end,
    )
