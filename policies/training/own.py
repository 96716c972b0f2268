"""What training asks of one person: required courses and how they stand, sessions to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policies.training import standings
from policies.training.enums import STANDING_TONES, Standing
from policies.training.models import Attendance, Certificate, Course, Requirement, RoomSession
from policies.training.participation import names_any
from portal.org.models import Appointment


@dataclass(frozen=True)
class OwnCourse:
    """A required course of a person on a day. `due_on` is the deadline, or the day the certificate ends or ended."""

    course: Course
    state: Standing
    due_on: date | None
    certificate: Certificate | None

    @property
    def tone(self) -> str:
        return STANDING_TONES[self.state]


def courses_of(person_id: int, appointments: Iterable[Appointment], day: date) -> list[OwnCourse]:
    """Required courses of the person who holds these appointments (unit loaded), what is overdue first. Two queries."""
    held = list(appointments)
    if not held:
        return []
    since: dict[int, date] = {}
    courses: dict[int, Course] = {}
    lines = Requirement.objects.filter(course__in=standings.required_courses(day), since__lte=day)
    for line in lines.select_related("course", "unit"):
        for one in held:
            if line.names(one.unit.path, one.post_id):
                begun = max(line.since, line.course.opened_on or line.since, one.starts_on)
                courses[line.course_id] = line.course
                since[line.course_id] = min(begun, since.get(line.course_id, begun))
    if not courses:
        return []
    given = Certificate.objects.given_by(day).filter(person_id=person_id, course__in=courses)  # type: ignore[attr-defined]
    best: dict[int, Certificate] = {}
    for certificate in given:
        before = best.get(certificate.course_id)
        if before is None or lasts(certificate) > lasts(before):
            best[certificate.course_id] = certificate
    found = [_stand(course, since[pk], best.get(pk), day) for pk, course in courses.items()]
    order = [Standing.LATE, Standing.EXPIRED, Standing.DUE, Standing.DONE]
    return sorted(found, key=lambda one: (order.index(one.state), one.due_on or date.max, one.course.title))


def lasts(certificate: Certificate) -> date:
    return certificate.valid_until or date.max


def _stand(course: Course, since: date, held: Certificate | None, day: date) -> OwnCourse:
    if held is not None:
        state = Standing.DONE if lasts(held) >= day else Standing.EXPIRED
        return OwnCourse(course, state, held.valid_until, held)
    due_on = since + timedelta(days=course.due_days)
    return OwnCourse(course, Standing.LATE if due_on < day else Standing.DUE, due_on, None)


@dataclass(frozen=True)
class OwnSession:
    """A session to come; whether the person is required, and the place held."""

    session: RoomSession
    required: bool
    attendance: Attendance | None


def sessions_of(person_id: int, appointments: Iterable[Appointment], now: datetime) -> list[OwnSession]:
    """Sessions to come, the next one first: all of courses, activities where the person is asked or signed up."""
    held = list(appointments)
    coming = RoomSession.objects.coming(now).select_related("course", "unit")  # type: ignore[attr-defined]
    sessions = list(coming.prefetch_related("requirements__unit")[:60])
    own = {
        row.session_id: row
        for row in Attendance.objects.filter(person_id=person_id, session__in=[s.pk for s in sessions])
    }
    found = []
    for session in sessions:
        required = names_any(session.requirements.all(), held)
        if required or session.course_id or session.pk in own:
            found.append(OwnSession(session, required, own.get(session.pk)))
    return found
