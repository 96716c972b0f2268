"""How a case stands with its plan, causes and report: what speaks against its end, what the board counts, who has
read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_scopes import scopes_disabled

from forms.cases.corrections.enums import Follow, ItemState, PreventionState
from forms.cases.corrections.models import (
    CauseAnalysis,
    CorrectiveReport,
    MajorMark,
    PlanEdition,
    PlanItem,
    Prevention,
    ReportReceipt,
)
from forms.cases.corrections.permissions import needs_cause, reached_the_company, visible_items, visible_preventions
from forms.cases.models import Case
from portal.lib import clock
from portal.lib.registries import Figure
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader


def is_major(case: Case) -> bool:
    with scopes_disabled():
        return MajorMark.objects.filter(case=case, ended_at=None).exists()


def reasons_of_plan(case: Case) -> list[str]:
    """Why nothing may end the case: items that are not done and accepted (SRV-19), a plan that is to be taken up
    again."""
    if not reached_the_company(case):
        return []
    with scopes_disabled():
        left = PlanItem.objects.unfinished().filter(plan__case=case).count()
        failed = Prevention.objects.filter(
            case=case, state=PreventionState.NOT_EFFECTIVE, followed_by=Follow.PLAN
        ).order_by("-verified_at")
        last_failed = failed.values_list("verified_at", flat=True).first()
        last_edition = (
            PlanEdition.objects.filter(plan__case=case).order_by("-number").values_list("at", flat=True).first()
        )
    reasons = []
    if left:
        message = ngettext(
            "%(number)d item of the corrective plan is not done and accepted yet.",
            "%(number)d items of the corrective plan are not done and accepted yet.",
            left,
        )
        reasons.append(message % {"number": left})
    if last_failed is not None and (last_edition is None or last_edition < last_failed):
        reasons.append(_("A preventive measure had no effect: the corrective plan needs a new edition first."))
    return reasons


def reasons_of_cause(case: Case) -> list[str]:
    """A complaint that reached the company closes with its cause and a preventive measure on record (SRV-21)."""
    if not needs_cause(case):
        return []
    with scopes_disabled():
        reasons = []
        if not CauseAnalysis.objects.filter(case=case).exists():
            reasons.append(_("The cause is not recorded yet."))
        if not Prevention.objects.filter(case=case).exists():
            reasons.append(_("No preventive measure is recorded yet."))
    return reasons


# ---- the board -------------------------------------------------------------------------------------------------------
def board_figures(reader: Reader, now: datetime) -> list[Figure]:
    """Overdue items and effects to be verified, of what this reader sees; none where no plan is known."""
    today = clock.today(now)
    counts = visible_items(reader).aggregate(
        late=Count("pk", filter=Q(state=ItemState.OPEN, due_on__lt=today)),
        running=Count("pk", filter=Q(state__in=[ItemState.OPEN, ItemState.REPORTED])),
    )
    address = reverse("correction_list")
    verify = visible_preventions(reader).to_verify(today).count()
    verify_url = f"{reverse('prevention_list')}?view=verify"
    return [
        Figure("plan_items", gettext_lazy("Plan items to do"), counts["running"], rows_url=f"{address}?view=running"),
        Figure("plan_late", gettext_lazy("Plan items overdue"), counts["late"], rows_url=f"{address}?view=overdue"),
        Figure("to_verify", gettext_lazy("Effects to verify"), verify, rows_url=verify_url),
    ]


# ---- receipts --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class UnitReading:
    """How many of a unit have read a report, and who has not."""

    unit: Unit
    asked: int
    read: int
    missing: tuple[Person, ...]


def readings_of(report: CorrectiveReport, units: tuple[int, ...] | None, day: date) -> list[UnitReading]:
    """By unit, for these units (None: all). Who holds a post today is asked, in the unit of the first post; two
    queries."""
    held = Appointment.objects.on(day).select_related("person", "unit").order_by("unit__path", "person__staff_number")
    home: dict[int, tuple[Unit, Person]] = {}
    for appointment in held:
        home.setdefault(appointment.person_id, (appointment.unit, appointment.person))
    read = set(ReportReceipt.objects.filter(report=report).values_list("person", flat=True))
    by_unit: dict[int, list[Person]] = {}
    found: dict[int, Unit] = {}
    for unit, person in home.values():
        if units is None or unit.pk in units:
            found[unit.pk] = unit
            by_unit.setdefault(unit.pk, []).append(person)
    return [
        UnitReading(
            unit,
            len(by_unit[key]),
            sum(person.pk in read for person in by_unit[key]),
            tuple(person for person in by_unit[key] if person.pk not in read),
        )
        for key, unit in found.items()
    ]


def unread_by(reader: Reader, since: datetime) -> Any:
    """Published reports since a moment that this reader has not confirmed, the newest first."""
    with scopes_disabled():
        published = CorrectiveReport.objects.published().filter(published_at__gte=since)
        return published.exclude(receipts__person=reader.person).order_by("-published_at")
