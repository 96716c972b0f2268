"""What corrections add to the page of a case: plan, cause and prevention, report; what can be done; what speaks against
its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.corrections import permissions
from forms.cases.corrections.enums import ItemState
from forms.cases.corrections.models import CauseAnalysis, CorrectiveReport, MajorMark, Plan, items_of
from forms.cases.corrections.standing import is_major, reasons_of_cause, reasons_of_plan
from forms.cases.enums import TRANSITIONS, UNHEARD
from forms.cases.models import Case
from forms.cases.registries import CaseOffer, CaseSection
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.readers import Reader

# What would end a case, or tell the customer that it is done, past the guard of closing.
OTHER_ENDS = frozenset({"resolve", "decline", "merge", "withdraw"})


def reasons_against_closing(case: Case) -> Sequence[Any]:
    return [*reasons_of_plan(case), *reasons_of_cause(case)]


def refuse_other_ends(case: Case, verb: str, by: Any, now: datetime) -> None:
    """Nothing ends a case, nor tells the customer that it is done, while an item of its plan is open (SRV-19)."""
    if verb in OTHER_ENDS and (reasons := reasons_of_plan(case)):
        raise Refused(" ".join(str(reason) for reason in reasons))


def plan_section(case: Case, reader: Reader) -> CaseSection | None:
    if not permissions.reached_the_company(case):
        return None
    with scopes_disabled():
        plan = Plan.objects.filter(case=case).first()
        if plan is None:
            return None
        today = clock.today()
        items = [(item, item.is_overdue(today)) for item in items_of(plan).standing().for_list().order_by("position")]
    context = {"plan": plan, "items": items, "address": plan.get_absolute_url()}
    title = _("Corrective plan, edition %(number)d") % {"number": plan.edition}
    return CaseSection(title, "case_corrections/_plan_section.html", context, anchor="corrective-plan")


def cause_section(case: Case, reader: Reader) -> CaseSection | None:
    with scopes_disabled():
        on_record = Q(cause_analysis__isnull=False) | Q(preventions__isnull=False)
        if not Case.objects.filter(on_record, pk=case.pk).exists():
            return None
        analysis = CauseAnalysis.objects.filter(case=case).first()
        measures = list(case.preventions.select_related("owner"))
    today = clock.today()
    rows = [(one, one.is_overdue(today), one.is_to_verify(today)) for one in measures]
    context = {"analysis": analysis, "measures": rows}
    return CaseSection(_("Cause and prevention"), "case_corrections/_cause_section.html", context, anchor="cause")


def report_section(case: Case, reader: Reader) -> CaseSection | None:
    """The office sees that its complaint is major, and the report once it is published."""
    if not permissions.reached_the_company(case):
        return None
    with scopes_disabled():
        marks = list(MajorMark.objects.filter(case=case).select_related("by", "ended_by"))
        reports = list(CorrectiveReport.objects.filter(case=case).select_related("case__office"))
    writes = permissions.reader_writes_reports(reader)
    reports = [report for report in reports if writes or report.state == "published"]
    if not marks and not reports:
        return None
    context = {"marks": marks, "reports": reports, "writes": writes}
    return CaseSection(_("Major complaint"), "case_corrections/_report_section.html", context, anchor="major")


def offers(case: Case, reader: Reader) -> Sequence[CaseOffer]:
    found: list[CaseOffer] = []
    at = [case.number]
    if permissions.reader_can_issue(reader, case) and case.state in TRANSITIONS["issue_plan"][0]:
        with scopes_disabled():
            has_plan = Plan.objects.filter(case=case).exists()
        label = _("Change the corrective plan") if has_plan else _("Issue a corrective plan")
        found.append(CaseOffer(label, reverse("case_plan", args=at), icon="list-check"))
    # Who is asked sees the case already.
    if case.erased_at is None and case.state not in permissions.NOT_OURS_ANY_MORE | UNHEARD:
        found.append(CaseOffer(_("Cause and prevention"), reverse("case_cause", args=at), icon="search"))
    if permissions.reader_can_mark_major(reader, case):
        major = is_major(case)
        if not major:
            found.append(CaseOffer(_("Mark as major"), reverse("case_major", args=at), icon="exclamation-triangle"))
        elif permissions.reader_can_write_report(reader, case):
            with scopes_disabled():
                standing = CorrectiveReport.objects.standing().filter(case=case).exists()
            if not standing:
                label = _("Write the corrective-action report")
                found.append(CaseOffer(label, reverse("case_report", args=at), icon="file-earmark-text"))
    return found


PLAN_DONE = gettext_lazy("Everything in the plan is done")


def customer_steps(case: Case) -> Sequence[tuple[Any, datetime]]:
    """When the last item was accepted; that a plan was made and begun is told by the case itself."""
    if not permissions.reached_the_company(case):
        return []
    with scopes_disabled():
        plan = Plan.objects.filter(case=case).first()
        items = list(plan.items.exclude(state=ItemState.DROPPED).values_list("state", "judged_at")) if plan else []
    if not items or any(state != ItemState.ACCEPTED for state, _at in items):
        return []
    return [(PLAN_DONE, max(at for _state, at in items if at is not None))]
