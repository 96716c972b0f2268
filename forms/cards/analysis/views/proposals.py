"""What trends led to: the list of proposals, a new one, one with its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards.analysis import actions, permissions
from forms.cards.analysis.enums import TRANSITIONS, ProposalState
from forms.cards.analysis.forms import NoteForm, ProposalForm
from forms.cards.analysis.models import Proposal
from forms.cards.analysis.views.asked import Asked
from forms.cards.analysis.views.statistics import tabs
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Appointment, Person
from portal.org.requests import ReaderRequest

STEPS = {"accept": ProposalState.ACCEPTED, "decline": ProposalState.DECLINED, "finish": ProposalState.DONE}


@never_cache
@login_required
@require_safe
def card_proposals(request: ReaderRequest) -> HttpResponse:
    """Those of the unit and below, the open ones first."""
    asked = Asked(request, inside=True)
    found = permissions.visible_proposals(request.reader).filter(unit__path__startswith=asked.unit.path)
    rows = sorted(found.for_screens(), key=lambda one: (one.state not in {"proposed", "accepted"}, one.due))
    day = request.reader.day
    context = {
        "asked": asked,
        "tabs": tabs(asked, "card_proposals"),
        "rows": [(row, row.is_late(day)) for row in rows],
        "can_propose": permissions.user_can_propose(request.user, asked.unit),
    }
    return render(request, "card_analysis/proposals.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_proposal_new(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request, inside=True)
    if not permissions.user_can_propose(request.user, asked.unit):
        raise Http404
    at_work = Appointment.objects.on(request.reader.day).filter(unit__path__startswith=asked.unit.path)
    people = Person.objects.filter(pk__in=at_work.values("person_id"))
    form = ProposalForm(request.POST or None, people=people, initial={"finding": request.GET.get("finding", "")[:400]})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = actions.propose(by=request.user, unit=asked.unit, period=asked.period, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
                if status == 409:
                    form.with_fresh_id()
            else:
                messages.success(request, _("The proposal was made."))
                return redirect(made)
    return render(request, "card_analysis/proposal_form.html", {"asked": asked, "form": form}, status=status)


def _proposal(request: ReaderRequest, pk: int | str) -> Proposal:
    return get_object_or_404(permissions.visible_proposals(request.reader).for_screens(), pk=pk)


@never_cache
@login_required
@require_safe
def card_proposal(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, _proposal(request, pk))


def _shown(
    request: ReaderRequest, proposal: Proposal, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    words = {"accept": _("Accept"), "decline": _("Decline"), "finish": _("Report as done")}
    steps = []
    for name, to in STEPS.items():
        allowed = (
            permissions.user_can_finish_proposal if to == ProposalState.DONE else permissions.user_can_decide_proposal
        )
        if to in TRANSITIONS[proposal.state] and allowed(request.user, proposal):
            form = failed[1] if failed and failed[0] == name else NoteForm(auto_id=f"id_{name}_%s")
            steps.append({"name": name, "word": words[name], "form": form, "open": bool(failed and failed[0] == name)})
    context = {
        "proposal": proposal,
        "state": ProposalState(proposal.state),
        "late": proposal.is_late(request.reader.day),
        "steps": steps,
        "failed_form": failed[1] if failed else None,
    }
    return render(request, "card_analysis/proposal.html", context, status=status)


@login_required
@require_POST
def card_proposal_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    proposal = _proposal(request, pk)
    to = STEPS[step]
    finishing = to == ProposalState.DONE
    allowed = permissions.user_can_finish_proposal if finishing else permissions.user_can_decide_proposal
    if not allowed(request.user, proposal):
        raise Http404
    form = NoteForm(request.POST, auto_id=f"id_{step}_%s")
    if not form.is_valid():
        return _shown(request, proposal, (step, form), 400)
    try:
        actions.move_proposal(by=request.user, proposal=proposal, to=to, note=form.cleaned_data["note"])
    except Refused as refused:
        show_refusal(form, refused)
        return _shown(request, _proposal(request, pk), (step, form), refused.status)
    messages.success(request, _("Kept."))
    return redirect(proposal)
