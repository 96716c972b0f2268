"""Reminding of plan items, preventive measures and effects to verify, in the way of portal.notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forms.cases.corrections.models import CorrectionReminder
from forms.cases.corrections.notifying import KIND_OF
from forms.cases.corrections.waiting import waiting_on
from portal.notifications.actions import reminding

REMINDERS = reminding.Reminders(
    CorrectionReminder, "case_corrections.remind_due", KIND_OF, prefix="correction-", by_term=True
)


def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Returns how many people are reminded now (scheduled daily)."""
    return reminding.remind_due(by=by, reminders=REMINDERS, waiting_on=waiting_on, now=now)
