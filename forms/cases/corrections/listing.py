"""The lists of items and preventive measures: their views, how they are narrowed, what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.corrections.enums import ON_ITS_WAY, UNFINISHED, ItemState, PreventionState, ReportState
from forms.cases.corrections.permissions import own_prevention, owned_by
from portal.lib.periods import Period
from portal.org.models import Unit
from portal.org.readers import Reader

PER_PAGE = 40
ITEM_VIEWS: dict[str, Any] = {
    "running": pgettext_lazy("plan items", "Running"),
    "mine": pgettext_lazy("plan items", "Mine"),
    "overdue": _("Overdue"),
    "reported": _("Proof to be looked at"),
    "accepted": pgettext_lazy("item of a plan", "Done"),
    "all": _("All"),
}
PREVENTION_VIEWS: dict[str, Any] = {
    "open": pgettext_lazy("preventive measure", "To do"),
    "mine": pgettext_lazy("plan items", "Mine"),
    "overdue": _("Overdue"),
    "verify": _("Effect to verify"),
    "coming": _("Verified later"),
    "effective": pgettext_lazy("preventive measure", "Effective"),
    "failed": pgettext_lazy("preventive measure", "Not effective"),
    "all": _("All"),
}
REPORT_VIEWS: dict[str, Any] = {
    "running": pgettext_lazy("plan items", "Running"),
    "draft": pgettext_lazy("corrective-action report", "Draft"),
    "submitted": pgettext_lazy("corrective-action report", "Waits for approval"),
    "approved": pgettext_lazy("corrective-action report", "Approved, not published"),
    "published": pgettext_lazy("corrective-action report", "Published"),
    "withdrawn": pgettext_lazy("corrective-action report", "Withdrawn"),
    "all": _("All"),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what makes no sense in it is left out."""

    view: str
    unit: Unit | None = None
    period: Period | None = None

    @classmethod
    def from_query(cls, query: QueryDict, views: Mapping[str, Any]) -> Wanted:
        unit, period = query.get("unit", "").replace("\x00", ""), query.get("period", "")
        view = query.get("view", "")
        return cls(
            view=view if view in views else next(iter(views)),
            unit=Unit.objects.filter(code=unit).first() if unit else None,
            period=Period.asked_for(period),
        )

    def address(self, **changes: Any) -> str:
        now = replace(self, **changes)
        parts = {
            "view": now.view,
            "unit": now.unit.code if now.unit else "",
            "period": now.period.code if now.period else "",
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def narrowings(self) -> list[tuple[str, str]]:
        """What the list is narrowed by, each with the address that takes it away."""
        found = []
        if self.unit is not None:
            found.append((self.unit.name, self.address(unit=None)))
        if self.period is not None:
            found.append((self.period.label, self.address(period=None)))
        return found


def narrowed_items(rows: Any, wanted: Wanted) -> Any:
    """By unit, and the period in which an item was due."""
    rows = _of_unit(rows, wanted, "plan__case__")
    if wanted.period is not None:
        rows = rows.filter(due_on__gte=wanted.period.start, due_on__lte=wanted.period.end)
    return rows


def narrowed_preventions(rows: Any, wanted: Wanted) -> Any:
    """By unit, and the period in which its case was closed or its effect was to be verified."""
    rows = _of_unit(rows, wanted, "case__")
    if wanted.period is not None:
        start, end = wanted.period.bounds(timezone.get_default_timezone())
        verified = Q(verify_on__gte=wanted.period.start, verify_on__lte=wanted.period.end)
        rows = rows.filter(verified | Q(case__ended_at__gte=start, case__ended_at__lt=end))
    return rows


def narrowed_reports(rows: Any, wanted: Wanted) -> Any:
    """By unit, and the period in which its case was closed."""
    rows = _of_unit(rows, wanted, "case__")
    if wanted.period is not None:
        start, end = wanted.period.bounds(timezone.get_default_timezone())
        rows = rows.filter(case__ended_at__gte=start, case__ended_at__lt=end)
    return rows


def _of_unit(rows: Any, wanted: Wanted, case: str) -> Any:
    if wanted.unit is None:
        return rows
    path = wanted.unit.path
    return rows.filter(Q(**{f"{case}unit__path__startswith": path}) | Q(**{f"{case}office__path__startswith": path}))


def item_views(reader: Reader, day: date) -> dict[str, Q]:
    return {
        "running": Q(state__in=UNFINISHED),
        "mine": owned_by(reader) & Q(state__in=UNFINISHED),
        "overdue": Q(state=ItemState.OPEN, due_on__lt=day),
        "reported": Q(state=ItemState.REPORTED),
        "accepted": Q(state=ItemState.ACCEPTED),
        "all": Q(),
    }


def prevention_views(reader: Reader, day: date) -> dict[str, Q]:
    return {
        "open": Q(state=PreventionState.OPEN),
        "mine": own_prevention(reader) & Q(state__in=[PreventionState.OPEN, PreventionState.DONE]),
        "overdue": Q(state=PreventionState.OPEN, due_on__lt=day),
        "verify": Q(state=PreventionState.DONE, verify_on__lte=day),
        "coming": Q(state=PreventionState.DONE, verify_on__gt=day),
        "effective": Q(state=PreventionState.EFFECTIVE),
        "failed": Q(state=PreventionState.NOT_EFFECTIVE),
        "all": Q(),
    }


def report_views() -> dict[str, Q]:
    states = {state.value: Q(state=state) for state in ReportState}
    return {"running": Q(state__in=ON_ITS_WAY), **states, "all": Q()}


def tabs(rows: Any, wanted: Wanted, views: Mapping[str, Q], labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All views with their numbers, in one query."""
    # A view may be named as a field of the row is: the counts are called apart.
    counts = rows.order_by().aggregate(**{f"n_{name}": Count("pk", filter=part) for name, part in views.items()})
    return [
        {
            "label": label,
            "url": wanted.address(view=name),
            "count": counts[f"n_{name}"],
            "current": name == wanted.view,
        }
        for name, label in labels.items()
    ]
