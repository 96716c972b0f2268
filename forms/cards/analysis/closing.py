"""What cards left to do: closed by the day it was due, or not; and whether the unsafe thing came back after closing.

Actions belong to the period in which they are due. Planned and random cards stand apart here as everywhere (SAF-03).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.analysis.enums import RECURRENCE_DAYS
from forms.cards.enums import COUNTED, Category
from forms.cards.models import CardAction, CardItem
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Unit

ON_TIME = Q(done_at__date__lte=F("due_on"))
LATE = Q(done_at__date__gt=F("due_on"))


def standings(day: date) -> dict[str, Q]:
    """The names of what can be asked for, each with its rows."""
    open_ = Q(done_at=None)
    return {
        "due": Q(),
        "on_time": ON_TIME,
        "late": LATE,
        "overdue": open_ & Q(due_on__lt=day),
        "open": open_ & Q(due_on__gte=day),
    }


@dataclass(frozen=True)
class ClosingRow:
    """Actions of a unit, due in the period: how they stand. `only_itself`: without the units below."""

    unit: Unit
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0  # their day has not passed
    only_itself: bool = False
    address: str = ""  # of their rows; `&show=late` narrows it

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue + self.open

    @property
    def share(self) -> float | None:
        """Closed on time, of all that were to be closed by now: closed, or overdue."""
        over = self.on_time + self.late + self.overdue
        return self.on_time / over if over else None


@dataclass(frozen=True)
class Closing:
    """`rows`: the units right below with all below them, before them the unit itself where it has actions of its own;
    `random` apart."""

    rows: tuple[ClosingRow, ...]
    total: ClosingRow
    random: ClosingRow


def actions_of(unit: Unit, period: Period, *, planned: bool = True) -> QuerySet[CardAction]:
    """Of cards that were not withdrawn, due in the period."""
    return CardAction.objects.filter(
        due_on__gte=period.start,
        due_on__lte=period.end,
        item__card__state__in=COUNTED,
        item__card__planned=planned,
        item__card__unit__path__startswith=unit.path,
    )


def closing(unit: Unit, period: Period, day: date) -> Closing:
    """Three queries, however many units."""
    with scopes_disabled():
        units = list(Unit.objects.filter(path__startswith=unit.path))
        planned, random = (_counts(unit, period, day, planned=kind) for kind in (True, False))
    rows = []
    for branch in [one for one in units if one.depth == unit.depth + 1]:
        row = _row(branch, period, planned, units)
        if row.due:
            rows.append(row)
    own = _row(unit, period, planned, [unit], only_itself=True)
    if rows and own.due:
        rows.insert(0, own)
    total, apart = _row(unit, period, planned, units), _row(unit, period, random, units, kind="random")
    return Closing(tuple(rows), total, apart)


def _counts(unit: Unit, period: Period, day: date, *, planned: bool) -> dict[int, dict[str, int]]:
    found = actions_of(unit, period, planned=planned).order_by().values("item__card__unit_id")
    numbers = {name: Count("pk", filter=which) for name, which in standings(day).items() if name != "due"}
    rows: Any = found.annotate(**numbers)
    return {row.pop("item__card__unit_id"): row for row in rows}


def _row(
    unit: Unit,
    period: Period,
    counts: dict[int, dict[str, int]],
    units: Sequence[Unit],
    *,
    kind: str = "planned",
    only_itself: bool = False,
) -> ClosingRow:
    sums: dict[str, int] = defaultdict(int)
    for one in units:
        if one.path.startswith(unit.path):
            for name, number in counts.get(one.pk, {}).items():
                sums[name] += number
    query = {"unit": unit.code, "period": period.code}
    if kind == "random":
        query["kind"] = kind
    if only_itself:
        query["only"] = "1"
    return ClosingRow(unit, **sums, only_itself=only_itself, address=f"{reverse('card_closing')}?{urlencode(query)}")


def rows_of(
    unit: Unit, period: Period, day: date, *, show: str = "due", planned: bool = True, only_itself: bool = False
) -> QuerySet[Any]:
    """The rows behind a number, what is due first stands above."""
    found = actions_of(unit, period, planned=planned).filter(standings(day).get(show, Q()))
    if only_itself:
        found = found.filter(item__card__unit=unit)
    return found.select_related("item__card__area", "item__card__unit").order_by("due_on", "pk")


# ---- what came back --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CameBack:
    """An action that was closed, and the day on which the same category was unsafe in the same area again."""

    action: CardAction
    closed_on: date
    seen_on: date

    @property
    def category(self) -> Category:
        return Category(self.action.item.category)


@dataclass(frozen=True)
class AfterClosing:
    """Of the actions closed in the period: how many, of how many 30 days have not passed yet, and which came back."""

    closed: int
    waiting: int
    back: tuple[CameBack, ...]


def after_closing(unit: Unit, period: Period, day: date) -> AfterClosing:
    """Recurrence within 30 days after closing, of planned cards; the day of closing itself does not count. Two
    queries."""
    with scopes_disabled():
        closed = list(
            CardAction.objects.filter(
                done_at__gte=_begin(period.start),
                done_at__lt=_begin(period.end + timedelta(days=1)),
                item__card__state__in=COUNTED,
                item__card__planned=True,
                item__card__unit__path__startswith=unit.path,
            )
            .select_related("item__card__area", "item__card__unit")
            .order_by("done_at", "pk")
        )
        seen = _unsafe_days(closed, period)
    back, waiting = [], 0
    for action in closed:
        closed_on = clock.today(action.done_at)
        until = closed_on + timedelta(days=RECURRENCE_DAYS)
        again = [one for one in seen[action.item.card.area_id, action.item.category] if closed_on < one <= until]
        if again:
            back.append(CameBack(action, closed_on, min(again)))
        elif day <= until:
            waiting += 1
    return AfterClosing(len(closed), waiting, tuple(back))


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _unsafe_days(closed: Sequence[CardAction], period: Period) -> dict[tuple[int, str], set[date]]:
    """By area and category: the days on which planned cards saw something unsafe, as far as the closings look."""
    found: dict[tuple[int, str], set[date]] = defaultdict(set)
    if not closed:
        return found
    rows = CardItem.objects.filter(
        Q(unsafe_acts__gt=0) | Q(unsafe_conditions__gt=0),
        card__area__in={action.item.card.area_id for action in closed},
        card__unit__in={action.item.card.unit_id for action in closed},
        card__state__in=COUNTED,
        card__planned=True,
        card__observed_on__gt=period.start,
        card__observed_on__lte=period.end + timedelta(days=RECURRENCE_DAYS),
    ).order_by()
    for area, category, day in rows.values_list("card__area_id", "category", "card__observed_on").distinct():
        found[area, category].add(day)
    return found
