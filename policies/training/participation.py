"""Trainings and group activities that people were required to attend, and whether they did (SAL-07).

Five queries for any number of people and sessions: who was required follows from the posts held on the day of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from policies.training.enums import Presence, SessionState
from policies.training.models import Attendance, RoomSession
from portal.lib import clock
from portal.org.models import Appointment, Person, Unit


@dataclass
class Participation:
    """A person: required sessions by what came of them. `attended` counts required ones, `more` the others."""

    person_id: int
    unit_id: int
    attended: list[RoomSession] = field(default_factory=list)
    missed: list[RoomSession] = field(default_factory=list)
    coming: list[RoomSession] = field(default_factory=list)
    excused: list[RoomSession] = field(default_factory=list)

    @property
    def required(self) -> int:
        """Who is excused was not required."""
        return len(self.attended) + len(self.missed) + len(self.coming)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def sessions_between(first: date, last: date) -> list[RoomSession]:
    """Sessions that began on these days, were not cancelled and are required of somebody; their lines loaded."""
    found = RoomSession.objects.filter(
        state=SessionState.PLANNED, starts_at__gte=_moment(first), starts_at__lt=_moment(last + timedelta(days=1))
    ).filter(requirements__isnull=False)
    return list(found.distinct().order_by("starts_at", "pk").prefetch_related("requirements__unit"))


def participation(
    first: date, last: date, *, now: datetime, units: Sequence[Unit] | None = None, more: Q | None = None
) -> list[Participation]:
    """Everybody in these units and below (None: everywhere) who was required to come to something, by unit and staff
    number. `more` narrows the appointments further."""
    sessions = sessions_between(first, last)
    if not sessions or (units is not None and not units):
        return []
    held = Appointment.objects.filter(starts_on__lte=last).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    if units is not None:
        within = Q()
        for unit in units:
            within |= Q(unit__path__startswith=unit.path)
        held = held.filter(within)
    if more is not None:
        held = held.filter(more)
    rows = held.order_by("unit__path", "person__staff_number", "pk").values_list(
        "person_id", "unit_id", "unit__path", "post_id", "starts_on", "ends_on"
    )
    asked: dict[int, Participation] = {}
    named: dict[int, set[int]] = defaultdict(set)
    days = {session.pk: clock.today(session.starts_at) for session in sessions}
    for person, unit_id, path, post, starts, ends in rows:
        for session in sessions:
            day = days[session.pk]
            if starts > day or (ends is not None and ends < day) or person in named[session.pk]:
                continue
            if any(line.names(path, post) for line in session.requirements.all()):
                named[session.pk].add(person)
                asked.setdefault(person, Participation(person, unit_id))
    presence = {
        (session, person): found
        for session, person, found in Attendance.objects.filter(session__in=days).values_list(
            "session_id", "person_id", "presence"
        )
    }
    for session in sessions:
        for person in named[session.pk]:
            _sort_in(asked[person], session, presence.get((session.pk, person)), now)
    return list(asked.values())


def _sort_in(person: Participation, session: RoomSession, presence: str | None, now: datetime) -> None:
    if presence == Presence.PRESENT:
        person.attended.append(session)
    elif presence == Presence.EXCUSED:
        person.excused.append(session)
    elif session.ends_at < now:
        person.missed.append(session)
    else:
        person.coming.append(session)


def required_people(session: RoomSession) -> list[Person]:
    """Whom the session names on its day, by unit and staff number."""
    lines = list(session.requirements.select_related("unit"))
    if not lines:
        return []
    condition = Q()
    for line in lines:
        part = Q()
        if line.unit is not None:
            part &= Q(unit__path__startswith=line.unit.path)
        if line.post_id is not None:
            part &= Q(post_id=line.post_id)
        if line.scope == "staff":
            condition = Q(pk__isnull=False)
            break
        condition |= part
    held = Appointment.objects.on(clock.today(session.starts_at)).filter(condition)
    keys = list(dict.fromkeys(held.order_by("unit__path", "person__staff_number").values_list("person_id", flat=True)))
    people = Person.objects.in_bulk(keys)
    return [people[key] for key in keys]


def names_any(lines: Iterable[object], appointments: Iterable[Appointment]) -> bool:
    """Whether one of the lines (unit loaded) names one of these appointments (unit loaded)."""
    held = list(appointments)
    return any(line.names(one.unit.path, one.post_id) for line in lines for one in held)  # type: ignore[attr-defined]
