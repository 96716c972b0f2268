"""Evidence of training: people trained in a regulation, receipts together with the course, attendance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from policies.measures import people_asked, regulation_of
from policies.models import Edition, receipts_counting_for
from policies.training import standings
from policies.training.models import Course
from policies.training.participation import participation
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.enums import UnitKind
from portal.org.models import Unit

Measure = Callable[[Unit | None, Period], Measured]


def _matrix_url(unit: Unit | None, courses: list[Course], **more: str) -> str:
    asked = {"unit": unit.code} if unit else {}
    if len(courses) == 1:
        asked["course"] = str(courses[0].pk)
    asked |= more
    return f"{reverse('training_matrix')}?{urlencode(asked)}" if asked else reverse("training_matrix")


def _receipts_url(unit: Unit | None, edition: Edition) -> str:
    """The managers' page of receipts, for the one regulation."""
    asked = {"regulation": edition.regulation.slug} | ({"unit": unit.code} if unit else {})
    return f"{reverse('receipt_overview')}?{urlencode(asked)}"


def _courses_on(code: str, day: date) -> list[Course]:
    """Required courses on the regulation in which the obligation stands."""
    regulation = regulation_of(code)
    return list(standings.required_courses(day).filter(regulation=regulation)) if regulation else []


def people_trained(code: str) -> Measure:
    """SAF-25, clause 6.6: of the people whose posts require a course on the regulation, how many have done all of them.

    Missed is who let a deadline pass, or whose certificate ended: also while the period still runs.
    """

    def measure(unit: Unit | None, period: Period) -> Measured:
        day = min(period.end, clock.today())
        courses = _courses_on(code, day)
        if not courses:
            return Measured(0, 0, 0, reverse("training_matrix"), _("No course on the regulation is required."))
        found = standings.compute(day, units=None if unit is None else [unit], courses=courses).standings.values()
        asked = [one for one in found if any(keys for _state, keys in one.pairs())]
        overdue = sum(bool(one.overdue) for one in asked)
        done = sum(not one.overdue and not one.due for one in asked)
        return Measured(len(asked), done, overdue, _matrix_url(unit, courses))

    return measure


def read_and_trained(code: str) -> Measure:
    """SAL-01, SAF-01: who is asked to read the edition in force confirmed it, and passed the courses on the regulation
    that are required of them. Where there is no such course, the receipt alone counts.

    Due is every person in the audience on the period's last day (or today, while it runs); missed is who lacks one of
    both when the period is over.
    """

    def measure(unit: Unit | None, period: Period) -> Measured:
        today = clock.today()
        day = min(period.end, today)
        regulation = regulation_of(code)
        edition = Edition.objects.in_force(day).filter(regulation=regulation).first() if regulation else None
        if edition is None:
            return Measured(0, 0, 0, note=_("No edition is in force."))
        asked = people_asked(edition, unit, day)
        courses = _courses_on(code, day)
        read, done = _read_and_passed(edition, unit, courses, day, _end_of(period))
        note = _("Receipts alone: no course on the regulation is required.")
        url = _receipts_url(unit, edition)
        if courses:
            note = _("%(read)s confirmed the edition, %(done)s of them also passed the course.")
            note = note % {"read": len(read & asked), "done": len(done & asked)}
            url = _matrix_url(unit, courses)
        if period.end >= today:
            return Measured(len(asked), len(done & asked), 0, url, note)
        missed = asked - done
        _since, by_now = _read_and_passed(edition, unit, courses, today, clock.now()) if missed else (set(), set())
        return Measured(len(asked), len(done & asked), len(missed), url, note, late=len(missed & by_now))

    return measure


def _read_and_passed(
    edition: Edition, unit: Unit | None, courses: list[Course], day: date, until: datetime
) -> tuple[set[int], set[int]]:
    """Who confirmed the edition before `until`, and who of them has no course open on the day."""
    read = set(receipts_counting_for(edition).filter(at__lt=until).values_list("person_id", flat=True))
    if not courses:
        return read, read
    found = standings.compute(day, units=None if unit is None else [unit], courses=courses).standings
    return read, read - {person for person, one in found.items() if one.due or one.overdue}


def attended(unit: Unit | None, period: Period) -> Measured:
    """SAL-07, clause 4: sessions of the period x sales staff required to come; excused ones are not counted.

    Done is who attended, missed who did not come to a session that is over.
    """
    now = _end_of(period)
    found = participation(
        period.start,
        period.end,
        now=now,
        units=None if unit is None else [unit],
        more=Q(unit__kind=UnitKind.SALES_SITE),
    )
    asked = {"period": period.code} | ({"unit": unit.code} if unit else {})
    return Measured(
        due=sum(one.required for one in found),
        done=sum(len(one.attended) for one in found),
        missed=sum(len(one.missed) for one in found),
        rows_url=f"{reverse('training_activities')}?{urlencode(asked)}",
    )


def _end_of(period: Period) -> datetime:
    """The present, or the end of a period that is over."""
    return min(clock.now(), period.bounds(timezone.get_default_timezone())[1])


MEASURES: dict[str, Callable[[Any, Any], Measured]] = {
    "SAL-01": read_and_trained("SAL-01"),
    "SAF-01": read_and_trained("SAF-01"),
    "SAF-25": people_trained("SAF-25"),
    "SAL-07": attended,
}
