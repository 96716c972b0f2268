"""Rosters: what one person works on which days, and why not. Leave and changes of days gone by have a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.duty import permissions
from forms.cards.duty.enums import EXCUSING, LONGEST_REASON
from forms.cards.duty.statistics import forget_days
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.enums import RosterState
from portal.org.models import Person, RosterEntry, Shift, Unit


@dataclass(frozen=True)
class Day:
    """What the roster says of a day: the shifts worked, or a state without work. Neither: nothing is planned."""

    shifts: tuple[int, ...] = ()
    state: str = RosterState.WORKING

    @property
    def lines(self) -> list[tuple[int | None, str]]:
        if self.state != RosterState.WORKING:
            return [(shift, self.state) for shift in (self.shifts or (None,))]
        return [(shift, self.state) for shift in self.shifts]


def _require_keeper(by: Any, unit: Unit) -> None:
    if not permissions.user_can_keep_roster(by, unit):
        raise NotYours(_("The roster is kept by the managers of the unit."))


def roster_version(unit: Unit, person: Person, first: date, last: date) -> str:
    """Changes with every change of these days: two people who edit at once are told."""
    rows = RosterEntry.objects.filter(unit=unit, person=person, day__gte=first, day__lte=last).order_by("pk")
    return hashlib.sha256(repr(list(rows.values_list("pk", "state", "shift_id"))).encode()).hexdigest()[:16]


@transaction.atomic
def set_roster(
    *,
    by: Any,
    unit: Unit,
    person: Person,
    days: Mapping[date, Day],
    reason: str = "",
    version: tuple[str, date, date] | None = None,
    now: datetime | None = None,
) -> int:
    """Writes these days of a person's roster; days that already are so are left alone. Returns how many changed.

    `version` is (roster_version as the editor saw it, first day, last day). Raises Conflict when it changed since.
    """
    now = now or clock.now()
    _require_keeper(by, unit)
    reason = " ".join(reason.split())
    Unit.objects.select_for_update().get(pk=unit.pk)  # two editors of one unit come one after the other
    if version is not None and roster_version(unit, person, *version[1:]) != version[0]:
        message = _("Somebody changed this roster meanwhile. Look at it as it is now and enter your change again.")
        raise Conflict(message)
    changed = _changed(unit, person, days)
    if not changed:
        return 0
    _require_reason(changed, reason, clock.today(now))
    _check_shifts(unit, changed)
    write_days(unit, {(person.pk, day): what for day, what in changed.items()}, lambda *_key: reason)
    data = {"person": person.staff_number, "days": [day.isoformat() for day in sorted(changed)], "reason": reason}
    journal.record(by=by, action="card_duty.set_roster", thing=person, unit=unit, data=data, now=now)
    return len(changed)


def _changed(unit: Unit, person: Person, days: Mapping[date, Day]) -> dict[date, Day]:
    there = days_of(unit, [person.pk], days)
    return {day: what for day, what in days.items() if there.get((person.pk, day), Day()) != what}


def days_of(unit: Unit, people: Iterable[int], days: Iterable[date]) -> dict[tuple[int, date], Day]:
    """What the roster of a unit says, by person and day."""
    rows = RosterEntry.objects.filter(unit=unit, person__in=list(people), day__in=list(days))
    found: dict[tuple[int, date], Day] = {}
    for person, day, shift, state in rows.order_by("pk").values_list("person_id", "day", "shift_id", "state"):
        before = found.get((person, day), Day(state=state))
        shifts = tuple(sorted({*before.shifts, shift})) if shift else before.shifts
        found[person, day] = Day(shifts, state)
    return found


def _require_reason(changed: Mapping[date, Day], reason: str, today: date) -> None:
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Shorten the reason to %(most)s characters.") % {"most": LONGEST_REASON}, field="reason")
    if reason:
        return
    if any(what.state in EXCUSING for what in changed.values()):
        raise Refused(
            _("Give the reason for leave or for a day without work: it excuses from the card."), field="reason"
        )
    if min(changed) < today:
        raise Refused(_("Give the reason why a day gone by is changed."), field="reason")


def _check_shifts(unit: Unit, changed: Mapping[date, Day]) -> None:
    own = set(Shift.objects.filter(unit=unit).values_list("pk", flat=True))
    if any(shift not in own for what in changed.values() for shift in what.shifts):
        raise Refused(_("This shift belongs to another unit."))


def write_days(unit: Unit, days: Mapping[tuple[int, date], Day], reason_of: Any) -> None:
    """Puts these days in place of what stood there; within the caller's transaction, which journals them."""
    people, dates = {person for person, _day in days}, {day for _person, day in days}
    rows = RosterEntry.objects.filter(unit=unit, person__in=people, day__in=dates)
    gone = [pk for pk, person, day in rows.values_list("pk", "person_id", "day") if (person, day) in days]
    for start in range(0, len(gone), 500):
        RosterEntry.objects.filter(pk__in=gone[start : start + 500]).delete()
    RosterEntry.objects.bulk_create(
        (
            RosterEntry(
                unit=unit, person_id=person, day=day, shift_id=shift, state=state, reason=reason_of(person, day)
            )
            for (person, day), what in sorted(days.items())
            for shift, state in what.lines
        ),
        batch_size=1000,
    )
    forget_days(unit.pk, dates)


def excuse_person(
    *, by: Any, unit: Unit, person: Person, day: date, state: str, reason: str, now: datetime | None = None
) -> None:
    """A person owes no card on this day: on leave, or no work. The shifts stay in the roster."""
    _require_excuse(state, reason)
    with scopes_disabled():
        there = days_of(unit, [person.pk], [day]).get((person.pk, day))
    if there is None:
        raise Refused(_("Nothing is planned for this person on this day: there is nothing to excuse."))
    if there.state in EXCUSING:
        raise Conflict(_("This day is excused already."))
    shifts = there.shifts if state == RosterState.NO_WORK else ()
    set_roster(by=by, unit=unit, person=person, days={day: Day(shifts, state)}, reason=reason, now=now)


@transaction.atomic
def excuse_shift(*, by: Any, unit: Unit, shift: Shift, day: date, reason: str, now: datetime | None = None) -> int:
    """There was no work on a shift: nobody on it owes a card. Returns how many people were on it."""
    now = now or clock.now()
    _require_keeper(by, unit)
    _require_excuse(RosterState.NO_WORK, reason)
    Unit.objects.select_for_update().get(pk=unit.pk)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    rows = RosterEntry.objects.filter(unit=unit, shift=shift, day=day, state=RosterState.WORKING)
    count = rows.update(state=RosterState.NO_WORK, reason=reason)
    if not count:
        raise Conflict(_("Nobody works on this shift: it is excused already, or nobody was planned."))
    forget_days(unit.pk, [day])
    data = {"day": day, "people": count, "reason": reason}
    journal.record(by=by, action="card_duty.excuse_shift", thing=shift, unit=unit, data=data, now=now)
    return count


def _require_excuse(state: str, reason: str) -> None:
    if state not in EXCUSING:
        raise Refused(_("Say whether it is leave or a day without work."), field="state")
    if not reason.strip():
        raise Refused(
            _("Give the reason for leave or for a day without work: it excuses from the card."), field="reason"
        )


def planned_days(people: Sequence[int], unit: Unit, days: Sequence[date]) -> list[RosterEntry]:
    """The lines of a grid, with their shifts."""
    rows = RosterEntry.objects.filter(unit=unit, person__in=people, day__gte=days[0], day__lte=days[-1])
    return list(rows.select_related("shift").order_by("day", "shift__starts_at"))
