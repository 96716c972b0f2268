"""Reminding of weeks, months and measures, in the way of portal.notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forms.cards.weeks.models import WeekReminder
from forms.cards.weeks.notifying import KIND_OF
from forms.cards.weeks.waiting import waiting_on
from portal.notifications.actions import reminding

REMINDERS = reminding.Reminders(WeekReminder, "card_weeks.remind_due", KIND_OF)


def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Returns how many people are reminded now (scheduled daily)."""
    return reminding.remind_due(by=by, reminders=REMINDERS, waiting_on=waiting_on, now=now)
