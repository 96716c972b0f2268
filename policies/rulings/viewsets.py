"""At the regulation desk: accepted proposals that no edition holds yet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies.models import Edition
from policies.rulings import wording
from policies.rulings.actions import include_proposal
from policies.rulings.addresses import number_in
from policies.rulings.models import Proposal
from policies.rulings.permissions import user_can_include_proposal
from policies.viewsets.screens import desk, screen, told
from portal.org.requests import ReaderRequest


@desk
@require_safe
def accepted_proposals(request: ReaderRequest) -> HttpResponse:
    """What was promised for the next edition, by regulation; an editor says which edition took it in."""
    proposals = list(Proposal.objects.accepted().for_list().order_by("edition__regulation__title", "answered_at"))
    rows = wording.rows_of((one.edition_id, one.clause_id) for one in proposals)
    later: dict[int, list[Edition]] = {}
    for edition in Edition.objects.filter(
        regulation__in={one.edition.regulation_id for one in proposals}, issued_at__isnull=False
    ).order_by("number"):
        later.setdefault(edition.regulation_id, []).append(edition)
    response: Any = screen(
        request,
        "proposals.html",
        title=_("Accepted proposals"),
        crumbs=[],
        rows=[
            {
                "proposal": one,
                "clause": wording.name_of(rows[one.edition_id, one.clause_id]),
                "editions": [e for e in later.get(one.edition.regulation_id, []) if e.number > one.edition.number],
            }
            for one in proposals
        ],
        can_include=user_can_include_proposal(request.user),
    )
    response.template_name = "rulings/admin/proposals.html"  # the frame of the desk around a page of this app
    return response


@desk
@require_POST
def take_proposal_in(request: ReaderRequest, pk: int) -> HttpResponse:
    if not user_can_include_proposal(request.user):
        raise Http404
    proposal: Proposal = get_object_or_404(Proposal.objects.select_related("edition"), pk=pk)
    edition = get_object_or_404(Edition, pk=number_in(request.POST.get("edition", "")))
    done = _("The proposal stands in edition %(number)s now.") % {"number": edition.number}
    told(request, lambda: include_proposal(by=request.user, proposal=proposal, edition=edition), done)
    return redirect("rulings_accepted")
