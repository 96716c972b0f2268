"""The register of deviations, the application, one deviation with its steps, its record in writing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.deviations import actions, history, measures, paper, permissions, steps, wordings
from policies.deviations.actions import FACTS, Application
from policies.deviations.enums import GRANTED, TAKING_UP, DeviationState, View
from policies.deviations.forms import ClauseFinder, DeviationForm
from policies.deviations.models import Deviation
from policies.models import Edition, EditionClause
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

A_PAGE = 100  # the register is printed: long pages


# ---- the register ---------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_safe
def deviation_list(request: ReaderRequest) -> HttpResponse:
    """What the reader may see, in parts: in force, waiting, expiring in 30 days, over. `unit` and `period` narrow it to
    what a measure counted."""
    reader = request.reader
    if not reader.is_staff_member:
        raise Http404
    asked = request.GET.get("view", View.IN_FORCE)
    view = View(asked) if asked in View.values else View.IN_FORCE
    found = permissions.visible_deviations(reader)
    unit = Unit.objects.filter(code=request.GET.get("unit", "")[:40]).first()
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    period = Period.asked_for(request.GET.get("period", ""))
    if period is not None:
        found = measures.rows_within(found, period)
    day, now = reader.day, clock.now()
    parts = {
        View.IN_FORCE: found.in_force(day).order_by("ends_on"),
        View.WAITING: found.waiting().order_by("applied_at"),
        View.EXPIRING: found.expiring(day).order_by("ends_on"),
        View.OVER: found.over(day).order_by("-ends_on"),
        View.ALL: found.order_by("-applied_at"),
    }
    page = Paginator(parts[view].for_screens(), A_PAGE).get_page(request.GET.get("page"))
    changes = wordings.changes_since(row for row in page if row.state in TAKING_UP and row.ends_on >= day)
    context = {
        "page_obj": page,
        "rows": [
            {
                "deviation": row,
                "standing": row.standing(day),
                "days_left": row.days_left(day),
                "change": changes.get(row.pk),
                "late": row.is_late(now),
                "missed": period is not None and measures.is_missed(row, period, now),
            }
            for row in page
        ],
        "tabs": [
            {"label": part.label, "url": _address(request, part), "current": part == view, "count": parts[part].count()}
            for part in View
        ],
        "view": view,
        "unit": unit,
        "period": period,
        "can_apply": permissions.reader_can_apply(reader),
        "printed_at": now,
    }
    return render(request, "deviations/deviation_list.html", context)


def _address(request: ReaderRequest, part: View) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["view"] = part.value
    return f"?{query.urlencode()}"


# ---- the application ------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deviation_new(request: ReaderRequest) -> HttpResponse:
    """First the clause by its number, then the application with the clause's text above it."""
    units = permissions.units_to_apply_for(request.reader)
    if not units:
        raise Http404
    editions = wordings.editions_to_deviate_from(request.reader)
    before = _before(request)
    finder, wording = _find(request, editions, before)
    if wording is None:
        status = 400 if request.method == "POST" or finder.is_bound else 200
        numbers = wordings.numbers_of(editions[0]) if len(editions) == 1 else []
        context = {"finder": finder, "editions": editions, "numbers": numbers}
        return render(request, "deviations/deviation_clause.html", context, status=status)
    form = DeviationForm(
        request.POST or None, request.FILES or None, units=units, initial=_from_before(before) if before else None
    )
    if request.method != "POST":
        return _application(request, form, wording, before)
    if not form.is_valid():
        return _application(request, form, wording, before, status=400)
    try:
        deviation = _apply(request, form, wording, units, before)
    except Refused as refused:
        show_refusal(form, refused)
        if refused.status == 409:  # sent again, it is something new
            form.with_fresh_id()
        return _application(request, form, wording, before, status=refused.status)
    messages.success(
        request, _("%(number)s was handed in and waits for the unit's head.") % {"number": deviation.number}
    )
    if request.headers.get("X-Requested-With") == "fetch":  # draft.js forgets what it kept, then goes there
        return JsonResponse({"location": deviation.get_absolute_url()}, status=201)
    return redirect(deviation)


def _before(request: ReaderRequest) -> Deviation | None:
    """The deviation that is renewed, or that was declined and is applied for again."""
    key = request.GET.get("after", "")
    if not (key.isdecimal() and len(key) < 10):
        return None
    found = permissions.visible_deviations(request.reader).exclude(state=DeviationState.APPLIED)
    return get_object_or_404(found.for_screens(), pk=key)


def _find(
    request: ReaderRequest, editions: list[Edition], before: Deviation | None
) -> tuple[ClauseFinder, EditionClause | None]:
    """The clause asked for, by its key (from beside a clause, or for a renewal) or by the number that was typed."""
    asked = request.GET
    by_key = {str(edition.pk): edition for edition in editions}
    if request.method == "POST":  # superseded while it was written: the verb says so, and nothing typed is lost
        by_key |= {str(edition.pk): edition for edition in wordings.edition_once_read(request.reader, asked)}
        editions = list(by_key.values())
    clause = str(before.clause_id) if before else asked.get("clause", "")
    if clause.isdecimal() and len(clause) < 16:
        edition = by_key.get(asked.get("edition", ""))
        if before is not None:
            regulation = before.wording.edition.regulation_id
            edition = next((one for one in editions if one.regulation_id == regulation), None)
        wording = EditionClause.objects.filter(edition=edition, clause=int(clause)).first() if edition else None
        return ClauseFinder(editions=editions), wording
    finder = ClauseFinder(asked if "number" in asked else None, editions=editions)
    wording = None
    if finder.is_bound and finder.is_valid():
        edition = by_key[finder.cleaned_data["edition"]]
        wording = wordings.find_by_number(edition, finder.cleaned_data["number"])
        if wording is None:
            message = _("“%(title)s” has no clause with this number. Look it up in the regulation.")
            finder.add_error("number", message % {"title": edition.title})
    return finder, wording


def _from_before(before: Deviation) -> dict[str, Any]:
    return {
        "unit": before.unit.code,
        "reasons": before.reasons,
        "facts": before.facts,
        "measures": before.measures,
    }


def _apply(
    request: ReaderRequest, form: DeviationForm, wording: EditionClause, units: list[Unit], before: Deviation | None
) -> Deviation:
    typed = form.cleaned_data
    application = Application(
        unit=next(unit for unit in units if unit.code == typed["unit"]),
        wording=wording,
        starts_on=typed["starts_on"],
        ends_on=typed["ends_on"],
        reasons=typed["reasons"],
        facts=typed["facts"],
        measures=typed["measures"],
        renewal_of=before if before is not None and before.state in GRANTED else None,
    )
    return actions.apply_for_deviation(
        by=request.user,
        submission_id=typed["submission_id"],
        application=application,
        files=examine_files(typed["files"]),
    )


def _application(
    request: ReaderRequest, form: DeviationForm, wording: EditionClause, before: Deviation | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "wording": wording,
        "edition": wording.edition,
        "lines": wordings.lines_of(wording),
        "before": before,
        "is_renewal": before is not None and before.state in GRANTED,
    }
    return render(request, "deviations/deviation_form.html", context, status=status)


# ---- one deviation --------------------------------------------------------------------------------------------------
def _deviation(request: ReaderRequest, pk: int | str) -> Deviation:
    """The deviation, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_deviations(request.reader).for_screens(), pk=pk)


@never_cache
@login_required
@require_safe
def deviation_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, _deviation(request, pk))


def _shown(
    request: ReaderRequest, deviation: Deviation, *, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a deviation; `failed` is the step whose form is shown again, and that form."""
    reader, day = request.reader, request.reader.day
    decider = None
    if deviation.state == DeviationState.APPLIED:
        decider = permissions.deciding_unit(deviation.unit, deviation.applied_by_id, day)
    forms = steps.forms_for(request.user, deviation, day)
    if failed:
        forms = [
            (step, failed[1] if step.name == failed[0] else form, step.name == failed[0]) for step, form, _open in forms
        ]
    renewals = permissions.visible_deviations(reader).filter(renewal_of=deviation).order_by("applied_at")
    may_apply = permissions.user_can_apply_for(request.user, deviation.unit)
    context = {
        "deviation": deviation,
        "edition": deviation.wording.edition,
        "lines": wordings.lines_of(deviation.wording),
        "clause_url": _clause_url(request, deviation),
        "standing": deviation.standing(day),
        "days_left": deviation.days_left(day),
        "late": deviation.is_late(clock.now()),
        "change": wordings.changes_since([deviation]).get(deviation.pk),
        "files": list(files_of(deviation, FACTS)),
        "timeline": history.timeline(deviation),
        "decider": decider,
        "forms": forms,
        "failed_form": failed[1] if failed else None,
        # Somebody else was first: the step is not offered any more, but nothing typed is lost.
        "left_text": failed[1].data.get("note", "")
        if failed and failed[0] not in {one[0].name for one in forms}
        else "",
        "renewals": list(renewals),
        "can_renew": may_apply and deviation.state in GRANTED,
        "can_apply_again": may_apply and deviation.state in {DeviationState.DECLINED, DeviationState.WITHDRAWN},
    }
    return render(request, "deviations/deviation_detail.html", context, status=status)


def _clause_url(request: ReaderRequest, deviation: Deviation) -> str:
    edition = deviation.wording.edition
    if not request.reader.may_read(edition.audience):
        return ""
    address = reverse("regulation_edition", args=[edition.regulation.slug, edition.number])
    return f"{address}#{deviation.wording.anchor}"


@login_required
@require_POST
def deviation_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Takes one step. What is not the reader's to do is 404; what came too late is said on the page."""
    deviation = _deviation(request, pk)
    found = steps.STEPS[step]
    if not found.allowed(request.user, deviation):
        raise Http404
    form = found.form(request.POST)
    if not form.is_valid():
        return _shown(request, deviation, failed=(step, form), status=400)
    try:
        found.take(by=request.user, deviation=deviation, note=form.cleaned_data.get("note", ""))
    except Refused as refused:
        show_refusal(form, refused)
        return _shown(request, _deviation(request, pk), failed=(step, form), status=refused.status)
    messages.success(request, str(found.done))
    return redirect(deviation)


@never_cache
@login_required
@require_safe
def deviation_record(request: ReaderRequest, pk: int) -> HttpResponse:
    """The record in writing as PDF."""
    deviation = _deviation(request, pk)
    response = HttpResponse(paper.record_pdf(deviation), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{deviation.number}.pdf"'
    return response
