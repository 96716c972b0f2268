"""Mass incidents: the list, opening one, one incident with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forms.cases import actions
from forms.cases.enums import UNANSWERED
from forms.cases.forms import IncidentAnswerForm, IncidentCloseForm, IncidentForm, IncidentSayForm
from forms.cases.models import Incident
from forms.cases.permissions import reader_can_list_cases, visible_cases, visible_incidents
from forms.cases.progress import tone_of
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 25


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def incident_list(request: ReaderRequest) -> HttpResponse:
    """The incidents of the own offices, and the form that opens one."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    form = IncidentForm(request.POST or None, reader=request.reader)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                incident = actions.open_incident(by=request.user, **form.cleaned_data)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("The incident is open. Cases that fit are offered for gathering."))
                return redirect(incident)
    found = visible_incidents(request.reader).select_related("estate").order_by("-state", "-opened_at")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/incidents.html", {"page_obj": page, "form": form}, status=status)


@never_cache
@login_required
@require_GET
def incident_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return _show(request, _incident(request, pk))


def _say(incident: Incident, by: Any, data: dict[str, Any]) -> str:
    actions.say_of_incident(incident=incident, by=by, **data)
    return _("What clerks say is changed.")


def _answer(incident: Incident, by: Any, data: dict[str, Any]) -> str:
    number = actions.answer_incident(incident=incident, by=by, **data)
    return ngettext("The answer went to %(n)d customer.", "The answer went to %(n)d customers.", number) % {"n": number}


def _close(incident: Incident, by: Any, data: dict[str, Any]) -> str:
    actions.close_incident(incident=incident, by=by, **data)
    return _("The incident is closed.")


INCIDENT_ACTS: dict[str, tuple[Any, Callable[[Incident, Any, dict[str, Any]], str]]] = {
    "say": (IncidentSayForm, _say),
    "answer": (IncidentAnswerForm, _answer),
    "close": (IncidentCloseForm, _close),
}


@never_cache
@login_required
@require_POST
def incident_act(request: ReaderRequest, pk: int, verb: str) -> HttpResponse:
    incident = _incident(request, pk)
    form_class, run = INCIDENT_ACTS[verb]
    form = form_class(request.POST, auto_id=f"{verb}_%s")
    if not form.is_valid():
        return _show(request, incident, verb, form, status=400)
    try:
        messages.success(request, run(incident, request.user, form.cleaned_data))
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _show(request, _incident(request, pk), verb, form, status=refused.status)
    return redirect(incident)


def _incident(request: ReaderRequest, pk: int) -> Incident:
    if not reader_can_list_cases(request.reader):
        raise Http404
    incident = visible_incidents(request.reader).select_related("estate", "unit", "opened_by").filter(pk=pk).first()
    if incident is None:
        raise Http404
    return incident


def _show(
    request: ReaderRequest, incident: Incident, verb: str = "", form: Any = None, status: int = 200
) -> HttpResponse:
    cases = visible_cases(request.reader).filter(incident=incident)
    page = Paginator(cases.for_desk().by_due(), PER_PAGE).get_page(request.GET.get("page"))
    forms = {
        name: form
        if name == verb
        else made(initial={"version": incident.version, "say": incident.say}, auto_id=f"{name}_%s")
        for name, (made, _run) in INCIDENT_ACTS.items()
    }
    if form is not None:
        say_instead(form, version=incident.version)
    context = {
        "incident": incident,
        "page_obj": page,
        "rows": [(case, tone_of(case)) for case in page.object_list],
        "waiting": cases.filter(state__in=UNANSWERED).count(),
        "forms": forms,
        "failed_form": form,
    }
    return render(request, "cases/incident.html", context, status=status)
