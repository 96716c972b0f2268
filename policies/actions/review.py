"""Submitting a draft, sending it back, reviewing it, approving it: three people, always."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from policies import content, freezing
from policies.actions.transitions import locked, state_after
from policies.models import Edition, EditionClause
from policies.permissions import (
    user_can_return_edition,
    user_can_submit_edition,
    why_not_approve,
    why_not_review,
)
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.enums import Role
from portal.org.models import User
from portal.org.readers import reader_for

NOTE_LENGTH = 2000


def clauses_of(edition: Edition) -> list[EditionClause]:
    """The clauses in reading order, each with its identity and the files of its appendix."""
    return list(edition.clauses.select_related("clause").prefetch_related("appendix_files__file").order_by("order"))


@transaction.atomic
def submit_edition(*, by: User, edition: Edition, change_note: str = "", now: datetime | None = None) -> Edition:
    """Hands a draft over for review: its text is locked from here on, and each clause gets its place on the page."""
    draft = locked(edition)
    target = state_after(draft, "submit")
    if not user_can_submit_edition(by, draft):
        raise NotYours(_("Only an editor may submit a draft."))
    rows = clauses_of(draft)
    if not rows:
        raise Refused(_("There is no clause in this draft yet: add the text first."))
    for row, anchor in zip(rows, content.anchors(rows), strict=True):
        row.anchor = anchor
    EditionClause.objects.bulk_update(rows, ["anchor"])
    draft.state = target
    draft.submitted_by, draft.submitted_at = by, now or clock.now()
    draft.returned_at, draft.return_reason = None, ""
    draft.change_note = change_note.strip()[:NOTE_LENGTH] or draft.change_note
    draft.tree_hash = content.tree_hash(draft.title, rows)
    with freezing.verb():
        draft.save()
    _record(by, draft, "submit_edition", {"clauses": len(rows), "hash": draft.tree_hash}, now)
    return draft


@transaction.atomic
def return_edition(*, by: User, edition: Edition, reason: str, now: datetime | None = None) -> Edition:
    """Sends an edition in review (or approved, not yet issued) back to its editors, with the reason they need."""
    current = locked(edition)
    target = state_after(current, "return")
    if not user_can_return_edition(by, current):
        raise NotYours(_("Only an approver or an editor may return an edition."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Write what is to be changed, so that the editors know."), field="reason")
    if len(reason) > NOTE_LENGTH:
        raise Refused(_("Keep the reason to %(length)d characters.") % {"length": NOTE_LENGTH}, field="reason")
    current.state = target
    current.reviewed_by = current.reviewed_at = current.approved_by = current.approved_at = None
    current.returned_at, current.return_reason = now or clock.now(), reason
    current.tree_hash = ""
    with freezing.verb():
        current.save()
    _record(by, current, "return_edition", {"reason": reason}, now)
    return current


@transaction.atomic
def review_edition(*, by: User, edition: Edition, remark: str = "", now: datetime | None = None) -> Edition:
    """Passes the review: the second person found the text right, a third one approves it. Refused to everybody who
    wrote in it, and where nobody else would be left to approve."""
    current = locked(edition)
    state_after(current, "review")
    if current.reviewed_by_id is not None:
        raise Conflict(_("The review is passed: an approver decides now."))
    if reason := why_not_review(by, current):
        raise NotYours(reason)
    _require_text_as_submitted(current)
    current.reviewed_by, current.reviewed_at = by, now or clock.now()
    with freezing.verb():
        current.save()
    data = {"as": _acting_as(by), "hash": current.tree_hash, "remark": remark.strip()[:NOTE_LENGTH]}
    _record(by, current, "review_edition", data, now)
    return current


@transaction.atomic
def approve_edition(*, by: User, edition: Edition, remark: str = "", now: datetime | None = None) -> Edition:
    """Approves the text that was reviewed. Drafter, submitter, everybody who changed a clause and the reviewer are
    refused: a third person, an approver, decides."""
    current = locked(edition)
    target = state_after(current, "approve")
    if reason := why_not_approve(by, current):
        raise NotYours(reason)
    _require_text_as_submitted(current)
    current.state = target
    current.approved_by, current.approved_at = by, now or clock.now()
    with freezing.verb():
        current.save()
    data = {"as": _acting_as(by), "hash": current.tree_hash, "remark": remark.strip()[:NOTE_LENGTH]}
    _record(by, current, "approve_edition", data, now)
    return current


def _require_text_as_submitted(edition: Edition) -> None:
    if content.tree_hash(edition.title, clauses_of(edition)) != edition.tree_hash:
        raise Refused(_("The text is not the one that was submitted: return it and let it be submitted again."))


def _acting_as(by: User) -> str:
    return Role.APPROVER if reader_for(by).has_role(Role.APPROVER) else Role.EDITOR


def _record(by: User, edition: Edition, action: str, data: dict, now: datetime | None) -> None:
    journal.record(
        by=by,
        action=f"policies.{action}",
        thing=edition,
        unit=edition.owner_unit,
        data={"number": edition.number, "state": edition.state, **data},
        now=now,
    )
