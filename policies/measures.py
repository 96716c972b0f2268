"""Evidence for obligations that regulations themselves hold: receipts, editions kept whole, reviews not overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from policies import audience, content
from policies.models import Edition, Obligation, RegulationPage
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Appointment, Unit
from portal.org.readers import PUBLIC, STAFF

Measure = Callable[[Unit | None, Period], Measured]


def regulation_of(code: str) -> RegulationPage | None:
    """The regulation that the obligation with this code stands in, once it is linked."""
    obligation = Obligation.objects.filter(code=code).select_related("regulation").first()
    return obligation.regulation if obligation else None


def _appointments(unit: Unit | None, day: date) -> list[Appointment]:
    """Who holds a post in the unit or below on this day (all units: None)."""
    appointments = Appointment.objects.on(day).select_related("unit", "post")
    if unit is not None:
        appointments = appointments.filter(unit__path__startswith=unit.path)
    return list(appointments)


def people_asked(edition: Edition, unit: Unit | None, day: date) -> set[int]:
    """Keys of the people in `unit` (or all) whom the edition's audience names on this day; `public` names nobody."""
    rules = [rule for rule in edition.audience_rules.all() if rule.token != PUBLIC]
    paths = dict(Unit.objects.filter(pk__in=[r.unit_id for r in rules if r.unit_id]).values_list("pk", "path"))
    asked = set()
    for appointment in _appointments(unit, day):
        for rule in rules:
            if rule.token == STAFF or (
                (rule.unit_id or rule.post_id)
                and (rule.unit_id is None or appointment.unit.path.startswith(paths[rule.unit_id]))
                and (rule.post_id is None or appointment.post_id == rule.post_id)
            ):
                asked.add(appointment.person_id)
                break
    return asked


def confirmed(edition: Edition, people: set[int], until: datetime | None = None) -> set[int]:
    """Of these people: who confirmed the edition before `until` (at all: None), or an earlier one from which only minor
    changes separate it. For measures of other apps, too."""
    asking = audience.asking_on(clock.today(), Edition.objects.filter(pk=edition.pk))
    given = audience.confirmed_by(asking, people=people, until=until)
    return given.get(edition.pk, set()) & people


def receipts_of(code: str) -> Measure:
    """How many of those asked confirmed the edition in force by the end of the period (SAL-01, SAF-01).

    Due is every person in the audience on the period's last day (or today, while it runs); missed is who has not
    confirmed when the period is over.
    """

    def measure(unit: Unit | None, period: Period) -> Measured:
        regulation = regulation_of(code)
        today = clock.today()
        day = min(period.end, today)
        edition = Edition.objects.in_force(day).filter(regulation=regulation).first() if regulation else None
        if regulation is None or edition is None:
            return Measured(0, 0, 0, note=_("No edition is in force."))
        asked = people_asked(edition, unit, day)
        until = period.bounds(timezone.get_default_timezone())[1]
        done = len(confirmed(edition, asked, until))
        missed = len(asked) - done if period.end < today else 0
        return Measured(
            due=len(asked),
            done=done,
            missed=missed,
            rows_url=reverse("policies_edition", args=[edition.pk]),
            note=_("Receipts; the quiz is not measured yet."),
        )

    return measure


def editions_kept(unit: Unit | None, period: Period) -> Measured:
    """SAF-21, clause 6.2: every edition ever issued of the regulation still says what its hash says."""
    regulation = regulation_of("SAF-21")
    editions = (
        Edition.objects.filter(regulation=regulation, issued_at__isnull=False) if regulation else Edition.objects.none()
    )
    editions = editions.filter(effective_on__lte=period.end)
    whole = [
        content.tree_hash(edition.title, list(edition.clauses.select_related("clause").order_by("order")))
        == edition.tree_hash
        for edition in editions
    ]
    url = reverse("policies_regulation", args=[regulation.pk]) if regulation else ""
    return Measured(due=len(whole), done=sum(whole), missed=whole.count(False), rows_url=url)


def reviews_in_time(unit: Unit | None, period: Period) -> Measured:
    """SAF-23, clause 6.4: regulations in force whose review date has not passed by the end of the period (or today)."""
    day = min(period.end, clock.today())
    editions = Edition.objects.in_force(day)
    if unit is not None:
        editions = editions.filter(owner_unit__path__startswith=unit.path)
    due = editions.count()
    overdue = editions.filter(Q(review_due_on__lt=day)).count()
    return Measured(due=due, done=due - overdue, missed=overdue, rows_url=reverse("policies_index"))


MEASURES: dict[str, Callable[[Any, Any], Measured]] = {
    "SAL-01": receipts_of("SAL-01"),
    "SAF-01": receipts_of("SAF-01"),
    "SAF-21": editions_kept,
    "SAF-23": reviews_in_time,
}
