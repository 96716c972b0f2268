"""Every hour: what waited long enough goes on, promises that ran out are marked as broken, the next post is called, and
whoever has a promise that runs out soon is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save

from forms.cases.actions import compute_all_clocks, escalate_cases, notice_breaches, resume_due_cases
from forms.cases.clocks import forget_calendar
from forms.cases.notifying import notify_due_soon
from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock
from portal.lib.registries import Scheduled, drains, last_of_every, scheduled
from portal.org.models import CalendarDay

CALENDAR_TOPIC = "cases.calendar"


def look_at_clocks(moment: datetime) -> None:
    """In this order: what goes on again has its clocks running before they are looked at."""
    resume_due_cases(moment)
    notice_breaches(moment)
    escalate_cases(moment)
    notify_due_soon(max(moment, clock.now()))


def watch_calendar() -> None:
    """A holiday or make-up workday that is edited moves the clocks that still run, soon afterwards."""
    for signal in (post_save, post_delete):
        signal.connect(_calendar_edited, sender=CalendarDay, dispatch_uid=f"cases.calendar.{id(signal)}")
    drains.register(CALENDAR_TOPIC, lambda: outbox.drain(CALENDAR_TOPIC, _compute))


def _calendar_edited(**_signal: Any) -> None:
    forget_calendar()
    if not OutboxRow.objects.filter(topic=CALENDAR_TOPIC).exists():
        outbox.put(CALENDAR_TOPIC, "edited")


def _compute(rows: list[OutboxRow]) -> None:
    compute_all_clocks(clock.now())


def register() -> None:
    scheduled.register("cases.breaches", Scheduled("cases.breaches", last_of_every(60), look_at_clocks))
