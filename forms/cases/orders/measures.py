"""What work orders prove: the price before the work (SRV-07), the procedure signed off (SRV-08)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.orders.enums import DONE
from forms.cases.orders.models import OrderQuerySet, OrderStep, WorkOrder
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def _of(unit: Unit | None) -> OrderQuerySet:
    found: OrderQuerySet = WorkOrder.objects.all()
    return found if unit is None else found.filter(office__path__startswith=unit.path)


def _rows(unit: Unit | None, period: Period) -> str:
    pairs = {"view": "all", "period": period.code} | ({"unit": unit.code} if unit else {})
    return f"{reverse('order_list')}?{urlencode(pairs)}"


def price_before_work(unit: Unit | None, period: Period) -> Measured:
    """SRV-07: chargeable orders that began in the period; missed are those without a recorded yes from before."""
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        found = _of(unit).filter(chargeable=True, started_at__gte=start, started_at__lt=end)
        due = found.count()
        done = found.filter(accepted_at__isnull=False, accepted_at__lte=F("started_at")).count()
    return Measured(due, done, due - done, _rows(unit, period), _("Chargeable work orders that began in the period."))


def procedure_signed(unit: Unit | None, period: Period) -> Measured:
    """SRV-08: orders finished in the period; missed are those with an unsigned step, or without a procedure."""
    start, end = period.bounds(timezone.get_default_timezone())
    steps = OrderStep.objects.filter(order=OuterRef("pk"))
    with scopes_disabled():
        found = _of(unit).filter(Q(state__in=DONE), finished_at__gte=start, finished_at__lt=end)
        due = found.count()
        signed = found.filter(Exists(steps)).exclude(Exists(steps.filter(signed_at=None)))
        done = signed.count()
    return Measured(due, done, due - done, _rows(unit, period), _("Work orders finished in the period."))


MEASURES: dict[str, Any] = {"SRV-07": price_before_work, "SRV-08": procedure_signed}
