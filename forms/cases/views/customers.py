"""A customer's own cases: progress, adding to one, saying that it is still broken, rating it once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_scopes import scopes_disabled

from forms.cases import actions
from forms.cases.forms import AddForm, RateForm, StillBrokenForm
from forms.cases.models import Case
from forms.cases.progress import customer_progress, customer_verbs, tone_of
from forms.intake import limits, lookups
from forms.intake.kinds import Progress
from forms.intake.views import TRACKING_SESSION_KEY
from portal.journal.actions import CUSTOMER
from portal.lib.addresses import client_address
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 25
# verb: (form, what is done, the word of the button, what is said afterwards)
OWN_ACTS: dict[str, tuple[Any, Any, Any, Any]] = {
    "still_broken": (
        StillBrokenForm,
        actions.say_still_broken,
        _("It is still broken"),
        _("We are sorry. Your case is taken up again at once."),
    ),
    "add": (AddForm, actions.add_to_case, _("Add to this case"), _("We have it. Thank you.")),
    "rate": (RateForm, actions.rate_case, _("Rate it"), _("Thank you for your opinion.")),
}


def own_cases(request: ReaderRequest) -> QuerySet[Case]:
    """What this account handed in itself, whichever office it went to. Evaluate with scopes disabled."""
    return Case.objects.filter(submission__by=request.user).select_related("estate", "submission")


@never_cache
@login_required
@require_GET
def my_cases(request: ReaderRequest) -> HttpResponse:
    with scopes_disabled():
        page = Paginator(own_cases(request), PER_PAGE).get_page(request.GET.get("page"))
        rows = [(case, tone_of(case)) for case in page.object_list]
    return render(request, "cases/my_list.html", {"page_obj": page, "rows": rows})


@never_cache
@login_required
@require_GET
def my_case(request: ReaderRequest, number: str) -> HttpResponse:
    return _show_own(request, _own_case(request, number))


@never_cache
@login_required
@require_POST
@sensitive_post_parameters("text")
def my_case_act(request: ReaderRequest, number: str, verb: str) -> HttpResponse:
    """One step of the customer on the own case, by account."""
    case = _own_case(request, number)
    answer = _act(request, case, verb, by=request.user)
    return answer or redirect("my_case", case.number)


def tracked_case(request: Any, case: Case, progress: Progress) -> HttpResponse:
    """The page behind a tracking code."""
    return _show_tracked(request, case, progress)


@never_cache
@require_POST
@sensitive_post_parameters("text")
def tracked_act(request: ReaderRequest, verb: str) -> HttpResponse:
    """One step of the customer for whoever gave the tracking code in this browser; counted like looking up."""
    tracked = request.session.get(TRACKING_SESSION_KEY)
    if lookups.progress_of(tracked) is None:
        return redirect("track")
    _kind, case = lookups.tracked_record(tracked)
    if not isinstance(case, Case):
        raise Http404
    try:
        limits.enforce(limits.LOOKUPS, client_address(request))
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("track_progress")
    return _act(request, case, verb, by=CUSTOMER) or redirect("track_progress")


def _own_case(request: ReaderRequest, number: str) -> Case:
    with scopes_disabled():
        case = own_cases(request).filter(number=number).first()
    if case is None:
        raise Http404
    return case


def _act(request: ReaderRequest, case: Case, verb: str, *, by: Any) -> HttpResponse | None:
    """Does the step; the page again with what was typed when it cannot be done."""
    form_class, run, _word, done = OWN_ACTS[verb]
    form = form_class(request.POST, auto_id=f"{verb}_%s")
    status = 400
    if form.is_valid():
        try:
            run(case=case, by=by, **form.cleaned_data)
        except NotYours:
            raise Http404 from None
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, done)
            return None
    if by is CUSTOMER:
        return _show_tracked(request, case, customer_progress(case), (verb, form), status)
    return _show_own(request, case, (verb, form), status)


def _forms(case: Case, addresses: dict[str, str], failed: tuple[str, Any] | None) -> list[dict[str, Any]]:
    verbs = customer_verbs(case)
    if failed and failed[0] not in verbs:
        verbs.append(failed[0])
    return [
        {
            "verb": verb,
            "word": OWN_ACTS[verb][2],
            "form": failed[1] if failed and failed[0] == verb else OWN_ACTS[verb][0](auto_id=f"{verb}_%s"),
            "address": addresses[verb],
            "open": bool(failed and failed[0] == verb),
        }
        for verb in verbs
    ]


def _show_own(
    request: ReaderRequest, case: Case, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    addresses = {verb: reverse(f"my_case_{verb}", args=[case.number]) for verb in OWN_ACTS}
    context = {"case": case, "progress": customer_progress(case), "forms": _forms(case, addresses, failed)}
    context["failed_form"] = failed[1] if failed else None
    return render(request, "cases/my_detail.html", context, status=status)


def _show_tracked(
    request: ReaderRequest, case: Case, progress: Progress, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    addresses = {verb: reverse(f"tracked_{verb}") for verb in OWN_ACTS}
    context = {"progress": progress, "forms": _forms(case, addresses, failed)}
    context["failed_form"] = failed[1] if failed else None
    response = render(request, "cases/tracked.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response
