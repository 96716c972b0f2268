"""Reminding of plan items, preventive measures and effects to verify: before the term, the day after it, then
weekly; once a person and day. A row for each person, thing and stage makes it safe to run again, and two at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from forms.cases.corrections.enums import stage_on
from forms.cases.corrections.models import CorrectionReminder
from forms.cases.corrections.notifying import notify_waiting
from forms.cases.corrections.waiting import Waiting, waiting_on
from portal.journal import actions as journal
from portal.lib import clock
from portal.org.enums import RosterState
from portal.org.models import Person, RosterEntry

STALE = timedelta(days=1)


@transaction.atomic
def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Makes the reminders that are due and tells people of them. Returns how many people get one.

    A run for a moment that is over by a day or more does nothing: after a pause of the portal, today's says it all. Who
    is on leave hears of it on the day after.
    """
    now = now or clock.now()
    if now + STALE <= clock.now():
        return 0
    day, at = clock.today(now), max(now, clock.now())
    reachable = set(Person.objects.filter(user__is_active=True).values_list("pk", flat=True))
    reachable -= set(RosterEntry.objects.filter(day=day, state=RosterState.LEAVE).values_list("person_id", flat=True))
    reachable -= set(CorrectionReminder.objects.filter(day=day).values_list("person_id", flat=True))
    due = [
        (person, one, stage)
        for one in waiting_on(day)
        if (stage := stage_on(day, one.term)) is not None
        for person in one.people
        if person in reachable
    ]
    told = CorrectionReminder.objects.filter(what__in={one.what for _person, one, _stage in due})
    known = set(told.values_list("person_id", "what", "stage", "term"))
    made = CorrectionReminder.objects.bulk_create(
        CorrectionReminder(person_id=person, what=one.what, stage=stage, term=one.term, day=day, at=at)
        for person, one, stage in due
        if (person, one.what, stage, one.term) not in known
    )
    people = {reminder.person_id for reminder in made}
    new: dict[tuple[Waiting, int], list[int]] = {}
    for person, one, stage in due:
        if (person, one.what, stage, one.term) not in known:
            new.setdefault((one, stage), []).append(person)
    notify_waiting([(one, stage, persons) for (one, stage), persons in new.items()], at)
    if made:
        data = {"day": day, "people": len(people), "reminders": len(made)}
        journal.record(by=by, action="case_corrections.remind_due", thing=made[0], data=data, now=at)
    return len(people)
