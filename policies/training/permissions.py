"""Who keeps courses, leads sessions, sees the matrix. The only place in training that names roles and departments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from policies.permissions import reader_can_read_edition
from policies.training.enums import CourseState
from policies.training.models import Attempt, Certificate, Course, Lesson, RoomSession
from portal.org.enums import MANAGING, Role
from portal.org.models import Appointment, Person, Unit, User
from portal.org.readers import Reader, reader_for

# Departments by the codes of their units: HR organises training, the safety department supports it (SAF-25).
HR_DEPARTMENT = "HR"
SAFETY_DEPARTMENT = "QHSE"
SEE_EVERYBODY = frozenset({Role.QUALITY_OFFICER, Role.ADMINISTRATOR})


def reader_keeps_courses(reader: Reader) -> bool:
    """Editors, HR's manager, everybody of the safety department."""
    if reader.has_role(Role.EDITOR):
        return True
    return any(
        held.unit.code == SAFETY_DEPARTMENT or (held.unit.code == HR_DEPARTMENT and held.post.role in MANAGING)
        for held in reader.appointments
    )


def user_can_keep_courses(user: Any) -> bool:
    """Write courses, open and close them, plan sessions, withdraw certificates."""
    return isinstance(user, User) and reader_keeps_courses(reader_for(user))


def reader_can_take_courses(reader: Reader) -> bool:
    """Staff with a personal record; customers and accounts without a person take none."""
    return reader.is_staff_member and reader.person is not None


def reader_meets_training(reader: Reader) -> bool:
    """The navigation's entry: for the staff, known from the appointments alone."""
    return reader.is_staff_member


def visible_courses(reader: Reader) -> QuerySet[Course]:
    """Open ones for all staff; the others for who keeps courses."""
    if not reader.is_staff_member:
        return Course.objects.none()
    if reader_keeps_courses(reader):
        return Course.objects.all()
    return Course.objects.filter(state=CourseState.OPEN)


def reader_can_see_lesson_files(reader: Reader, key: str) -> bool:
    """Pictures of a lesson: for whoever sees its course."""
    lesson = Lesson.objects.filter(pk=int(key)).first() if key.isdigit() and len(key) < 16 else None
    return lesson is not None and visible_courses(reader).filter(pk=lesson.course_id).exists()


def reader_can_read_lesson_clauses(reader: Reader, lesson: Lesson) -> bool:
    """A lesson shows the words of a regulation only to whom the regulation itself is open."""
    return lesson.edition is not None and reader_can_read_edition(reader, lesson.edition)


def reader_can_see_attempt(reader: Reader, attempt: Attempt) -> bool:
    """What somebody answered is that person's own."""
    return reader.person is not None and attempt.person_id == reader.person.pk


# ---- the matrix ------------------------------------------------------------------------------------------------------
def reader_sees_every_person(reader: Reader) -> bool:
    return reader.has_role(*SEE_EVERYBODY) or reader_keeps_courses(reader)


def reader_sees_matrix(reader: Reader) -> bool:
    """Managers for their own units and below, HR, the safety department and quality officers for all."""
    return reader_sees_every_person(reader) or reader.has_role(*MANAGING)


def matrix_units(reader: Reader) -> list[Unit] | None:
    """The units at the top of what the reader sees of the matrix; None stands for the whole organisation."""
    return None if reader_sees_every_person(reader) else reader.units_as(*MANAGING)


def visible_units(reader: Reader) -> QuerySet[Unit]:
    """Units that the reader may choose in the matrix."""
    tops = matrix_units(reader)
    return Unit.objects.all() if tops is None else Unit.objects.at_or_below(tops)


def visible_people(reader: Reader) -> QuerySet[Person]:
    """Whose training record the reader may see: one's own, and those of people in the units of the matrix."""
    if not reader.is_staff_member:
        return Person.objects.none()
    if reader_sees_every_person(reader):
        return Person.objects.all()
    own = Q(pk=reader.person.pk) if reader.person else Q(pk__in=())
    managed = reader.unit_ids_as(*MANAGING)
    if not managed:
        return Person.objects.filter(own)
    there = Appointment.objects.on(reader.day).filter(unit__in=managed).values("person")
    return Person.objects.filter(own | Q(pk__in=there))


def user_can_grant_tries(user: Any, person: Person) -> bool:
    """Who keeps courses, and managers for their people, never for themselves."""
    if not isinstance(user, User):
        return False
    reader = reader_for(user)
    if reader.person is not None and reader.person.pk == person.pk:
        return False
    return reader_sees_matrix(reader) and visible_people(reader).filter(pk=person.pk).exists()


def visible_certificates(reader: Reader) -> QuerySet[Certificate]:
    return Certificate.objects.filter(person__in=visible_people(reader).values("pk"))


# ---- sessions --------------------------------------------------------------------------------------------------------
def session_units(reader: Reader) -> QuerySet[Unit]:
    """Units in whose name the reader may plan a session: all for who keeps courses, a manager's own and below."""
    if reader_keeps_courses(reader):
        return Unit.objects.all()
    managed = reader.unit_ids_as(*MANAGING)
    return Unit.objects.filter(pk__in=managed) if managed else Unit.objects.none()


def reader_can_plan_sessions(reader: Reader) -> bool:
    return reader_keeps_courses(reader) or reader.has_role(*MANAGING)


def user_can_plan_session_in(user: Any, unit: Unit) -> bool:
    return isinstance(user, User) and session_units(reader_for(user)).filter(pk=unit.pk).exists()


def reader_can_lead_session(reader: Reader, session: RoomSession) -> bool:
    """Its trainer, who may plan sessions of its unit: they print the sheet and tick who was there."""
    if not reader.is_staff_member:
        return False
    if reader.person is not None and session.trainer_id == reader.person.pk:
        return True
    return session_units(reader).filter(pk=session.unit_id).exists()


def user_can_lead_session(user: Any, session: RoomSession) -> bool:
    return isinstance(user, User) and reader_can_lead_session(reader_for(user), session)
