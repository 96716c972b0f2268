"""What the addresses and filters of this room ask for: a crew one may read, a period, a part of a list."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from forms.cards.weeks import permissions
from portal.lib.periods import Period
from portal.org.models import Unit
from portal.org.requests import ReaderRequest


def crew_of(request: ReaderRequest, code: str) -> Unit:
    """The crew, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_crews(request.reader), code=code)


def period_of(code: str, *kinds: str) -> Period:
    """The period of the address in its one spelling; 404 for everything else and for what has not begun."""
    try:
        period = Period.parse(code)
    except ValueError:
        raise Http404 from None
    if period.kind not in kinds or period.code != code:
        raise Http404
    return period


def asked_period(request: ReaderRequest) -> Period | None:
    """The period of a measure's address."""
    try:
        return Period.parse(request.GET.get("period", "")[:12])
    except ValueError:
        return None


def narrowed(request: ReaderRequest, units: Any) -> tuple[Unit | None, list[Unit]]:
    """The unit asked for, and of `units` those at or below it."""
    unit = Unit.objects.filter(code=request.GET.get("unit", "")[:40]).first()
    found = units if unit is None else units.filter(path__startswith=unit.path)
    return unit, list(found)
