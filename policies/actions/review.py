"""Submitting a draft, sending it back, approving it: two people, always."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from policies import content
from policies.actions.transitions import locked, state_after
from policies.models import Edition, EditionClause
from policies.permissions import (
    user_can_approve_edition,
    user_can_return_edition,
    user_can_submit_edition,
    wrote_in,
)
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.enums import Role
from portal.org.models import User
from portal.org.readers import reader_for

NOTE_LENGTH = 2000


def clauses_of(edition: Edition) -> list[EditionClause]:
    """The clauses in reading order, each with its identity: one query."""
    return list(edition.clauses.select_related("clause").order_by("order"))


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
    draft.change_note = change_note.strip()[:NOTE_LENGTH] or draft.change_note
    draft.tree_hash = content.tree_hash(draft.title, rows)
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
    current.approved_by = current.approved_at = None
    current.tree_hash = ""
    current.save()
    _record(by, current, "return_edition", {"reason": reason}, now)
    return current


@transaction.atomic
def approve_edition(*, by: User, edition: Edition, remark: str = "", now: datetime | None = None) -> Edition:
    """Approves the text under review. Drafter, submitter and everybody who changed a clause are refused (four eyes)."""
    current = locked(edition)
    target = state_after(current, "approve")
    if wrote_in(by, current):
        raise NotYours(_("You worked on this text yourself: a second person must approve it."))
    if not user_can_approve_edition(by, current):
        raise NotYours(_("Only an approver, or an editor who had no hand in the text, may approve it."))
    if content.tree_hash(current.title, clauses_of(current)) != current.tree_hash:
        raise Refused(_("The text is not the one that was submitted: return it and let it be submitted again."))
    current.state = target
    current.approved_by, current.approved_at = by, now or clock.now()
    current.save()
    acting_as = Role.APPROVER if reader_for(by).has_role(Role.APPROVER) else Role.EDITOR
    data = {"as": acting_as, "hash": current.tree_hash, "remark": remark.strip()[:NOTE_LENGTH]}
    _record(by, current, "approve_edition", data, now)
    return current


def _record(by: User, edition: Edition, action: str, data: dict, now: datetime | None) -> None:
    journal.record(
        by=by,
        action=f"policies.{action}",
        thing=edition,
        unit=edition.owner_unit,
        data={"number": edition.number, "state": edition.state, **data},
        now=now,
    )
