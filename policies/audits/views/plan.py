"""The yearly plan: every unit that the regulation names, with its audits or without; planning, changing, cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from policies.audits import actions, coverage, permissions
from policies.audits.enums import AuditState
from policies.audits.forms import CancelForm, PlanForm
from policies.audits.models import Audit
from policies.audits.views.found import audit_of
from policies.models import Edition
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Appointment, Unit
from portal.org.requests import ReaderRequest

FIRST_YEAR, LAST_YEAR = 2000, 2199


@never_cache
@login_required
@require_safe
def audit_list(request: ReaderRequest) -> HttpResponse:
    """The plan of a year on one regulation. Planners see every unit, managers theirs, auditors what they do."""
    reader = request.reader
    if not permissions.reader_sees_audits(reader):
        raise Http404
    year, edition, editions = _year(request), None, coverage.editions_in_force()
    edition = _edition_asked(request, editions, year)
    rows: list[Any] = []
    unit = Unit.objects.filter(code=request.GET.get("unit", "")[:40]).first()
    plans = edition is not None and permissions.reader_can_plan(reader, edition)
    if edition is not None:
        units = coverage.units_named(edition, year)
        if unit is not None:
            units = [one for one in units if one.path.startswith(unit.path)]
        if not (plans or reader.sees_every_unit):
            managed = set(permissions.managed_unit_ids(reader))
            units = [one for one in units if one.pk in managed]
        rows = coverage.coverage(edition, year, units)
    mine = permissions.visible_audits(reader).standing().under_way().filter(permissions.done_by(reader))
    today = clock.today()
    context = {
        "rows": [(row, [(audit, audit.is_late(today)) for audit in row.audits]) for row in rows],
        "without": sum(row.is_without for row in rows),
        "finished": sum(row.finished for row in rows),
        "mine": list(mine.for_screens().order_by("year", "month")),
        "edition": edition,
        "editions": editions,
        "year": year,
        "tabs": [
            {"label": one, "url": _address(request, one), "current": one == year}
            for one in sorted({year, today.year - 1, today.year, today.year + 1})
        ],
        "unit": unit,
        "plans": plans and year >= today.year,
        "today": today,
    }
    return render(request, "audits/audit_list.html", context)


def _year(request: ReaderRequest) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else clock.today().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _address(request: ReaderRequest, year: int) -> str:
    query = request.GET.copy()
    query["year"] = str(year)
    return f"?{query.urlencode()}"


def _edition_asked(request: ReaderRequest, editions: list[Edition], year: int) -> Edition | None:
    """The regulation of `?regulation=`, else the one that asks for yearly audits, else the first in force."""
    slug = request.GET.get("regulation", "")
    asked = next((one for one in editions if one.regulation.slug == slug), None)
    if asked is not None:
        return coverage.edition_of(asked.regulation, year) or asked
    found = coverage.edition_of(coverage.regulation_to_audit(), year)
    return found or (editions[0] if editions else None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_new(request: ReaderRequest) -> HttpResponse:
    """Plans an audit of the unit in `?unit=`."""
    editions = [one for one in coverage.editions_in_force() if permissions.reader_can_plan(request.reader, one)]
    if not editions:
        raise Http404
    if "unit" not in request.GET:
        return redirect("audit_list")
    unit = get_object_or_404(Unit, code=request.GET["unit"][:40])
    regulation, today = coverage.regulation_to_audit(), clock.today()
    first = next((one for one in editions if regulation and one.regulation_id == regulation.pk), editions[0])
    asked = request.GET.get("regulation", "")
    chosen = next((one for one in editions if one.regulation.slug == asked), first)
    asked_year = _year(request)
    initial = {
        "edition": str(chosen.pk),
        "year": asked_year,
        "month": today.month if asked_year == today.year else 1,
    }
    form = _plan_form(request, unit, editions, initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            edition = next(one for one in editions if str(one.pk) == form.cleaned_data["edition"])
            try:
                audit = actions.plan_audit(
                    by=request.user,
                    submission_id=form.cleaned_data["submission_id"],
                    unit=unit,
                    edition=edition,
                    plan=form.plan,
                )
            except Refused as refused:
                status = _refuse(form, refused)
            else:
                messages.success(request, _("%(number)s is planned. Look at its questions.") % {"number": audit.number})
                return redirect("audit_questions", pk=audit.pk)
    return render(request, "audits/audit_plan.html", {"form": form, "unit": unit, "audit": None}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_change(request: ReaderRequest, pk: int) -> HttpResponse:
    """Another month or other auditors, before the audit starts."""
    audit = _planned(request, pk)
    auditors = list(audit.auditors.all())
    initial = {
        "submission_id": audit.submission_id,
        "version": audit.version,
        "edition": str(audit.edition_id),
        "year": audit.year,
        "month": audit.month,
        "lead": audit.lead_id,
        "auditor_1": auditors[0].pk if auditors else None,
        "auditor_2": auditors[1].pk if len(auditors) > 1 else None,
    }
    form = _plan_form(request, audit.unit, [audit.edition], initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            try:
                actions.change_plan(by=request.user, audit=audit, version=version, plan=form.plan)
            except Refused as refused:
                status = _refuse(form, refused)
            else:
                messages.success(request, _("The plan is changed."))
                return redirect(audit)
    return render(request, "audits/audit_plan.html", {"form": form, "unit": audit.unit, "audit": audit}, status=status)


def _planned(request: ReaderRequest, pk: int) -> Audit:
    """An audit that this reader may plan and that has not begun; else 404."""
    audit = audit_of(request, pk)
    if audit.state != AuditState.PLANNED or not permissions.reader_can_plan(request.reader, audit.edition):
        raise Http404
    return audit


def _plan_form(request: ReaderRequest, unit: Unit, editions: list[Edition], initial: dict[str, Any]) -> PlanForm:
    people = permissions.possible_auditors(unit)
    today = clock.today()
    held = Appointment.objects.on(today).filter(person__in=people).select_related("unit")
    years = sorted({today.year, today.year + 1, int(initial["year"])})
    return PlanForm(
        request.POST or None,
        editions=editions,
        years=[year for year in years if year >= today.year] or [today.year],
        people=people,
        units={one.person_id: one.unit.name for one in held},
        initial=initial,
    )


def _refuse(form: PlanForm, refused: Refused) -> int:
    """Puts the refusal to its field and returns the status; a conflict is sent again as something new."""
    show_refusal(form, refused)
    if refused.status == 409:
        form.with_fresh_id()
    return refused.status


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_cancel(request: ReaderRequest, pk: int) -> HttpResponse:
    """Asks for the reason, then takes the audit out of the plan."""
    audit = _planned(request, pk)
    form = CancelForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.cancel_audit(by=request.user, audit=audit, note=form.cleaned_data["note"])
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The audit is cancelled."))
                return redirect(audit)
    return render(request, "audits/audit_cancel.html", {"form": form, "audit": audit}, status=status)
