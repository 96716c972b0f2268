"""Sums of the duty over many units and days: day by day kept, and worked out anew where cards or rosters changed since.

A kept day knows which cards it was made of. Reading compares that with the cards there are now, in one query, so an
imported or withdrawn card is seen without being told; a changed roster removes the day (actions). Days without a row
are worked out while reading and kept by the schedule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import F, Q, Sum
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.duty.enums import Duty, SlotState
from forms.cards.duty.matrix import Sums, slots_of
from forms.cards.duty.models import DutyDay, DutyTally
from forms.cards.duty.permissions import DUTY_UNITS
from forms.cards.duty.slots import Slot
from forms.cards.models import CardDay
from portal.lib.periods import Period
from portal.org.enums import RosterState
from portal.org.models import RosterEntry, Unit

ONE_DAY = timedelta(days=1)
UnitDay = tuple[int, date]
CardMark = tuple[int, int]  # how many cards, the sum of their keys
NO_CARDS: CardMark = (0, 0)


@dataclass(frozen=True)
class Standing:
    """What is kept, and what must be worked out."""

    kept: Mapping[UnitDay, int]  # keys of DutyDay rows that are as they should be
    stale: frozenset[UnitDay]
    marks: Mapping[UnitDay, CardMark]


def duty_units(unit: Unit | None = None) -> list[int]:
    """The units that owe cards, at or below this one (None: all)."""
    units = Unit.objects.filter(kind__in=DUTY_UNITS)
    return list((units.filter(path__startswith=unit.path) if unit else units).values_list("pk", flat=True))


def sums_by_unit(units: Collection[int], first: date, last: date, now: datetime) -> dict[int, dict[Duty, Sums]]:
    """For each of these units that has a roster in these days: its sums by duty."""
    found: dict[int, dict[Duty, Sums]] = defaultdict(lambda: {duty: Sums() for duty in Duty})
    if not units:
        return found
    with scopes_disabled():
        standing = _standing(units, first, last)
        for unit, duty, sums in _kept_sums(units, first, last, standing, now):
            found[unit][duty] += sums
    for slot in _slots_of_days(standing.stale):
        found[slot.unit][slot.duty].add(slot, now)
    for unit, _day in standing.kept:
        found.setdefault(unit, {duty: Sums() for duty in Duty})  # with days off alone: zeros
    return found


def total_sums(units: Collection[int], period: Period, now: datetime) -> Sums:
    by_unit = sums_by_unit(units, period.start, period.end, now)
    return sum((sums for duties in by_unit.values() for sums in duties.values()), Sums())


def days_with_work(units: Collection[int], first: date, last: date) -> set[UnitDay]:
    """Days on which somebody of the unit worked, or a card was made."""
    rostered = RosterEntry.objects.filter(
        unit__in=units, day__gte=first, day__lte=last, state=RosterState.WORKING
    ).order_by()
    cards = CardDay.objects.filter(unit__in=units, day__gte=first, day__lte=last, cards__gt=0)
    worked = set(rostered.values_list("unit_id", "day").distinct())
    return worked | set(cards.values_list("unit_id", "day"))


def _standing(units: Collection[int], first: date, last: date) -> Standing:
    rostered = RosterEntry.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    wanted: set[UnitDay] = set(rostered.order_by().values_list("unit_id", "day").distinct())
    marks = _marks(units, first, last)
    kept, stale = {}, set(wanted)
    rows = DutyDay.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    for pk, unit, day, cards, keys in rows.values_list("pk", "unit_id", "day", "cards", "card_keys"):
        if (unit, day) in wanted and marks.get((unit, day), NO_CARDS) == (cards, keys):
            kept[unit, day] = pk
            stale.discard((unit, day))
    return Standing(kept, frozenset(stale), marks)


def _marks(units: Collection[int], first: date, last: date) -> dict[UnitDay, CardMark]:
    """The cards that can matter to a day: its own and, for night shifts, those of the days beside it."""
    rows = (
        CardDay.objects.filter(unit__in=units, day__gte=first - ONE_DAY, day__lte=last + ONE_DAY)
        .order_by()
        .values_list("unit_id", "day")
        .annotate(all_cards=Sum("cards"), all_keys=Sum("card_keys"))
    )
    marks: dict[UnitDay, CardMark] = {}
    for unit, day, cards, keys in rows:
        for beside in (day - ONE_DAY, day, day + ONE_DAY):
            before = marks.get((unit, beside), NO_CARDS)
            marks[unit, beside] = (before[0] + cards, before[1] + keys)
    return marks


def _kept_sums(
    units: Collection[int], first: date, last: date, standing: Standing, now: datetime
) -> Iterable[tuple[int, Duty, Sums]]:
    """Added up by the database; the kept days that are out of step are few and left out by their keys."""
    rows = DutyTally.objects.filter(of__unit__in=units, of__day__gte=first, of__day__lte=last)
    if standing.stale:
        out_of_step = DutyDay.objects.filter(unit__in=units, day__gte=first, day__lte=last)
        out_of_step = out_of_step.filter(day__in={day for _unit, day in standing.stale})
        keys = [
            pk for pk, unit, day in out_of_step.values_list("pk", "unit_id", "day") if (unit, day) in standing.stale
        ]
        rows = rows.exclude(of__in=keys) if keys else rows
    over = Q(ends_at__lte=now)
    counted = (
        rows.order_by()
        .values("of__unit_id", "duty")
        .annotate(
            all_done=Sum("done"),
            all_late=Sum("late"),
            all_excused=Sum("excused"),
            all_missed=Sum(F("owed") - F("done"), filter=over, default=0),
            all_due=Sum(F("owed") - F("done"), filter=~over, default=0),
        )
    )
    for row in counted:
        sums = Sums(row["all_due"], row["all_done"], row["all_late"], row["all_missed"], row["all_excused"])
        yield row["of__unit_id"], Duty(row["duty"]), sums


def _slots_of_days(days: Collection[UnitDay]) -> Iterable[Slot]:
    """The slots of single days of units: read by runs of days that lie together, so that few queries do."""
    by_day: dict[date, set[int]] = defaultdict(set)
    for unit, day in days:
        by_day[day].add(unit)
    run: list[date] = []
    for day in [*sorted(by_day), date.max]:
        if run and day - run[-1] != ONE_DAY:
            units = set().union(*(by_day[one] for one in run))
            yield from (slot for slot in slots_of(units, run[0], run[-1]) if (slot.unit, slot.day) in days)
            run = []
        run.append(day)


def keep_days(first: date, last: date, *, anew: bool = False) -> int:
    """Works out and keeps the days that are missing or out of step (`anew`: all). Returns how many."""
    with scopes_disabled():
        units = duty_units()
        standing = _standing(units, first, last)
        days = standing.stale | (frozenset(standing.kept) if anew else frozenset())
        by_day: dict[UnitDay, list[Slot]] = {day: [] for day in days}
        for slot in _slots_of_days(days):
            by_day[slot.unit, slot.day].append(slot)
        for one in sorted(days):
            _keep(one, by_day[one], standing.marks.get(one, NO_CARDS))
    return len(days)


@transaction.atomic
def _keep(one: UnitDay, slots: list[Slot], mark: CardMark) -> None:
    DutyDay.objects.filter(unit=one[0], day=one[1]).delete()
    kept = DutyDay.objects.create(unit_id=one[0], day=one[1], cards=mark[0], card_keys=mark[1])
    sums: dict[tuple[Duty, datetime], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for slot in slots:
        counts = sums[slot.duty, slot.ends_at]
        counts[0] += not slot.excuse
        counts[1] += slot.card is not None
        counts[2] += slot.is_late
        counts[3] += bool(slot.excuse)
    DutyTally.objects.bulk_create(
        DutyTally(of=kept, duty=duty, ends_at=ends, owed=owed, done=done, late=late, excused=excused)
        for (duty, ends), (owed, done, late, excused) in sums.items()
    )


def forget_days(unit: int, days: Collection[date]) -> None:
    """After a change of the roster: these days are worked out anew. Called by the verbs, in their transaction."""
    with scopes_disabled():
        near = {day + step for day in days for step in (-ONE_DAY, timedelta(), ONE_DAY)}
        DutyDay.objects.filter(unit=unit, day__in=near).delete()


def rows_url(unit: Unit | None, period: Period) -> str:
    """The matrix, or the units side by side, behind a figure."""
    address = reverse("duty_matrix", args=[unit.code]) if unit else reverse("duty_overview")
    return f"{address}?{urlencode({'period': period.code})}"


def outstanding(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    return [slot for slot in slots if slot.state(now) in (SlotState.DUE, SlotState.MISSED)]
