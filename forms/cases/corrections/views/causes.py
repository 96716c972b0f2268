"""Cause and prevention of a case; the list of preventive measures; one of them, from doing it to whether it worked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.corrections import actions, listing, permissions
from forms.cases.corrections.actions.plans import PROOF
from forms.cases.corrections.enums import PREVENTION_TRANSITIONS
from forms.cases.corrections.forms import CauseForm, DoneForm, EffectForm, PreventionForm
from forms.cases.corrections.models import CauseAnalysis, Prevention
from forms.cases.corrections.views.plans import case_of
from forms.cases.models import Case
from forms.cases.permissions import reader_can_see_case
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest


def _case(request: ReaderRequest, number: str) -> Case:
    case = case_of(request, number)
    if not permissions.reader_can_write_cause(request.reader, case):
        raise Http404
    return case


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_cause(request: ReaderRequest, number: str) -> HttpResponse:
    """The cause of what the case is about, and below it the preventive measures."""
    case = _case(request, number)
    with scopes_disabled():
        analysis = CauseAnalysis.objects.filter(case=case).first()
        form = CauseForm(request.POST if request.method == "POST" else None, analysis=analysis)
        status = 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    actions.record_cause(by=request.user, case=case, **form.values)
                except NotYours:
                    raise Http404 from None
                except Refused as refused:
                    status = show_refusal(form, refused)
                    if status == 409:
                        say_instead(form, version=CauseAnalysis.objects.get(case=case).version)
                else:
                    messages.success(request, _("The cause is recorded."))
                    return redirect("case_cause", number)
        return _cause_page(request, case, form, PreventionForm(case=case, auto_id="new_%s"), form, status)


def _cause_page(
    request: ReaderRequest, case: Case, form: CauseForm, new: PreventionForm, failed: Any, status: int
) -> HttpResponse:
    today = clock.today()
    measures = case.preventions.select_related("owner").order_by("pk")
    context = {
        "case": case,
        "form": form,
        "new_form": new,
        "failed_form": failed,
        "measures": [(one, one.is_overdue(today), one.is_to_verify(today)) for one in measures],
        "needed": permissions.needs_cause(case),
    }
    return render(request, "case_corrections/cause.html", context, status=status)


@never_cache
@login_required
@require_POST
def case_prevention(request: ReaderRequest, number: str) -> HttpResponse:
    """A new preventive measure of the case."""
    case = _case(request, number)
    with scopes_disabled():
        new = PreventionForm(request.POST, case=case, auto_id="new_%s")
        status = 400
        if new.is_valid():
            try:
                actions.add_prevention(by=request.user, case=case, new=new.new)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(new, refused)
            else:
                messages.success(request, _("The measure is recorded."))
                return redirect("case_cause", number)
        analysis = CauseAnalysis.objects.filter(case=case).first()
        return _cause_page(request, case, CauseForm(None, analysis=analysis), new, new, status)


@never_cache
@login_required
@require_safe
def prevention_list(request: ReaderRequest) -> HttpResponse:
    """The preventive measures this reader may see: to do, to verify, verified."""
    if not request.reader.is_staff_member:
        raise Http404
    today = clock.today()
    wanted = listing.Wanted.from_query(request.GET, listing.PREVENTION_VIEWS)
    found = listing.narrowed_preventions(permissions.visible_preventions(request.reader), wanted)
    views = listing.prevention_views(request.reader, today)
    rows = found.filter(views[wanted.view]).for_list().order_by("due_on", "pk")
    page = Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(one, one.is_overdue(today), one.is_to_verify(today)) for one in page],
        "tabs": listing.tabs(found, wanted, views, listing.PREVENTION_VIEWS),
        "wanted": wanted,
        "writes": permissions.reader_writes_reports(request.reader),
    }
    return render(request, "case_corrections/prevention_list.html", context)


def _measure(request: ReaderRequest, pk: int | str) -> Prevention:
    found = permissions.visible_preventions(request.reader).select_related(
        "case__office", "case__unit", "owner", "done_by", "verified_by", "follows"
    )
    measure = found.filter(pk=pk).first()
    if measure is None:
        raise Http404
    return measure


@never_cache
@login_required
@require_safe
def prevention_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, _measure(request, pk))


def _may(request: ReaderRequest, step: str, measure: Prevention) -> bool:
    may = permissions.reader_can_do_prevention if step == "done" else permissions.reader_can_verify
    return may(request.reader, measure)


def _shown(
    request: ReaderRequest, measure: Prevention, *, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a measure; `failed` is the step whose form is shown again, and that form."""
    case, today = measure.case, clock.today()
    does = measure.state in PREVENTION_TRANSITIONS["done"][0] and _may(request, "done", measure)
    may_verify = measure.state in PREVENTION_TRANSITIONS["effective"][0] and _may(request, "verify", measure)
    verifies = may_verify and measure.is_to_verify(today)
    version = {"version": measure.version}
    done: Any = DoneForm(initial=version) if does else None
    effect: Any = EffectForm(initial=version, case=case, auto_id="effect_%s") if verifies else None
    if failed is not None:
        done = failed[1] if failed[0] == "done" and does else done
        effect = failed[1] if failed[0] == "verify" and may_verify else effect
    with scopes_disabled():
        followers = list(measure.followers.all())
        context = {
            "measure": measure,
            "case": case if reader_can_see_case(request.reader, case) else None,
            "overdue": measure.is_overdue(today),
            "to_verify": measure.is_to_verify(today),
            "files": list(files_of(measure, PROOF)),
            "done_form": done,
            "effect_form": effect,
            "failed_form": failed[1] if failed else None,
            "followers": followers,
            "left_text": failed[1].data.get("proof", failed[1].data.get("verdict", ""))
            if failed and failed[1] not in (done, effect)
            else "",
        }
    return render(request, "case_corrections/prevention.html", context, status=status)


@never_cache
@login_required
@require_POST
def prevention_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Reports a measure done, or says whether it worked."""
    measure = _measure(request, pk)
    if not _may(request, step, measure):
        raise Http404
    if step == "done":
        form: Any = DoneForm(request.POST, request.FILES)
    else:
        form = EffectForm(request.POST, case=measure.case, auto_id="effect_%s")
    if not form.is_valid():
        return _shown(request, measure, failed=(step, form), status=400)
    try:
        if step == "done":
            typed = dict(form.cleaned_data)
            files = examine_files(typed.pop("files"))
            actions.do_prevention(by=request.user, measure=measure, files=files, **typed)
        else:
            actions.verify_effect(by=request.user, measure=measure, **form.values)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        status = show_refusal(form, refused)
        measure = _measure(request, pk)
        say_instead(form, version=measure.version)
        return _shown(request, measure, failed=(step, form), status=status)
    said = _("Reported done; its effect is verified later.") if step == "done" else _("What was found is recorded.")
    messages.success(request, said)
    return redirect(measure)
