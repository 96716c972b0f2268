"""Reviewing an edition in force and keeping it as it is."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from policies import freezing
from policies.actions.issuing import latest_review_date
from policies.actions.transitions import locked
from policies.enums import EditionState
from policies.models import Edition, EditionReview
from policies.permissions import reader_can_confirm_review
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import User
from portal.org.readers import reader_for

NOTE_LENGTH = 2000


@transaction.atomic
def confirm_review(
    *,
    by: User,
    edition: Edition,
    note: str,
    next_review_due_on: date | None = None,
    due_before: date | None = None,
    now: datetime | None = None,
) -> EditionReview:
    """Records that the owner department reviewed an edition in force and leaves it unchanged; the review date moves,
    by three years at most and where nobody says sooner (SAF-23, clause 6.4). A review after its date stays late.

    `due_before` is the review date that the person saw: where somebody else confirmed meanwhile, Conflict.
    """
    now = now or clock.now()
    today = clock.today(now)
    current = locked(edition)
    if current.state != EditionState.ISSUED or current.review_due_on is None:
        raise Conflict(_("This edition is not in force: review the one that is."))
    if not reader_can_confirm_review(reader_for(by, today), current):
        raise NotYours(_("Only the head of the owner department or an approver confirms a review."))
    if due_before is not None and due_before != current.review_due_on:
        raise Conflict(_("Somebody else confirmed this review meanwhile: load the page again."))
    note = note.strip()
    if not note:
        raise Refused(_("Write what was looked at and why the text stays as it is."), field="note")
    if len(note) > NOTE_LENGTH:
        raise Refused(_("Keep the note to %(length)d characters.") % {"length": NOTE_LENGTH}, field="note")
    latest = latest_review_date(today)
    next_due = next_review_due_on or latest
    if next_due > latest:
        raise Refused(
            _("A regulation is reviewed at least every 3 years: choose a review date up to %(latest)s.")
            % {"latest": latest.isoformat()},
            field="next_review_due_on",
        )
    if next_due <= today:
        raise Refused(_("The next review comes after today: choose a later day."), field="next_review_due_on")
    with freezing.verb():
        review = EditionReview.objects.create(
            edition=current, by=by, at=now, note=note, due_before=current.review_due_on, next_due_on=next_due
        )
        current.review_due_on = next_due
        current.save(update_fields=["review_due_on"])
    journal.record(
        by=by,
        action="policies.confirm_review",
        thing=current,
        unit=current.owner_unit,
        data={"number": current.number, "was_due": review.due_before, "next_due": next_due, "reason": note},
        now=now,
    )
    return review
