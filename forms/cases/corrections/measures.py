"""Evidence for corrective plans (SRV-19), causes and preventive measures (SRV-21), reports of major complaints
(SRV-22).

What lies with the leaders is counted for the company as a whole alone: for one office the number would tell (SRV-18).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.corrections.enums import EFFECT_TERM, REPORT_TERM, ItemState, PreventionState
from forms.cases.corrections.models import CauseAnalysis, CorrectiveReport, MajorMark, PlanItem, Prevention
from forms.cases.enums import CaseKind, CaseLevel, CaseState
from forms.cases.models import Case
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def _within(rows: Any, unit: Unit | None, case: str = "") -> Any:
    """Of the unit and those below; without the leaders' cases unless it is the company as a whole."""
    if unit is None or unit.is_root():
        return rows
    return rows.filter(**{f"{case}unit__path__startswith": unit.path}).exclude(**{f"{case}level": CaseLevel.LEADERS})


def _address(route: str, unit: Unit | None, period: Period) -> str:
    pairs = {"view": "all", "period": period.code} | ({"unit": unit.code} if unit else {})
    return f"{reverse(route)}?{urlencode(pairs)}"


def plan_carried_out(unit: Unit | None, period: Period) -> Measured:
    """SRV-19: items due in the period. Done: accepted, and done by their day; missed: their day is over and they are
    not done, or were done later. A proof that waits to be looked at is in neither."""
    today, done, late, missed, waiting = clock.today(), 0, 0, 0, 0
    with scopes_disabled():
        rows = PlanItem.objects.standing().filter(due_on__gte=period.start, due_on__lte=period.end)
        for item in _within(rows, unit, "plan__case__").only("state", "due_on", "done_at"):
            if item.was_late:
                missed += 1
                late += item.state == ItemState.ACCEPTED
            elif item.state == ItemState.ACCEPTED:
                done += 1
            elif item.state == ItemState.REPORTED:
                waiting += 1
            else:
                missed += item.due_on < today
    note = _("Proofs that wait to be looked at: %(number)d.") % {"number": waiting}
    return Measured(done + missed, done, missed, _address("correction_list", unit, period), note, late)


def _closed_complaints(unit: Unit | None, period: Period) -> QuerySet[Case]:
    start, end = period.bounds(timezone.get_default_timezone())
    found = Case.objects.filter(kind=CaseKind.COMPLAINT, state=CaseState.CLOSED, ended_at__gte=start, ended_at__lt=end)
    rows: QuerySet[Case] = _within(found.exclude(level=CaseLevel.OFFICE), unit)
    return rows


def cause_found_and_prevented(unit: Unit | None, period: Period) -> Measured:
    """SRV-21: complaints of the company closed in the period with cause and prevention on record, and preventive
    measures whose effect was to be verified in it: by somebody within fourteen days of the day. Verified later stays
    missed."""
    today = clock.today()
    analysed = Exists(CauseAnalysis.objects.filter(case=OuterRef("pk")))
    prevented = Exists(Prevention.objects.filter(case=OuterRef("pk")))
    with scopes_disabled():
        closed = _closed_complaints(unit, period)
        number = closed.count()
        recorded = closed.filter(analysed, prevented).count()
        rows = Prevention.objects.filter(verify_on__gte=period.start, verify_on__lte=period.end)
        done = missed = late = 0
        for measure in _within(rows, unit, "case__").only("state", "verify_on", "verified_at"):
            term = measure.verify_on + EFFECT_TERM
            if measure.verified_at is not None and timezone.localdate(measure.verified_at) <= term:
                done += 1
            elif measure.verified_at is not None or term < today:
                missed += 1
                late += measure.verified_at is not None
        failed = _within(rows, unit, "case__").filter(state=PreventionState.NOT_EFFECTIVE).count()
    note = _("%(closed)d complaints closed, %(verified)d effects verified, %(failed)d of them without effect.") % {
        "closed": number,
        "verified": done + late,
        "failed": failed,
    }
    return Measured(
        number + done + missed,
        recorded + done,
        number - recorded + missed,
        _address("prevention_list", unit, period),
        note,
        late,
    )


def major_reported(unit: Unit | None, period: Period) -> Measured:
    """SRV-22: major complaints closed in the period whose report was published within thirty days; published later
    stays missed, one whose days are not over yet is in neither."""
    now = clock.now()
    done = missed = late = 0
    with scopes_disabled():
        marked = Exists(MajorMark.objects.filter(case=OuterRef("pk"), ended_at=None))
        rows = _closed_complaints(unit, period).filter(marked).values_list("pk", "ended_at")
        cases = {key: ended_at for key, ended_at in rows if ended_at is not None}
        published = dict(
            CorrectiveReport.objects.published().filter(case__in=cases).values_list("case", "published_at")
        )
    for key, ended_at in cases.items():
        term = ended_at + REPORT_TERM + timedelta(days=1)
        if key in published and published[key] < term:
            done += 1
        elif key in published or term <= now:
            missed += 1
            late += key in published
    note = _("Major complaints closed in the period; the report is due within thirty days.")
    return Measured(done + missed, done, missed, _address("corrective_drafts", unit, period), note, late)


MEASURES: dict[str, Any] = {
    "SRV-19": plan_carried_out,
    "SRV-21": cause_found_and_prevented,
    "SRV-22": major_reported,
}
