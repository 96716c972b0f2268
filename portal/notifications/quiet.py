"""Quiet hours and the hour of the digest: from when something may leave the portal for one person."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone


def is_quiet(moment: datetime, start: time, end: time) -> bool:
    """Whether the moment lies in [start, end) by the organisation's clock; over midnight too. Equal: never quiet."""
    now = timezone.localtime(moment).time()
    return start <= now < end if start <= end else now >= start or now < end


def free_from(moment: datetime, start: time, end: time) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if not is_quiet(moment, start, end):
        return moment
    here = timezone.localtime(moment)
    ends = timezone.make_aware(datetime.combine(here.date(), end))
    return ends if ends > moment else timezone.make_aware(datetime.combine(here.date() + timedelta(days=1), end))


def next_digest(moment: datetime, hour: int) -> datetime:
    """The next moment after this one at which a digest of this hour goes out."""
    here = timezone.localtime(moment)
    today = timezone.make_aware(datetime.combine(here.date(), time(hour)))
    if today > moment:
        return today
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=1), time(hour)))
