"""What the cases of a unit and period add up to: computed once, for screen, chart, bulletin and export.

Cases that the office concerned must not know of (SRV-18) enter no figure: everybody reads a count, one more is a hint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cases.enums import CaseKind, CaseLevel, CaseState, ClockName
from forms.cases.models import Case, CasePromise
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Unit


@dataclass(frozen=True)
class CaseCounts:
    """Cases received in the period. Two shares are (kept, kept or broken): a promise still running is in neither."""

    received: int
    complaints: int
    closed: int  # complaints of the period that are closed by `now`
    acknowledged_in_time: tuple[int, int]
    answered_in_time: tuple[int, int]
    months: tuple[tuple[date, int, int], ...]  # first day, complaints received, complaints closed in that month
    rows_url: str
    complaints_url: str


def case_counts(unit: Unit, period: Period, *, now: datetime | None = None) -> CaseCounts:
    """The figures of a unit (with all units below it). Withdrawn cases are received, and neither kept nor broken."""
    now = now or clock.now()
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        received = _visible(unit).filter(received_at__gte=start, received_at__lt=end)
        complaints = received.filter(kind=CaseKind.COMPLAINT)
        sums = complaints.aggregate(
            complaints=Count("pk"),
            closed=Count("pk", filter=Q(state=CaseState.CLOSED, ended_at__lte=now)),
        )
        acknowledged = promises_kept(complaints, ClockName.ACKNOWLEDGE, now)
        answered = promises_kept(complaints, ClockName.ANSWER, now)
        by_month = _by_month(complaints, "received_at")
        closed_in = _visible(unit).filter(
            kind=CaseKind.COMPLAINT, state=CaseState.CLOSED, ended_at__gte=start, ended_at__lt=min(end, now)
        )
        closed_by_month = _by_month(closed_in, "ended_at")
        total = received.count()
    return CaseCounts(
        received=total,
        complaints=sums["complaints"],
        closed=sums["closed"],
        acknowledged_in_time=acknowledged,
        answered_in_time=answered,
        months=tuple((month, by_month.get(month, 0), closed_by_month.get(month, 0)) for month in _months(period)),
        rows_url=_rows_url(unit, period),
        complaints_url=_rows_url(unit, period, kind=CaseKind.COMPLAINT.value),
    )


def _visible(unit: Unit) -> QuerySet[Case]:
    return Case.objects.exclude(level=CaseLevel.LEADERS).filter(
        Q(office__path__startswith=unit.path) | Q(unit__path__startswith=unit.path)
    )


def promises_kept(cases: QuerySet[Case], clock_name: str, now: datetime) -> tuple[int, int]:
    """(kept in time, kept or broken) of one clock; a promise still running, or dropped, is in neither."""
    promises = CasePromise.objects.filter(case__in=cases.order_by().values("pk"), clock=clock_name)
    sums = promises.aggregate(
        kept=Count("pk", filter=Q(kept_at__isnull=False, kept_at__lte=now, broken=False)),
        broken=Count("pk", filter=Q(broken=True) | Q(kept_at=None, dropped=False, due_at__lt=now)),
    )
    return sums["kept"], sums["kept"] + sums["broken"]


def _by_month(cases: QuerySet[Case], moment: str) -> dict[date, int]:
    rows = cases.order_by().annotate(month=TruncMonth(moment)).values("month").annotate(number=Count("pk"))
    return {timezone.localdate(row["month"]): row["number"] for row in rows}


def _months(period: Period) -> list[date]:
    months, month = [], Period.of("month", period.start)
    while month.start <= period.end:
        months.append(month.start)
        month = month.next()
    return months


def _rows_url(unit: Unit, period: Period, **more: str) -> str:
    return f"{reverse('case_list')}?{urlencode({'unit': unit.code, 'period': period.code, **more})}"
