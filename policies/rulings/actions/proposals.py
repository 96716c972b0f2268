"""Proposing a better clause or practice, answering every proposal, saying which edition took it in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.models import Edition
from policies.rulings.actions.lateness import note_breach
from policies.rulings.actions.sending import cleaned, fingerprint, require_in_force, sent_before
from policies.rulings.clocks import due_after
from policies.rulings.enums import PROPOSAL_DAYS, PROPOSAL_STEPS, ProposalKind, ProposalState
from policies.rulings.models import Proposal
from policies.rulings.permissions import reader_can_propose, user_can_answer, user_can_include_proposal
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for


def propose(
    *,
    by: Any,
    edition: Edition,
    clause_id: int,
    kind: str,
    suggestion: str,
    reason: str,
    submission_id: UUID,
    name_shown: bool = False,
    now: datetime | None = None,
) -> Proposal:
    """Somebody on the staff proposes an improvement; the owner department has fifteen working days (SAF-01, clause
    3.5). The same id and words twice are one proposal."""
    now = now or clock.now()
    if kind not in ProposalKind.values:
        raise Refused(_("Say what the proposal is about."), field="kind")
    said = {
        "kind": kind,
        "suggestion": cleaned(suggestion, field="suggestion", missing=_("Write what you propose.")),
        "reason": cleaned(reason, field="reason", missing=_("Write what would be better then.")),
        "name_shown": bool(name_shown),
    }
    mark = fingerprint({"edition": edition.pk, "clause": clause_id, **said})
    with scopes_disabled():
        try:
            with transaction.atomic():
                return _propose(by, edition, clause_id, said, submission_id, mark, now)
        except IntegrityError:  # two tries of one form at the same moment: the other one was first
            if found := sent_before(Proposal, submission_id, by, mark):
                return found
            raise


def _propose(
    by: Any, edition: Edition, clause_id: int, said: dict[str, Any], submission_id: UUID, mark: str, now: datetime
) -> Proposal:
    if found := sent_before(Proposal, submission_id, by, mark):
        return found
    current = Edition.objects.select_related("owner_unit").get(pk=edition.pk)
    if not reader_can_propose(reader_for(by, clock.today(now)), current):
        raise NotYours(_("This regulation is not meant for you."))
    require_in_force(current, clause_id)
    if current.owner_unit is None:
        raise Refused(_("No department owns this regulation."))
    proposal = Proposal.objects.create(
        submission_id=submission_id,
        fingerprint=mark,
        edition=current,
        clause_id=clause_id,
        sent_by=by,
        sent_at=now,
        unit=current.owner_unit,
        due_at=due_after(PROPOSAL_DAYS, now),
        **said,
    )
    journal.record(
        by=by,
        action="rulings.propose",
        thing=proposal,
        unit=current.owner_unit,
        data={"edition": current.pk, "clause": clause_id, "due": proposal.due_at},
        now=now,
    )
    return proposal


def _locked(proposal: Proposal) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("edition__regulation", "unit")
    return found.get(pk=proposal.pk)


def _target(proposal: Proposal, verb: str) -> ProposalState:
    target = PROPOSAL_STEPS.get((verb, proposal.state))
    if target is None:
        raise Conflict(
            _("Somebody was first: this proposal is now “%(state)s”. What you wrote was not sent.")
            % {"state": proposal.get_state_display()}
        )
    return target


@transaction.atomic
def answer_proposal(
    *, by: Any, proposal: Proposal, decision: str, answer: str, now: datetime | None = None
) -> Proposal:
    """The owner department accepts it for the next edition, declines it with reasons, or notes it. `decision` is
    accept, decline or note."""
    now = now or clock.now()
    if decision not in {"accept", "decline", "note"}:
        raise Refused(_("Say what becomes of the proposal."), field="decision")
    answer = cleaned(answer, field="answer", missing=_("Write the answer to the proposer."))
    with scopes_disabled():
        proposal = _locked(proposal)
        if proposal.sent_by_id == by.pk:
            raise NotYours(_("You proposed this yourself: somebody else of the department answers."))
        if not user_can_answer(by, proposal):
            raise NotYours(_("This proposal is answered by %(unit)s.") % {"unit": proposal.unit.name})
        proposal.state = _target(proposal, decision)
        note_breach(proposal, now)
        proposal.answer, proposal.answered_by, proposal.answered_at = answer, by, now
        proposal.save()
    data = {"decision": decision, "late": proposal.breached_at is not None}
    journal.record(by=by, action="rulings.answer_proposal", thing=proposal, unit=proposal.unit_id, data=data, now=now)
    return proposal


@transaction.atomic
def include_proposal(*, by: Any, proposal: Proposal, edition: Edition, now: datetime | None = None) -> Proposal:
    """An accepted proposal stands in a later edition now: an editor says in which."""
    if not user_can_include_proposal(by):
        raise NotYours(_("Only an editor may do this."))
    with scopes_disabled():
        proposal = _locked(proposal)
        proposal.state = _target(proposal, "include")
        later = edition.regulation_id == proposal.edition.regulation_id and edition.number > proposal.edition.number
        if not later or not edition.was_published:
            raise Refused(_("Choose an issued edition that came after the proposal."), field="edition")
        proposal.included_in, proposal.seen_at = edition, None
        proposal.save()
    data = {"edition": edition.pk}
    journal.record(by=by, action="rulings.include_proposal", thing=proposal, unit=proposal.unit_id, data=data, now=now)
    return proposal
