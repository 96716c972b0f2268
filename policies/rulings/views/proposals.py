"""Proposals: handing one in, one's own, the desk of the owner department, and the thanks that all staff read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.rulings import permissions, wording
from policies.rulings.actions import answer_proposal, propose, see_answer
from policies.rulings.enums import PROPOSAL_DAYS, THANKED, ProposalState
from policies.rulings.forms import DecisionForm, ProposalForm
from policies.rulings.models import Proposal
from policies.rulings.views.narrowing import narrowed, tabs_of
from policies.rulings.views.sending import clause_meant, refuse, sent_on
from policies.rulings.views.timelines import happenings
from policies.rulings.wording import ClauseText
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

ROWS = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: ReaderRequest) -> HttpResponse:
    """/proposals/new/?edition=&clause= - without them the page asks which clause is meant."""
    if not permissions.reader_sees_proposals(request.reader):
        raise Http404
    meant = clause_meant(request, "proposal_new", permissions.reader_can_propose, _("Propose an improvement"))
    if isinstance(meant, HttpResponse):
        return meant
    if request.method != "POST":
        return _show_form(request, meant, ProposalForm())
    form = ProposalForm(request.POST)
    if not form.is_valid():
        if "submission_id" in form.errors:
            form.with_fresh_id()
        return _show_form(request, meant, form, status=400)
    try:
        proposal = propose(by=request.user, edition=meant.edition, clause_id=meant.row.clause_id, **form.cleaned_data)
    except Refused as refused:
        return _show_form(request, meant, form, status=refuse(form, refused))
    messages.success(request, _("Your proposal was handed in. Thank you."))
    return sent_on(request, reverse("proposal_detail", args=[proposal.pk]))


def _show_form(request: ReaderRequest, meant: ClauseText, form: ProposalForm, status: int = 200) -> HttpResponse:
    context = {"meant": meant, "form": form, "days": PROPOSAL_DAYS, "unit": meant.edition.owner_unit}
    return render(request, "rulings/propose.html", context, status=status)


@never_cache
@login_required
@require_safe
def proposal_list(request: ReaderRequest) -> HttpResponse:
    """Accepted proposals with thanks, for the staff."""
    if not permissions.reader_sees_proposals(request.reader):
        raise Http404
    return _listed(request, permissions.thanked_proposals(request.reader), "rulings/proposal_list.html")


@never_cache
@login_required
@require_safe
def proposal_mine(request: ReaderRequest) -> HttpResponse:
    if not permissions.reader_sees_proposals(request.reader):
        raise Http404
    return _listed(request, permissions.proposals_of(request.reader), "rulings/proposal_mine.html")


def _listed(request: ReaderRequest, found: Any, template: str, **context: Any) -> HttpResponse:
    now = clock.now()
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = wording.rows_of((proposal.edition_id, proposal.clause_id) for proposal in page)
    context |= {
        "page_obj": page,
        "rows": [
            (proposal, wording.name_of(rows[proposal.edition_id, proposal.clause_id]), proposal.is_late(now))
            for proposal in page
        ],
        "is_desk": permissions.reader_sees_desk(request.reader),
    }
    return render(request, template, context)


@never_cache
@login_required
@require_safe
def proposal_desk(request: ReaderRequest) -> HttpResponse:
    """Proposals of the reader's departments: those to answer first."""
    reader = request.reader
    if not permissions.reader_sees_desk(reader):
        raise Http404
    found, narrowings = narrowed(request, permissions.desk_proposals(reader))
    views = {
        "open": (_("To answer"), found.unanswered().by_due()),
        "late": (_("Late"), found.late(clock.now()).by_due()),
        "accepted": (_("Accepted, not yet in an edition"), found.accepted().order_by("answered_at")),
        "all": (_("All"), found.order_by("-sent_at")),
    }
    view = request.GET.get("view", "")
    view = view if view in views else "open"
    tabs = tabs_of(request, views, view)
    return _listed(request, views[view][1], "rulings/proposal_desk.html", tabs=tabs, narrowings=narrowings)


def _proposal(request: ReaderRequest, pk: int) -> tuple[Proposal, str]:
    """The proposal, and as what the reader meets it: mine, desk or staff. 404 for others."""
    reader = request.reader
    for role, found in (
        ("mine", permissions.proposals_of(reader)),
        ("desk", permissions.desk_proposals(reader)),
        ("staff", permissions.thanked_proposals(reader) if permissions.reader_sees_proposals(reader) else None),
    ):
        if found is not None and (role != "desk" or permissions.reader_sees_desk(reader)):
            proposal = found.select_related("answered_by", "included_in").filter(pk=pk).first()
            if proposal is not None:
                return proposal, role
    raise Http404


@never_cache
@login_required
@require_safe
def proposal_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    """For the proposer, the owner department, and once it is accepted for the staff."""
    proposal, role = _proposal(request, pk)
    if role == "mine" and proposal.answered_at is not None and proposal.seen_at is None:
        see_answer(by=request.user, thing=proposal)
    return _show(request, proposal, role)


@never_cache
@login_required
@require_POST
def proposal_answer(request: ReaderRequest, pk: int) -> HttpResponse:
    """The owner department's answer; the second of two is told what the first one said."""
    proposal, role = _proposal(request, pk)
    if role == "staff" or not permissions.reader_sees_desk(request.reader):
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, proposal, role, form=form, status=400)
    try:
        answer_proposal(by=request.user, proposal=proposal, **form.cleaned_data)
    except Refused as refused:
        if isinstance(refused, Conflict | NotYours):
            typed = [(form["answer"].label, form.cleaned_data["answer"])]
            return _show(request, _proposal(request, pk)[0], role, refused=refused, typed=typed, status=refused.status)
        show_refusal(form, refused)
        return _show(request, proposal, role, form=form, status=refused.status)
    messages.success(request, _("The proposer has your answer."))
    return redirect(proposal)


def _show(
    request: ReaderRequest,
    proposal: Proposal,
    role: str,
    *,
    form: DecisionForm | None = None,
    refused: Refused | None = None,
    typed: list[tuple[Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    may = proposal.state == ProposalState.WAITING and permissions.user_can_answer(request.user, proposal)
    context = {
        "proposal": proposal,
        "role": role,
        "meant": wording.clause_text(proposal.edition, proposal.clause_id),
        "form": (form or DecisionForm()) if may else None,
        "shows_name": role != "staff" or proposal.name_shown,
        "thanked": proposal.state in THANKED,
        "late": proposal.is_late(clock.now()),
        "refused": refused,
        "typed": typed or [],
        "timeline": happenings(proposal, with_names=role == "desk"),
    }
    return render(request, "rulings/proposal.html", context, status=status)
