"""Pages of the daily duty, and what they have in common."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from forms.cards.duty import permissions
from portal.lib.periods import Period, PeriodKind
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

SHOWN = frozenset({PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH})  # what has room for its days


def unit_of(request: ReaderRequest, code: str) -> Unit:
    """The unit, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_units(request.reader), code=code)


def kept_unit(request: ReaderRequest, code: str) -> Unit:
    unit = unit_of(request, code)
    if not permissions.user_can_keep_roster(request.user, unit):
        raise Http404
    return unit


def period_of(request: ReaderRequest, default: str) -> Period:
    """The period of the address; what is no period is the default one of today."""
    try:
        return Period.parse(request.GET.get("period", "")[:20])
    except ValueError:
        return Period.of(default, request.reader.day)


def unit_tabs(request: ReaderRequest, unit: Unit, current: str) -> list[dict[str, Any]]:
    tabs = [
        ("matrix", _("Duty matrix"), "duty_matrix"),
        ("days", _("Collect cards"), "duty_days"),
        ("roster", _("Roster"), "duty_roster"),
    ]
    return [
        {"label": label, "url": reverse(route, args=[unit.code]), "current": name == current}
        for name, label, route in tabs
    ]
