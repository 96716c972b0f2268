"""What the calls of a period add up to: by hour of the day and hotline, not answered, time until called back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from forms.cases.calls.covering import Span, gaps, length
from forms.cases.calls.enums import CallOutcome
from forms.cases.calls.models import CallQuerySet, DutyTurn, Hotline
from portal.lib.charts import Chart, Series, line_chart
from portal.lib.periods import Period


@dataclass(frozen=True)
class Sums:
    """Of one hotline, or of all. `back` is (median, longest) time until a missed call was returned; None for none."""

    label: Any
    calls: int
    missed: int
    waiting: int
    outcomes: tuple[tuple[Any, int], ...]
    back: tuple[timedelta, timedelta] | None
    unmanned: timedelta

    @property
    def answered_share(self) -> float | None:
        return (self.calls - self.missed) / self.calls if self.calls else None

    @property
    def back_words(self) -> str:
        """Median and longest time until somebody called back."""
        if self.back is None:
            return ""
        half, longest = (in_words(one) for one in self.back)
        return _("half within %(half)s, the longest %(longest)s") % {"half": half, "longest": longest}

    @property
    def unmanned_hours(self) -> float | int:
        hours = round(self.unmanned.total_seconds() / 3600, 1)
        return int(hours) if hours == int(hours) else hours


@dataclass(frozen=True)
class Figures:
    lines: tuple[Sums, ...]
    total: Sums
    hours: Chart | None


def in_words(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def figures(calls: CallQuerySet, hotlines: Sequence[Hotline], period: Period, now: datetime) -> Figures:
    """Of incoming calls that began in the period; two queries. A call counts in the hour in which it began."""
    zone = timezone.get_default_timezone()
    start, end = period.bounds(zone)
    rows: list[Any] = list(
        calls.incoming()
        .filter(began_at__gte=start, began_at__lt=end)
        .order_by()
        .values("hotline", "began_at", "missed", "outcome", "settled_at")
    )
    uncovered = unmanned(hotlines, start, min(end, now))
    lines = tuple(
        _sums(one.label, [row for row in rows if row["hotline"] == one.pk], length(uncovered[one.pk]))
        for one in hotlines
    )
    total = _sums(_("All hotlines"), rows, sum((line.unmanned for line in lines), timedelta()))
    return Figures(lines, total, _by_hour(rows, hotlines) if rows else None)


def _sums(label: Any, rows: Sequence[dict[str, Any]], uncovered: timedelta) -> Sums:
    counts = Counter(row["outcome"] for row in rows)
    back = sorted(row["settled_at"] - row["began_at"] for row in rows if row["missed"] and row["settled_at"])
    return Sums(
        label=label,
        calls=len(rows),
        missed=sum(row["missed"] for row in rows),
        waiting=counts[CallOutcome.OPEN.value],
        outcomes=tuple((one.label, counts[one.value]) for one in CallOutcome if one != CallOutcome.OPEN),
        back=(back[(len(back) - 1) // 2], back[-1]) if back else None,
        unmanned=uncovered,
    )


def _by_hour(rows: Sequence[dict[str, Any]], hotlines: Sequence[Hotline]) -> Chart:
    counted = Counter((row["hotline"], timezone.localtime(row["began_at"]).hour) for row in rows)
    labels = [f"{hour:02d}" for hour in range(24)]
    series = [Series(one.label, [counted[one.pk, hour] for hour in range(24)]) for one in hotlines]
    return line_chart(_("Calls by hour of the day"), labels, series)


def unmanned(hotlines: Sequence[Hotline], start: datetime, end: datetime) -> dict[int, list[Span]]:
    """Where a hotline had nobody on duty: one query. A turn covers from when it was entered: what is written into the
    roster afterwards was no plan. Nothing is asked of the time before a hotline was set."""
    turns: dict[int, list[Span]] = {one.pk: [] for one in hotlines}
    if start >= end:
        return {key: [] for key in turns}
    since = {one.pk: timezone.make_aware(datetime.combine(one.since, time())) for one in hotlines}
    for turn in DutyTurn.objects.between(start, end).filter(hotline__in=hotlines):
        turns[turn.hotline_id].append((max(turn.starts_at, min(turn.entered_at, turn.ends_at)), turn.ends_at))
    return {key: gaps(spans, max(start, since[key]), end) if since[key] < end else [] for key, spans in turns.items()}
