"""What the list of work orders shows: its views, its narrowings, the words it is searched by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.orders.enums import DONE, OrderState
from forms.cases.orders.models import OrderQuerySet
from portal.lib.periods import Period
from portal.lib.phones import phone_digest
from portal.org.models import Person, Unit

VIEWS = {
    "mine": pgettext_lazy("work orders", "Mine"),
    "open": pgettext_lazy("work orders", "Open"),
    "price": _("Price not accepted"),
    "overdue": pgettext_lazy("work orders", "Overdue"),
    "rework": _("Rework"),
    "done": pgettext_lazy("work orders", "Finished"),
    "all": pgettext_lazy("work orders", "All"),
}
COUNTED = {"mine", "open", "price", "overdue", "rework"}


@dataclass(frozen=True)
class Wanted:
    view: str = "open"
    q: str = ""
    unit: Unit | None = None
    period: Period | None = None

    @classmethod
    def from_query(cls, asked: Any, default: str) -> Wanted:
        view = asked.get("view", default)
        period = Period.asked_for(asked.get("period", ""))
        unit = Unit.objects.filter(code=asked.get("unit", "")[:40]).first()
        return cls(view if view in VIEWS else default, asked.get("q", "").strip()[:80], unit, period)

    def address(self, **changes: Any) -> str:
        wanted = replace(self, **changes)
        pairs = {
            "view": wanted.view,
            "q": wanted.q,
            "unit": wanted.unit.code if wanted.unit else "",
            "period": wanted.period.code if wanted.period else "",
        }
        return f"?{urlencode({name: value for name, value in pairs.items() if value})}"


def narrowed(found: OrderQuerySet, wanted: Wanted) -> OrderQuerySet:
    """By unit, words, and what began or was finished in the period: what the measures counted."""
    if wanted.unit is not None:
        found = found.filter(office__path__startswith=wanted.unit.path)
    if wanted.period is not None:
        start, end = wanted.period.bounds(timezone.get_default_timezone())
        found = found.filter(
            Q(started_at__gte=start, started_at__lt=end) | Q(finished_at__gte=start, finished_at__lt=end)
        )
    if wanted.q:
        by_words = Q(number__icontains=wanted.q) | Q(house__icontains=wanted.q) | Q(what__icontains=wanted.q)
        by_words |= Q(service__icontains=wanted.q) | Q(estate__name__icontains=wanted.q)
        if digest := phone_digest(wanted.q):
            by_words |= Q(case__phone_digest=digest)
        found = found.filter(by_words)
    return found


def shown(found: OrderQuerySet, view: str, person: Person | None, now: datetime) -> OrderQuerySet:
    if view == "mine":
        return found.open().exclude(state=OrderState.REWORK).filter(worker=person).by_wanted()
    if view == "open":
        return found.open().by_wanted()
    if view == "price":
        return found.filter(state=OrderState.PRICED, chargeable=True).by_wanted()
    if view == "overdue":
        return found.overdue(now).by_wanted()
    if view == "rework":
        return found.filter(rework_of__isnull=False).order_by("-drafted_at")
    if view == "done":
        return found.filter(state__in=DONE).order_by("-finished_at")
    return found.order_by("-drafted_at", "-pk")


def tabs(
    found: OrderQuerySet, wanted: Wanted, person: Person | None, now: datetime, names: list[str]
) -> list[dict[str, Any]]:
    return [
        {
            "label": VIEWS[name],
            "url": wanted.address(view=name),
            "current": name == wanted.view,
            "count": shown(found, name, person, now).count() if name in COUNTED else None,
        }
        for name in names
    ]
