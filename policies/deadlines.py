"""By when an edition is to be confirmed: the one function that says so, and the days of leave it looks at.

Whoever is asked has RECEIPT_DAYS days (settings) from the effective day, or from joining the audience where that is
later. The clock stands while somebody is on leave: each day that the roster says leave, between the start and the
deadline, moves the deadline by a day, at most MOST_LEAVE days in all, so that nobody stays out of reach for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.conf import settings

from policies.audience import FEW, Staff, asking_on
from policies.models import Edition
from portal.org.enums import RosterState
from portal.org.models import RosterEntry

MOST_LEAVE = 90


def days_given() -> timedelta:
    return timedelta(days=settings.RECEIPT_DAYS)


def starts_on(effective_on: date, joined_on: date) -> date:
    """The day from which the days are counted."""
    return max(effective_on, joined_on)


def deadline(start: date, leave: Sequence[date] = ()) -> date:
    """The last day. `leave`: days of leave, in order; those outside of the time do not count."""
    last = start + days_given()
    most = last + timedelta(days=MOST_LEAVE)
    for day in leave:
        if start < day <= last < most:
            last += timedelta(days=1)
    return last


def longest_wait() -> timedelta:
    """After so many days a deadline is over, whatever leave there was."""
    return days_given() + timedelta(days=MOST_LEAVE)


def leave_of(people: Collection[int], since: date, until: date) -> dict[int, list[date]]:
    """The days of leave after `since` up to `until`, in order, of those people who have any. One query."""
    if not people:
        return {}
    rows = RosterEntry.objects.filter(state=RosterState.LEAVE, day__gt=since, day__lte=until)
    if len(people) <= FEW:
        rows = rows.filter(person_id__in=people)
    found: dict[int, list[date]] = {}
    for person, day in rows.order_by("person_id", "day").values_list("person_id", "day").distinct():
        if person in people:
            found.setdefault(person, []).append(day)
    return found


def own_deadlines(person_id: int, editions: Sequence[Edition], day: date) -> dict[Edition, date]:
    """By when one person is to confirm each of these editions. Some of them may be announced only, so the audience is
    read from the edition itself. Up to six queries, none without editions."""
    if not editions:
        return {}
    asking = {one.edition_id: one for one in asking_on(day, Edition.objects.filter(pk__in=[e.pk for e in editions]))}
    staff = Staff(day, person_id=person_id)
    starts = {}
    for edition in editions:
        one = asking.get(edition.pk)
        held = staff.asked(one.rules).get(person_id) if one else None
        if one is None or held is None:
            continue
        joined = held.since
        if joined > one.effective_on:
            joined = staff.joined(one.rules, person_id, joined)
        starts[edition] = starts_on(one.effective_on, joined)
    if not starts:
        return {}
    leave = leave_of({person_id}, min(starts.values()), max(starts.values()) + longest_wait())
    return {edition: deadline(start, leave.get(person_id, ())) for edition, start in starts.items()}
