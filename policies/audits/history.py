"""What happened to an audit or a finding, as a timeline made from the journal."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.journal import actions as journal

TITLES = {  # action -> (words, tone); what is not named here is too small to be shown
    "audits.plan": (pgettext_lazy("audit", "Planned"), ""),
    "audits.change_plan": (_("Plan changed"), ""),
    "audits.cancel": (_("Taken out of the plan"), "warning"),
    "audits.save_questions": (_("Questions edited"), ""),
    "audits.start": (_("Begun"), ""),
    "audits.finish": (_("Finished and frozen"), "success"),
    "audits.report_done": (_("Corrective action reported done"), ""),
    "audits.verify": (_("Verified by an auditor"), "success"),
    "audits.return": (_("Returned by an auditor"), "warning"),
}


def timeline(thing: models.Model, texts: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Oldest first, for components/timeline.html; `texts` are words of the record, put to the last act of each name."""
    found: list[dict[str, Any]] = []
    last: dict[str, dict[str, Any]] = {}
    for entry in journal.entries_of(thing):
        if entry.action not in TITLES:
            continue
        title, tone = TITLES[entry.action]
        who = (entry.user.get_full_name() or entry.user.username) if entry.user else entry.actor
        row = {"title": title, "at": entry.at, "who": who, "tone": tone, "text": ""}
        found.append(row)
        last[entry.action] = row
    for action, text in (texts or {}).items():
        if action in last:
            last[action]["text"] = text
    return found
