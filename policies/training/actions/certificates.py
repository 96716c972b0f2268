"""Certificates: given when a course is done, taken back with a reason. Nothing else changes them."""

from __future__ import annotations

import calendar
import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.actions import note_passed
from policies.training import permissions
from policies.training.enums import How
from policies.training.models import Attempt, Attendance, Certificate, Course
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person


def months_later(day: date, months: int) -> date:
    """The same day so many months on; a month that is shorter ends it earlier."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _free_number(day: date, seed: uuid.UUID) -> str:
    """PX-20261125-48213907: the digits follow from a random seed, so that a number tells nothing of the others."""
    while True:
        number = f"PX-{day:%Y%m%d}-{seed.int % 10**8:08d}"
        if not Certificate.objects.filter(number=number).exists():
            return number
        seed = uuid.uuid4()


def give_certificate(
    *,
    by: Any,
    person: Person,
    course: Course,
    how: How,
    attempt: Attempt | None = None,
    attendance: Attendance | None = None,
    done_on: date | None = None,
    now: datetime,
) -> Certificate:
    """Called by the verb by which the course was done, in its transaction."""
    day = done_on or clock.today(now)
    seed = uuid.uuid4()
    certificate = Certificate.objects.create(
        number=_free_number(day, seed),
        seed=seed,
        person=person,
        course=course,
        course_title=course.title,
        how=how,
        attempt=attempt,
        attendance=attendance,
        done_on=day,
        given_at=now,
        valid_until=months_later(day, course.valid_months) if course.valid_months else None,
    )
    journal.record(
        by=by,
        action="training.give_certificate",
        thing=certificate,
        unit=course.owner_unit_id,
        data={"course": course.pk, "person": person.staff_number, "how": str(how)},
        now=now,
    )
    if course.regulation_id is not None:
        note_passed(by=by, person=person, regulation_id=course.regulation_id, now=now)
    return certificate


def take_back(*, by: Any, certificate: Certificate, why: str, now: datetime) -> Certificate:
    """What withdrawing and a corrected attendance share; the caller holds the row."""
    certificate.withdrawn_on = clock.today(now)
    certificate.withdrawn_by = by
    certificate.withdrawn_why = why
    certificate.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_why"])
    journal.record(
        by=by,
        action="training.withdraw_certificate",
        thing=certificate,
        unit=certificate.course.owner_unit_id,
        data={"reason": why},
        now=now,
    )
    return certificate


@transaction.atomic
def withdraw_certificate(*, by: Any, certificate: Certificate, why: str, now: datetime | None = None) -> Certificate:
    """From today on it is not valid; the course is due again where it is required. The trace stays."""
    now = now or clock.now()
    if not permissions.user_can_keep_courses(by):
        raise NotYours(_("Certificates are withdrawn by who keeps the course."))
    kept = Certificate.objects.select_for_update(of=("self",)).select_related("course").get(pk=certificate.pk)
    if kept.withdrawn_on is not None:
        raise Conflict(_("This certificate was withdrawn already."))
    why = why.strip()
    if not why:
        raise Refused(_("Write why it is withdrawn."), field="why")
    return take_back(by=by, certificate=kept, why=why[:300], now=now)
