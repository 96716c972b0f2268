"""Reminding people of what waits: before the term, the day after it, then weekly; once a person and day.

A row for each person, thing and stage makes it safe to run again, and two at once. Who is on leave today hears of it on
the day after the leave: the stage that was due is due then, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from portal.journal import actions as journal
from portal.lib import clock
from portal.notifications.actions.telling import notify
from portal.notifications.stages import Waiting, stage_on
from portal.org.enums import RosterState
from portal.org.models import Person, RosterEntry

STALE = timedelta(days=1)


@dataclass(frozen=True)
class Reminders:
    """The reminders of one room. `rows` is its model with person, what, stage, term, day and at; `kinds` gives the kind
    of notification by the sort of a thing; `prefix` sets its keys apart from those of other rooms. `by_term`: a thing
    whose term moved is reminded of anew."""

    rows: Any
    action: str
    kinds: Mapping[str, str]
    prefix: str = ""
    by_term: bool = False

    def mark(self, person: int, what: str, stage: int, term: date) -> tuple[Any, ...]:
        """What is reminded of once."""
        return (person, what, stage, term) if self.by_term else (person, what, stage)


@transaction.atomic
def remind_due(
    *, by: Any, reminders: Reminders, waiting_on: Callable[[date], Iterable[Waiting]], now: datetime | None = None
) -> int:
    """Makes the reminders that are due and tells people of them. Returns how many people get one.

    A run for a moment that is over by a day or more does nothing: after a pause of the portal, today's says it all.
    """
    now = now or clock.now()
    if now + STALE <= clock.now():
        return 0
    day, at = clock.today(now), max(now, clock.now())
    reachable = set(Person.objects.filter(user__is_active=True).values_list("pk", flat=True))
    reachable -= set(RosterEntry.objects.filter(day=day, state=RosterState.LEAVE).values_list("person_id", flat=True))
    reachable -= set(reminders.rows.objects.filter(day=day).values_list("person_id", flat=True))
    due = [
        (person, one, stage)
        for one in waiting_on(day)
        if (stage := stage_on(day, one.term)) is not None
        for person in one.people
        if person in reachable
    ]
    told = reminders.rows.objects.filter(what__in={one.what for _person, one, _stage in due})
    known = {reminders.mark(*row) for row in told.values_list("person_id", "what", "stage", "term")}
    new = [
        (person, one, stage)
        for person, one, stage in due
        if reminders.mark(person, one.what, stage, one.term) not in known
    ]
    made = reminders.rows.objects.bulk_create(
        reminders.rows(person_id=person, what=one.what, stage=stage, term=one.term, day=day, at=at)
        for person, one, stage in new
    )
    people = {person for person, _one, _stage in new}
    _tell(reminders, new, people, at)
    if made:
        data = {"day": day, "people": len(people), "reminders": len(made)}
        journal.record(by=by, action=reminders.action, thing=made[0], data=data, now=at)
    return len(people)


def _tell(reminders: Reminders, new: list[tuple[int, Waiting, int]], people: set[int], now: datetime) -> None:
    found = Person.objects.select_related("user").in_bulk(people)
    reached: dict[tuple[Waiting, int], list[Person]] = {}
    for person, one, stage in new:
        reached.setdefault((one, stage), []).append(found[person])
    with scopes_disabled():
        for (one, stage), persons in reached.items():
            thing = f"{reminders.prefix}{one.what}:"
            notify(
                people=persons,
                kind=reminders.kinds[one.what.partition(":")[0]],
                about=one.about,
                subject=one.subject,
                until=clock.end_of(one.term),
                url=one.url,
                key=f"{thing}{stage}:{one.term:%Y%m%d}" if reminders.by_term else f"{thing}{stage}",
                replaces=thing,
                now=now,
            )
