"""What a suggested plan rests on: the slots already there, the last period's cards, injuries and near misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, F, Sum

from forms.cards.enums import COUNTED
from forms.cards.models import Area, CardItem
from forms.cards.plans.cells import Cell, cells_of
from forms.cards.plans.coverage import cells_observed
from forms.cards.plans.enums import INJURY_WEIGHT, LOOK_BACK, Severity, Source
from forms.cards.plans.models import Incident, Plan, PlanSlot
from forms.cards.plans.suggesting import Evidence
from portal.lib.periods import Period
from portal.org.models import Shift


def evidence_for(plan: Plan, areas: Sequence[Area], shifts: Sequence[Shift], day: date) -> tuple[list[Cell], Evidence]:
    """The cells of the map and what is known of them; the last period is the quarter before `day`."""
    period = Period.of("quarter", day).previous()
    evidence = Evidence()
    slots = PlanSlot.objects.standing().filter(team__plan=plan).order_by()
    for area, shift, band, count in slots.values_list("area_id", "shift_id", "band").annotate(n=Count("pk")):
        evidence.planned[area, shift, band] = count
    for (_unit, cell), count in cells_observed([plan.unit], period, shifts).items():
        evidence.seen[cell] = count
    _incidents(plan, day, evidence)
    evidence.frequent = _frequent(plan, period)
    return cells_of(areas, shifts), evidence


def _incidents(plan: Plan, day: date, evidence: Evidence) -> None:
    since = day - timedelta(days=LOOK_BACK)
    rows = Incident.objects.counted().filter(unit=plan.unit, happened_on__gt=since, happened_on__lte=day)
    for area, source, severity in rows.values_list("area_id", "source", "severity"):
        times = INJURY_WEIGHT if source == Source.INJURY else 1
        evidence.incidents[area] += 1
        evidence.incident_weight[area] += Severity(severity).weight * times


def _frequent(plan: Plan, period: Period) -> dict[int, tuple[str, int]]:
    """By area, the category in which the planned cards of the period counted most that was unsafe."""
    rows = (
        CardItem.objects.filter(
            card__unit=plan.unit,
            card__planned=True,
            card__state__in=COUNTED,
            card__observed_on__gte=period.start,
            card__observed_on__lte=period.end,
        )
        .order_by()
        .values_list("card__area_id", "category")
        .annotate(unsafe=Sum(F("unsafe_acts") + F("unsafe_conditions")))
    )
    counts: dict[int, Counter[str]] = {}
    for area, category, unsafe in rows:
        if unsafe:
            counts.setdefault(area, Counter())[category] = unsafe
    return {area: min(found.items(), key=lambda pair: (-pair[1], pair[0])) for area, found in counts.items()}
