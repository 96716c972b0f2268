"""Every hour: what waited long enough goes on, promises that ran out are marked as broken, the next post is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from forms.cases.actions import escalate_cases, notice_breaches, resume_due_cases
from portal.lib.registries import Scheduled, scheduled

HOUR = timedelta(hours=1)


def every_hour(since: datetime, until: datetime) -> Iterator[datetime]:
    """Full hours in (since, until]; after a long rest only the last, which finds what the others would have."""
    last = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if since < last:
        yield last


def look_at_clocks(moment: datetime) -> None:
    """In this order: what goes on again has its clocks running before they are looked at."""
    resume_due_cases(moment)
    notice_breaches(moment)
    escalate_cases(moment)


def register() -> None:
    scheduled.register("cases.breaches", Scheduled("cases.breaches", every_hour, look_at_clocks))
