"""Reminding of weeks, months and measures: before the term, the day after it, then weekly; once a person and day.

A row for each person, thing and stage makes it safe to run again, and two at once. Who is on leave today hears of it on
the day after the leave: the stage that was due is due then, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from forms.cards.weeks.enums import stage_on
from forms.cards.weeks.models import WeekReminder
from forms.cards.weeks.notifying import notify_waiting
from forms.cards.weeks.waiting import Waiting, waiting_on
from portal.journal import actions as journal
from portal.lib import clock
from portal.org.enums import RosterState
from portal.org.models import Person, RosterEntry

STALE = timedelta(days=1)


@transaction.atomic
def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Makes the reminders that are due and tells people of them. Returns how many people get one.

    A run for a moment that is over by a day or more does nothing: after a pause of the portal, today's says it all.
    """
    now = now or clock.now()
    if now + STALE <= clock.now():
        return 0
    day, at = clock.today(now), max(now, clock.now())
    reachable = set(Person.objects.filter(user__is_active=True).values_list("pk", flat=True))
    on_leave = RosterEntry.objects.filter(day=day, state=RosterState.LEAVE)
    reachable -= set(on_leave.values_list("person_id", flat=True))
    already_told = set(WeekReminder.objects.filter(day=day).values_list("person_id", flat=True))
    reached = [
        (person, one, stage)
        for one in waiting_on(day)
        if (stage := stage_on(day, one.term)) is not None
        for person in one.people
        if person in reachable and person not in already_told
    ]
    told = WeekReminder.objects.filter(what__in={one.what for _person, one, _stage in reached})
    known = set(told.values_list("person_id", "what", "stage"))
    made = WeekReminder.objects.bulk_create(
        WeekReminder(person_id=person, what=one.what, stage=stage, term=one.term, day=day, at=at)
        for person, one, stage in reached
        if (person, one.what, stage) not in known
    )
    people = {reminder.person_id for reminder in made}
    new: dict[tuple[Waiting, int], list[int]] = {}
    for person, one, stage in reached:
        if (person, one.what, stage) not in known:
            new.setdefault((one, stage), []).append(person)
    notify_waiting([(one, stage, persons) for (one, stage), persons in new.items()], at)
    if made:
        data = {"day": day, "people": len(people), "reminders": len(made)}
        journal.record(by=by, action="card_weeks.remind_due", thing=made[0], data=data, now=at)
    return len(people)
