"""What happened to a deviation, as a timeline made from the journal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.deviations.models import Deviation
from portal.journal import actions as journal

TITLES = {  # action -> (words, tone)
    "deviations.apply": (_("Applied for"), ""),
    "deviations.approve": (_("Approved by the unit's head"), "success"),
    "deviations.decline": (_("Declined by the unit's head"), "danger"),
    "deviations.withdraw": (_("Withdrawn by the applicant"), ""),
    "deviations.end": (_("Ended before its last day"), "warning"),
    "deviations.report_overrun": (_("Work after expiry was reported"), "danger"),
}


def timeline(deviation: Deviation) -> list[dict[str, Any]]:
    """Oldest first, for components/timeline.html; the words of each act come from the record itself."""
    texts = {
        "deviations.approve": deviation.decision_note,
        "deviations.decline": deviation.decision_note,
        "deviations.end": deviation.end_note,
        "deviations.report_overrun": deviation.overrun_note,
    }
    found = []
    for entry in journal.entries_of(deviation):
        title, tone = TITLES.get(entry.action, (entry.action, ""))
        who = (entry.user.get_full_name() or entry.user.username) if entry.user else entry.actor
        found.append({"title": title, "at": entry.at, "who": who, "tone": tone, "text": texts.get(entry.action, "")})
    return found
