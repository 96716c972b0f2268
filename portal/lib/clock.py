"""The one reader of the clock. Every verb takes `now`; only what nobody told the time asks here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """The organisation's calendar date at the moment `at` (default: now)."""
    return timezone.localdate(at or now())


def end_of(day: date) -> datetime:
    """The last minute of a day here, in UTC: midnight would read as the day after."""
    return timezone.make_aware(datetime.combine(day, time(23, 59))).astimezone(UTC)
