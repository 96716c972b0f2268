"""What waits for whom in the life of editions: drafts, reviews, approvals, issues, trials, periodic reviews."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from policies.enums import EditionState
from policies.models import Edition
from policies.permissions import (
    reader_can_confirm_review,
    user_can_approve_edition,
    user_can_issue_edition,
    user_can_review_edition,
)
from portal.org.readers import Reader

# A text that waits longer than this for its reviewer or approver is urgent.
PATIENCE = timedelta(days=7)


def _editions(*states: str) -> QuerySet[Edition]:
    return Edition.objects.filter(state__in=states).select_related("regulation", "submitted_by", "reviewed_by")


def drafts_of(user: Any) -> list[Edition]:
    """The drafts this account wrote in; those that were sent back stand first."""
    mine = Q(drafted_by=user) | Q(submitted_by=user) | Q(contributors=user)
    found = _editions(EditionState.DRAFT).filter(mine).distinct()
    return list(found.order_by(F("returned_at").desc(nulls_last=True), "-drafted_at"))


def to_review_by(user: Any) -> list[Edition]:
    """What was submitted and this account may review, what waits longest first."""
    found = _editions(EditionState.IN_REVIEW).filter(reviewed_by=None).order_by("submitted_at")
    return [edition for edition in found if user_can_review_edition(user, edition)]


def to_approve_by(user: Any) -> list[Edition]:
    """What was reviewed and this account may approve, what waits longest first."""
    found = _editions(EditionState.IN_REVIEW).exclude(reviewed_by=None).order_by("reviewed_at")
    return [edition for edition in found if user_can_approve_edition(user, edition)]


def to_issue_by(user: Any, day: date) -> list[Edition]:
    """What is approved, and what was tried out to the end of its time: to be issued, or taken back."""
    ended = Q(state=EditionState.IN_TRIAL, trial_ends_on__lt=day)
    found = _editions(EditionState.APPROVED, EditionState.IN_TRIAL).filter(Q(state=EditionState.APPROVED) | ended)
    return [edition for edition in found.order_by("approved_at") if user_can_issue_edition(user, edition)]


def reviews_due(day: date) -> list[Edition]:
    """Editions in force whose review is overdue or comes within 90 days."""
    return list(Edition.objects.due_for_review(day).select_related("regulation", "owner_unit"))


def reviews_due_for(reader: Reader) -> list[Edition]:
    """Those of them that this reader may confirm."""
    return [edition for edition in reviews_due(reader.day) if reader_can_confirm_review(reader, edition)]


def is_late(since: datetime | None, now: datetime) -> bool:
    """Whether something waits longer than people should let it."""
    return since is not None and now - since > PATIENCE


def at_the_desk(day: date) -> list[tuple[str, QuerySet[Edition]]]:
    """Everything that is under way, by what it waits for."""
    in_review = _editions(EditionState.IN_REVIEW).order_by("submitted_at")
    return [
        (_("Drafts"), _editions(EditionState.DRAFT).order_by("-drafted_at")),
        (_("Waiting for review"), in_review.filter(reviewed_by=None)),
        (_("Waiting for approval"), in_review.exclude(reviewed_by=None)),
        (_("Approved, to be issued"), _editions(EditionState.APPROVED).order_by("approved_at")),
        (_("On trial"), _editions(EditionState.IN_TRIAL).order_by("trial_ends_on")),
    ]
