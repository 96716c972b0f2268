"""Reminding: before a deadline, on the day after it, then weekly; one notice a person a day that sums up everything.

Rows make it safe to run again: one reminder for a person and day, one line for a person, edition and stage, one summary
for a manager and week. Whoever was reminded within the last 24 hours waits for the next run; the stage that was due is
still due then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from policies.receipts.enums import QUIET, REPEATED_EVERY, WAITING, WARNED_BEFORE, ReceiptState
from policies.receipts.models import Reminder, ReminderLine
from policies.receipts.notifying import notify_below, notify_due
from policies.receipts.permissions import Scope
from policies.receipts.statistics import Entry, Overview
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.enums import MANAGING
from portal.org.models import Appointment, Person

EVERYBODY = Scope(True, (), ())
SLICE = 2000


@dataclass(frozen=True)
class Due:
    """A person is to be reminded of an edition at a stage."""

    person_id: int
    edition_id: int
    stage: int
    deadline: date


def stage_on(day: date, deadline: date) -> int | None:
    """0 from three days before the deadline, 1 from the day after it, then one more each week; None before."""
    if day > deadline:
        return 1 + ((day - deadline).days - 1) // REPEATED_EVERY.days
    return 0 if day >= deadline - WARNED_BEFORE else None


@transaction.atomic
def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Makes the reminders that are due and tells people of them. Returns how many people got one.

    A run for a moment that is over by a day or more does nothing: after a pause of the portal, today's says it all.
    """
    now = now or clock.now()
    if now + QUIET <= clock.now():
        return 0
    at = max(now, clock.now())
    day = clock.today(now)
    overview = Overview(EVERYBODY, day)
    waiting = [entry for state in sorted(WAITING) for entry in _entries(overview, state)]
    due = _new_lines(waiting, day)
    below = _overdue_below(waiting, day)
    quiet = set(Reminder.objects.filter(at__gt=at - QUIET).values_list("person_id", flat=True))
    quiet |= set(Reminder.objects.filter(day=day).values_list("person_id", flat=True))
    people = sorted((due.keys() | below.keys()) - quiet)
    week = Period.of("week", day).code
    made = Reminder.objects.bulk_create(
        Reminder(
            person_id=person,
            day=day,
            at=at,
            week=week if person in below else "",
            overdue_below=below.get(person, 0),
        )
        for person in people
    )
    ReminderLine.objects.bulk_create(
        ReminderLine(
            reminder=reminder,
            person_id=reminder.person_id,
            edition_id=line.edition_id,
            stage=line.stage,
            deadline=line.deadline,
        )
        for reminder in made
        for line in due.get(reminder.person_id, ())
    )
    lines: dict[tuple[int, int, date], list[int]] = {}
    for person in people:
        for line in due.get(person, ()):
            lines.setdefault((line.edition_id, line.stage, line.deadline), []).append(person)
    notify_due(lines, at)
    notify_below({person: below[person] for person in people if person in below}, week, at)
    if made:
        journal.record(
            by=by,
            action="receipts.remind_due",
            thing=made[0],
            data={"day": day, "people": len(made), "summaries": sum(bool(one.week) for one in made)},
            now=at,
        )
    return len(made)


def _entries(overview: Overview, state: str) -> list[Entry]:
    people = overview.people(state)
    return [entry for first in range(0, len(people), SLICE) for entry in people[first : first + SLICE]]


def _new_lines(waiting: list[Entry], day: date) -> dict[int, list[Due]]:
    """By person: the stages reached that no row knows. Who is on leave today is left alone; who has no account hears
    of it at the next reading on paper."""
    reached = []
    reachable = set(Person.objects.filter(user__is_active=True).values_list("pk", flat=True))
    for entry in waiting:
        if entry.deadline is None or entry.on_leave or entry.person_id not in reachable:
            continue
        stage = stage_on(day, entry.deadline)
        if stage is not None:
            reached.append(Due(entry.person_id, entry.asking.edition_id, stage, entry.deadline))
    known = set(
        ReminderLine.objects.filter(edition__in={one.edition_id for one in reached}).values_list(
            "person_id", "edition_id", "stage"
        )
    )
    found: dict[int, list[Due]] = {}
    for one in reached:
        if (one.person_id, one.edition_id, one.stage) not in known:
            found.setdefault(one.person_id, []).append(one)
    return found


def _overdue_below(waiting: list[Entry], day: date) -> dict[int, int]:
    """By manager: how many are overdue in the own units and below; once a week, as soon as there are any."""
    overdue = Counter(entry.held.path for entry in waiting if entry.state == ReceiptState.OVERDUE)
    week = Period.of("week", day).code
    told = set(Reminder.objects.filter(week=week).values_list("person_id", flat=True))
    managing = Appointment.objects.on(day).filter(post__role__in=MANAGING, person__user__is_active=True)
    paths: dict[int, set[str]] = {}
    with scopes_disabled():
        for person, path in managing.values_list("person_id", "unit__path"):
            paths.setdefault(person, set()).add(path)
    found = {}
    for person, own in paths.items():
        count = sum(many for path, many in overdue.items() if path.startswith(tuple(own)))
        if count and person not in told:
            found[person] = count
    return found
