"""Who may still act on an edition in review, and why the person at the screen may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from policies.enums import EditionState
from policies.models import Edition
from policies.permissions import who_may_approve, who_may_review, why_not_approve, why_not_review


@dataclass(frozen=True)
class Decider:
    """One step of three people: who did it, or who could, and what keeps this account from it (empty: it may)."""

    label: str
    done_by: Any
    done_at: Any
    people: list[Any]
    why_not: str


def deciders(user: Any, edition: Edition) -> list[Decider]:
    """Review and approval of an edition in review; empty in every other state."""
    if edition.state != EditionState.IN_REVIEW:
        return []
    reviewed = edition.reviewed_by is not None
    return [
        Decider(
            _("Review of the text"),
            edition.reviewed_by,
            edition.reviewed_at,
            [] if reviewed else list(who_may_review(edition)),
            "" if reviewed else why_not_review(user, edition),
        ),
        Decider(_("Approval"), None, None, list(who_may_approve(edition)), why_not_approve(user, edition)),
    ]
