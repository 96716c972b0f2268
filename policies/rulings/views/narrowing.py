"""A desk's list made smaller by its address: the period in which answers were due, the unit, the regulation."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from policies.models import RegulationPage
from policies.rulings.addresses import number_in
from portal.lib.periods import Period
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

PARAMETERS = ("period", "unit", "regulation")


def narrowed(request: ReaderRequest, found: Any) -> tuple[Any, list[tuple[str, str]]]:
    """The rows that the address asks for, and (what it is narrowed to, address without that)."""
    narrowings: list[tuple[str, str]] = []
    if code := request.GET.get("period", "")[:20]:
        try:
            period = Period.parse(code)
        except ValueError:
            raise Http404 from None
        start, end = period.bounds(timezone.get_default_timezone())
        found = found.filter(due_at__gte=start, due_at__lt=end)
        narrowings.append((period.label, _without(request, "period")))
    if code := request.GET.get("unit", "")[:40]:
        unit = get_object_or_404(Unit, code=code)
        found = found.answerable_by(unit.path)
        narrowings.append((unit.name, _without(request, "unit")))
    if key := request.GET.get("regulation", "")[:20]:
        regulation = get_object_or_404(RegulationPage, pk=number_in(key))
        found = found.filter(edition__regulation=regulation)
        narrowings.append((regulation.title, _without(request, "regulation")))
    return found, narrowings


def _without(request: ReaderRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    return f"?{query.urlencode()}"


def tabs_of(request: ReaderRequest, views: dict[str, tuple[str, Any]], current: str) -> list[dict[str, Any]]:
    """For components/tabs.html: each view with its number, under the same narrowing."""
    tabs = []
    for name, (label, rows) in views.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["view"] = name
        tabs.append({"label": label, "url": f"?{query.urlencode()}", "current": name == current, "count": rows.count()})
    return tabs
