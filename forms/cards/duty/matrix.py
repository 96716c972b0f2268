"""The duty matrix: the only place where cards meet rosters. Reads slots of units and days in four queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.duty.enums import ORDER, Duty, SlotState
from forms.cards.duty.permissions import duty_of
from forms.cards.duty.slots import Hours, Seen, Slot, SlotMaker, Work, assign
from forms.cards.enums import COUNTED
from forms.cards.models import Card
from portal.org.models import Appointment, RosterEntry, Shift, Unit

ONE_DAY = timedelta(days=1)


def slots_of(units: Collection[int], first: date, last: date) -> list[Slot]:
    """The slots of these units from the first to the last day, each with the card that counts for it.

    A card of the first day may belong to a night shift of the day before, so one day more is looked at on either side.
    """
    if not units:
        return []
    begun, over = first - ONE_DAY, last + ONE_DAY
    with scopes_disabled():
        shifts = shift_hours(units)
        works = _works(units, begun, over)
        cards = _cards(units, begun, over + ONE_DAY)
    slots = SlotMaker(shifts, timezone.get_default_timezone()).slots(works)
    assign(slots, cards, shifts)
    return [slot for slot in slots if first <= slot.day <= last]


def shift_hours(units: Collection[int]) -> dict[int, Hours]:
    rows = Shift.objects.filter(unit__in=units).values_list("pk", "starts_at", "ends_at")
    return {pk: Hours(starts, ends) for pk, starts, ends in rows}


def _works(units: Collection[int], first: date, last: date) -> list[Work]:
    held = _duties(units, first, last)
    rows = RosterEntry.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    return [
        Work(unit, person, day, shift, state, reason, _duty_on(held.get((unit, person), ()), day))
        for unit, person, day, shift, state, reason in rows.values_list(
            "unit_id", "person_id", "day", "shift_id", "state", "reason"
        )
    ]


def _duties(units: Collection[int], first: date, last: date) -> dict[tuple[int, int], list[tuple[date, date, Duty]]]:
    """By unit and person: what each appointment makes them owe, the heavier duty first."""
    held: dict[tuple[int, int], list[tuple[date, date, Duty]]] = defaultdict(list)
    rows = Appointment.objects.filter(unit__in=units, starts_on__lte=last).exclude(ends_on__lt=first)
    for unit, person, role, code, starts, ends in rows.values_list(
        "unit_id", "person_id", "post__role", "post__code", "starts_on", "ends_on"
    ):
        held[unit, person].append((starts, ends or date.max, duty_of(role, code)))
    for periods in held.values():
        periods.sort(key=lambda period: ORDER[period[2]])
    return held


def _duty_on(periods: Iterable[tuple[date, date, Duty]], day: date) -> Duty:
    """Whoever is lent to a unit owes with the others."""
    return next((duty for starts, ends, duty in periods if starts <= day <= ends), Duty.TOGETHER)


def _cards(units: Collection[int], first: date, last: date) -> list[Seen]:
    rows = (
        Card.observers.through.objects.filter(
            card__unit__in=units, card__observed_on__gte=first, card__observed_on__lte=last, card__state__in=COUNTED
        )
        .order_by()
        .values_list(
            "card_id",
            "card__unit_id",
            "card__observed_on",
            "card__observed_at",
            "card__shift_id",
            "card__handed_in_at",
            "person_id",
        )
    )
    found: dict[int, tuple[Any, ...]] = {}
    observers: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row[0]] = row
        observers[row[0]].append(row[6])
    return [
        Seen(pk, unit, day, at, shift, handed_in_at, tuple(sorted(observers[pk])))
        for pk, unit, day, at, shift, handed_in_at, _person in found.values()
    ]


@dataclass
class Row:
    """One line of the matrix: a person, or a shift of which the others are together; slots by day."""

    duty: Duty
    person: int | None
    shift: int | None
    days: dict[date, list[Slot]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Sums:
    """Slots by state. The share counts slots with a card, never cards; what is excused or still open is left out."""

    due: int = 0
    done: int = 0  # late ones included
    late: int = 0
    missed: int = 0
    excused: int = 0

    @property
    def owed(self) -> int:
        return self.done + self.missed

    @property
    def share(self) -> float | None:
        return self.done / self.owed if self.owed else None

    def add(self, slot: Slot, now: datetime) -> None:
        state = slot.state(now)
        self.due += state == SlotState.DUE
        self.done += state in (SlotState.DONE, SlotState.LATE)
        self.late += state == SlotState.LATE
        self.missed += state == SlotState.MISSED
        self.excused += state == SlotState.EXCUSED

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.due + other.due,
            self.done + other.done,
            self.late + other.late,
            self.missed + other.missed,
            self.excused + other.excused,
        )


@dataclass
class Matrix:
    """A unit from one day to another: its rows by duty, and the sums of each duty."""

    unit: Unit
    first: date
    last: date
    rows: list[Row]
    sums: dict[Duty, Sums]

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def total(self) -> Sums:
        return sum(self.sums.values(), Sums())


def matrix_of(unit: Unit, first: date, last: date, now: datetime) -> Matrix:
    rows: dict[tuple, Row] = {}
    sums = {duty: Sums() for duty in Duty}
    for slot in slots_of([unit.pk], first, last):
        key = (ORDER[slot.duty], slot.person or 0, 0 if slot.person else slot.shift or 0)
        row = rows.get(key)
        if row is None:
            row = rows[key] = Row(slot.duty, slot.person, None if slot.person else slot.shift)
        row.days[slot.day].append(slot)
        sums[slot.duty].add(slot, now)
    return Matrix(unit, first, last, [rows[key] for key in sorted(rows)], sums)


def open_slots_of(person: int, units: Collection[int], day: date, now: datetime) -> list[Slot]:
    """What this person still owes of this day and of a night shift that began the day before."""
    slots = slots_of(units, day - ONE_DAY, day)
    return [slot for slot in slots if person in slot.members and slot.state(now) == SlotState.DUE]
