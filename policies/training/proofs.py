"""What training adds to editions: courses that open with the issue, and the proof that somebody passed them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.training import actions, own
from policies.training.enums import Standing
from portal.lib.registries import BundlePart
from portal.org.models import Appointment


def courses_passed(person_id: int, edition: Any, day: date) -> bool:
    """Whether the person holds what every required course on the regulation gives, and there is at least one (SAL-01,
    SAF-01)."""
    held = Appointment.objects.on(day).filter(person=person_id).select_related("unit")
    found = [one for one in own.courses_of(person_id, held, day) if one.course.regulation_id == edition.regulation_id]
    return bool(found) and all(one.state == Standing.DONE for one in found)


def _missing(edition: Any) -> list[str]:
    found = [
        (course.title, actions.why_not_open(course)) for course in actions.waiting_for_edition(edition.regulation_id)
    ]
    return [f"{title}: {why}" for title, why in found if why]


def _names(edition: Any) -> list[str]:
    return [course.title for course in actions.waiting_for_edition(edition.regulation_id)]


def _open(by: Any, edition: Any, now: datetime) -> None:
    actions.open_with_edition(by=by, edition=edition, now=now)


COURSES_WITH_EDITION = BundlePart(label=_("Course and quiz"), check=_missing, run=_open, names=_names)
