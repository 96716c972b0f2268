"""The pages of the plan: the plan itself, writing in it, its figures and the map, the register behind it."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from forms.cards.plans import permissions
from forms.cards.plans.models import Plan
from portal.lib.periods import Period
from portal.org.models import Unit
from portal.org.requests import ReaderRequest


def plan_of(request: ReaderRequest, pk: int | str) -> Plan:
    """The plan, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_plans(request.reader), pk=pk)


def units_of(request: ReaderRequest) -> list[Unit]:
    units = permissions.plan_units(request.reader)
    if not units:
        raise Http404
    return units


def chosen_unit(request: ReaderRequest, units: list[Unit]) -> Unit | None:
    """The unit asked for; one that is not the reader's is 404. None where none is asked for."""
    code = request.GET.get("unit", "").strip()[:40]
    if not code:
        return None
    unit = Unit.objects.filter(code=code).first()
    if unit is None or not any(one.path.startswith(unit.path) for one in units):
        raise Http404
    return unit


def period_of(text: str) -> Period | None:
    try:
        return Period.parse(text[:40]) if text.strip() else None
    except ValueError:
        return None


def number_of(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None
