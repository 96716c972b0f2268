"""The list of calls: how it is narrowed, what is counted, what leaves the portal as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from forms.cases.calls.enums import CallOutcome, HotlineKind
from forms.cases.calls.models import CallQuerySet
from portal.lib.periods import Period
from portal.lib.phones import phone_digest
from portal.org.models import Unit

VIEWS: dict[str, Any] = {
    "waiting": pgettext_lazy("calls", "To be called back"),
    "all": pgettext_lazy("calls", "All"),
}
MISSED = "missed"
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what makes no sense in it is left out."""

    view: str = "all"
    q: str = ""
    day: date | None = None
    period: Period | None = None
    hotline: str = ""
    outcome: str = ""  # of CallOutcome, or "missed"
    unit: Unit | None = None

    @classmethod
    def from_query(cls, query: Any) -> Wanted:
        outcome, code = query.get("outcome", ""), query.get("unit", "").replace("\x00", "")[:40]
        return cls(
            view=query.get("view") if query.get("view") in VIEWS else "all",
            q=" ".join(query.get("q", "").replace("\x00", "").split())[:80],
            day=_day(query.get("day", "")),
            period=Period.asked_for(query.get("period", "")),
            hotline=query.get("hotline", "") if query.get("hotline") in HotlineKind.values else "",
            outcome=outcome if outcome in (*CallOutcome.values[1:], MISSED) else "",
            unit=Unit.objects.filter(code=code).first() if code else None,
        )

    def address(self, **changes: Any) -> str:
        now = replace(self, **changes)
        pairs = {
            "view": "" if now.view == "all" else now.view,
            "q": now.q,
            "day": now.day.isoformat() if now.day else "",
            "period": now.period.code if now.period else "",
            "hotline": now.hotline,
            "outcome": now.outcome,
            "unit": now.unit.code if now.unit else "",
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def narrowed(calls: CallQuerySet, wanted: Wanted) -> CallQuerySet:
    zone = timezone.get_default_timezone()
    periods = [Period.of("day", wanted.day)] if wanted.day else []
    for period in [*periods, *([wanted.period] if wanted.period else [])]:
        start, end = period.bounds(zone)
        calls = calls.filter(began_at__gte=start, began_at__lt=end)
    if wanted.hotline:
        calls = calls.filter(hotline__kind=wanted.hotline)
    if wanted.outcome == MISSED:
        calls = calls.filter(missed=True)
    elif wanted.outcome:
        calls = calls.filter(outcome=wanted.outcome)
    if wanted.unit:
        path = wanted.unit.path
        calls = calls.filter(Q(unit__path__startswith=path) | Q(office__path__startswith=path))
    if wanted.q:
        words = Q(number__istartswith=wanted.q) | Q(house__icontains=wanted.q) | Q(text__icontains=wanted.q)
        words |= Q(case__number__istartswith=wanted.q)
        if sum(sign.isdigit() for sign in wanted.q) >= 7:
            words |= Q(phone_digest=phone_digest(wanted.q))
        calls = calls.filter(words)
    return calls


def shown(calls: CallQuerySet, wanted: Wanted) -> CallQuerySet:
    """Who waits longest first among those to be called back; else the newest first."""
    if wanted.view == "waiting":
        return calls.waiting().for_list().order_by("began_at", "pk")
    return calls.for_list().order_by("-began_at", "-pk")


def tabs(calls: CallQuerySet, wanted: Wanted) -> list[dict[str, Any]]:
    counts = calls.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(outcome=CallOutcome.OPEN)))
    return [
        {"label": label, "url": wanted.address(view=view), "count": counts[view], "current": view == wanted.view}
        for view, label in VIEWS.items()
    ]


def titles() -> list[str]:
    return [
        _("Number"),
        _("Hotline"),
        _("Direction"),
        _("Began"),
        _("Seconds"),
        pgettext("call", "Missed"),
        _("Outcome"),
        _("Reason"),
        _("Case"),
        _("Estate"),
        _("Taken by"),
        _("Outcome stood"),
    ]


def export_rows(calls: CallQuerySet) -> Iterator[list[Any]]:
    """Houses, names, numbers and what was said stay in the portal."""
    for call in calls[:MOST_EXPORTED].iterator(chunk_size=1000):
        yield [
            call.number,
            call.hotline.label,
            call.get_direction_display(),
            _local(call.began_at),
            int(call.lasted.total_seconds()),
            _("Yes") if call.missed else "",
            call.get_outcome_display(),
            call.get_reason_display() if call.reason else "",
            call.case.number if call.case else "",
            call.estate.name if call.estate else "",
            str(call.taken_by),
            _local(call.settled_at),
        ]


def _local(moment: datetime | None) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else ""
