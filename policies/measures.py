"""Evidence for obligations that regulations themselves hold: editions kept whole, reviews not overdue; and whom an
edition asks, for those who measure what people did (policies.training)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse

from policies import content
from policies.models import Edition, Obligation, RegulationPage
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Appointment, Unit
from portal.org.readers import PUBLIC, STAFF


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
    """SAF-23, clause 6.4: regulations in force at the end of the period (or today), and those of them whose review was
    overdue on some day of it. A review after its date ends the delay, and never erases it."""
    day = min(period.end, clock.today())
    editions = Edition.objects.in_force(day).prefetch_related("reviews")
    if unit is not None:
        editions = editions.filter(owner_unit__path__startswith=unit.path)
    found = list(editions)
    late = sum(_was_overdue(edition, period.start, day) for edition in found)
    rows_url = reverse("policies_index") + "#reviews"
    return Measured(due=len(found), done=len(found) - late, missed=late, rows_url=rows_url)


def _was_overdue(edition: Edition, first: date, last: date) -> bool:
    """Whether the edition's review date had passed unanswered on a day from `first` to `last`."""
    delays: list[tuple[date, date | None]] = [
        (review.due_before, clock.today(review.at)) for review in edition.reviews.all()
    ]
    if edition.review_due_on is not None:
        delays.append((edition.review_due_on, None))
    # Late from the day after the date until the day it was reviewed; overlapping with the period is a miss.
    return any(due < last and (reviewed is None or (reviewed > due and reviewed >= first)) for due, reviewed in delays)


MEASURES: dict[str, Callable[[Any, Any], Measured]] = {
    "SAF-21": editions_kept,
    "SAF-23": reviews_in_time,
}
