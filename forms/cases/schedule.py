"""Every hour: promises that ran out are marked as broken, whether or not somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from forms.cases.actions import notice_breaches
from portal.lib.registries import Scheduled, scheduled

HOUR = timedelta(hours=1)


def every_hour(since: datetime, until: datetime) -> Iterator[datetime]:
    """Full hours in (since, until]; after a long rest only the last, which finds what the others would have."""
    last = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if since < last:
        yield last


def register() -> None:
    scheduled.register("cases.breaches", Scheduled("cases.breaches", every_hour, notice_breaches))
