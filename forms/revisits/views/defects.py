"""Defects under watch: the files of an office, one file with its visits, rain, release by two signatures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from forms.revisits.actions import watching
from forms.revisits.enums import RELEASING_SIGNATURES, VisitState
from forms.revisits.forms import PlanVisitForm, RainForm, ReleaseForm, VisitForm
from forms.revisits.listing import Wanted, file_timeline
from forms.revisits.models import DefectFile, DefectVisit
from forms.revisits.permissions import (
    estates_of,
    reader_can_keep_file,
    reader_can_list_defects,
    reader_can_release,
    reader_can_visit,
    visible_defects,
)
from forms.revisits.registries import revisit_subjects
from portal.files.actions import files_of
from portal.files.storage import PICTURES, examine_files
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 30
UNDONE = {VisitState.DUE, VisitState.MISSED}
TONES = {
    VisitState.DUE: "accent",
    VisitState.DONE: "success",
    VisitState.DONE_LATE: "warning",
    VisitState.MISSED: "danger",
}


@never_cache
@login_required
@require_safe
def defect_list(request: ReaderRequest) -> HttpResponse:
    """Open files first, with the visit that is next and those that were missed; released ones after them."""
    if not reader_can_list_defects(request.reader):
        raise Http404
    estates = estates_of(request.reader)
    return _list(request, RainForm(estates=estates, initial={"day": clock.today()}) if estates else None)


def _list(request: ReaderRequest, rain_form: RainForm | None, status: int = 200) -> HttpResponse:
    wanted, day = Wanted.from_query(request.GET), clock.today()
    with scopes_disabled():
        found = visible_defects(request.reader).select_related("office")
        if wanted.unit is not None:
            found = found.filter(office__path__startswith=wanted.unit.path)
        if wanted.period is not None:
            period = wanted.period
            found = found.filter(visits__due_on__gte=period.start, visits__due_on__lte=period.end).distinct()
        found = found.prefetch_related(Prefetch("visits", DefectVisit.objects.order_by("due_on")))
        page = Paginator(found.order_by("-opened_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
        rows = [_row(file, day) for file in page.object_list]
    rows.sort(key=lambda row: (not row["file"].is_open, row["next"].due_on if row["next"] else day))
    context = {"page_obj": page, "rows": rows, "wanted": wanted, "rain_form": rain_form}
    return render(request, "revisits/defect_list.html", context, status=status)


def _standing(visit: DefectVisit, day: Any) -> VisitState:
    return visit.standing(day, clock.today(visit.done_at) if visit.done_at else None)


def _row(file: DefectFile, day: Any) -> dict[str, Any]:
    visits = [visit for visit in file.visits.all() if not visit.dropped]
    standings = [_standing(visit, day) for visit in visits]
    waiting = [visit for visit in visits if visit.done_at is None]
    return {
        "file": file,
        "next": waiting[0] if waiting else None,
        "missed": standings.count(VisitState.MISSED) + standings.count(VisitState.DONE_LATE),
        "done": sum(visit.done_at is not None for visit in visits),
        "count": len(visits),
    }


@never_cache
@login_required
@require_POST
def rain(request: ReaderRequest) -> HttpResponse:
    """A day of rain: a visit is due at each open file of the estate."""
    estates = estates_of(request.reader)
    if not estates:
        raise Http404
    form = RainForm(request.POST, estates=estates)
    if not form.is_valid():
        return _list(request, form, 400)
    estate = next(one for one in estates if str(one.pk) == form.cleaned_data["estate"])
    try:
        visits = watching.record_rain(by=request.user, estate=estate, day=form.cleaned_data["day"])
    except Refused as refused:
        show_refusal(form, refused)
        return _list(request, form, refused.status)
    words = ngettext("Entered. %(count)s visit is due.", "Entered. %(count)s visits are due.", len(visits))
    messages.success(request, words % {"count": len(visits)})
    return redirect("defect_list")


# ---- one file -------------------------------------------------------------------------------------------------------
def _file(request: ReaderRequest, number: str) -> DefectFile:
    with scopes_disabled():
        file = visible_defects(request.reader).select_related("office", "opened_by").filter(number=number).first()
    if file is None:
        raise Http404
    return file


@never_cache
@login_required
@require_safe
def defect_file(request: ReaderRequest, number: str) -> HttpResponse:
    return _show(request, _file(request, number))


def _show(
    request: ReaderRequest,
    file: DefectFile,
    *,
    visit_form: tuple[int, VisitForm] | None = None,
    plan: PlanVisitForm | None = None,
    release: ReleaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader, day = request.reader, clock.today()
    subject = revisit_subjects.get(file.subject_type)
    may_visit, may_keep = reader_can_visit(reader, file), reader_can_keep_file(reader, file.office_id)
    with scopes_disabled():
        visits = list(file.visits.select_related("done_by").order_by("due_on", "pk"))
        signatures = list(file.signatures.select_related("by").all())
        signed = any(one.by_id == request.user.pk for one in signatures)
        may_release = file.is_open and reader_can_release(reader, file) and not signed
        context = {
            "file": file,
            "subject": subject.show(file.subject_id, reader) if subject else None,
            "rows": [_visit_row(visit, day, file.is_open and may_visit, visit_form) for visit in visits],
            "signatures": signatures,
            "needed": RELEASING_SIGNATURES,
            "plan": (plan or PlanVisitForm(auto_id="plan_%s")) if file.is_open and may_keep else None,
            "release": (release or ReleaseForm(auto_id="release_%s")) if may_release else None,
            "failed_form": plan or release or (visit_form[1] if visit_form else None),
            "timeline": file_timeline(file),
        }
    return render(request, "revisits/defect_file.html", context, status=status)


def _visit_row(visit: DefectVisit, day: Any, may_record: bool, failed: tuple[int, VisitForm] | None) -> dict[str, Any]:
    standing = _standing(visit, day)
    mine = failed is not None and failed[0] == visit.pk
    form = None
    if may_record and not visit.dropped and visit.done_at is None and visit.opens_on <= day + watching.EARLIEST_VISIT:
        form = failed[1] if failed is not None and mine else VisitForm(auto_id=f"visit{visit.pk}_%s")
    return {
        "visit": visit,
        "standing": standing,
        "tone": TONES.get(standing, "neutral"),
        "files": list(files_of(visit)) if visit.done_at else [],
        "form": form,
        "open": standing in UNDONE or mine,
    }


@never_cache
@login_required
@require_POST
def defect_visit(request: ReaderRequest, number: str, visit_pk: int) -> HttpResponse:
    """The record of a visit."""
    file = _file(request, number)
    with scopes_disabled():
        visit = file.visits.select_related("file").filter(pk=visit_pk).first()
    if visit is None or not reader_can_visit(request.reader, file):
        raise Http404
    form = VisitForm(request.POST, request.FILES, auto_id=f"visit{visit.pk}_%s")
    if not form.is_valid():
        return _show(request, file, visit_form=(visit.pk, form), status=400)
    typed = form.cleaned_data
    try:
        uploads = examine_files(typed["files"], kinds=PICTURES)
        watching.record_visit(
            by=request.user, visit=visit, condition=typed["condition"], words=typed["words"], uploads=uploads
        )
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _show(request, _file(request, number), visit_form=(visit.pk, form), status=refused.status)
    messages.success(request, _("The visit is recorded."))
    return redirect("defect_file", number)


@never_cache
@login_required
@require_POST
def defect_plan(request: ReaderRequest, number: str) -> HttpResponse:
    """One more visit."""
    file = _file(request, number)
    if not reader_can_keep_file(request.reader, file.office_id):
        raise Http404
    form = PlanVisitForm(request.POST, auto_id="plan_%s")
    if not form.is_valid():
        return _show(request, file, plan=form, status=400)
    try:
        watching.plan_visit(by=request.user, file=file, due_on=form.cleaned_data["due_on"])
    except Refused as refused:
        show_refusal(form, refused)
        return _show(request, _file(request, number), plan=form, status=refused.status)
    messages.success(request, _("The visit is planned."))
    return redirect("defect_file", number)


@never_cache
@login_required
@require_POST
def defect_release(request: ReaderRequest, number: str) -> HttpResponse:
    """One of the two signatures."""
    file = _file(request, number)
    if not reader_can_release(request.reader, file):
        raise Http404
    form = ReleaseForm(request.POST, auto_id="release_%s")
    if not form.is_valid():
        return _show(request, file, release=form, status=400)
    try:
        file = watching.sign_release(by=request.user, file=file, words=form.cleaned_data["words"])
    except Refused as refused:
        show_refusal(form, refused)
        return _show(request, _file(request, number), release=form, status=refused.status)
    done = _("The defect is released.") if not file.is_open else _("Signed. A second person signs, too.")
    messages.success(request, done)
    return redirect("defect_file", number)
