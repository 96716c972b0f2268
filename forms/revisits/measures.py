"""What revisits prove: weekly calls (SRV-09), visits to defects (SRV-10), special revisits in 24 hours (SRV-11)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.revisits.enums import RevisitKind, RevisitState, VisitState
from forms.revisits.models import DefectVisit, Revisit, RevisitQuerySet
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def _due_in(unit: Unit | None, period: Period) -> RevisitQuerySet:
    start, end = period.bounds(timezone.get_default_timezone())
    found: RevisitQuerySet = Revisit.objects.filter(due_at__gte=start, due_at__lt=end)
    found = found.exclude(state=RevisitState.CANCELLED)
    return found if unit is None else found.filter(office__path__startswith=unit.path)


def _counted(found: RevisitQuerySet, address: str, note: Any) -> Measured:
    """Due: those whose time is over, and those done before it; missed stays missed, `late` is made good afterwards."""
    now = clock.now()
    with scopes_disabled():
        missed = found.broken_at(now).count()
        late = found.filter(late=True).exclude(state=RevisitState.OPEN).count()
        done = found.filter(late=False).exclude(state=RevisitState.OPEN).count()
        due = found.filter(~Q(state=RevisitState.OPEN) | Q(due_at__lt=now)).count()
    return Measured(due, done, missed, address, note, late=late)


def weekly_calls(unit: Unit | None, period: Period) -> Measured:
    """SRV-09: calls that were drawn and fell due in the period. A customer who could not be reached after enough tries
    counts as done; the replacement is a call of its own."""
    with scopes_disabled():
        found = _due_in(unit, period).filter(drawn__isnull=False)
    return _counted(found, reverse("draw_list"), _("Calls that were drawn, due in the period."))


def special_revisits(unit: Unit | None, period: Period) -> Measured:
    """SRV-11: special revisits whose 24 hours ended in the period; late is late for ever."""
    with scopes_disabled():
        found = _due_in(unit, period).filter(kind=RevisitKind.SPECIAL)
    pairs = {"view": "all", "kind": RevisitKind.SPECIAL.value, "period": period.code}
    address = f"{reverse('revisit_list')}?{urlencode(pairs | ({'unit': unit.code} if unit else {}))}"
    return _counted(found, address, _("Special revisits, 24 hours after the customer said that the defect persists."))


def defect_visits(unit: Unit | None, period: Period) -> Measured:
    """SRV-10: visits to defects under watch whose day was in the period; one made too late is late for ever."""
    day = clock.today()
    with scopes_disabled():
        found = DefectVisit.objects.filter(due_on__gte=period.start, due_on__lte=period.end, dropped=False)
        if unit is not None:
            found = found.filter(file__office__path__startswith=unit.path)
        standings = [visit.standing(day, clock.today(visit.done_at) if visit.done_at else None) for visit in found]
    done, late = standings.count(VisitState.DONE), standings.count(VisitState.DONE_LATE)
    missed = standings.count(VisitState.MISSED) + late
    pairs = {"period": period.code} | ({"unit": unit.code} if unit else {})
    address = f"{reverse('defect_list')}?{urlencode(pairs)}"
    note = _("Visits to repaired leaks and cracks that are kept under watch.")
    return Measured(done + missed, done, missed, address, note, late=late)


MEASURES: dict[str, Any] = {"SRV-09": weekly_calls, "SRV-10": defect_visits, "SRV-11": special_revisits}
