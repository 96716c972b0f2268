"""What plans prove about SAF-04 and SAF-11: `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.measures import SMALLEST_CELL
from forms.cards.plans import permissions
from forms.cards.plans.coverage import map_share
from forms.cards.plans.enums import PlanState
from forms.cards.plans.models import Plan, PlanSlot
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def plan_kept(unit: Unit | None, period: Period) -> Measured:
    """SAF-04. Due: a plan for each unit that works in the field, and each planned observation whose last day lies in
    the period and is over (or that was made); done: plans approved, observations made."""
    today = clock.today()
    with scopes_disabled():
        units = list(permissions.owing_units(unit).values_list("pk", flat=True))
        plans = Plan.objects.filter(unit__in=units, state=PlanState.APPROVED, year=period.end.year).count()
        slots = PlanSlot.objects.binding().filter(team__plan__unit__in=units).in_period(period)
        made = slots.done().aggregate(n=Count("pk"))["n"]
        missed = slots.undone().aggregate(n=Count("pk", filter=Q(last_day__lt=today)))["n"]
    note = _("Approved plans: %(plans)s of %(units)s. Planned observations made: %(made)s of %(due)s.")
    shown = note % {"plans": plans, "units": len(units), "made": made, "due": made + missed}
    due, done = len(units) + made + missed, plans + made
    return Measured(due, done, due - done, _rows("plan_list", unit, period), shown, smallest=SMALLEST_CELL)


def cells_planned(unit: Unit | None, period: Period) -> Measured:
    """SAF-11, clause 5.1. Due: the cells area x shift x time of day of the units that owe a plan; done: those for which
    an approved plan has an observation in the period."""
    with scopes_disabled():
        units = list(permissions.owing_units(unit))
    due, planned, observed = map_share(units, period)
    note = _("Cells of the coverage map with a planned observation; in %(observed)s of them somebody observed.")
    return Measured(due, planned, due - planned, _rows("plan_coverage", unit, period), note % {"observed": observed})


def _rows(route: str, unit: Unit | None, period: Period) -> str:
    return f"{reverse(route)}?period={period.code}" + (f"&unit={unit.code}" if unit is not None else "")


MEASURES: dict[str, Any] = {"SAF-04": plan_kept, "SAF-11": cells_planned}
