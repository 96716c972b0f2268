"""Evidence for SRV-01: three hotlines are answered day and night, and every call became something."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.calls.covering import Span, length
from forms.cases.calls.models import Call, CallQuerySet, Hotline
from forms.cases.calls.statistics import unmanned
from forms.cases.enums import CaseLevel
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def answered_and_recorded(unit: Unit | None, period: Period) -> Measured:
    """Due: each incoming call of the period, by the end of its day, and each day of each hotline, once it is over.

    Missed: a call without an outcome by then (called back afterwards is late and stays missed), a day on which a
    hotline had nobody on duty for a minute or more. The hotlines are the company's, so their days count for every
    unit that owes the duty. What lies with the leaders is counted for the company as a whole alone (SRV-18).
    """
    now = clock.now()
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        calls = _of_unit(unit).incoming().filter(began_at__gte=start, began_at__lt=end)
        done = calls.filter(settled_at__lte=F("due_at")).count()
        late = calls.filter(settled_at__gt=F("due_at")).count()
        open_still = calls.filter(settled_at=None, due_at__lt=now).count()
    days, empty_days, empty_time = _hotline_days(start, min(end, now))
    missed = late + open_still + empty_days
    note = ""
    if empty_days:
        note = _("On %(days)s of %(all)s days of the hotlines nobody was on duty for a time, %(hours)s hours in all.")
        note %= {"days": empty_days, "all": days, "hours": round(empty_time.total_seconds() / 3600, 1)}
    address = {"period": period.code} | ({"unit": unit.code} if unit else {})
    due = done + late + open_still + days
    return Measured(due, due - missed, missed, f"{reverse('call_list')}?{urlencode(address)}", note, late=late)


def _of_unit(unit: Unit | None) -> CallQuerySet:
    found: CallQuerySet = Call.objects.all()
    if unit is None or unit.is_root():
        return found
    below = Q(unit__path__startswith=unit.path) | Q(office__path__startswith=unit.path)
    return found.filter(below).exclude(case__level=CaseLevel.LEADERS)


def _hotline_days(start: datetime, end: datetime) -> tuple[int, int, timedelta]:
    """(days of hotlines that are over, those with a gap, how long the gaps were together)."""
    hotlines = list(Hotline.objects.all())
    if not hotlines or start >= end:
        return 0, 0, timedelta()
    covered = unmanned(hotlines, start, end)
    days = empty = 0
    together = timedelta()
    day = clock.today(start)
    while (bounds := _day(day))[1] <= end:
        for one in hotlines:
            if day < one.since:
                continue
            days += 1
            missing = length(_within(covered[one.pk], bounds))
            if missing >= timedelta(minutes=1):
                empty += 1
                together += missing
        day += timedelta(days=1)
    return days, empty, together


def _within(spans: list[Span], bounds: Span) -> list[Span]:
    first, last = bounds
    return [(max(begins, first), min(ends, last)) for begins, ends in spans if begins < last and ends > first]


def _day(day: date) -> Span:
    begin = timezone.make_aware(datetime.combine(day, time()))
    return begin, timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


MEASURES: dict[str, Any] = {"SRV-01": answered_and_recorded}
